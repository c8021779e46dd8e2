/** Answers: found in a model's text, and graded against the expected one. */
import { comparableWords, parseQuantity, plainAnswer, statement } from "./answerValue";

/** Which rule found the answer. */
type AnswerSource = "boxed" | "hashes" | "phrase" | "conclusion" | "number";

export interface ExtractedAnswer {
  /** As the model wrote it, trimmed; one line unless it was boxed. */
  answer: string;
  from: AnswerSource;
  /** Character offsets of the answer in the text, last exclusive. */
  range: [from: number, to: number];
}

export interface ExtractOptions {
  /** Take the last formula or bold words of the last line, where nothing marks the answer (default false). */
  conclusion?: boolean;
  /** Take the last number of the text where nothing marks the answer (default false: a guess is not an answer). */
  lastNumber?: boolean;
}

const BOX = /\\(?:boxed|fbox)\s*(?=\{)/g;
/** `### Final answer`, `#### Step 3: Add`: a Markdown heading and not an answer. */
const HEADING =
  /^(?:\*\*)?(?:step|part|case|round|note|solution|approach|conclusion|verification|check)\b|[^.!?\d]:\s*$/i;
const ANSWER_TITLE = /^(?:\*\*)?(?:the\s+)?(?:final\s+)?answer\s*:?\s*(?:\*\*)?\s*:?\s*(?:\*\*)?$/i;
const PHRASE =
  /(?:\*\*)?(?:final\s+|correct\s+)?\banswer\b(?:\s+to\s+[^.\n:]{1,80}?)?(?:\*\*)?\s*(?:is\s*:?|would\s+be|must\s+be|should\s+be|:|=|⇒|→)(?:\*\*)?\s*/gi;

function trimmed(text: string, from: number, to: number, source: AnswerSource): ExtractedAnswer | undefined {
  while (from < to && /[\s*_]/.test(text[from]!)) from++;
  while (to > from && /[\s*_]/.test(text[to - 1]!)) to--;
  return from < to ? { answer: text.slice(from, to), from: source, range: [from, to] } : undefined;
}

const lineEnd = (text: string, from: number) => (text.indexOf("\n", from) + 1 || text.length + 1) - 1;

/** The first line at or after `from` that says something. */
function nextLine(text: string, from: number): [number, number] {
  const start = from + /^\s*/.exec(text.slice(from, from + 1000))![0].length;
  return [start, lineEnd(text, start)];
}

/** Where each closed box opens and closes, in the order of the text. One pass: boxes may nest or never close. */
function closedBoxes(text: string): [open: number, close: number][] {
  const opens = new Set([...text.matchAll(BOX)].map((match) => match.index + match[0].length));
  if (opens.size === 0) return [];
  const closed: [number, number][] = [];
  const stack: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "{") stack.push(at);
    else if (char === "}") {
      const open = stack.pop();
      if (open !== undefined && opens.has(open)) closed.push([open, at]);
    }
  }
  return closed.sort((a, b) => a[0] - b[0]);
}

function lastBox(text: string): ExtractedAnswer | undefined {
  for (const [open, close] of closedBoxes(text).reverse()) {
    const found = trimmed(text, open + 1, close, "boxed");
    if (found) return found;
  }
  return undefined;
}

function lastHashes(text: string): ExtractedAnswer | undefined {
  for (const match of [...text.matchAll(/(?<!#)#{3,4}(?!#)[ \t]*/g)].reverse()) {
    let from = match.index + match[0].length;
    let to = lineEnd(text, from);
    const line = text.slice(from, to).trim();
    if (ANSWER_TITLE.test(line) || line === "") [from, to] = nextLine(text, to);
    else if (HEADING.test(line)) continue;
    const [inner] = text.slice(from, to).matchAll(PHRASE);
    if (inner && /^\s*(?:so|thus|therefore|hence)?,?\s*(?:the\s+)?$/i.test(text.slice(from, from + inner.index))) {
      from += inner.index + inner[0].length;
    }
    const found = trimmed(text, from, to, "hashes");
    if (found) return found;
  }
  return undefined;
}

/** Ends a phrase's answer: a full stop that is no decimal point, or the reason given for it. */
const PHRASE_END = /[.!?](?=\s|$)|,?\s+(?:because|since|as|so|which|where|that is)\b|;\s/i;

function lastPhrase(text: string): ExtractedAnswer | undefined {
  for (const match of [...text.matchAll(PHRASE)].reverse()) {
    const [from, end] = nextLine(text, match.index + match[0].length);
    const stop = PHRASE_END.exec(text.slice(from, end));
    const found = trimmed(text, from, stop ? from + stop.index : end, "phrase");
    if (found) return found;
  }
  const title = [...text.matchAll(/^[ \t]*\*{0,2}(?:final\s+)?answer\*{0,2}[ \t]*\n/gim)].pop();
  if (!title) return undefined;
  const [from, to] = nextLine(text, title.index + title[0].length);
  return trimmed(text, from, to, "phrase");
}

/** `Thus it is \(x = 4\).` → 4; `196 has **9** divisors.` → 9. */
function conclusion(text: string): ExtractedAnswer | undefined {
  const end = text.trimEnd().length;
  const start = text.lastIndexOf("\n", end - 1) + 1;
  const emphasised = /\\\((.+?)\\\)|(?<!\\)\$([^$\n]+)(?<!\\)\$|\*\*([^*\n]+)\*\*/g;
  const last = [...text.slice(start, end).matchAll(emphasised)].pop();
  if (!last) return undefined;
  const inner = last[1] ?? last[2] ?? last[3]!;
  const from = start + last.index + last[0].indexOf(inner);
  const equals = inner.lastIndexOf("=") + 1;
  return trimmed(text, from + equals, from + inner.length, "conclusion");
}

function lastNumber(text: string): ExtractedAnswer | undefined {
  const last = [...text.matchAll(/(?<![\w.])[-\u2212]?[$€£]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\/\d+)?%?/g)].pop();
  return last && trimmed(text, last.index, last.index + last[0].length, "number");
}

/**
 * Finds the final answer in a model's text. The last closed `\boxed{}` wins; without one, what follows the last
 * `####` (or `###`) that is no heading; then "the answer is …". Chain of Draft's own extraction loses minus signs and
 * digits (2502.18600); here the answer is returned as written.
 * @returns undefined where nothing says which part is the answer
 */
export function extractAnswer(text: string, options: ExtractOptions = {}): ExtractedAnswer | undefined {
  const marked = lastBox(text) ?? lastHashes(text) ?? lastPhrase(text);
  if (marked) return marked;
  return (options.conclusion ? conclusion(text) : undefined) ?? (options.lastNumber ? lastNumber(text) : undefined);
}

/** The answer that a gold field holds: what follows the last `####`, what is boxed, or all of it. */
export function goldAnswer(gold: string): string {
  const hashes = gold.lastIndexOf("####");
  const last = hashes < 0 ? gold : gold.slice(hashes + 4);
  return (lastBox(last)?.answer ?? last).trim();
}

/** Units between which a number means different things. Other words after a number are decoration. */
const UNITS =
  /^(?:[kcm]?m|km\/h|mph|[km]?g|[mc]?l|ms|s|h|min|seconds?|minutes?|hours?|days?|weeks?|months?|years?|[kmg]?b|inch(?:es)?|feet|ft|miles?|meters?|[km]?v|[km]?w|[km]?hz|ma|degrees?)$/;
const singular = (unit: string) => unit.replace(/(?:(?<=inch)es|(?<!^m)(?<=\w\w)s)$/, "");

/** Whole numbers are equal or not; others may differ in the last digits that a division leaves. */
const close = (a: number, b: number) =>
  a === b || (!(Number.isInteger(a) && Number.isInteger(b)) && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));

function sameQuantity(answer: string, gold: string): boolean | undefined {
  const [a, g] = [parseQuantity(answer), parseQuantity(gold)];
  if (!a || !g) return undefined;
  if (UNITS.test(a.unit) && UNITS.test(g.unit) && singular(a.unit) !== singular(g.unit)) return false;
  if (close(a.value, g.value)) return true;
  if (a.percent === g.percent) return false;
  return a.percent ? close(a.value / 100, g.value) : close(a.value, g.value / 100);
}

/** `(B)`, `B.`, `option b: Venus` → letter and, where there is one, the option's text. */
function choice(text: string): { letter: string; text: string } | undefined {
  const match = /^(?:option|choice|answer)?\s*(?:\(([A-J])\)|\b([A-J])(?=[).:]|$))[).:]*\s*(.*)$/is.exec(text);
  if (!match) return undefined;
  return { letter: (match[1] ?? match[2]!).toUpperCase(), text: comparableWords(match[3]!) };
}

/** Elements of `(a, b)`, `[a, b]`, `{a, b}` or a bare list; undefined for one element. */
function elements(text: string): { brackets: string; parts: string[] } | undefined {
  const bracketed = /^(\\?[([{])([\s\S]*?)(\\?[)\]}])$/.exec(text);
  const inner = bracketed ? bracketed[2]! : text;
  // In "10,000, 2" a comma without a space stands inside a number.
  const thousands = inner.includes(", ") ? /^\d{3}(?!\d)/ : undefined;
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < inner.length; at++) {
    if ("([{".includes(inner[at]!)) depth++;
    if (")]}".includes(inner[at]!)) depth--;
    if (inner[at] !== "," || depth !== 0 || thousands?.test(inner.slice(at + 1, at + 5))) continue;
    parts.push(inner.slice(start, at));
    start = at + 1;
  }
  parts.push(inner.slice(start));
  if (parts.length < 2) return undefined;
  return { brackets: bracketed ? bracketed[1]! + bracketed[3]! : "", parts: parts.map((part) => part.trim()) };
}

const VERDICT = /^(yes|no|true|false)\b(?=[\s.,:;!]|$)/i;

function sameWords(answer: string, gold: string): boolean {
  const [a, g] = [comparableWords(answer), comparableWords(gold)];
  if (a === g) return true;
  const verdict = VERDICT.exec(a)?.[1];
  if (verdict && verdict === g) return true;
  const [said, expected] = [statement(answer), statement(gold)];
  if (said && expected) return said.subject === expected.subject && said.predicate === expected.predicate;
  if (said) return said.predicate === g || sameQuantity(said.predicate, gold) === true;
  return expected !== undefined && expected.predicate === a;
}

const compact = (text: string) =>
  text
    .toLowerCase()
    .replace(/[\s{}]/g, "")
    .replace(/\*|×/g, "");

function same(answer: string, gold: string, depth: number): boolean {
  if (answer === "" || gold === "") return false;
  if (answer === gold || compact(answer) === compact(gold)) return true;
  const quantity = sameQuantity(answer, gold);
  if (quantity !== undefined) return quantity;
  const [picked, right] = [choice(answer), choice(gold)];
  if (picked && right) return picked.letter === right.letter;
  if (right?.text && comparableWords(answer) === right.text) return true;
  const [list, goldList] = [elements(answer), elements(gold)];
  if (list && goldList && depth < 3) {
    return (
      list.parts.length === goldList.parts.length &&
      (list.brackets === goldList.brackets || list.brackets === "" || goldList.brackets === "") &&
      list.parts.every((part, index) => same(part, goldList.parts[index]!, depth + 1))
    );
  }
  const assigned = /^[a-z]\w{0,2}\s*(?:=|≈|\\approx)\s*(.+)$/is;
  const [value, goldValue] = [assigned.exec(answer)?.[1] ?? answer, assigned.exec(gold)?.[1] ?? gold];
  if (value !== answer || goldValue !== gold) return same(value, goldValue, depth + 1);
  return sameWords(answer, gold);
}

/**
 * Whether an answer means the expected one: numbers by value, fractions, percent and LaTeX by what they say, options
 * by letter, and a sentence ("Tom is a lempus.") also by its predicate where the other side is only a word.
 * @param answer what `extractAnswer` found, or any text that is an answer
 * @param gold the expected answer; GSM8K's `… #### 42` is understood
 */
export function gradeAnswer(answer: string | undefined, gold: string): boolean {
  if (answer === undefined) return false;
  return same(plainAnswer(answer), plainAnswer(goldAnswer(gold)), 0);
}
