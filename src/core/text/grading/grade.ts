/** Grading: whether an answer means the expected one. */
import { choice } from "./choice";
import { Comparison } from "./compare";
import { sameMoment } from "./calendar";
import { undressed, readable } from "./dress";
import { withFactors } from "./factors";
import { holds, TooMuch, Work, type Node } from "./node";
import { numberWords } from "./numberWords";
import { hanNumber } from "./scripts";
import { sameOrdinal } from "./ordinals";
import { parse } from "./parse";
import { sameRanking } from "./rankings";
import { remarkOf, sameRemark, twoForms, withUnit } from "./remarks";
import type { Verdict } from "./sameExpression";
import type { Comma } from "./tokens";
import { lettered } from "./truthLetters";
import { comparableWords, sameWords, statement } from "./words";

export type { Verdict };

/** Longer answers are texts: they are the same, or nothing is said of them. */
const LONGEST = 1000;

/** A comma and a zero with no unit behind. */
const ENDS_IN_ZERO = /(?<=\d),0(?! ?(?!(?:or|and|oder|und|ou|et|o|y)(?!\p{L}))[\p{L}%$€£]|\d)/u;

/** What a comma between digits may mean in a text: surely, and at a stretch. */
function commas(text: string): { sure: Comma[]; doubtful: Comma[] } {
  const groups = text.match(/(?<!\d)\d+(?:,\d+)+(?:\.\d+)?/g) ?? [];
  const dots = text.match(/[\d.]+/g)?.some((run) => /^[1-9]\d{0,2}(?:\.\d{3})+$/.test(run)) ?? false;
  if (groups.length === 0) {
    const several = /\d\.\d{3}\.\d{3}/.test(text);
    return several ? { sure: ["decimal"], doubtful: [] } : { sure: ["thousands"], doubtful: dots ? ["decimal"] : [] };
  }
  const isThousands = (group: string) =>
    /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$|^[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d+)?$/.test(group);
  const isDecimal = (group: string) => /^\d+,\d+$/.test(group);
  const inside = hasCommaInBrackets(text);
  const spaced = /[,;] /.test(text);
  if (/\d\.\d{3},\d+(?!\d)/.test(text)) return { sure: ["decimal"], doubtful: [] };
  if (groups.every(isThousands)) {
    const doubtful: Comma[] = groups.every(isDecimal) ? ["decimal"] : [];
    return inside && !spaced
      ? { sure: ["list"], doubtful: ["thousands", ...doubtful] }
      : { sure: ["thousands"], doubtful: ["list", ...doubtful] };
  }
  if (groups.some(isThousands) && spaced) return { sure: ["thousands"], doubtful: ["list"] };
  // `-5,0` may be two roots of which another answer has the first.
  if (!spaced && !inside && ENDS_IN_ZERO.test(text))
    return { sure: ["list"], doubtful: groups.every(isDecimal) ? ["decimal"] : [] };
  if (groups.every(isDecimal) && (!inside || spaced)) return { sure: ["decimal", "list"], doubtful: [] };
  return { sure: ["list"], doubtful: [] };
}

/** Whether a comma between digits stands in brackets, as of a tuple. */
function hasCommaInBrackets(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if ("([{".includes(text[at]!)) depth++;
    else if (")]}".includes(text[at]!)) depth--;
    else if (depth > 0 && text[at] === "," && /\d,\d/.test(text.slice(at - 1, at + 2))) return true;
  }
  return false;
}

/** More words are a text and no list of words. */
const WORDS_OF_AN_ITEM = 3;

/** Trees of the texts that were read last: whoever looks for those that mean the same asks of each many times. */
const remembered = new Map<string, Node>();
const MOST_REMEMBERED = 100;

function read(text: string, comma: Comma): Node {
  const key = `${comma} ${text}`;
  const node = remembered.get(key) ?? readAnew(text, comma);
  // Set anew, it is the last to be forgotten.
  remembered.delete(key);
  remembered.set(key, node);
  if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value!);
  return node;
}

/** A tree in which texts stay whole: “wipe them, then leave them open” is no list of two. */
function readAnew(text: string, comma: Comma): Node {
  const node = parse(text, comma);
  const isText = (each: Node) => each.kind === "words" && each.text.split(" ").length > WORDS_OF_AN_ITEM;
  const isList = node.kind === "list" || node.kind === "bracket";
  return isList && holds(node, isText) ? { kind: "words", text } : node;
}

/** Labels, and what a sentence says of its subject: `Answer: 5`, `The total is 5`. */
const LABEL =
  /^(?:so |thus |hence |therefore |then )*,? ?(?:the )?(?:final |correct |right )?(?:answer|result|solution)(?: is)?(?: ?[:=]| is| )+ ?(?=.)/i;

class Grading {
  private readonly work = new Work();
  private readonly comparison = new Comparison(this.work);

  verdict(answer: string, gold: string, depth = 0): Verdict {
    const [a, g] = [answer, gold].map((text) => withUnit(unlabelled(undressed(text)))) as [string, string];
    if (a.length > 2 * LONGEST || g.length > 2 * LONGEST) throw new TooMuch();
    if (a === "") return "wrong";
    if (g === "") return "unknown";
    if (a === g) return "right";
    const [said, expected] = [readable(a), readable(g)];
    const named =
      sameMoment(said, expected) ??
      sameOrdinal(said, expected) ??
      sameRanking(answer.trim(), gold.trim()) ??
      lettered(said, expected);
    if (named) return named;
    return this.choices(a, g) ?? this.statements(a, g, depth) ?? this.meanings(a, g, depth);
  }

  private choices(answer: string, gold: string): Verdict | undefined {
    const [picked, right] = [choice(readable(answer)), choice(readable(gold))];
    if (!right) {
      // A letter alone may be that of an option which nobody here knows.
      if (picked && picked.text === "" && /[A-Za-z]{3}/.test(gold) && !/[\d\\]/.test(gold)) return "unknown";
      const isOption = picked && picked.text !== "" && !picked.doubtful;
      return isOption && this.verdictOfTexts(picked.text, gold) === "right" ? "right" : undefined;
    }
    if (picked) {
      if (picked.letter === right.letter) return picked.doubtful || right.doubtful ? undefined : "right";
      if (picked.doubtful && right.doubtful) return undefined;
      const sameText = picked.text !== "" && comparableWords(picked.text) === comparableWords(right.text);
      return sameText ? "unknown" : "wrong";
    }
    if (right.doubtful) return undefined;
    // The letter is wanted; what the option says counts where the expected answer says it too.
    if (right.text === "") return /^[A-J]$/.test(gold) || answer.length > 1 ? optionUnknown(answer) : undefined;
    return this.verdictOfTexts(answer, right.text);
  }

  private verdictOfTexts(answer: string, gold: string): Verdict {
    return answer === gold ? "right" : this.meanings(answer, gold, 1);
  }

  /** “Tom is a lempus” against “lempus”; of two statements, subject and predicate. */
  private statements(answer: string, gold: string, depth: number): Verdict | undefined {
    if (depth > 1) return undefined;
    const [said, expected] = [statement(answer), statement(gold)];
    if (said && expected) {
      const verdict = sameWords(readable(answer), readable(gold));
      if (verdict !== "wrong" && verdict !== "unknown") return verdict;
      const subjects = this.verdict(said.subject, expected.subject, depth + 1);
      const predicates = this.verdict(said.predicate, expected.predicate, depth + 1);
      if (subjects === "right" || predicates !== "right") return subjects === "right" ? predicates : verdict;
      return subjects;
    }
    if (said) return this.verdict(said.predicate, gold, depth + 1);
    if (!expected) return undefined;
    const verdict = this.verdict(answer, expected.predicate, depth + 1);
    // A bare subject says nothing of it.
    return verdict === "unknown" && comparableWords(answer) === comparableWords(expected.subject) ? "wrong" : verdict;
  }

  private meanings(answer: string, gold: string, depth: number): Verdict {
    if (depth < 2) {
      const verdict = this.beforeRemarks(answer, gold, depth);
      if (verdict) return verdict;
    }
    if (withoutIndices(answer) === withoutIndices(gold)) return "right";
    if (depth < 2 && this.eitherForm(answer, gold, depth)) return "right";
    const [a, g] = [inDigits(answer, gold), inDigits(gold, answer)];
    const [first, second] = [commas(a), commas(g)];
    const verdicts = this.readings(a, g, first.sure, second.sure);
    if (verdicts.includes("right")) return "right";
    const factors = withFactors([a, g]);
    if (factors && this.readings(...factors, first.sure, second.sure).includes("right")) return "right";
    if (verdicts.includes("unknown")) return "unknown";
    const stretched = [
      ...this.readings(a, g, first.doubtful, [...second.sure, ...second.doubtful]),
      ...this.readings(a, g, first.sure, second.doubtful),
    ];
    return stretched.includes("right") ? "unknown" : "wrong";
  }

  /** What is right before its remark is right, unless both sides have one and say something else in it: `n (even)`, `n (odd)`. */
  private beforeRemarks(answer: string, gold: string, depth: number): Verdict | undefined {
    const [first, second] = [remarkOf(answer), remarkOf(gold)];
    if (!first && !second) return undefined;
    if (this.verdict(first?.before ?? answer, second?.before ?? gold, depth + 1) !== "right") return undefined;
    return !first || !second || sameRemark(first.remark, second.remark) ? "right" : "unknown";
  }

  /** `3/4 (or 0.75)`: one value in two forms. `5 (or 6)` is two values. */
  private eitherForm(answer: string, gold: string, depth: number): boolean {
    const forms = twoForms(answer);
    if (!forms) return false;
    const isGold = (form: string) => this.verdict(form, gold, depth + 1) === "right";
    return isGold(forms.first)
      ? forms.isNearly || this.verdict(forms.second, forms.first, depth + 1) === "right"
      : isGold(forms.second) && (forms.isNearly || this.verdict(forms.first, forms.second, depth + 1) === "right");
  }

  private readings(answer: string, gold: string, commas: readonly Comma[], others: readonly Comma[]): Verdict[] {
    return commas.flatMap((comma) =>
      others.map((other) => this.comparison.same(read(answer, comma), read(gold, other))),
    );
  }
}

/** A letter is wanted and something else is said: an option's text, which nobody here knows, or another letter. */
function optionUnknown(answer: string): Verdict | undefined {
  return /^[A-Za-z]$/.test(answer) ? undefined : "unknown";
}

/** “There are”, before what is counted, in Chinese. */
const COUNTED = /^(?:一共有?|总共有?|共有?|还剩下?|有) ?(?=\d)/;

function unlabelled(text: string): string {
  return undressed(text.replace(LABEL, "").replace(COUNTED, ""));
}

/** `H_{2}O` as it is written in plain text; an index to a number stays, which is its base. */
const withoutIndices = (text: string) => text.replace(/(?<=[A-Za-z])_ ?\{? ?(\w{1,20}) ?\}?/g, "$1");

/** `10k`, where a large number is expected, is no ten times k. */
const SHORT: Record<string, string> = { k: "thousand", K: "thousand", M: "million", B: "billion", T: "trillion" };
const LARGE =
  /^[-+$€£¥ ]{0,3}(?:\d{1,3}(?:,\d{3})+|\d{4,})(?![\d,]*[A-Za-z])|\d ?(?:thousand|million|billion|trillion)(?![a-z])/i;

/** What the other side writes otherwise: numbers in words, roman ones and those of base 16 as digits, options apart, `2 to 1`. */
function inDigits(text: string, other: string): string {
  if (/^0x[\da-f]{1,64}$/i.test(text)) return String(BigInt(text));
  if (/^[1-9]\d{0,2}(?:_\d{3}){1,9}$/.test(text)) return text.replaceAll("_", "");
  if (/^[IVXLCDM]{2,12}$/.test(text) && /^\d+$/.test(other)) return String(roman(text));
  if (/^[A-J]{2,6}$/.test(text) && /^\(?[A-J]\)?(?: ?,| and )/.test(other)) return [...text].join(", ");
  if (/^\d[\d.]*(?: to \d[\d.]*)+$/.test(text) && other.includes(":")) return text.replaceAll(" to ", ":");
  const short = /^[-+$€£¥ ]{0,3}\d[\d.,]*([kKMBT])(?= |$)/.exec(text);
  if (short && LARGE.test(other)) return text.replace(short[1]!, ` ${SHORT[short[1]!]}`);
  const clock = /^(\d{1,4}) ?h(?:rs?|ours?)? ?(\d{1,2}) ?m(?:ins?)?$/.exec(text);
  if (clock) return `${clock[1]} h ${clock[2]} min`;
  if (/^\d+ ?' ?\d+$/.test(text) && /feet|foot|ft/.test(other)) return `${text.replace("'", " feet ")} inches`;
  // Engineers and Python call the imaginary unit j.
  if (/^\(?-?\d[\d.]* ?[-+] ?[\d.]*j\)?$/.test(text)) return text.replace("j", "i");
  // A mixed number as it is spoken, where no list of two is meant.
  const mixed = /^-?\d+ and \d+\/\d+(?= |$)/.exec(text)?.[0];
  if (mixed !== undefined && !/,|;| and | or /.test(other)) return mixed.replace(" and", "") + text.slice(mixed.length);
  const negative = /^(?:minus|negative) (?=[\w.\\])/i.exec(text)?.[0].length ?? 0;
  const [bare, sign] = [text.slice(negative), negative > 0 ? "-" : ""];
  if (/\d/.test(other) && /^[^\w\\]|\d ?[十百千万萬亿億兆천만억]/.test(bare)) return sign + hanNumber(bare);
  const found = numberWords(bare);
  return found ? `${sign}${found.digits} ${found.rest}`.trim() : sign + bare;
}

const ROMAN: Record<string, number> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };
const roman = (text: string) =>
  [...text].reduce(
    (sum, letter, at) => sum + (ROMAN[letter]! < (ROMAN[text[at + 1]!] ?? 0) ? -1 : 1) * ROMAN[letter]!,
    0,
  );

/**
 * Whether an answer means the expected one: numbers by value whatever their dress, expressions as functions, sets,
 * tuples and intervals by what they hold, options by letter, words without case and articles. At most some
 * milliseconds, whatever is written.
 * @param answer what `extractAnswer` found, or any text that is an answer
 * @param gold the expected answer
 */
export function verdictOn(answer: string, gold: string): Verdict {
  if (answer.length > LONGEST || gold.length > LONGEST) {
    return answer.trim() === gold.trim() ? "right" : "unknown";
  }
  try {
    return new Grading().verdict(answer, gold);
  } catch (error) {
    if (error instanceof TooMuch) return "unknown";
    throw error;
  }
}
