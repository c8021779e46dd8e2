/** What a bar is, and the runs that bars are measured on. */
import { existsSync, rmSync } from "node:fs";
import { cp, mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelReference } from "../../src/core/protocol/engineApi";
import type { DatasetRun, Question } from "../../src/engine/runs/datasetRun";
import { problems, type Family } from "../datasets";
import { POCKET_FOLDER, type Runner } from "../runner";

/** What one method of the pocket family has to reach on problems that nothing was trained on. */
export interface Bar {
  /** What `--only` selects; bars on one topic share their runs. */
  topic: string;
  name: string;
  /** The weights that answer, by their folder's name; a member of the family is named like the strategy that it was trained for. */
  model: string;
  target: string;
  /** Of a control, which has nothing to reach. */
  isControl?: true;
  /** @throws where the weights that it needs are not there */
  measure(settings: Settings): Promise<Reached>;
}

export interface Reached {
  measured: string;
  /** Undefined of a control; of a bar that names a p, by those of its tests, in their order, after Holm over the whole table's. */
  met: boolean | undefined | ((ps: readonly number[]) => boolean);
  /** Tests that the row holds: they stand together with those of all other rows. */
  tests?: readonly Test[];
}

export interface Test {
  what: string;
  p: number;
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
  model: ModelReference = { kind: "pocket" },
): Promise<DatasetRun[]> {
  const named = Object.entries(options).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return runner.runs(label, questions, { name: [strategy, ...named].join(" "), strategy, model, options });
}

/** Runs over the generated test split of one family. */
export function runFamily(
  settings: Settings,
  family: Family,
  strategy: string,
  options: Record<string, unknown> = {},
  model?: ModelReference,
): Promise<DatasetRun[]> {
  return runOn(settings, family, problems(family, "test", settings.limit), strategy, options, model);
}

const CONTROLS = fileURLToPath(new URL("../controls", import.meta.url));

/**
 * A model of bench/controls, trained by training/controls.py or training/coconut.py to be set against one of the family.
 * @throws where its weights are not there
 */
export function control(name: string): ModelReference {
  const folder = path.join(CONTROLS, name);
  if (!existsSync(folder)) throw new Error(`there are no weights of the control ${name}`);
  return { kind: "folder", path: folder };
}

/** The base model with a control's file in place of its own. */
export async function baseWith(name: string, file: string): Promise<ModelReference> {
  control(name);
  const folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-control-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await cp(path.join(POCKET_FOLDER, "base"), folder, { recursive: true });
  await cp(path.join(CONTROLS, name, file), path.join(folder, file));
  return { kind: "folder", path: folder };
}
