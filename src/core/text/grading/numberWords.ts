/** Numbers in words: `twenty-one`, `three hundred and five`, `a dozen`, `two thirds`. */

const ONES =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SCALES: Record<string, number> = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };
const PARTS: Record<string, number> = {
  half: 2,
  halves: 2,
  third: 3,
  thirds: 3,
  quarter: 4,
  quarters: 4,
  fourth: 4,
  fourths: 4,
  fifth: 5,
  fifths: 5,
  sixth: 6,
  sixths: 6,
  eighth: 8,
  eighths: 8,
  tenth: 10,
  tenths: 10,
};

/**
 * The number that a text begins with, in digits, and the rest of the text.
 * @returns undefined where it begins with none
 */
export function numberWords(text: string): { digits: string; rest: string } | undefined {
  const words = text.slice(0, 200).toLowerCase().split(/[ -]+/);
  let [total, group, read] = [0, 0, 0];
  let last = "";
  for (const [at, word] of words.entries()) {
    const one = ONES.indexOf(word);
    const ten = TENS.indexOf(word);
    if (one >= 0 && !(last === "one" || (last === "ten" && one > 9))) {
      group += one;
      last = "one";
    } else if (ten >= 0 && last !== "one" && last !== "ten") {
      group += (ten + 2) * 10;
      last = "ten";
    } else if (word === "hundred" && group > 0 && group < 10) {
      group *= 100;
      last = "scale";
    } else if (Object.hasOwn(SCALES, word) && group > 0) {
      total += group * SCALES[word]!;
      group = 0;
      last = "scale";
    } else if (word === "and" && last === "scale" && (ONES.includes(words[at + 1]!) || TENS.includes(words[at + 1]!))) {
      continue;
    } else if (word === "dozen" && (at === 0 || (words[0] === "a" && at === 1))) {
      return { digits: "12", rest: words.slice(at + 1).join(" ") };
    } else if (
      word === "a" &&
      at === 0 &&
      /^(?:dozen|half|third|quarter|hundred|thousand|million|billion)$/.test(words[1] ?? "")
    ) {
      group = 1;
      if (words[1] === "dozen") group = 0;
      else if (Object.hasOwn(PARTS, words[1]!))
        return { digits: `1/${PARTS[words[1]!]}`, rest: words.slice(2).join(" ") };
    } else if (at === 0 && (word === "half" || word === "quarter")) {
      return { digits: `1/${PARTS[word]}`, rest: words.slice(1).join(" ") };
    } else break;
    read = at + 1;
  }
  const value = total + group;
  const part = words[read];
  if (read > 0 && part !== undefined && Object.hasOwn(PARTS, part) && value > 0) {
    return { digits: `${value}/${PARTS[part]}`, rest: words.slice(read + 1).join(" ") };
  }
  // “two and a half”
  const [and, some, piece] = words.slice(read);
  const count = some === "a" || some === "an" ? 1 : ONES.indexOf(some ?? "");
  if (read > 0 && and === "and" && count > 0 && piece !== undefined && Object.hasOwn(PARTS, piece)) {
    const bottom = PARTS[piece]!;
    return { digits: `${value * bottom + count}/${bottom}`, rest: words.slice(read + 3).join(" ") };
  }
  return read === 0 || last === "" ? undefined : { digits: String(value), rest: words.slice(read).join(" ") };
}
