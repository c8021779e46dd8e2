/** The file of a bench's results: begun, or gone on with on the terms that it was begun with. */
import path from "node:path";
import type { BenchHeaderFields } from "../core/measure/benchFile";
import { strategiesIn } from "../core/measure/contenders";
import { ActionableError } from "../core/protocol/rpc";
import { BenchLog, hashOfQuestions } from "../disk/benchLog";
import type { Question } from "../engine/runs/datasetRun";
import type { Arguments } from "./arguments";
import { publicName } from "./namedModels";
import { complain } from "./terminal";

export const KEPT = {
  elsewhere: "name another place by --results",
  onRestored: (file: string) => complain(`${file} was deleted meanwhile: it has been written anew with all results.`),
};

/** The arguments with which a bench was begun; `--data` may name where its dataset is now. */
export function resumed(args: Arguments, { header }: BenchLog): Arguments {
  const { data, questions, instructions, dtype, strategies, options, seed, samples = 1 } = header;
  // Keys in an address are not recorded: who needs one gives the address again.
  const given = new Map(args.models.map((name) => [publicName(name), name]));
  const names = header.models ?? [header.model];
  const models = names.map((name) => given.get(name) ?? name);
  const asked = {
    dtype,
    options,
    seed,
    samples,
    models,
    model: models.at(-1)!,
    strategies: strategiesIn(strategies, names),
  };
  return { ...args, ...asked, data: args.data ?? data, limit: questions, instructions };
}

export function demandSameQuestions({ header, file }: BenchLog, questions: readonly Question[], args: Arguments): void {
  if (hashOfQuestions(questions) === header.sha256) return;
  throw new ActionableError(
    "bench-changed",
    `The questions of ${args.data} are not those that ${file} was begun with.`,
    "Name the old dataset by --data, or begin anew with --results.",
  );
}

export async function begin(
  args: Arguments,
  contenders: readonly { name: string }[],
  questions: readonly Question[],
): Promise<BenchLog> {
  const { dtype, options, seed, results, samples = 1 } = args;
  const models = args.models.map(publicName);
  const fields: BenchHeaderFields = {
    data: path.resolve(args.data!),
    ...(args.instructions === undefined ? {} : { instructions: path.resolve(args.instructions) }),
    questions: questions.length,
    sha256: hashOfQuestions(questions),
    model: models[0]!,
    ...(models.length > 1 ? { models } : {}),
    strategies: contenders.map(({ name }) => name),
    ...(samples > 1 ? { samples } : {}),
    options,
    ...(dtype === undefined ? {} : { dtype }),
    seed,
    started: new Date().toISOString(),
  };
  if (results === undefined) return BenchLog.unkept(fields);
  try {
    return await BenchLog.begin(results, fields, KEPT);
  } catch (error) {
    if ((error as ActionableError).code !== "results-eexist") throw error;
    throw new ActionableError(
      "bench-exists",
      `The file ${results} is there already.`,
      `Go on with it by --resume ${results}, or name another.`,
    );
  }
}
