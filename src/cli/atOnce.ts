/** How many runs of one command go on at once: as many as its models allow, who may stand elsewhere or on this machine. */
import type { ModelInfo, ModelReference } from "../core/protocol/engineApi";
import { addressOf } from "../core/protocol/modelName";
import { ActionableError } from "../core/protocol/rpc";
import type { Arguments } from "./arguments";
import { workersFor } from "./workerPool";

export interface AtOnce {
  /** Runs under way at once, or that it is to be found out. */
  runs: number | "auto";
  /** Processes on this machine that share them; 1 is this one alone. */
  workers: number;
}

/**
 * As `--concurrency` asks of servers and `--workers` of this machine.
 * @throws ActionableError `usage` where the one was asked of the other
 */
export async function runsAtOnce(
  { concurrency, workers }: Arguments,
  models: readonly ModelReference[],
  load: (model: ModelReference) => Promise<ModelInfo>,
): Promise<AtOnce> {
  const isServer = (model: ModelReference) => addressOf(model) !== undefined;
  if (concurrency !== 1 && !models.every(isServer))
    throw new ActionableError(
      "usage",
      "Only a server answers several questions at once: a model on this machine takes one after the other.",
      "Leave --concurrency out, name a server by --model http://HOST:PORT, or use --workers N.",
    );
  if (workers === undefined) return { runs: concurrency, workers: 1 };
  if (models.some(isServer))
    throw new ActionableError(
      "usage",
      "Workers run models on this machine, and a server runs its own.",
      "Leave --workers out, and ask the server several at once by --concurrency N.",
    );
  const count = workers === "auto" ? await workersThatFit(models, load) : workers;
  return { runs: count, workers: count };
}

async function workersThatFit(
  models: readonly ModelReference[],
  load: (model: ModelReference) => Promise<ModelInfo>,
): Promise<number> {
  const sizes = await Promise.all(models.map(async (model) => (await load(model)).bytes ?? 0));
  return workersFor(Math.max(...sizes));
}
