/** What a bar is, and the runs that bars are measured on. */
import type { DatasetRun, Question } from "../../src/engine/runs/datasetRun";
import { problems, type Family } from "../datasets";
import type { Runner } from "../runner";

/** What one method of the pocket family has to reach on problems that nothing was trained on. */
export interface Bar {
  /** What `--only` selects; bars on one topic share their runs. */
  topic: string;
  name: string;
  target: string;
  /** @throws where the weights that it needs are not there */
  measure(settings: Settings): Promise<Reached>;
}

interface Reached {
  measured: string;
  met: boolean;
}

export interface Settings {
  runner: Runner;
  /** Problems of each family of the generated test split. */
  limit: number;
  /** Problems of the official ProsQA file. */
  prosqa: readonly Question[];
}

/** The families whose problems fit into any context. */
export const TEXT_FAMILIES: readonly Family[] = ["arithmetic", "prosqa", "triage"];

/** Runs of a strategy over `questions`; the member of the family that was trained for it is chosen. */
export function runOn(
  { runner }: Settings,
  label: string,
  questions: readonly Question[],
  strategy: string,
  options: Record<string, unknown> = {},
): Promise<DatasetRun[]> {
  const named = Object.entries(options).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const model = { kind: "pocket" } as const;
  return runner.runs(label, questions, { name: [strategy, ...named].join(" "), strategy, model, options });
}

/** Runs over the generated test split of one family. */
export function runFamily(
  settings: Settings,
  family: Family,
  strategy: string,
  options: Record<string, unknown> = {},
): Promise<DatasetRun[]> {
  return runOn(settings, family, problems(family, "test", settings.limit), strategy, options);
}

/** Runs over several families, one after the other, so that two such lists pair by index. */
export async function runFamilies(
  settings: Settings,
  families: readonly Family[],
  strategy: string,
  options: Record<string, unknown> = {},
): Promise<DatasetRun[]> {
  const all: DatasetRun[] = [];
  for (const family of families) all.push(...(await runFamily(settings, family, strategy, options)));
  return all;
}
