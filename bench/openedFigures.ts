/** One model under two templates: what every strategy of thinking comes to where the template opens thinking. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { DatasetRun } from "../src/engine/runs/datasetRun";
import { budget } from "../src/engine/strategies/budget";
import { chainOfThought } from "../src/engine/strategies/chainOfThought";
import { deer } from "../src/engine/strategies/deer";
import { entropyAfterThinking } from "../src/engine/strategies/entropyAfterThinking";
import { inftyThink } from "../src/engine/strategies/inftyThink";
import { lightThinker } from "../src/engine/strategies/lightThinker";
import { noThinking } from "../src/engine/strategies/noThinking";
import { probe } from "../src/engine/strategies/probe";
import { accuracy, difference, rightShare, totalTokens } from "./bars/figures";
import { problems, type Family } from "./datasets";
import { openedPocket } from "./openedPocket";
import type { Runner } from "./runner";

/** The family's model that no strategy trained. */
const BASE = "base";

interface Compared {
  strategy: string;
  family: Family;
  options?: Record<string, unknown>;
  /** That was trained for the strategy; by default the base model. */
  member?: string;
}

export const COMPARED: readonly Compared[] = [
  { strategy: chainOfThought.id, family: "arithmetic" },
  { strategy: deer.id, family: "arithmetic" },
  { strategy: probe.id, family: "arithmetic" },
  { strategy: budget.id, family: "arithmetic", options: { tokens: 256 } },
  { strategy: entropyAfterThinking.id, family: "arithmetic" },
  { strategy: inftyThink.id, family: "long-arithmetic", options: { contextTokens: 480 } },
  { strategy: lightThinker.id, family: "arithmetic", member: lightThinker.id },
  { strategy: noThinking.id, family: "arithmetic" },
];

export interface OpenedRow extends Compared {
  /** Under the model's own template, and under one that opens thinking. */
  plain: DatasetRun[];
  opened: DatasetRun[];
}

/** @param folder where the models under the template that opens thinking are put, each once */
export async function openedRow(runner: Runner, compared: Compared, folder: string, limit: number): Promise<OpenedRow> {
  const { strategy, family, options = {}, member = BASE } = compared;
  const opened = path.join(folder, member);
  if (!existsSync(opened)) await openedPocket(opened, member);
  const questions = problems(family, "test", limit);
  const run = (name: string, model: { kind: "pocket" } | { kind: "folder"; path: string }) =>
    runner.runs(family, questions, { name: `${strategy}, ${name}`, strategy, model, options });
  return {
    ...compared,
    plain: await run("the model opens", { kind: "pocket" }),
    opened: await run("the template opens", { kind: "folder", path: opened }),
  };
}

const DIFFERENCE = 0.01;

export const HEAD = [
  "strategy",
  "model",
  "problems",
  "the model opens",
  "tokens",
  "the template opens",
  "tokens",
  "difference",
  "met",
];

export function cellsOf({ strategy, family, options, member = BASE, plain, opened }: OpenedRow): string[] {
  const named = Object.entries(options ?? {}).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  // A hair for sums of binary fractions.
  const met = Math.abs(accuracy(opened) - accuracy(plain)) <= DIFFERENCE + 1e-9;
  return [
    [strategy, ...named].join(" "),
    member,
    family,
    ...[plain, opened].flatMap((runs) => [rightShare(runs), totalTokens(runs).toFixed(1)]),
    difference(opened, plain).points,
    met ? "yes" : "no",
  ];
}
