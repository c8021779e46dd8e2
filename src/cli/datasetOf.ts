/** The dataset that `--data` names. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { readDataset } from "../core/prompt/dataset";
import { inEnglish } from "../core/text/l10n";
import { ActionableError } from "../core/protocol/rpc";
import type { Question } from "../engine/runs/datasetRun";
import type { Arguments } from "./arguments";
import { instructionsOf } from "./promptsOf";
import { complain } from "./terminal";

/** @throws ActionableError when there is no such file, or nothing to ask in it */
export async function datasetOf(args: Arguments, command: string): Promise<{ name: string; questions: Question[] }> {
  const file = args.data;
  if (file === undefined) {
    throw new ActionableError("usage", "No dataset was named.", `Run thoughtlens ${command} --data FILE.`);
  }
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    throw new ActionableError("file-missing", `The dataset ${file} cannot be read.`, "Check its name.");
  }
  const name = path.basename(file);
  const { rows, problems } = readDataset(name, text, args.map);
  for (const problem of problems) complain(`${file}:${problem.line + 1}: ${inEnglish(problem.message)}`);
  const before = args.instructions === undefined ? undefined : await instructionsOf(args.instructions);
  const questions = rows
    .slice(0, args.limit)
    .map(({ question, answer }): Question => ({ question, answer, ...(before ? { before } : {}) }));
  if (questions.length > 0) return { name, questions };
  throw new ActionableError(
    "dataset-empty",
    `The dataset ${file} holds no questions with answers.`,
    problems[0]?.action ?? "Check its format.",
  );
}
