/** Answers: found in a model's text, and graded against the expected one. */
import { bareAnswer, chosenOption, lastMarked } from "./answerMarks";
import { isCut, lastPhrase } from "./answerPhrase";
import { lastBoxed } from "./boxes";
import { isOneOfRows, lastEmphasised } from "./emphasis";
import { acceptedIn, oneOf } from "./acceptedAnswers";
import { verdictOn, type Verdict } from "./grading/grade";

/** Which rule found the answer. */
type AnswerSource = "tag" | "boxed" | "hashes" | "phrase" | "conclusion" | "number";

export interface ExtractedAnswer {
  /** As the model wrote it, trimmed. Of several boxes that belong together, all of them with what joins them. */
  answer: string;
  from: AnswerSource;
  /** Character offsets of the answer in the text, last exclusive. */
  range: [from: number, to: number];
}

export interface ExtractOptions {
  /** Take the last formula or bold words of the last line, or a text that says nothing else, where nothing marks the answer (default false). */
  conclusion?: boolean;
  /** Take the last number of the text where nothing marks the answer (default false: a guess is not an answer). */
  lastNumber?: boolean;
}

/** Code units of the emoji that ends at `to`; 0 where none does. */
function pictureLength(text: string, to: number): number {
  const code = to > 0 ? text.charCodeAt(to - 1) : 0;
  if ((code >= 0x2600 && code <= 0x27bf) || code === 0xfe0f || code === 0x200d) return 1;
  const pair = code >= 0xdc00 && code <= 0xdfff && to > 1 ? text.codePointAt(to - 2)! : 0;
  return pair >= 0x1f000 && pair <= 0x1faff ? 2 : 0;
}

function trimmed(text: string, from: number, to: number, source: AnswerSource): ExtractedAnswer | undefined {
  while (from < to && /[\s*_]/.test(text[from]!)) from++;
  for (let length = 1; to > from && length > 0; to -= length) {
    length = /[\s*_,]/.test(text[to - 1]!) ? 1 : pictureLength(text, to);
  }
  return from < to ? { answer: text.slice(from, to), from: source, range: [from, to] } : undefined;
}

const lineEnd = (text: string, from: number) => (text.indexOf("\n", from) + 1 || text.length + 1) - 1;

/** `<answer>…</answer>` and marks like it, and a box or phrase inside them. */
function lastTag(text: string): ExtractedAnswer | undefined {
  const place = lastMarked(text);
  if (!place) return undefined;
  const inner = text.slice(place.from, place.to);
  const found = lastBox(inner) ?? lastHashes(inner) ?? phrase(inner);
  if (found) return { ...found, from: "tag", range: [found.range[0] + place.from, found.range[1] + place.from] };
  return trimmed(text, place.from, place.to, "tag");
}

function lastBox(text: string): ExtractedAnswer | undefined {
  const range = lastBoxed(text);
  return range && trimmed(text, ...range, "boxed");
}

/** The last box, or the “final answer” that the text gives after it in words. */
function boxOrFinal(text: string): ExtractedAnswer | undefined {
  const box = lastBox(text);
  if (!box) return undefined;
  const after = text.slice(box.range[1]);
  const final = /final answer/i.test(after) ? phrase(after) : undefined;
  if (!final) return box;
  return { ...final, range: [final.range[0] + box.range[1], final.range[1] + box.range[1]] };
}

/** `### Final answer`, `#### Step 3: Add`: a Markdown heading and not an answer. */
const HEADING =
  /^(?:\*\*)?(?:step|part|case|round|note|notes|solution|approach|conclusion|verification|check|explanation|summary|reasoning|analysis|given|method|calculation|\d+[.)] \D)(?![\w'])|^(?:\d+|[VX]|[IVX]{2,6})[.)] \D|[^.!?\d]:$/i;
/** Emphasis and pictures before a heading: `**5. Routes**`, `🌙 6. **Nights**`. */
const HEADING_DRESS = /^(?:[*_\s\ufe0f\u200d]|\p{Extended_Pictographic})+/u;

/** Whether the text of a line that begins with `#` is a heading; a digit on a key is its number. */
function isHeading(line: string): boolean {
  let end = line.length;
  while (end > 0 && /[*_\s]/.test(line[end - 1]!)) end--;
  const title = line.slice(0, end).replace(HEADING_DRESS, "");
  return HEADING.test(title.replace(/^(\d)\ufe0f?\u20e3\s*/u, "$1. "));
}

const ANSWER_TITLE = /^(?:the )?(?:final )?answer$/i;

function lastHashes(text: string): ExtractedAnswer | undefined {
  const marks = [...text.matchAll(/(?<!#)#{3,4}(?!#)/g)];
  let below = text.length;
  for (const match of marks.reverse()) {
    let from = match.index + match[0].length;
    // Up to the next mark, on this line or below.
    const length = text.slice(from, below).indexOf("\n");
    let to = length < 0 ? below : from + length;
    const line = text.slice(from, to).trim();
    const isLast = below === text.length && text.slice(to).trim() === "";
    below = match.index;
    const title = line.replace(/[*:]/g, "").replace(/\s+/g, " ").trim();
    if (ANSWER_TITLE.test(title) || line === "") {
      while (to < text.length && /\s/.test(text[to]!)) to++;
      [from, to] = [to, lineEnd(text, to)];
      if (/^(?:\$\$|\\\[)$/.test(text.slice(from, to).trim())) [from, to] = displayed(text, from, to);
    } else if (isHeading(line) || (!isLast && !/\d/.test(line))) continue;
    const inner = phrase(text.slice(from, to));
    const leads =
      inner &&
      /^(?:[\s*]|so|thus|therefore|hence|the|final|correct|answer|is|,|:)*$/i.test(
        text.slice(from, from + inner.range[0]).slice(0, 80),
      );
    if (inner && leads) from += inner.range[0];
    const found = trimmed(text, from, inner && leads ? from + inner.answer.length : to, "hashes");
    if (found) return found;
  }
  return undefined;
}

/** Display mathematics whose mark has a line of its own. */
function displayed(text: string, from: number, to: number): [number, number] {
  const closing = text.slice(from, to).trim() === "$$" ? "$$" : "\\]";
  const end = text.indexOf(closing, to);
  return end < 0 ? [from, to] : [to, end];
}

function phrase(text: string): ExtractedAnswer | undefined {
  const found = lastPhrase(text) ?? chosenOption(text);
  return found && trimmed(text, found.from, found.to, "phrase");
}

/** `Thus it is \(x = 4\).` → 4; `196 has **9** divisors.` → 9. */
function conclusion(text: string): ExtractedAnswer | undefined {
  const end = text.trimEnd().length;
  const start = text.lastIndexOf("\n", end - 1) + 1;
  const bare = bareAnswer(text);
  if (bare) return trimmed(text, bare.from, bare.to, "conclusion");
  const line = text.slice(start, end);
  const hashes = /^#{1,6}(?= )/.exec(line)?.[0].length;
  if (hashes !== undefined && isHeading(line.slice(hashes))) return undefined;
  const last = lastEmphasised(line);
  if (!last || isOneOfRows(text.slice(0, end)) || isCut(text, text.length)) return undefined;
  // What is emphasised before the last sentence is only spoken of.
  if (/[.!?]\s+\p{Lu}/u.test(text.slice(start + last.to, end))) return undefined;
  const [from, to] = [start + last.from, start + last.to];
  const inner = text.slice(from, to);
  if (last.several) return { answer: inner, from: "conclusion", range: [from, to] };
  // Of `x + y = 4` the 4; what is itself the answer is one of several, an inequality, or has 0 on its right.
  const equals = /[,;<>!]|\\[lgn]eq?\b|=\s*0\s*$/.test(inner) ? 0 : inner.lastIndexOf("=") + 1;
  return trimmed(text, from + equals, to, "conclusion");
}

function lastNumber(text: string): ExtractedAnswer | undefined {
  const last = [...text.matchAll(/(?<![\w.])[-\u2212]?[$€£]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\/\d+)?%?/g)].pop();
  return last && trimmed(text, last.index, last.index + last[0].length, "number");
}

/**
 * Finds the final answer in a model's text: the last `<answer>` or a mark like it, closed `\boxed{}`, `####` (or `###`) that is no
 * heading, “the answer is …”, or the option that is said to be right, in this order. Chain of Draft's own extraction loses minus signs and digits
 * (2502.18600); here the answer is returned as written. A text that breaks off in a sentence has no answer but a marked one.
 * @returns undefined where nothing says which part is the answer
 */
export function extractAnswer(text: string, options: ExtractOptions = {}): ExtractedAnswer | undefined {
  const marked = lastTag(text) ?? boxOrFinal(text) ?? lastHashes(text) ?? phrase(text);
  if (marked) return marked;
  return (options.conclusion ? conclusion(text) : undefined) ?? (options.lastNumber ? lastNumber(text) : undefined);
}

/** The answer that a gold field holds: what follows the last `####`, what is boxed, or all of it; of each where several are right. */
export function goldAnswer(gold: string): string {
  const several = acceptedIn(gold);
  if (several.length > 1) return oneOf(several.map(goldAnswer));
  const hashes = gold.lastIndexOf("####");
  const last = hashes < 0 ? gold : gold.slice(hashes + 4);
  return (lastBox(last)?.answer ?? last).trim();
}

/**
 * Whether an answer means the expected one.
 * @param answer what `extractAnswer` found, or any text that is an answer; none is wrong
 * @param gold the expected answer, or several of which any counts (`oneOf`); GSM8K's `… #### 42` is understood
 * @returns undefined where it is not known: the two cannot be compared, or not in some milliseconds
 */
export function gradeAnswer(answer: string | undefined, gold: string): boolean | undefined {
  if (answer === undefined) return false;
  const verdicts: Verdict[] = [];
  for (const each of acceptedIn(goldAnswer(gold))) {
    const verdict = verdictOn(answer, each);
    if (verdict === "right") return true;
    verdicts.push(verdict);
  }
  return verdicts.includes("unknown") ? undefined : false;
}
