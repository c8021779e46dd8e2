/** Where the rows of a dataset stand in JSON: in a list, in one of several, under their ids, or as columns. */
import { list } from "../formats/reading/jsonValue";
import { QUESTIONS } from "./datasetFields";
import { record } from "./frontMatter";

type Row = Record<string, unknown>;

/** How deep lists are looked for, and how many. */
const DEEPEST = 4;
const MOST_LISTS = 200;

const isObject = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);

/** Columns by name, of equal length, as rows. */
function zipped(columns: readonly [name: string, values: readonly unknown[]][]): Row[] {
  const length = columns[0]?.[1].length ?? 0;
  return Array.from({ length }, (_, at) => Object.fromEntries(columns.map(([name, values]) => [name, values[at]])));
}

/** `{"question": ["a", "b"], "answer": ["1", "2"]}`, and what pandas writes by default, with numbers for keys. */
function fromColumns(fields: Row): Row[] | undefined {
  const columns = Object.entries(fields).map(([name, value]): [string, readonly unknown[]] => {
    const numbered = isObject(value) && Object.keys(value).every((key) => /^\d{1,9}$/.test(key));
    return [name, numbered ? Object.values(value) : list(value)];
  });
  const asked = columns.find(([name]) => QUESTIONS.includes(name.trim().toLowerCase()));
  const length = asked?.[1].length ?? 0;
  if (length === 0 || !asked![1].every((each) => typeof each === "string")) return undefined;
  const whole = columns.filter(([, values]) => values.length === length);
  return whole.length > 1 ? zipped(whole) : undefined;
}

/** A list of lists under a list of names (`orient="split"` of pandas), or with the names first. */
function fromTable(names: unknown, rows: unknown): Row[] | undefined {
  const titles = list(names);
  const records = list(rows);
  if (titles.length < 2 || !titles.every((title) => typeof title === "string")) return undefined;
  if (records.length === 0 || !records.every((each) => Array.isArray(each))) return undefined;
  return records.map((each) => Object.fromEntries(titles.map((title, at) => [title, (each as unknown[])[at]])));
}

/** SQuAD's questions, each with the paragraph that it is about. */
function ofParagraphs(values: readonly unknown[]): Row[] {
  return values.flatMap((article) =>
    list(record(article)["paragraphs"]).flatMap((paragraph) => {
      const { context, qas } = record(paragraph);
      return list(qas).map((each): Row => ({ context, ...record(each) }));
    }),
  );
}

/**
 * Lists that may be the rows of `json`, outer ones first.
 * @returns `nth` of a list in the object that the file holds, for whoever looks for its place
 */
export function rowLists(json: unknown): { rows: readonly unknown[]; nth?: number }[] {
  const found: { rows: readonly unknown[]; nth?: number }[] = [];
  const add = (rows: readonly unknown[] | undefined, nth?: number) => {
    if (rows && rows.length > 0 && found.length < MOST_LISTS)
      found.push({ rows, ...(nth === undefined ? {} : { nth }) });
  };
  const look = (value: unknown, depth: number) => {
    if (!isObject(value) || depth > DEEPEST || found.length >= MOST_LISTS) return;
    const table = fromTable(value["columns"], value["data"]);
    if (table) return add(table);
    const columns = fromColumns(value);
    if (columns) return add(columns);
    let nth = 0;
    for (const each of Object.values(value)) {
      if (!Array.isArray(each)) continue;
      add(each, depth === 0 ? nth : undefined);
      add(ofParagraphs(each));
      nth += 1;
    }
    const inner = Object.values(value);
    if (inner.length > 0 && inner.every(isObject)) add(inner);
    for (const each of inner) look(each, depth + 1);
  };
  if (Array.isArray(json)) {
    const [first, ...rest] = json as unknown[];
    add(fromTable(first, rest) ?? (json as unknown[]));
  } else look(json, 0);
  return found;
}
