/** Answers that stand between marks, are picked by their letter, or are all that a text says. */
import { isMathematics } from "./bareFormula";

interface Place {
  from: number;
  to: number;
}

/** Longer texts between marks are no answer; between those that may hold a whole solution, long ones are one. */
const LONGEST_MARKED = 20_000;
const LONGEST_SOLUTION = 200;

const MARKS: [open: string, close: string, longest: number][] = [
  ["<answer>", "</answer>", LONGEST_MARKED],
  ["<final_answer>", "</final_answer>", LONGEST_MARKED],
  ["<final-answer>", "</final-answer>", LONGEST_MARKED],
  ["<finalanswer>", "</finalanswer>", LONGEST_MARKED],
  ["[answer]", "[/answer]", LONGEST_MARKED],
  ["<|begin_of_box|>", "<|end_of_box|>", LONGEST_MARKED],
  ["<solution>", "</solution>", LONGEST_SOLUTION],
];
const ANY_CASE = /[<[]\/?(?:answer|final[_-]?answer|solution)[>\]]/gi;

/** What stands between the marks that close last. */
export function lastMarked(text: string): Place | undefined {
  // Lower case may be longer: of İ it is two.
  const lower = text.replace(ANY_CASE, (mark) => mark.toLowerCase());
  let last: Place | undefined;
  for (const [open, close, longest] of MARKS) {
    const to = lower.lastIndexOf(close);
    const start = to < 0 ? -1 : lower.slice(0, to).lastIndexOf(open);
    if (start < 0 || to - start > longest || (last && to < last.to)) continue;
    last = { from: start + open.length, to };
  }
  return last;
}

/** `故选 B`, `正确选项是 B`. */
const CHOSEN =
  /(?:(?:故|应|應|因此|所以|本题|本題)[选選](?:择|擇)?|(?:选项|選項)(?:应)?(?:是|为|為)?)[:：]?[ *]{0,4}[（(]?([A-J]{1,6})(?![A-Za-z错錯不误誤])/g;
/** `Option B is the correct answer`, `I choose B`, `选项B正确`. */
const JUDGED_RIGHT =
  /(?:(?:^[ *]{0,4}|(?:[.!?:,]|\b(?:so|thus|therefore|hence|only|that|option|choice|answer|letter))[ *\n]{1,4})\(?([A-J])[).]?(?:\*\*)? (?:is|must be) (?:the |thus |therefore |clearly )?(?:correct|right|best)(?! (?:if|when|only|about))|\bI(?:'d| would| will)? (?:choose|pick|select|go with) (?:option |answer |choice )?[(*]{0,3}([A-J])(?=[).,;:!*\n]|$| because| as | since)|(?:选项|選項) ?([A-J]) ?(?:是|为|為)?正[确確])/gim;

/** The option that a text says is right, where it says so of one only. */
export function chosenOption(text: string): Place | undefined {
  const chosen = [...text.matchAll(CHOSEN)].at(-1);
  const letters = new Map<string, Place>();
  for (const match of chosen ? [chosen] : text.matchAll(JUDGED_RIGHT)) {
    const letter = (match[1] ?? match[2] ?? match[3])!;
    if (/^[a-j]/.test(letter) || /^[^.!\n。]{0,40}\?/.test(text.slice(match.index + match[0].length).slice(0, 60)))
      continue;
    const from = match.index + match[0].lastIndexOf(letter);
    letters.set(letter, { from, to: from + letter.length });
  }
  return letters.size === 1 ? [...letters.values()][0] : undefined;
}

const NUMBER = /^[-\u2212+]?(?:[$€£¥₹] ?)?\p{Nd}[\p{Nd}.,\u066b\u066c/:]*(?: ?[%°]| ?\p{L}{1,15})?\.?$/u;
const OPTION = /^\**\(?[A-J](?:[).:]{1,2}\**(?: .{1,200})?|\**)$/;
const SAID = /^\**(?:yes|no|true|false)\**(?:[.,!;:].{0,200})?$/i;
/** How an option begins; a text with several of them lists what can be chosen. */
const LISTED = /^\**\(?[A-J][).:]/gm;

/** A text, or its first paragraph, that is nothing but a number or a formula, an option, or yes or no with a reason. */
export function bareAnswer(text: string): Place | undefined {
  const from = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  const lineLength = text.slice(from, end).search(/\n/);
  const to = lineLength < 0 ? end : from + text.slice(from, from + lineLength).trimEnd().length;
  if (to - from > 240) return undefined;
  const line = text.slice(from, to);
  const isAll = to === end;
  if (!isAll && !/^[ \t]*\r?\n[ \t]*\r?\n/.test(text.slice(to, to + 100))) return undefined;
  const option = OPTION.test(line) && (text.match(LISTED)?.length ?? 0) < 2;
  return option || SAID.test(line) || (isAll && (NUMBER.test(line) || isMathematics(line))) ? { from, to } : undefined;
}
