/** What the columns of datasets and dumps of reasoning are called, and what a row of them says. */
import { oneOf } from "../../text/acceptedAnswers";
import { acceptedText } from "../reading/acceptedLists";
import { byPlainName } from "../reading/fieldNames";
import { roleOf } from "../reading/foreignMessage";
import { valueText } from "../reading/messagePart";
import { parseJson } from "../reading/jsonDocument";
import { list, number, object, scalar, text, type Json } from "../reading/jsonValue";
import type { Verdict } from "../../trace/trace";
import { withoutScores } from "./scoreColumns";

/** Of rows that stand alone. */
const NO_SCORES: ReadonlySet<string> = new Set();

const QUESTIONS = [
  "question",
  "problem",
  "prompt",
  "query",
  "input",
  "instruction",
  "user_input",
  "original_question",
  "cue_text",
  "origin_prompt",
];
const RESPONSES = [
  "full_response",
  "generated_responses",
  "generated_response",
  "responses",
  "response",
  "response_text",
  "generations",
  "generation",
  "generated_solution",
  "model_response",
  "model_output",
  "actual_output",
  "generated_text",
  "output",
  "outputs",
  "completion",
  "completions",
  "prediction",
  "predict",
  "full_cot",
  // A worked solution: the model's own in LIMO and thought-anchors; datasets of questions have nothing else.
  "solution",
];
const REASONINGS = [
  "reasoning_trace",
  "reasoning_content",
  "reasoning",
  "thinking",
  "think_content",
  "thinking_trajectories",
  "thinking_trajectory",
  "base_solution",
  "cot",
];
const WRITTEN = ["answer_text", "final_response", "answer_content", "attempt", "content", "response", "output"];
/** Reasoning and answer of one model beside those of another (OpenThoughts, s1K). */
const PAIRS: [reasoning: string, written: string, model: string | undefined][] = [
  ["deepseek_reasoning", "deepseek_solution", "deepseek"],
  ["deepseek_thinking_trajectory", "deepseek_attempt", "deepseek"],
  ["gemini_thinking_trajectory", "gemini_attempt", "gemini"],
];
const GOLDS = [
  "gold_answer",
  "ground_truth",
  "gt_answer",
  "expected_answer",
  "reference_answer",
  "correct_answer",
  "answer",
  "gold",
  "target",
  "expected",
  "expected_output",
  "reference",
  "references",
  "gts",
  "label",
  "final_answer",
  "ground_truth_solution",
];
const RIGHT = ["ground_truth", "reference", "expected_output"];
const VERDICTS = [
  "success",
  "is_correct",
  "correct",
  "correctness_math_verify",
  "correctness",
  "accuracy",
  "acc",
  "reward",
  "score",
  "pass",
];
const FINISH = ["finish_reason", "stop_reason", "finish_reasons", "stop_reasons"];

/** A response of a row: its text with whatever it holds, or reasoning and answer apart. */
export interface RowResponse {
  reasoning?: string | undefined;
  written?: string | undefined;
  model?: string | undefined;
}

/** The fields of a row by their plain names, without the side of a call that they are of: a row is asked for some thirty. */
const PLAIN_NAMES = new WeakMap<Json, ReadonlyMap<string, unknown>>();

/** A field by its name, however it is written: `Question`, `Model Output`, `modelOutput`, `outputs.response`. */
function field(row: Json, name: string): unknown {
  if (name in row) return row[name];
  let named = PLAIN_NAMES.get(row);
  if (!named) {
    named = byPlainName(
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key.replace(/^(?:inputs|outputs)\./, ""), value])),
    );
    PLAIN_NAMES.set(row, named);
  }
  return named.get(name);
}

/** What was asked last or answered, where a field holds a message or turns, as JSON in a text too; undefined for any other value. OpenCompass calls the content `prompt`. */
function saidIn(value: unknown, role: "user" | "assistant"): string | undefined {
  const isPacked =
    typeof value === "string" && /^\s*(?:\[\s*\{|\{\s*"(?:role|content|messages)")/.test(value.slice(0, 1000));
  const inside = isPacked ? parseJson(value) : value;
  const messages = list(object(inside)["messages"] ?? (Array.isArray(inside) ? inside : [inside])).map(object);
  if (messages.length === 0 || !messages.every((each) => roleOf(each["role"]) !== undefined)) return undefined;
  const spoken = messages.filter((each) => (roleOf(each["role"]) === "assistant") === (role === "assistant"));
  const said = (role === "user" ? spoken.slice(-1) : spoken).map((each) =>
    valueText(each["content"] ?? each["prompt"]),
  );
  return said.join("\n\n").trim() || undefined;
}

/** @returns the text of the first of several fields that says something, as a number or a truth value too */
export function pick(row: Json, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = field(row, name);
    const found = saidIn(value, "user") ?? scalar(value) ?? scalar(list(value)[0]);
    if (found !== undefined && found.trim() !== "") return found;
  }
  return undefined;
}

/** All texts of the first field that has any: several samples of one question stand in a list. */
function textsOf(row: Json, names: readonly string[], question: string | undefined): string[] {
  for (const name of names) {
    const value = field(row, name);
    const texts = (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((each) => {
      const said =
        saidIn(each, "assistant") ?? text(each) ?? text(object(each)["text"]) ?? text(object(each)["content"]);
      return said !== undefined && said.trim() !== "" && said !== question ? [said] : [];
    });
    if (texts.length > 0) return texts;
  }
  return [];
}

export const questionOf = (row: Json): string | undefined => pick(row, QUESTIONS);

/** What a model wrote in a row; nothing where the row is only a question with its answer. */
export function responsesOf(row: Json): RowResponse[] {
  const paired = PAIRS.flatMap(([reasoning, written, model]): RowResponse[] => {
    const thought = text(field(row, reasoning));
    if (thought === undefined || thought.trim() === "") return [];
    return [{ reasoning: thought, written: text(field(row, written)) ?? "", model }];
  });
  if (paired.length > 0) return paired;
  const question = questionOf(row);
  const thoughts = textsOf(row, REASONINGS, question);
  if (thoughts.length > 0) {
    const written = textsOf(row, WRITTEN, question);
    return thoughts.map((reasoning, index) => ({
      reasoning,
      written: written[index] ?? (index === 0 ? written[0] : undefined),
    }));
  }
  const written = textsOf(row, RESPONSES, question);
  // Ragas calls what was answered so, and what is right `ground_truth`.
  const own = written.length === 0 && pick(row, RIGHT) !== undefined ? textsOf(row, ["answer"], question) : written;
  return own.map((each) => ({ written: each }));
}

/**
 * The right answer of a row, or of the row that it was made from (thought-branches).
 * @param scores columns that say how right an answer was (`scoreColumns`)
 */
export const goldOf = (row: Json, scores = NO_SCORES): string | undefined =>
  rightIn(withoutScores(row, scores)) ?? rightIn(object(row["og_row"]));

/** Where the same thing is named otherwise, beside the answer (MuSiQue). */
const ALIASES = "answer_aliases";

/** The first field of a right answer that says something; of a list of them all, any of which counts. */
function rightIn(row: Json): string | undefined {
  for (const name of GOLDS) {
    const value = field(row, name);
    const found = (saidIn(value, "user") === undefined ? acceptedText(value) : undefined) ?? pick(row, [name]);
    if (found === undefined) continue;
    const others = list(field(row, ALIASES)).flatMap((each) => text(each) ?? []);
    return others.length === 0 ? found : oneOf([found, ...others]);
  }
  return undefined;
}

/** A row that holds a question and what a model made of it. */
export function isRow(row: Json): boolean {
  // Turns that answer turns are a conversation.
  const isTurns = (name: string) => "role" in object(list(row[name])[0]);
  if ((isTurns("prompt") && isTurns("completion")) || (isTurns("input") && isTurns("output"))) return false;
  return questionOf(row) !== undefined && responsesOf(row).length > 0;
}

/** The value of a field for the nth of several responses. */
function nth(value: unknown, index: number): unknown {
  return Array.isArray(value) ? (value as unknown[])[index] : value;
}

/** What the row says of its nth response, where it says so plainly. */
export function verdictsOf(row: Json, index: number, scores = NO_SCORES): Verdict[] {
  // Other tools call it a success that a request was answered.
  const names = field(row, "metrics_data") === undefined ? VERDICTS.slice(1) : VERDICTS;
  return [...names, ...scores].flatMap((name): Verdict[] => {
    const value = nth(field(row, name), index);
    const words = scalar(value);
    if (words === undefined || words.length > 40) return [];
    const correct = truthOf(value);
    return correct === undefined && number(value) === undefined
      ? []
      : [{ by: name, value: words, ...(correct === undefined ? {} : { correct }) }];
  });
}

/** Right or wrong in any of the ways in which logs write it; undefined for a part of a mark. */
function truthOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const words = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim().toLowerCase() : "";
  if (/^(?:1(?:\.0)?|true|yes|correct|right|pass|passed|c)$/.test(words)) return true;
  return /^(?:-?[01](?:\.0)?|false|no|incorrect|wrong|fail|failed|i|n)$/.test(words) ? false : undefined;
}

export function finishOf(row: Json, index: number): string | undefined {
  return FINISH.map((name) => text(nth(field(row, name), index))).find((each) => each !== undefined);
}
