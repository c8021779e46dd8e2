/** Rows of datasets and dumps of reasoning (OpenR1, s1K, LIMO, OpenThoughts, OpenMathReasoning, DEER), and thought-anchors' chunks. */
import { brokenLines } from "../reading/jsonDocument";
import { goldAnswer } from "../../text/answer";
import { isTable, parseCsv, separatorOf } from "../reading/csv";
import type { TraceFormat } from "../format";
import { reasoningAndText, type ReadText, type WrittenPart } from "../reading/foreignParts";
import type { ForeignRun } from "../reading/foreignRun";
import { list, number, object, text, type Json } from "../reading/jsonValue";
import type { Source } from "../source";
import { completedPrompt, readCompletion, withoutPrompt } from "../texts/completed";
import { finishOf, goldOf, isRow, pick, questionOf, responsesOf, verdictsOf, type RowResponse } from "./columns";
import { scoreColumns } from "./scoreColumns";
import { l10n } from "../../text/l10n";

const isChunk = (row: Json) => typeof row["chunk"] === "string" && ("chunk_idx" in row || "function_tags" in row);

/** A prompt for completion may end in the mark that opens thinking. */
function withoutOpener(prompt: string): string {
  const end = prompt.trimEnd();
  const mark = ["<think>", "<thinking>"].find((each) => end.endsWith(each));
  return mark === undefined ? prompt : end.slice(0, -mark.length).trimEnd();
}

/** What was asked; a prompt with the marks of a chat template is its turns. */
function askedIn(question: string): ForeignRun["messages"] {
  const template = completedPrompt(question);
  if (template) return template.messages;
  const content = withoutOpener(question);
  return content === "" ? [] : [{ role: "user", content }];
}

/** What the model wrote, without the prompt that some dumps repeat before it. */
function readResponse({ reasoning, written }: RowResponse, question: string): ReadText {
  if (reasoning !== undefined && written !== undefined)
    return { messages: [], parts: reasoningAndText(reasoning, withoutPrompt(written, question)) };
  return readCompletion(question, reasoning ?? written ?? "");
}

/** The runs of a row, one for each of its responses. */
function* rowRuns(row: Json, place: number, scores: ReadonlySet<string>): Generator<ForeignRun> {
  const question = questionOf(row) ?? "";
  const gold = goldOf(row, scores);
  const seconds = number(row["generation_time_seconds"]);
  const id = pick(row, ["item_id", "id", "idx", "problem_id", "uuid"]) ?? `${place + 1}`;
  for (const [nth, response] of responsesOf(row).entries()) {
    yield {
      id: nth === 0 ? id : `${id}-${nth + 1}`,
      title: id,
      model: response.model ?? pick(row, ["model_name", "model", "model_id", "generator"]),
      messages: askedIn(question),
      parts: readResponse(response, question).parts,
      gold: gold === undefined ? undefined : goldAnswer(gold),
      verdicts: verdictsOf(row, nth, scores),
      finish: finishOf(row, nth),
      promptTokens: number(row["prompt_tokens"]),
      reasoningTokens: number(row["reasoning_tokens"]),
      completionTokens: number(row["total_generated_tokens"]) ?? number(row["completion_tokens"]),
      ms: seconds === undefined ? undefined : seconds * 1000,
    };
  }
}

/** Chunks of one solution are its steps, labelled with what they do. */
function chunksRun(chunks: readonly Json[]): ForeignRun {
  const steps: NonNullable<WrittenPart["steps"]> = [];
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
  return { id: "chunks", model: undefined, messages: [], parts: [{ kind: "thinking", text: written, steps }] };
}

/** Lists in an object that may hold the rows; the viewer of Hugging Face wraps each row in `row`. */
export function rowLists(values: readonly unknown[]): unknown[][] {
  if (values.length !== 1) return [values.map(unwrappedRow)];
  const lists = Object.values(object(values[0])).filter((value): value is unknown[] => Array.isArray(value));
  return [values.map(unwrappedRow), ...lists.map((each) => each.map(unwrappedRow))];
}

/** How deep lists of rows are looked for. */
const DEEPEST = 3;
/** Fields that are looked at for lists. */
const MOST_FIELDS = 200;

/** The same at any depth, and rows that are kept by their names. */
function deepRowLists(values: readonly unknown[]): unknown[][] {
  if (values.length !== 1) return rowLists(values);
  const lists = rowLists(values);
  const look = (value: Json, depth: number) => {
    const fields = Object.values(value);
    const isKeyed = fields.length > 0 && fields.every((each) => Object.keys(object(each)).length > 0);
    if (isKeyed) lists.push(fields);
    if (depth >= DEEPEST) return;
    for (const field of fields.slice(0, MOST_FIELDS)) {
      if (Array.isArray(field) && depth > 0) lists.push((field as unknown[]).map(unwrappedRow));
      else look(object(field), depth + 1);
    }
  };
  look(object(values[0]), 0);
  return lists;
}

const unwrappedRow = (value: unknown): unknown => {
  const inner = object(object(value)["row"]);
  return Object.keys(inner).length > 0 ? inner : value;
};

/** Rows of a table with a line of names. */
export function tableRows(name: string, text: string): Json[] {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const [header, ...records] = parseCsv(source, separatorOf(name, source));
  if (!header) return [];
  return records.map(({ fields }) =>
    Object.fromEntries(header.fields.map((name, index) => [name, fields[index] ?? ""])),
  );
}

/** All rows of a file: those of the list that holds the most rows with a response. */
function rowsOf(source: Source): Json[] {
  if (isTable(source.name)) return tableRows(source.name, source.text);
  const lists = deepRowLists(source.values).map((each) => each.map(object));
  const counts = lists.map((rows) => rows.slice(0, 20).filter(isRow).length);
  return lists[counts.indexOf(Math.max(...counts))] ?? [];
}

export const research: TraceFormat = {
  id: "research",
  isGeneric: true,
  title: "Rows of questions and responses",
  detect: (source) => {
    if (isTable(source.name)) return rowsOf(source).slice(0, 20).some(isRow);
    return source.beginning.some(isChunk) || deepRowLists(source.values.slice(0, 20)).flat().map(object).some(isRow);
  },
  *read(source, problems) {
    const rows = rowsOf(source);
    const chunks = source.values.map(object);
    if (chunks.length > 0 && chunks.every(isChunk)) {
      yield chunksRun(chunks);
      return;
    }
    const skipped = rows.filter((row) => !isRow(row)).length;
    if (skipped > 0) problems.push(l10n.later`${skipped} of ${rows.length} rows hold no question with a response.`);
    const broken = source.document?.broken ?? 0;
    if (broken > 0) problems.push(brokenLines(broken));
    const scores = scoreColumns(rows);
    for (const [place, row] of rows.entries()) if (isRow(row)) yield* rowRuns(row, place, scores);
  },
};
