/** What a trace of ours holds and other tools have no place for, as our exports write it beside theirs. */
import type { Trace } from "../../trace/fold";
import { WITHHELD_REASONS, type Verdict } from "../../trace/trace";
import { parseJson } from "./jsonDocument";
import type { ForeignPart } from "./foreignParts";
import type { ForeignRun } from "./foreignRun";
import { list, number, object, text, type Json } from "./jsonValue";

/** What the log said that a trace was read from, and the reasoning that its provider did not show. */
export function ownFacts({ end, withheld }: Trace): Json {
  return {
    ...(end?.verdicts && end.verdicts.length > 0 ? { verdicts: end.verdicts } : {}),
    ...(withheld.length > 0 ? { withheld: withheld.map(({ why, tokens }) => ({ why, tokens })) } : {}),
  };
}

/** A run with what `ownFacts` wrote. What is withheld stands before what was written: its place is not kept. */
export function withOwnFacts(run: ForeignRun, own: Json): ForeignRun {
  const verdicts = listed(own["verdicts"]).flatMap(verdictOf);
  const withheld = run.parts.some(({ kind }) => kind === "withheld") ? [] : listed(own["withheld"]).flatMap(withheldOf);
  return {
    ...run,
    ...(verdicts.length > 0 ? { verdicts } : {}),
    parts: withheld.length > 0 ? [...withheld, ...run.parts] : run.parts,
  };
}

/** Some formats hold texts alone: there a list is JSON in one. */
const listed = (value: unknown): Json[] => list(typeof value === "string" ? parseJson(value) : value).map(object);

function verdictOf(value: Json): Verdict[] {
  const [by, said, why] = [text(value["by"]), text(value["value"]), text(value["why"])];
  if (by === undefined || said === undefined) return [];
  const correct = typeof value["correct"] === "boolean" ? { correct: value["correct"] } : {};
  return [{ by, value: said, ...correct, ...(why === undefined ? {} : { why }) }];
}

function withheldOf(value: Json): ForeignPart[] {
  const why = WITHHELD_REASONS.find((each) => each === value["why"]);
  const tokens = number(value["tokens"]);
  return why === undefined ? [] : [{ kind: "withheld", why, ...(tokens === undefined ? {} : { tokens }) }];
}
