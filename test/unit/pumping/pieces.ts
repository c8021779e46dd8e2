/** Texts in which one piece is repeated: what readers that go back, or look ahead, take long for. */
import { FILES } from "../core/formats/foreignFiles";

/** Marks of all that is read here, and what stands beside them. */
const MARKS = [
  ..." \t\n\r-*_#`$\\{}[]()<>|,;:.!?\"'=+/^~&@%0a１é👍\u0000\u200b\ud800İ＝",
  ..."\r\n|**|***|---\n|#### |```\n|~~~\n|$$|\\(|\\[|\\boxed{|\\frac{1}{2}|\\frac{|\\sqrt|x^|x_|{{|}}|{{{|{%|{{#each a}}|{{#if a}}|{{> a}}".split(
    "|",
  ),
  ...'{% if a %}~{% for a in b %}~{# ~<think>~</think>~<answer>~</answer>~<summary>~<details type="reasoning">~</details>~<|channel|>'.split(
    "~",
  ),
  ..."<|start|>~<|message|>~<|im_start|>user\n~<|im_end|>~[THINK]~◁think▷~<!--~-->~<!-- expected: a -->~<!-- thoughtlens: a~[a](b)~![a](".split(
    "~",
  ),
  ..."a: b\n~- a\n~- - ~? ~*a ~&a ~a: [~a: {~!!a ~> ~| ~system:\n~user:\n~# user\n~User: ~Assistant: ~### Human:\n~data: ~data: {}\n\n~event: a\n".split(
    "~",
  ),
  ...'{"a":~{"a":1},~{"a":1}\n~null,~[[~"",~"a",\n~,,~\\u0000~\\ud800~\\\\~||~a||b #### c\n~1,~1.~1 ~1/2~1,000~.5~12:30 ~jan 5, ~0x~1e9'.split(
    "~",
  ),
  ..."answer is ~answer: ~the answer is 4. ~Answer~if the answer ~答え~result ~option A ~one ~twenty-~and ~I ~x+~(x)~(x,~{1,~\\{~|x|~\\begin{a}~& ~√~°~π~%~$1".split(
    "~",
  ),
  ..."Wait, ~Step 1: ~1. ~1) ~a ~A b. ~But ~Thought for 4 seconds\n~http://a.b/~${a}~${env:A}~{{a}}~a@b~%20~%(a)s~{0}~function_call~tool_calls".split(
    "~",
  ),
];

/** What may come first, so that a reader takes the text for its own. */
const BEGINNINGS = [
  "",
  "x",
  "\n",
  "---\n",
  "---\na: b\n---\n",
  "# a\n",
  "{",
  "[",
  '{"question":"',
  '{"choices":[{"message":{"content":"',
  '{"messages":[{"role":"assistant","content":"',
  "question,answer\n",
  '"',
  "data: {",
  "<think>",
  "<think>a</think>",
  "#### ",
  "\\boxed{",
  "The answer is ",
  "{{",
  "{% if ",
  "```\n",
  "system:\n",
  "<|im_start|>user\n",
];

/** What may come last: an end that never came, and one that does not fit. */
const ENDS = ["", "x", "\n", "</think>4", "}", '"}', "}}", "%}", "```", "$", "\u0000"];

/** Short stretches of whole files of every format. */
function stretches(): string[] {
  return Object.values(FILES).flatMap((texts) =>
    Object.values(texts).flatMap((text) =>
      [0, 0.2, 0.4, 0.6, 0.8].map((share) => {
        const from = Math.floor(share * text.length);
        return text.slice(from, from + 40);
      }),
    ),
  );
}

const PIECES: readonly string[] = [...new Set([...MARKS, ...stretches()])].filter((piece) => piece !== "");

export interface Pumped {
  beginning: string;
  piece: string;
  end: string;
}

/** @returns every piece with every beginning and end, in an order that mixes them: a prefix of it is a fair sample */
export function shapes(seed: number): Pumped[] {
  const all = PIECES.flatMap((piece) =>
    BEGINNINGS.flatMap((beginning) => ENDS.map((end): Pumped => ({ beginning, piece, end }))),
  );
  let state = seed;
  // A linear congruence (Numerical Recipes, 7.1) is random enough to shuffle.
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
  for (let at = all.length - 1; at > 0; at--) {
    const other = next() % (at + 1);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}

/** A text of about `length` characters. */
export const pumped = ({ beginning, piece, end }: Pumped, length: number): string =>
  beginning + piece.repeat(Math.ceil(length / piece.length)) + end;
