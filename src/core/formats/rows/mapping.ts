/**
 * JSON and tables that no format knows: which fields they have, and their rows read by a person's word which field holds
 * the question, the thinking, the answer and the right answer.
 */
import { goldAnswer } from "../../text/answer";
import type { TraceFormat } from "../format";
import { readReasoning, reasoningAndText } from "../reading/foreignParts";
import type { ForeignRun } from "../reading/foreignRun";
import { looksLikeJson } from "../reading/jsonDocument";
import { list, object, scalar, type Json } from "../reading/jsonValue";
import { valueText } from "../reading/messagePart";
import { Source, type ForeignFile } from "../source";
import { isTable } from "../reading/csv";
import { holdsRequests } from "./requests";
import { rowLists, tableRows } from "./research";
import { l10n, type Sentence } from "../../text/l10n";

/** What a field can be for. */
export const MAPPED = ["question", "thinking", "answer", "expected"] as const;
export type Mapped = (typeof MAPPED)[number];
/** Paths of fields, as in `reply.parts.0.text`. `expected` is the right answer. */
export type FieldMapping = Partial<Record<Mapped, string>>;

/** A field of the rows, with the beginning of a value as an example. */
export interface SeenField {
  path: string;
  example: string;
}

export interface UnknownRows {
  /** What is said of the file. */
  sentence: Sentence;
  fields: SeenField[];
  /** The same for files with the same fields. */
  shape: string;
}

/** Fields that are looked for in a row, how deep, and rows that are looked at. */
const MOST_FIELDS = 60;
const DEEPEST = 4;
const SAMPLE_ROWS = 20;
const LONGEST_EXAMPLE = 80;
const SHOWN_KEYS = 8;

/** The value at a path. A key may itself hold dots: the longest key that is there is taken. */
export function valueAt(value: unknown, path: string): unknown {
  let [at, rest]: [unknown, string] = [value, path];
  for (let step = 0; step <= DEEPEST * 2 && rest !== ""; step++) {
    const inside = Array.isArray(at) ? (at as unknown as Json) : object(at);
    const key = keyOf(inside, rest);
    if (key === undefined) return undefined;
    at = inside[key];
    rest = rest.slice(key.length + 1);
  }
  return rest === "" ? at : undefined;
}

function keyOf(inside: Json, path: string): string | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
    const key = path.slice(0, end);
    if (Object.hasOwn(inside, key)) return key;
  }
  return undefined;
}

/** The paths of the texts and numbers of a value, in its order. */
function* pathsOf(value: unknown, before = "", depth = 0): Generator<SeenField> {
  const example = scalar(value);
  if (example !== undefined) {
    yield { path: before, example: example.slice(0, LONGEST_EXAMPLE).replace(/\s+/g, " ").trim() };
    return;
  }
  if (depth >= DEEPEST) return;
  const entries = Array.isArray(value) ? list(value).slice(0, 3).entries() : Object.entries(object(value));
  for (const [key, each] of entries) yield* pathsOf(each, before === "" ? String(key) : `${before}.${key}`, depth + 1);
}

/** The rows of a file: its values, or those of the longest list of objects that an only object holds. */
function rowsIn(source: Source): Json[] {
  if (isTable(source.name)) return tableRows(source.name, source.text);
  const [own = [], ...inside] = rowLists(source.values);
  const lists = inside.filter((each) => each.length > 0 && each.every((row) => Object.keys(object(row)).length > 0));
  const longest = lists.reduce<unknown[]>((most, each) => (each.length > most.length ? each : most), []);
  return (longest.length > 0 ? longest : own).map(object);
}

/** Fields of the first rows, each once. */
function fieldsOf(rows: readonly Json[]): SeenField[] {
  const seen = new Map<string, SeenField>();
  for (const row of rows.slice(0, SAMPLE_ROWS)) {
    for (const field of pathsOf(row)) {
      if (seen.size >= MOST_FIELDS) return [...seen.values()];
      if (!seen.has(field.path)) seen.set(field.path, field);
    }
  }
  return [...seen.values()];
}

/** A key as it is shown: short, and without what a terminal or a screen would obey. */
const shownKey = (key: string, longest = 24) => key.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "").slice(0, longest);

/** What is known of JSON or of a table that no format reads; undefined for what is neither. */
export function unknownRows(source: Source): UnknownRows | undefined {
  const table = isTable(source.name);
  if (!table && (!looksLikeJson(source.text) || source.values.length === 0)) return undefined;
  const rows = rowsIn(source);
  const error = table ? undefined : object(object(source.values[0])["error"])["message"];
  if (typeof error === "string")
    return nothingIn(l10n.later`The file holds an error of a server and no answer: “${shownKey(error, 120)}”.`);
  if (!table && holdsRequests(source.values))
    return nothingIn(l10n.later`The file holds what a model was asked, and no answer of it.`);
  const keys = [...new Set(rows.slice(0, SAMPLE_ROWS).flatMap((row) => Object.keys(row)))].map((key) => shownKey(key));
  if (keys.length === 0)
    return nothingIn(
      table
        ? l10n.later`The file holds no rows.`
        : l10n.later`The file holds JSON without fields: no reasoning is found in it.`,
    );
  const shown = keys.slice(0, SHOWN_KEYS).join(", ");
  const named = keys.length > SHOWN_KEYS ? l10n.later`${shown} and ${keys.length - SHOWN_KEYS} more` : shown;
  const fields = fieldsOf(rows);
  const known = table
    ? l10n.later`The file is a table of columns that are not known here: ${named}`
    : l10n.later`The file is JSON of no form that is known here; its fields are ${named}`;
  return {
    sentence: fields.length === 0 ? l10n.later`${known}.` : l10n.later`${known}: ${SAY}.`,
    fields,
    shape: fields.map(({ path }) => path).join("\n"),
  };
}

const SAY = l10n.later`say which of them hold the question, the thinking, the answer and the right answer`;

/** A file of which no field can be named. */
const nothingIn = (sentence: Sentence): UnknownRows => ({ sentence, fields: [], shape: "" });

/** The fields of a table or of JSON; undefined for other files. */
export const fieldsIn = (file: ForeignFile): UnknownRows | undefined => unknownRows(new Source(file));

/** @returns what is wrong with a mapping, as a sentence; undefined where it can be used */
function mappingProblem(mapping: FieldMapping, fields: readonly SeenField[]): Sentence | undefined {
  if (mapping.thinking === undefined && mapping.answer === undefined)
    return l10n.later`No field is named for the thinking or the answer.`;
  const missing = MAPPED.filter((name) => {
    const path = mapping[name];
    return path !== undefined && !fields.some((field) => field.path === path || field.path.startsWith(`${path}.`));
  });
  if (missing.length === 0) return undefined;
  const known = fields
    .slice(0, SHOWN_KEYS)
    .map(({ path }) => shownKey(path))
    .join(", ");
  const names = missing.map((name) => shownKey(mapping[name]!)).join(", ");
  return l10n.later`No row has the field ${names}; there are ${known}.`;
}

/** A row by a mapping; undefined where it holds neither thinking nor answer. */
function mappedRun(
  row: Json,
  { question, thinking, answer, expected }: FieldMapping,
  place: number,
): ForeignRun | undefined {
  const at = (path: string | undefined) => (path === undefined ? "" : valueText(valueAt(row, path)).trim());
  const [thought, written] = [at(thinking), at(answer)];
  if (thought === "" && written === "") return undefined;
  // What stands in one field alone may hold both.
  const parts =
    thought !== "" && answer !== undefined
      ? reasoningAndText(thought, written)
      : readReasoning(thought || written).parts;
  const [asked, gold] = [at(question), at(expected)];
  return {
    id: scalar(row["id"]) ?? `${place + 1}`,
    model: scalar(row["model"]),
    messages: asked === "" ? [] : [{ role: "user", content: asked }],
    parts,
    gold: gold === "" ? undefined : goldAnswer(gold),
  };
}

/** The rows of any file, by a person's mapping. */
export function mappedRows(mapping: FieldMapping): TraceFormat {
  return {
    id: "mapped",
    title: "Rows with fields that you named",
    detect: () => true,
    *read(source, problems) {
      const rows = rowsIn(source);
      const problem =
        rows.length === 0
          ? l10n.later`The file holds no rows of JSON or CSV.`
          : mappingProblem(mapping, fieldsOf(rows));
      if (problem !== undefined) problems.push(problem);
      let without = 0;
      for (const [place, row] of rows.entries()) {
        const run = mappedRun(row, mapping, place);
        if (run) yield run;
        else without += 1;
      }
      if (problem === undefined && without > 0)
        problems.push(l10n.later`${without} of ${rows.length} rows hold nothing in the fields that you named.`);
    },
  };
}
