/** Dates and times of day, in the ways that people write them. */
import type { Verdict } from "./sameExpression";

interface Day {
  year: number | undefined;
  month: number;
  day: number | undefined;
  /** 0 to 6, where the text names it. */
  weekday?: number | undefined;
}

/** Names of the months from January on, by language; of English the short ones too. */
const MONTHS = [
  "january february march april may june july august september october november december",
  "jan feb mar apr may jun jul aug sep oct nov dec",
  "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
  "januar februar marz april mai juni juli august september oktober november dezember",
  "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
  "januari februari maart april mei juni juli augustus september oktober november december",
].map((names) => names.split(" "));
const ENGLISH_MONTHS = MONTHS.slice(0, 2);
/** Names of the days from Monday on, in full and cut short. */
const WEEKDAYS = [
  ["monday", "mon"],
  ["tuesday", "tue", "tues"],
  ["wednesday", "wed", "weds"],
  ["thursday", "thu", "thur", "thurs"],
  ["friday", "fri"],
  ["saturday", "sat"],
  ["sunday", "sun"],
];
const WEEKDAY = /^([a-z]{3,9})\.?,? (?=.)/;
const DAY_ALONE = /^(?:on |in |(?:on )?an? )?([a-z]{3,9}?)(?:s(?<=days))?\.?$/;

/** 0 to 6; −1 of what names no day of the week. */
const weekdayOf = (name: string): number => WEEKDAYS.findIndex((names) => names.includes(name));

/** The day of the week, or the month, that a text names and nothing else. */
function namedPeriod(text: string): string | undefined {
  const name = text.length > 30 ? undefined : DAY_ALONE.exec(text.toLowerCase().trim())?.[1];
  if (name === undefined) return undefined;
  const [weekday, month] = [
    weekdayOf(name),
    ENGLISH_MONTHS.map((names) => names.indexOf(name === "sept" ? "sep" : name)),
  ];
  return weekday >= 0 ? `weekday ${weekday}` : Math.max(...month) >= 0 ? `month ${Math.max(...month)}` : undefined;
}

/** Compares two days of the week or two months by their names. @returns undefined where one of them is none */
export function samePeriod(answer: string, gold: string): Verdict | undefined {
  const [a, g] = [namedPeriod(answer), namedPeriod(gold)];
  return a === undefined || g === undefined ? undefined : a === g ? "right" : "wrong";
}
const NAME = "(\\p{L}{3,12})\\.?";
const DAY_FIRST = new RegExp(
  `^(?:the |el |le |il )?(\\d{1,2})(?:st|nd|rd|th|er|\\.)?(?: of| de)? ${NAME}(?:,?(?: de| del)? (\\d{3,4}))?$`,
  "u",
);
const MONTH_FIRST = new RegExp(`^${NAME} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{3,4}))?$`, "u");
const MONTH_ONLY = new RegExp(`^${NAME},?(?: de)? (\\d{4})$`, "u");
const NUMBERS = /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})$/;
/** Of Chinese, Japanese and Korean. */
const SIGNED = /^(?:(\d{3,4}) ?[年년] ?)?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日号號일]$/;

/** 1 to 12; 0 of what names no month. */
function monthOf(name: string): number {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "");
  return 1 + Math.max(...MONTHS.map((names) => names.indexOf(plain === "sept" ? "sep" : plain)));
}
const isDay = ({ month, day }: Day) => month >= 1 && month <= 12 && (day === undefined || (day >= 1 && day <= 31));

/** Every day that a text may mean: `03/05/2024` means two. */
function days(text: string): Day[] {
  if (text.length > 40) return [];
  const lower = text.toLowerCase();
  const leading = WEEKDAY.exec(lower);
  const weekday = leading ? weekdayOf(leading[1]!) : -1;
  const plain = weekday < 0 ? lower : lower.slice(leading![0].length);
  const optional = (year: string | undefined) => (year === undefined ? undefined : Number(year));
  const [first, second, only, numbers] = [DAY_FIRST, MONTH_FIRST, MONTH_ONLY, NUMBERS].map((each) => each.exec(plain));
  const signed = SIGNED.exec(plain);
  const found: Day[] = [];
  if (first) found.push({ day: Number(first[1]), month: monthOf(first[2]!), year: optional(first[3]) });
  else if (second) found.push({ day: Number(second[2]), month: monthOf(second[1]!), year: optional(second[3]) });
  else if (only) found.push({ day: undefined, month: monthOf(only[1]!), year: Number(only[2]) });
  else if (signed) found.push({ day: Number(signed[3]), month: Number(signed[2]), year: optional(signed[1]) });
  else if (numbers) {
    const [a, b, c] = [numbers[1], numbers[3], numbers[4]].map(Number) as [number, number, number];
    if (numbers[1]!.length === 4) found.push({ year: a, month: b, day: c });
    else if (numbers[4]!.length === 4) found.push({ year: c, month: a, day: b }, { year: c, month: b, day: a });
  }
  return found.filter(isDay).map((day) => (weekday < 0 ? day : { ...day, weekday }));
}

function sameDay(a: Day, b: Day): Verdict {
  if (a.month !== b.month) return "wrong";
  for (const part of ["day", "year", "weekday"] as const) {
    if (a[part] !== undefined && b[part] !== undefined && a[part] !== b[part]) return "wrong";
  }
  return (a.day === undefined) === (b.day === undefined) && (a.year === undefined) === (b.year === undefined)
    ? "right"
    : "unknown";
}

interface Time {
  seconds: number;
  half: "am" | "pm" | undefined;
}

const TIME = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?((a|p)\.? ?m\.?|o'?clock|h|hrs|hours|uhr)?$/;
const HALF_DAY = 12 * 3600;
const HOURS = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const PARTS: Record<string, number> = { half: 30, "a quarter": 15, quarter: 15 };

/** A time of day as digits with a colon: `half past three`, `15h30`, `15.30 Uhr`, `下午3点半`. */
function withColon(text: string): string {
  const spoken = /^(half|(?:a )?quarter|\d{1,2} minutes|ten|twenty|five) (past|to) ([a-z]{3,6}|\d{1,2})$/.exec(text);
  if (spoken) {
    const [, part, side, name] = spoken as unknown as [string, string, string, string];
    const hour = HOURS.includes(name) ? HOURS.indexOf(name) + 1 : Number(name);
    const minutes = PARTS[part] ?? { five: 5, ten: 10, twenty: 20 }[part] ?? parseInt(part, 10);
    if (Number.isNaN(hour) || minutes < 1) return text;
    const [at, past] = side === "past" ? [hour, minutes] : [hour === 1 ? 12 : hour - 1, 60 - minutes];
    return `${at}:${String(past).padStart(2, "0")}`;
  }
  const signed =
    /^(?:(上午|早上|凌晨|午前|오전)|(下午|晚上|午後|오후))? ?(\d{1,2})[点點时時시] ?(?:(\d{1,2})[分분]?|(半|반)|整)?$/.exec(
      text,
    );
  if (signed) {
    const half = signed[1] ? " am" : signed[2] ? " pm" : "";
    return `${signed[3]}:${(signed[5] ? "30" : (signed[4] ?? "0")).padStart(2, "0")}${half}`;
  }
  return text.replace(/^(\d{1,2}) ?h ?(?=\d{2}$)/, "$1:").replace(/^(\d{1,2})\.(?=\d{2} uhr$)/, "$1:");
}

/** A time of day; of a bare number only where it says `am`, `pm` or has minutes. */
function time(text: string): Time | undefined {
  if (text.length > 30) return undefined;
  const plain = withColon(text.toLowerCase().trim());
  if (plain === "noon" || plain === "midday" || plain === "12 noon") return { seconds: HALF_DAY, half: "pm" };
  if (plain === "midnight" || plain === "12 midnight") return { seconds: 0, half: "am" };
  const match = plain.length > 20 ? null : TIME.exec(plain);
  if (!match || (match[2] === undefined && match[5] === undefined && !/clock$|uhr$/.test(plain))) return undefined;
  const [hours, minutes, seconds] = [match[1], match[2] ?? 0, match[3] ?? 0].map(Number) as [number, number, number];
  if (hours > 24 || minutes > 59 || seconds > 59) return undefined;
  const half = match[5] === undefined ? undefined : match[5] === "a" ? "am" : "pm";
  if (half !== undefined && hours > 12) return undefined;
  const hour = half === undefined ? hours : (hours % 12) + (half === "pm" ? 12 : 0);
  return { seconds: hour * 3600 + minutes * 60 + seconds, half };
}

function sameTime(a: Time, b: Time): Verdict {
  if (a.seconds === b.seconds) return "right";
  const clock = (each: Time) => each.seconds % HALF_DAY;
  if (clock(a) !== clock(b)) return "wrong";
  if (a.half !== undefined && b.half !== undefined) return "wrong";
  // 3:00 may leave out that it is pm, as a number leaves out its unit; 15:00 leaves out nothing, and may be 3:00 only in that.
  const bare = a.half === undefined ? a : b;
  if (a.half === undefined && b.half === undefined) return "unknown";
  return bare.seconds >= HALF_DAY + 3600 || bare.seconds < 3600 ? "wrong" : "right";
}

/** Compares two dates, two times of day, two days of the week or two months. @returns undefined where one of them is none */
export function sameMoment(answer: string, gold: string): Verdict | undefined {
  const period = samePeriod(answer, gold);
  if (period) return period;
  const [days1, days2] = [days(answer), days(gold)];
  if (days1.length > 0 && days2.length > 0) {
    const verdicts = new Set(days1.flatMap((a) => days2.map((b) => sameDay(a, b))));
    // The same writing on both sides is one date, whichever it is.
    if (answer === gold) return "right";
    return verdicts.size === 1 ? [...verdicts][0]! : "unknown";
  }
  const [a, b] = [time(answer), time(gold)];
  return a && b ? sameTime(a, b) : undefined;
}
