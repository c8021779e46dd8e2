/** Dates and times of day, in the ways that people write them. */
import type { Verdict } from "./sameExpression";

interface Day {
  year: number | undefined;
  month: number;
  day: number | undefined;
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const NAMES =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const WEEKDAY = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day,? /;
const DAY_FIRST = new RegExp(`^(?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${NAMES}(?:,? (\\d{3,4}))?$`);
const MONTH_FIRST = new RegExp(`^${NAMES} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{3,4}))?$`);
const MONTH_ONLY = new RegExp(`^${NAMES},? (\\d{4})$`);
const NUMBERS = /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})$/;

const monthOf = (name: string) => MONTHS.indexOf(name.slice(0, 3)) + 1;
const isDay = ({ month, day }: Day) => month >= 1 && month <= 12 && (day === undefined || (day >= 1 && day <= 31));

/** Every day that a text may mean: `03/05/2024` means two. */
function days(text: string): Day[] {
  if (text.length > 40) return [];
  const plain = text.toLowerCase().replace(WEEKDAY, "");
  const optional = (year: string | undefined) => (year === undefined ? undefined : Number(year));
  const [first, second, only, numbers] = [DAY_FIRST, MONTH_FIRST, MONTH_ONLY, NUMBERS].map((each) => each.exec(plain));
  const found: Day[] = [];
  if (first) found.push({ day: Number(first[1]), month: monthOf(first[2]!), year: optional(first[3]) });
  else if (second) found.push({ day: Number(second[2]), month: monthOf(second[1]!), year: optional(second[3]) });
  else if (only) found.push({ day: undefined, month: monthOf(only[1]!), year: Number(only[2]) });
  else if (numbers) {
    const [a, b, c] = [numbers[1], numbers[3], numbers[4]].map(Number) as [number, number, number];
    if (numbers[1]!.length === 4) found.push({ year: a, month: b, day: c });
    else if (numbers[4]!.length === 4) found.push({ year: c, month: a, day: b }, { year: c, month: b, day: a });
  }
  return found.filter(isDay);
}

function sameDay(a: Day, b: Day): Verdict {
  if (a.month !== b.month) return "wrong";
  for (const part of ["day", "year"] as const) {
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

const TIME = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?(?:(a|p)\.? ?m\.?|o'?clock|h|hrs|hours|uhr)?$/;
const HALF_DAY = 12 * 3600;

/** A time of day; of a bare number only where it says `am`, `pm` or has minutes. */
function time(text: string): Time | undefined {
  const plain = text.toLowerCase().trim();
  if (plain === "noon" || plain === "midday" || plain === "12 noon") return { seconds: HALF_DAY, half: "pm" };
  if (plain === "midnight" || plain === "12 midnight") return { seconds: 0, half: "am" };
  const match = plain.length > 20 ? null : TIME.exec(plain);
  if (!match || (match[2] === undefined && match[4] === undefined)) return undefined;
  const [hours, minutes, seconds] = [match[1], match[2] ?? 0, match[3] ?? 0].map(Number) as [number, number, number];
  if (hours > 24 || minutes > 59 || seconds > 59) return undefined;
  const half = match[4] === undefined ? undefined : match[4] === "a" ? "am" : "pm";
  if (half !== undefined && hours > 12) return undefined;
  const hour = half === undefined ? hours : (hours % 12) + (half === "pm" ? 12 : 0);
  return { seconds: hour * 3600 + minutes * 60 + seconds, half };
}

function sameTime(a: Time, b: Time): Verdict {
  if (a.seconds === b.seconds) return "right";
  const clock = (each: Time) => each.seconds % HALF_DAY;
  if (clock(a) !== clock(b)) return "wrong";
  if (a.half !== undefined && b.half !== undefined) return "wrong";
  // 3:00 may leave out that it is pm, as a number leaves out its unit; 15:00 and 3:00 may be two times.
  const open = [a, b].some((each) => each.half !== undefined);
  return open ? "right" : "unknown";
}

/** Compares two dates or two times of day. @returns undefined where one of them is none */
export function sameMoment(answer: string, gold: string): Verdict | undefined {
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
