/** Columns that have the name of a right answer and say how right an answer was, as verifiers names its rewards. */
import { plainName } from "../reading/fieldNames";
import { list, scalar, type Json } from "../reading/jsonValue";

/** Names that can mean either, and those that mean the right answer wherever both stand. */
const EITHER = new Set(["correct_answer"]);
const SURE = new Set(["answer", "ground_truth"]);
/** Rows that are looked at for names. */
const FIRST = 20;

const SCORE = /^(?:[01](?:\.0+)?|true|false)$/i;
/** Right answers of a question of yes and no, beside which a truth value may be one, too. */
const YES_OR_NO = /^(?:yes|no)\.?$/i;

const wordsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? list(value) : [value]).map((each) =>
    each === null || each === undefined ? "" : (scalar(each) ?? "{}").trim(),
  );
const isScore = (words: string) => SCORE.test(words);
const isText = (words: string) => words !== "" && !isScore(words) && !YES_OR_NO.test(words);

/** @returns the keys of columns that only hold scores, beside a column of right answers that are none */
export function scoreColumns(rows: readonly Json[]): ReadonlySet<string> {
  const keys = [...new Set(rows.slice(0, FIRST).flatMap((row) => Object.keys(row)))];
  const named = (names: ReadonlySet<string>) => keys.filter((key) => names.has(plainName(key)));
  const either = named(EITHER);
  const sure = either.length === 0 ? [] : named(SURE);
  if (!sure.some((key) => rows.some((row) => wordsOf(row[key]).some(isText)))) return new Set();
  const words = (key: string) => rows.flatMap((row) => wordsOf(row[key]).filter((each) => each !== ""));
  return new Set(either.filter((key) => words(key).every(isScore)));
}

/** A row without what is no right answer. */
export const withoutScores = (row: Json, scores: ReadonlySet<string>): Json =>
  scores.size === 0 ? row : Object.fromEntries(Object.entries(row).filter(([key]) => !scores.has(key)));
