/** Question and answer datasets: GSM8K, GSM8K-Aug, ProsQA, MATH, and any JSON, JSON Lines or CSV with such columns. */
import { goldAnswer } from "../text/answer";
import { parseCsv } from "./csv";
import { record, scalarText } from "./frontMatter";
import type { Prompt, PromptFile, PromptProblem } from "./prompt";
import { promptId, titleOf } from "./section";

/** One row. `answer` is the final answer alone, as `72` of GSM8K's `… #### 72`. */
export interface DatasetRow {
  question: string;
  answer: string;
  /** Zero-based line of the file on which the row begins. */
  line: number;
}

type Row = Omit<DatasetRow, "answer"> & { answer: string | undefined };

const QUESTIONS = ["question", "problem", "prompt", "query", "input", "instruction"];
/** A final answer comes before a worked solution that contains it. */
const ANSWERS = ["answer", "ground_truth", "gold", "expected", "target", "final_answer", "label", "solution", "output"];
/** More rows than one can run; what is beyond is left out. */
const MOST_ROWS = 200_000;
const AUGMENTED = /^(.+?)\s*\|\|(.*?)####\s*(.+)$/;

function pick(fields: Record<string, unknown>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const key = Object.keys(fields).find((each) => each.trim().toLowerCase() === name);
    const text = key === undefined ? undefined : scalarText(fields[key])?.trim();
    if (text) return text;
  }
  return undefined;
}

function rowOf(value: unknown, line: number): Row | undefined {
  const outer = record(value);
  // Hugging Face's viewer wraps each row in `row`.
  const fields = "row" in outer ? record(outer["row"]) : outer;
  const question = pick(fields, QUESTIONS);
  if (question === undefined) return undefined;
  const answer = pick(fields, ANSWERS);
  return { question, answer: answer === undefined ? undefined : goldAnswer(answer), line };
}

/** The line on which each element of the first JSON array begins. */
function elementLines(text: string): number[] {
  const lines: number[] = [];
  let [line, depth, inString, expecting] = [0, 0, false, false];
  const start = text.indexOf("[");
  for (const char of text.slice(0, Math.max(start, 0))) if (char === "\n") line++;
  for (let at = start; at >= 0 && at < text.length; at++) {
    const char = text[at]!;
    if (char === "\n") line++;
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
      continue;
    }
    if (expecting && depth === 1 && char.trim() !== "" && char !== "]") {
      lines.push(line);
      expecting = false;
    }
    if (char === '"') inString = true;
    else if (char === "[" || char === "{") {
      depth++;
      if (depth === 1) expecting = true;
    } else if (char === "]" || char === "}") depth--;
    else if (char === "," && depth === 1) expecting = true;
    if (depth === 0 && at > start) break;
  }
  return lines;
}

interface Read {
  rows: (Row | undefined)[];
  /** Lines that are no JSON. */
  broken: number[];
}

function readJson(text: string): Read {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { rows: [], broken: [0] };
  }
  const list = Array.isArray(json) ? json : Object.values(record(json)).find((value) => Array.isArray(value));
  if (!Array.isArray(list)) return { rows: [rowOf(json, 0)], broken: [] };
  const lines = elementLines(text);
  return { rows: list.slice(0, MOST_ROWS).map((value, index) => rowOf(value, lines[index] ?? 0)), broken: [] };
}

function readLines(text: string): Read {
  const read: Read = { rows: [], broken: [] };
  for (const [line, content] of text.split("\n").entries()) {
    if (content.trim() === "" || read.rows.length >= MOST_ROWS) continue;
    const augmented = AUGMENTED.exec(content);
    if (augmented && !content.trimStart().startsWith("{")) {
      read.rows.push({ question: augmented[1]!.trim(), answer: augmented[3]!.trim(), line });
      continue;
    }
    try {
      read.rows.push(rowOf(JSON.parse(content), line));
    } catch {
      read.broken.push(line);
    }
  }
  return read;
}

function readCsv(text: string): Read {
  const [header, ...records] = parseCsv(text);
  const rows = records.slice(0, MOST_ROWS).map(({ fields, line }) => {
    return rowOf(Object.fromEntries(header!.fields.map((name, index) => [name, fields[index] ?? ""])), line);
  });
  return { rows, broken: [] };
}

function readRows(fileName: string, text: string): { rows: Row[]; problems: PromptProblem[] } {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const first = source.trimStart()[0];
  const isJson = /\.json$/i.test(fileName) && (first === "[" || first === "{");
  let read = /\.csv$/i.test(fileName) ? readCsv(source) : isJson ? readJson(source) : readLines(source);
  // JSON Lines are often called .json.
  if (isJson && read.broken.length > 0) read = readLines(source);
  const rows = read.rows.filter((row) => row !== undefined);
  const problems: PromptProblem[] = [];
  if (read.broken.length > 0) {
    const [count, s] = [read.broken.length, read.broken.length === 1 ? " is" : "s are"];
    problems.push({
      line: read.broken[0]!,
      message: `${count} line${s} not JSON and left out.`,
      action: "Correct the file.",
    });
  }
  const without = read.rows.length - rows.length;
  if (without > 0) {
    const message = `${without} row${without === 1 ? " has" : "s have"} no question and ${without === 1 ? "is" : "are"} left out.`;
    problems.push({ line: 0, message, action: "Name the columns question and answer." });
  }
  if (read.rows.length === 0 && problems.length === 0) {
    problems.push({ line: 0, message: "This file holds no rows.", action: "Write one question and answer a line." });
  }
  return { rows, problems };
}

/** Whether a text file is GSM8K-Aug: `question||steps #### answer` on its first line. */
export function isAugmented(text: string): boolean {
  return AUGMENTED.test(
    text
      .slice(0, 20_000)
      .split("\n")
      .find((line) => line.trim() !== "") ?? "",
  );
}

/**
 * Reads the rows that have a question and an answer. Never throws; what is left out is told of in `problems`.
 * @param fileName `.csv`, `.json`, else one row a line
 */
export function readDataset(fileName: string, text: string): { rows: DatasetRow[]; problems: PromptProblem[] } {
  const { rows, problems } = readRows(fileName, text);
  const graded = rows.filter((row): row is DatasetRow => row.answer !== undefined);
  const without = rows.length - graded.length;
  if (without > 0) {
    const message = `${without} row${without === 1 ? " has" : "s have"} no answer and cannot be graded.`;
    problems.push({ line: 0, message, action: "Add an answer column." });
  }
  return { rows: graded, problems };
}

/** Each row as a prompt of one user message. */
export function parseDatasetPrompts(fileName: string, text: string): PromptFile {
  const { rows, problems } = readRows(fileName, text);
  const prompts = rows.map(({ question, answer, line }, index): Prompt => {
    const title = `${index + 1}: ${titleOf(question)}`;
    return {
      id: promptId(title),
      title,
      range: [line, (rows[index + 1]?.line ?? line) > line ? rows[index + 1]!.line : line + 1],
      headingLine: line,
      messages: [{ role: "user", content: question }],
      expected: answer,
      parameters: {},
      model: undefined,
      warnings: [],
      inputs: [],
    };
  });
  return { prompts, problems };
}
