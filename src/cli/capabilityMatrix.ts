/** Every strategy on several models, each run on one short question: what ran, what was refused, and why. */
import type { CacheFacts, CapabilityRow, ModelInfo, ModelReference, StrategyRow } from "../core/protocol/engineApi";
import { measure } from "../core/measure/metrics";
import { cacheWords, thinkBrief } from "../core/protocol/modelWords";
import { sentenceOf, toErrorShape } from "../core/protocol/rpc";
import type { ThinkFacts } from "../core/text/thinkFacts";
import { registered } from "../engine/strategies";
import type { FinishedRun, Session } from "./session";
import { table } from "./table";
import { inEnglish } from "../core/text/l10n";

export interface MatrixCell {
  strategy: string;
  /** `refused`: the model lacks something that the reason names. `can run` was not tried. `failed` is a fault. */
  outcome: "ran" | "can run" | "refused" | "failed";
  /** One sentence; empty where there is nothing to say. */
  reason: string;
  /** Positions processed after the prompt; only where it ran. */
  tokens?: number;
  /** Milliseconds of the run; only where it ran. */
  ms?: number;
}

export interface MatrixColumn {
  /** As it was named. */
  model: string;
  /** As traces call it; undefined where it does not load. */
  id: string | undefined;
  /** As sentences about it call it. */
  name: string | undefined;
  dtype: string | undefined;
  /** How it thinks; undefined where it does not load. */
  thinking: ThinkFacts | undefined;
  /** By kind; empty where that is not seen. */
  cache: CacheFacts[];
  capabilities: (Omit<CapabilityRow, "reason"> & { reason: string })[];
  cells: MatrixCell[];
}

/** What is known of a model that does not load. */
export const NOT_LOADED: Omit<MatrixColumn, "model" | "cells"> = {
  id: undefined,
  name: undefined,
  dtype: undefined,
  thinking: undefined,
  cache: [],
  capabilities: [],
};

const QUESTION = "Mia has 12 apples and gives 3 of them to her brother. How many apples does she have now?";
const MOST_TOKENS = 32;
/** Errors that say what a model or its folder lacks; any other is a fault. */
const LACKS =
  /^(strategy-unsupported|probe-missing|probe-mismatch|assistant-|token-missing|capability-missing|server-)/;

interface MatrixOptions {
  /** False to tell only what could run. */
  run: boolean;
  /** Options of the strategies that replace the short ones. */
  options: Record<string, unknown>;
}

/** One model under every strategy. A model that does not load has its reason in every cell. */
export async function matrixColumn(
  session: Session,
  model: { name: string; reference: ModelReference },
  strategies: readonly string[],
  options: MatrixOptions,
): Promise<MatrixColumn> {
  let info: ModelInfo;
  try {
    info = await session.load(model.reference);
  } catch (error) {
    const reason = sentence(error);
    const cells = strategies.map((strategy): MatrixCell => ({ strategy, outcome: "refused", reason }));
    return { ...NOT_LOADED, model: model.name, cells };
  }
  const cells: MatrixCell[] = [];
  for (const row of info.strategies) {
    if (session.cancelled) break;
    const label = `${cells.length + 1}/${info.strategies.length} ${row.id} on ${model.name}`;
    cells.push(await cell(session, model.reference, row, label, options));
  }
  const { id, name, dtype, thinking, cache } = info;
  const capabilities = info.capabilities.map((row) => ({ ...row, reason: inEnglish(row.reason) }));
  return { model: model.name, id, name, dtype, thinking, cache, capabilities, cells };
}

async function cell(
  session: Session,
  model: ModelReference,
  { id: strategy, runs, reason }: StrategyRow,
  label: string,
  { run, options }: MatrixOptions,
): Promise<MatrixCell> {
  const why = reason ? inEnglish(reason) : "";
  if (!runs) return { strategy, outcome: "refused", reason: why };
  if (!run) return { strategy, outcome: "can run", reason: why };
  let finished: FinishedRun;
  try {
    finished = await session.run(
      {
        model,
        strategy,
        messages: [{ role: "user", content: QUESTION }],
        options: { maxTokens: MOST_TOKENS, ...registered(strategy).short, ...options },
      },
      label,
    );
  } catch (error) {
    const refused = LACKS.test(toErrorShape(error).code);
    return { strategy, outcome: refused ? "refused" : "failed", reason: sentence(error) };
  }
  const { tokens, ms } = measure(finished.trace);
  return { strategy, outcome: "ran", reason: why, tokens: tokens.total, ms: ms.total };
}

const sentence = (error: unknown): string => sentenceOf(toErrorShape(error));

/** Cells are short, so that a model fits a line: what ran and what could is a word, what did not the number of its reason. */
export function matrixText(columns: readonly MatrixColumn[]): string {
  const reasons: string[] = [];
  const numbered = (said: string, { name }: MatrixColumn): string => {
    if (said === "") return "";
    const reason = ofAnyModel(said, name);
    if (!reasons.includes(reason)) reasons.push(reason);
    return `[${reasons.indexOf(reason) + 1}]`;
  };
  const said = ({ outcome, reason }: MatrixCell, column: MatrixColumn): string =>
    [outcome === "refused" ? "" : outcome, numbered(reason, column)].filter(Boolean).join(" ");
  const model = ({ model, id = model, dtype = "" }: MatrixColumn) => `${id} ${dtype}`.trim();
  const strategies = namesOf(columns, ({ cells }) => cells.map(({ strategy }) => strategy));
  const capabilities = namesOf(columns, ({ capabilities: rows }) => rows.map(({ capability }) => capability));
  const runs = columns.map((column) => [
    model(column),
    column.thinking ? thinkBrief(column.thinking) : "–",
    cacheWords(column.cache) ?? "–",
    ...strategies.map((name) =>
      cellOf(
        column.cells.find(({ strategy }) => strategy === name),
        (found) => said(found, column),
      ),
    ),
  ]);
  const has = columns.map((column) => [
    model(column),
    ...capabilities.map((name) =>
      cellOf(
        column.capabilities.find(({ capability }) => capability === name),
        ({ has, reason }) => `${has ? "yes" : "no"} ${numbered(reason, column)}`.trim(),
      ),
    ),
  ]);
  return [
    table(["model", "think format", "cache", ...strategies], runs),
    ...(capabilities.length > 0 ? [table(["model", ...capabilities], has)] : []),
    reasons.map((reason, index) => `[${index + 1}] ${reason}`).join("\n"),
  ].join("\n\n");
}

/** A sentence that names its model is the same of others, and one reason with theirs. */
function ofAnyModel(said: string, name = ""): string {
  if (name === "") return said;
  const exactly = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return said
    .replace(new RegExp(`(?<![\\w-])${exactly}(?![\\w-])`, "g"), "the model")
    .replace(/^the model/, "The model");
}

/** Names that any column has, in the order of the first. */
const namesOf = (columns: readonly MatrixColumn[], read: (column: MatrixColumn) => string[]): string[] => [
  ...new Set(columns.flatMap(read)),
];

const cellOf = <T>(found: T | undefined, said: (found: T) => string): string =>
  found === undefined ? "–" : said(found);
