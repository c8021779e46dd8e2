/** The generated problems and the ProsQA file that the benchmark runs. */
import { readFileSync } from "node:fs";
import { readDataset } from "../src/core/prompt/dataset";
import type { Question } from "../src/engine/datasetRun";

export type Family = "arithmetic" | "long-arithmetic" | "prosqa" | "triage";

/** The first `limit` problems of a family's split. */
export function problems(family: Family, split: "valid" | "test", limit: number): Question[] {
  const name = `${family}.${split}.jsonl`;
  const text = readFileSync(new URL(`data/${name}`, import.meta.url), "utf8");
  return readDataset(name, text).rows.slice(0, limit);
}

/** Questions of any dataset file. */
export function questionsOf(file: string, limit: number): Question[] {
  return readDataset(file, readFileSync(file, "utf8")).rows.slice(0, limit);
}
