/** Numbers in the digits, numerals and scales of other scripts: `٥٦`, `५६`, `五十六`, `3万`, `三分之二`. */

/** Decimal digits of any script as those of ASCII. The ten of a script stand side by side in Unicode, in order. */
export function asciiDigits(text: string): string {
  return text
    .replace(/[^\P{Nd}0-9]/gu, digitOf)
    .replace(/(?<=\d)\u066b(?=\d)/g, ".")
    .replace(/(?<=\d)\u066c(?=\d)/g, ",");
}

function digitOf(sign: string): string {
  const code = sign.codePointAt(0)!;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}

const ONES = "零一二三四五六七八九";
const OTHER_ONES: Record<string, number> = {
  〇: 0,
  两: 2,
  兩: 2,
  壹: 1,
  贰: 2,
  叁: 3,
  肆: 4,
  伍: 5,
  陆: 6,
  柒: 7,
  捌: 8,
  玖: 9,
};
const SMALL: Record<string, number> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000, 천: 1000 };
const LARGE: Record<string, number> = { 万: 1e4, 萬: 1e4, 만: 1e4, 亿: 1e8, 億: 1e8, 억: 1e8, 兆: 1e12 };
const NUMERAL = "[零一二三四五六七八九〇两兩壹贰叁肆伍陆柒捌玖十拾百佰千仟万萬亿億兆]{1,30}";
const LEADING = new RegExp(
  `^(负|負|マイナス)?(${NUMERAL})(?:(分之)(${NUMERAL})|([点點])([零一二三四五六七八九〇]{1,20}))?`,
);

/** `3万5千`. */
const SCALED = /^-?(?:\d{1,12}(?:\.\d{1,6})? ?[十百千万萬亿億兆천만억]{1,2} ?){1,6}(?:\d{1,4}(?![\d.,]))?/;

const oneOf = (sign: string) => OTHER_ONES[sign] ?? (ONES.includes(sign) ? ONES.indexOf(sign) : undefined);

/** The value of a numeral, or of digits that are read out one by one (`二〇二四`); undefined for `五六`, which is five or six. */
function numeral(signs: readonly string[]): number | undefined {
  const values = signs.map((sign) => (/^\d/.test(sign) ? Number(sign) : oneOf(sign)));
  if (!values.includes(undefined))
    return values.length === 2 && !values.includes(0) ? undefined : Number(values.join(""));
  let [total, group, last, unit] = [0, 0, 0, 1];
  for (const [at, sign] of signs.entries()) {
    const value = values[at];
    if (value !== undefined) {
      last = value;
      if (value === 0 || value > 9) unit = 10;
      continue;
    }
    const small = SMALL[sign];
    unit = small ?? LARGE[sign]!;
    if (small !== undefined) group += (last || 1) * small;
    // 一万亿: what stands before is counted in it.
    else if (unit > total && total > 0) total = (total + group + last) * unit;
    else total += (group + last || 1) * unit;
    if (small === undefined) group = 0;
    last = 0;
  }
  // 三百五 is 350, 三百零五 305.
  return Number((total + group + (last * unit) / 10).toFixed(6));
}

/** A text that begins with a number in Chinese numerals, or with digits and a scale behind them, in digits; any other as it is. */
export function hanNumber(text: string): string {
  const scaled = SCALED.exec(text)?.[0].trimEnd();
  if (scaled !== undefined) {
    const [sign, digits] = scaled.startsWith("-") ? ["-", scaled.slice(1)] : ["", scaled];
    return `${sign}${numeral(digits.match(/\d[\d.]*|[^\d. ]/g)!)}${text.slice(scaled.length)}`;
  }
  const found = LEADING.exec(text);
  if (!found) return text;
  const [whole, minus, first, parts, second, , decimals] = found;
  const [value, top] = [numeral([...first!]), second === undefined ? undefined : numeral([...second])];
  if (value === undefined || (parts && top === undefined)) return text;
  const written = decimals ? `${value}.${[...decimals].map(oneOf).join("")}` : String(value);
  const number = !parts ? written : first === "百" ? `${top}%` : `${top}/${value}`;
  return `${minus ? "-" : ""}${number}${text.slice(whole.length)}`;
}
