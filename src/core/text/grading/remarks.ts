/** What an answer says of itself in brackets behind it: a remark, its unit, or the same in another form. */
import { isUnit } from "./units";
import { comparableWords } from "./words";

/** `Paris (the capital)` as what is said and the remark on it. */
export function remarkOf(text: string): { before: string; remark: string } | undefined {
  const open = text.endsWith(")") ? text.lastIndexOf(" (") : -1;
  const remark = open > 0 ? text.slice(open + 2, -1) : "";
  return /[A-Za-z]{3}/.test(remark) && !/[\\=()]/.test(remark) ? { before: text.slice(0, open), remark } : undefined;
}

const NEARLY = /^(?:about|approximately|approx|around|roughly|rounded)(?![a-z])/i;

/** Whether two remarks say the same, or one only that it is nearly so. */
export const sameRemark = (a: string, b: string): boolean =>
  NEARLY.test(a) || NEARLY.test(b) || comparableWords(a) === comparableWords(b);

/** `5 (minutes)` as `5 minutes`; one letter in brackets is a factor. */
export function withUnit(text: string): string {
  const found = /[\d})] ?\((?:in )?([A-Za-z]{2,20}|%)\)$/.exec(text.slice(-30));
  if (!found || !isUnit(found[1]!)) return text;
  return `${text.slice(0, text.length - found[0].length + 1)} ${found[1]}`;
}

const OTHER_FORM =
  / ?\((or|i\.e\.,?|that is,?|=|equivalently,?|about|approximately|approx\.?|around|roughly|\\approx|~) ?([^()]{1,60})\)$/i;

/** `3/4 (or 0.75)`: what stands before the bracket and in it, and whether that is only nearly the same. */
export function twoForms(text: string): { first: string; second: string; isNearly: boolean } | undefined {
  const found = OTHER_FORM.exec(text.slice(-90));
  if (!found) return undefined;
  const first = text.slice(0, text.length - found[0].length).trim();
  const isNearly = !/^(?:or|i|that|=|equi)/i.test(found[1]!);
  return first === "" ? undefined : { first, second: found[2]!.trim(), isNearly };
}
