/**
 * Files of batches, as OpenAI's interface and vLLM's run-batch read and write them: a request a line, and an answer a line in
 * any order. Each names its run of the bench.
 */
import * as z from "zod";
import type { NthRun, RunName } from "./benchFile";

const OURS = "thoughtlens";
/** Characters of the hash of the questions that tell one dataset from another. */
const HASH = 8;
const NAME = /^thoughtlens-([0-9a-f]{8})-q([1-9]\d*)-s([1-9]\d*)-(.+)$/;

/** @param sha256 of the questions, hex */
export const requestName = (sha256: string, { question, strategy, sample = 1 }: RunName): string =>
  `${OURS}-${sha256.slice(0, HASH)}-q${question + 1}-s${sample}-${strategy}`;

/** One line of a file of requests. */
export const requestLine = (name: string, url: string, body: object): string =>
  `${JSON.stringify({ custom_id: name, method: "POST", url, body })}\n`;

const answer = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number().optional(), body: z.unknown().optional() }).nullish(),
  error: z.unknown().optional(),
});

/** What a line of a file of answers holds. */
export type BatchAnswer =
  | { run: NthRun; body: unknown }
  | { run: NthRun; problem: string }
  /** Nothing of this batch: no line of an answer, or one to other questions. */
  | { foreign: "line" | "name" | "questions" };

const LONGEST_PROBLEM = 300;

/** @param sha256 of the questions, hex */
export function readAnswer(line: string, sha256: string): BatchAnswer {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { foreign: "line" };
  }
  const { data } = answer.safeParse(value);
  if (!data) return { foreign: "line" };
  const [, hash, question, sample, strategy] = NAME.exec(data.custom_id) ?? [];
  if (hash === undefined) return { foreign: "name" };
  if (!sha256.startsWith(hash)) return { foreign: "questions" };
  const run = { question: Number(question) - 1, strategy: strategy!, sample: Number(sample) };
  const { response, error } = data;
  const status = response?.status_code ?? 200;
  const said = saidIn(error) ?? (status === 200 ? undefined : (saidIn(response?.body) ?? `The status was ${status}.`));
  if (said !== undefined) return { run, problem: said.slice(0, LONGEST_PROBLEM) };
  if (typeof response?.body !== "object" || response.body === null) return { run, problem: "It holds no answer." };
  return { run, body: response.body };
}

/** The message of an error, wherever it stands. */
function saidIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value !== "object" || value === null || depth > 3) return undefined;
  const { error, message } = value as { error?: unknown; message?: unknown };
  return saidIn(message, depth + 1) ?? saidIn(error, depth + 1);
}
