/** The problems that the benchmarks run: generated ones, and those of other people. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readDataset } from "../src/core/prompt/dataset";
import type { Question } from "../src/engine/runs/datasetRun";

/** The 300 problems of ProsQA's own validation file: bench/data/SOURCE.md says where they come from. */
export const OFFICIAL_PROSQA = fileURLToPath(new URL("data/prosqa.official-valid.json", import.meta.url));
/** The first 120 training questions of GSM8K. */
export const GSM8K = fileURLToPath(new URL("data/gsm8k.train.jsonl", import.meta.url));
/** 200 others, on which nothing is trained and no setting is chosen. */
export const GSM8K_UNSEEN = fileURLToPath(new URL("data/gsm8k.unseen.jsonl", import.meta.url));

export type Family = "arithmetic" | "long-arithmetic" | "prosqa" | "triage";

/** The first `limit` problems of a family's split. */
export function problems(family: Family, split: "valid" | "test", limit: number): Question[] {
  const name = `${family}.${split}.jsonl`;
  const text = readFileSync(new URL(`data/${name}`, import.meta.url), "utf8");
  return readDataset(name, text).rows.slice(0, limit);
}

/** Sets of short questions whose answer is the paradigm that suits them: training/problems/general.py says how they differ. */
export type RouterSet = "fresh" | "middle" | "older";

export const routerQuestions = (set: RouterSet): Question[] =>
  questionsOf(fileURLToPath(new URL(`data/router.${set}.jsonl`, import.meta.url)), Infinity);

/** Questions of any dataset file. */
export function questionsOf(file: string, limit: number): Question[] {
  return readDataset(file, readFileSync(file, "utf8")).rows.slice(0, limit);
}
