/** Question and answer datasets: GSM8K, GSM8K-Aug, ProsQA, MATH, and any JSON, JSON Lines or CSV with such columns. */
import { goldAnswer } from "../text/answer";
import { isTable, parseCsv, separatorOf } from "../formats/reading/csv";
import { brokenLines, MOST_BROKEN, parseJson } from "../formats/reading/jsonDocument";
import { scalar } from "../formats/reading/jsonValue";
import { valueAt, type FieldMapping } from "../formats/rows/mapping";
import { scoreColumns, withoutScores } from "../formats/rows/scoreColumns";
import { l10n } from "../text/l10n";
import { ANSWERS, QUESTIONS, readFields, type ReadRow } from "./datasetFields";
import { rowLists } from "./datasetLists";
import { elementLines } from "./elementLines";
import { isRecord } from "../text/record";
import { record } from "./frontMatter";
import { noted, type Missed } from "./missedColumns";
import type { Prompt, PromptFile, PromptProblem } from "./prompt";
import { promptId, titleOf } from "./section";
import { parseData } from "./yamlData";

/** One row. `answer` is the final answer alone, as `72` of GSM8K's `… #### 72`. */
export interface DatasetRow {
  question: string;
  answer: string;
  /** Zero-based line of the file on which the row begins. */
  line: number;
}

type Row = Omit<DatasetRow, "answer"> & { answer: string | undefined };

/** Which fields hold question and right answer, where they have other names. `answer` and `expected` are the same here. */
export type DatasetMapping = Pick<FieldMapping, "question" | "answer" | "expected">;

/** More rows than one can run; what is beyond is left out. */
const MOST_ROWS = 100_000;

/** A line of GSM8K-Aug: `question||steps #### answer`. */
function augmentedRow(content: string, line: number): Row | undefined {
  const [bars, hashes] = [content.indexOf("||"), content.indexOf("####")];
  if (bars < 0 || hashes < bars || content.trimStart().startsWith("{")) return undefined;
  const [question, answer] = [content.slice(0, bars).trim(), content.slice(hashes + 4).trim()];
  return question === "" || answer === "" ? undefined : { question, answer, line };
}

/** Hugging Face's viewer wraps each row in `row`. */
function fieldsOf(value: unknown): Record<string, unknown> {
  const outer = record(value);
  return "row" in outer ? record(outer["row"]) : outer;
}

interface PlacedValue {
  value: unknown;
  /** On which it begins. */
  line: number;
}

/** Values as rows, among those that are known already. */
function rowsOf(values: readonly (PlacedValue | Row)[], mapping: DatasetMapping, missed: Missed): (Row | undefined)[] {
  const scores = scoreColumns(values.flatMap((each) => ("value" in each ? [fieldsOf(each.value)] : [])));
  return values.map((each) => ("value" in each ? rowOf(each, mapping, missed, scores) : each));
}

/** Of a row whose fields a person named. */
const NOTHING: ReadRow = {};

function rowOf(
  { value, line }: PlacedValue,
  { question: asked, answer: given, expected = given }: DatasetMapping,
  missed: Missed,
  scores: ReadonlySet<string>,
): Row | undefined {
  const fields = fieldsOf(value);
  const at = (path: string) => scalar(valueAt(fields, path))?.trim() || undefined;
  const read = asked === undefined || expected === undefined ? readFields(withoutScores(fields, scores)) : NOTHING;
  const question = asked === undefined ? read.question : at(asked);
  if (question === undefined) {
    missed.questions.add(fields);
    return undefined;
  }
  const answer = expected === undefined ? read.answer : at(expected);
  if (answer === undefined) missed.answers.add(fields);
  if (asked === undefined && read.hasUnread) missed.options += 1;
  return { question, answer: answer === undefined ? undefined : goldAnswer(answer), line };
}

interface Read {
  rows: (Row | undefined)[];
  /** Lines that are no JSON. */
  broken: number[];
  /** Whether so many are broken that no more were read. */
  givenUp?: boolean;
  /** Whether there are more rows than are read. */
  more?: boolean;
  /** Whether the file is YAML that is broken or too long. */
  isYaml?: boolean;
  /** What was missed in these rows, where several lists were read. */
  missed?: Missed;
}

/** The rows of the list that holds the most of them, of several the one with more answers: a file may have other lists beside it. */
function rowsOfJson(json: unknown, text: string, mapping: DatasetMapping, missed: Missed): Read {
  const [own] = isRecord(json) ? rowsOf([{ value: json, line: 0 }], mapping, noted()) : [];
  const lists = own?.answer === undefined ? rowLists(json) : [];
  let best: Read | undefined;
  for (const { rows, nth } of lists) {
    const isPlain = nth !== undefined || Array.isArray(json);
    const own = noted();
    const read = { ...listRows(rows, isPlain ? elementLines(text, nth) : [], mapping, own), missed: own };
    if (!best || worth(read) > worth(best)) best = read;
  }
  if (!best || (worth(best) === 0 && !Array.isArray(json)))
    return { rows: rowsOf([{ value: json, line: 0 }], mapping, missed), broken: [] };
  return best;
}

/** Questions count before answers. */
const worth = ({ rows }: Read) =>
  rows.reduce((sum, row) => sum + (row ? 1 + (row.answer === undefined ? 0 : 1 / (rows.length + 1)) : 0), 0);

const listRows = (
  list: readonly unknown[],
  lines: readonly number[],
  mapping: DatasetMapping,
  missed: Missed,
): Read => ({
  rows: rowsOf(
    list.slice(0, MOST_ROWS).map((value, index) => ({ value, line: lines[index] ?? 0 })),
    mapping,
    missed,
  ),
  broken: [],
  more: list.length > MOST_ROWS,
});

function readLines(text: string, mapping: DatasetMapping, missed: Missed): Read {
  const read: Read = { rows: [], broken: [] };
  const values: (PlacedValue | Row)[] = [];
  for (const [line, content] of text.split("\n").entries()) {
    if (content.trim() === "") continue;
    read.more = values.length >= MOST_ROWS;
    if (read.more) break;
    read.givenUp = read.broken.length > MOST_BROKEN && read.broken.length > values.length;
    if (read.givenUp) break;
    const augmented = augmentedRow(content, line);
    const value = augmented ? undefined : parseJson(content);
    if (augmented) values.push(augmented);
    else if (value === undefined) read.broken.push(line);
    else values.push({ value, line });
  }
  read.rows = rowsOf(values, mapping, missed);
  return read;
}

/** A table as rows with names: those of its first line, or of tables that are known to have none. */
function readTable(fileName: string, text: string, mapping: DatasetMapping, missed: Missed): Read {
  const records = parseCsv(text, separatorOf(fileName, text));
  const nameless = namesOf(records.map(({ fields }) => fields));
  const [header, ...below] = records;
  const names = nameless ?? header?.fields ?? [];
  const values = (nameless ? records : below).slice(0, MOST_ROWS).map(({ fields, line }) => {
    return { value: Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""])), line };
  });
  return { rows: rowsOf(values, mapping, missed), broken: [], more: (nameless ? records : below).length > MOST_ROWS };
}

/** Columns of MGSM (question, number) and of MMLU (question, options, letter), whose files have no line of names. */
function namesOf(records: readonly (readonly string[])[]): string[] | undefined {
  const first = records.slice(0, 20);
  const width = first[0]?.length ?? 0;
  const all = (is: RegExp) => first.every((fields) => fields.length === width && is.test(fields.at(-1)!.trim()));
  if (width === 2 && all(/^-?[\d.,]{1,20}$/)) return ["question", "answer"];
  if (width < 4 || width > 12 || !all(/^[A-J]$/)) return undefined;
  return ["question", ...Array.from({ length: width - 2 }, (_, at) => "ABCDEFGHIJ"[at]!), "answer"];
}

/** Longer YAML takes seconds to read. */
const LONGEST_YAML = 2_000_000;

function readYaml(text: string, mapping: DatasetMapping, missed: Missed): Read {
  if (text.length > LONGEST_YAML) return { rows: [], broken: [0], isYaml: true };
  const { value, fault } = parseData(text);
  return fault ? { rows: [], broken: [0], isYaml: true } : rowsOfJson(value, "", mapping, missed);
}

function readRows(
  fileName: string,
  text: string,
  mapping: DatasetMapping = {},
): { rows: Row[]; problems: PromptProblem[]; missed: Missed } {
  const noticed = noted();
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const first = source.trimStart()[0];
  let read = isTable(fileName)
    ? readTable(fileName, source, mapping, noticed)
    : /\.ya?ml$/i.test(fileName)
      ? readYaml(source, mapping, noticed)
      : undefined;
  if (!read) {
    // JSON Lines are often called .json, and JSON .jsonl.
    const json = first === "[" || first === "{" ? parseJson(source) : undefined;
    read = json === undefined ? readLines(source, mapping, noticed) : rowsOfJson(json, source, mapping, noticed);
  }
  const missed = read.missed ?? noticed;
  const rows = read.rows.filter((row) => row !== undefined);
  const problems: PromptProblem[] = [];
  if (read.broken.length > 0) {
    const count = read.broken.length;
    const fault = read.isYaml ? l10n.later`The file is no YAML that can be read.` : brokenLines(count);
    problems.push({
      line: read.broken[0]!,
      message: read.givenUp ? l10n.later`${fault} The rest was not read.` : fault,
      action: l10n.later`Correct the file.`,
    });
  }
  if (read.more)
    problems.push({
      line: rows.at(-1)?.line ?? 0,
      message: l10n.later`The file has more than ${MOST_ROWS} rows: the first of them are read.`,
      action: l10n.later`Divide the file.`,
    });
  const without = read.rows.length - rows.length;
  if (without > 0) {
    const fault =
      without === 1
        ? l10n.later`1 row has no question and is left out`
        : l10n.later`${without} rows have no question and are left out`;
    const names = mapping.question === undefined ? QUESTIONS : [mapping.question];
    const action = l10n.later`Give the column of questions one of these names, or say which field holds them.`;
    problems.push(missed.questions.problem(fault, names, action));
  }
  if (missed.options > 0)
    problems.push({
      line: 0,
      message: l10n.later`The options of ${missed.options} of ${read.rows.length} rows are in no form that is known: the questions are asked without them.`,
      action: l10n.later`Write them as a list, or one after the other as ${"A) … B) …"}.`,
    });
  if (read.rows.length === 0 && problems.length === 0) {
    problems.push({
      line: 0,
      message: l10n.later`This file holds no rows.`,
      action: l10n.later`Write one question and answer a line.`,
    });
  }
  return { rows, problems, missed };
}

/** Whether a text file is GSM8K-Aug: `question||steps #### answer` on its first line. */
export function isAugmented(text: string): boolean {
  const first = text
    .slice(0, 20_000)
    .split("\n")
    .find((line) => line.trim() !== "");
  return first !== undefined && augmentedRow(first, 0) !== undefined;
}

/**
 * Reads the rows that have a question and an answer. Never throws; what is left out is told of in `problems`.
 * @param fileName `.csv`, `.tsv` or `.yaml`, else JSON or one row a line
 * @param mapping fields with other names than those that are known
 */
export function readDataset(
  fileName: string,
  text: string,
  mapping?: DatasetMapping,
): { rows: DatasetRow[]; problems: PromptProblem[] } {
  const { rows, problems, missed } = readRows(fileName, text, mapping);
  const named = mapping?.expected ?? mapping?.answer;
  const graded = rows.filter((row): row is DatasetRow => row.answer !== undefined);
  const without = rows.length - graded.length;
  if (without > 0) {
    const fault =
      without === 1
        ? l10n.later`1 row has no answer and cannot be graded`
        : l10n.later`${without} rows have no answer and cannot be graded`;
    const action = l10n.later`Give the column of right answers one of these names, or say which field holds them.`;
    problems.push(missed.answers.problem(fault, named === undefined ? ANSWERS : [named], action));
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
