/** Rows of research dumps: DEER's JSON Lines, thought-anchors' labelled chunks, and plain question and response rows. */
import { goldAnswer } from "../text/answer";
import { foreignEvents, reasoningAndContent, reasoningParts, type ForeignPart, type ForeignRun } from "./foreignRun";
import type { ForeignFile, Imported, TraceFormat } from "./format";
import { firstJson, jsonValues, list, number, object, parseJson, text, type Json } from "./jsonValue";

const QUESTIONS = ["question", "problem", "prompt", "query", "input", "instruction"];
const RESPONSES = [
  "full_response",
  "generated_responses",
  "generated_response",
  "responses",
  "response",
  "generation",
  "generations",
  "model_output",
  "output",
  "completion",
  "completions",
  "full_cot",
];
const REASONINGS = ["reasoning_trace", "reasoning_content", "reasoning", "thinking", "base_solution"];
const WRITTEN = ["answer_text", "final_response", "content"];
const GOLDS = ["gold_answer", "ground_truth", "gt_answer", "answer", "gold", "target", "expected", "label"];

function pick(row: Json, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = text(row[name]) ?? (typeof row[name] === "number" ? String(row[name]) : undefined);
    if (found !== undefined && found.trim() !== "") return found;
  }
  return undefined;
}

/** All responses of a row: several samples of one question stand in a list. */
function responsesOf(row: Json): string[] {
  for (const name of RESPONSES) {
    const listed = list(row[name]).flatMap((each) => text(each) ?? []);
    if (listed.length > 0) return listed;
    const one = text(row[name]);
    if (one !== undefined && one.trim() !== "") return [one];
  }
  return [];
}

const isRow = (row: Json) =>
  pick(row, QUESTIONS) !== undefined && (responsesOf(row).length > 0 || pick(row, REASONINGS) !== undefined);
const isChunk = (row: Json) => typeof row["chunk"] === "string" && ("chunk_idx" in row || "function_tags" in row);

/** Reasoning that stands apart in its own field goes first; else it is found in the response. */
function partsOfRow(row: Json, response: string | undefined): ForeignPart[] {
  const reasoning = pick(row, REASONINGS);
  const written = pick(row, WRITTEN);
  if (reasoning !== undefined && written !== undefined) return reasoningAndContent(reasoning, written);
  if (response !== undefined) return reasoningParts(response);
  return reasoning === undefined ? [] : reasoningParts(reasoning);
}

function readRow(row: Json, file: ForeignFile, index: number): Imported["traces"] {
  const responses = responsesOf(row);
  const question = pick(row, QUESTIONS) ?? "";
  const gold = pick(row, GOLDS);
  const seconds = number(row["generation_time_seconds"]);
  const id = pick(row, ["item_id", "id", "idx", "problem_id"]) ?? `${index + 1}`;
  return (responses.length > 0 ? responses : [undefined]).map((response, nth) => {
    const run: ForeignRun = {
      format: "research",
      file: file.name,
      id: nth === 0 ? id : `${id}-${nth + 1}`,
      title: id,
      model: pick(row, ["model_name", "model", "model_id"]),
      messages: question === "" ? [] : [{ role: "user", content: question }],
      parts: partsOfRow(row, response),
      gold: gold === undefined ? undefined : goldAnswer(gold),
      finish: pick(row, ["finish_reason", "stop_reason"]),
      promptTokens: number(row["prompt_tokens"]),
      reasoningTokens: number(row["reasoning_tokens"]),
      completionTokens: number(row["total_generated_tokens"]) ?? number(row["completion_tokens"]),
      ms: seconds === undefined ? undefined : seconds * 1000,
    };
    return foreignEvents(run);
  });
}

/** Chunks of one solution are its steps, labelled with what they do. */
function readChunks(chunks: readonly Json[], file: ForeignFile): Imported["traces"] {
  const steps: NonNullable<ForeignPart["steps"]> = [];
  let written = "";
  for (const chunk of chunks) {
    const said = text(chunk["chunk"]) ?? "";
    const from = written.length + said.length - said.trimStart().length;
    if (said.trim() === "") continue;
    const label = list(chunk["function_tags"])
      .flatMap((tag) => text(tag) ?? [])
      .join(", ");
    steps.push({ from, to: from + said.trim().length, label: label === "" ? undefined : label });
    written += said.endsWith("\n") ? said : `${said}\n`;
  }
  const part: ForeignPart = { kind: "thinking", text: written, steps };
  return [
    foreignEvents({ format: "research", file: file.name, id: "chunks", model: undefined, messages: [], parts: [part] }),
  ];
}

export const research: TraceFormat = {
  id: "research",
  title: "Research dump (question and response rows)",
  detect: ({ text: source }) => {
    const first = object(firstJson(source));
    return isRow(first) || isChunk(first);
  },
  read(file) {
    const rows = jsonValues(file.text).map(object);
    if (rows.length > 0 && rows.every(isChunk)) return { traces: readChunks(rows, file), problems: [] };
    // Some keep their rows under one name.
    const inner =
      rows.length === 1 && !isRow(rows[0]!) ? list(Object.values(rows[0]!).find(Array.isArray)).map(object) : rows;
    const read = inner.filter(isRow);
    const skipped = inner.length - read.length;
    const problems = skipped > 0 ? [`${skipped} of ${inner.length} rows hold no question with a response.`] : [];
    const broken = brokenLines(file.text);
    if (broken > 0) problems.push(`${broken} ${broken === 1 ? "line is" : "lines are"} not JSON and left out.`);
    return { traces: read.flatMap((row, index) => readRow(row, file, index)), problems };
  },
};

function brokenLines(source: string): number {
  if (parseJson(source) !== undefined) return 0;
  return source.split("\n").filter((line) => line.trim() !== "" && parseJson(line) === undefined).length;
}
