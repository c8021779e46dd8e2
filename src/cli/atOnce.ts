/** How many runs of one command go on at once: as many as its models allow, who may stand elsewhere or on this machine. */
import { MOST_IN_A_PASS, type ModelInfo, type ModelReference } from "../core/protocol/engineApi";
import { addressOf } from "../core/protocol/modelName";
import { ActionableError } from "../core/protocol/rpc";
import type { Arguments } from "./arguments";
import { workersFor } from "./workerPool";

export interface AtOnce {
  /** Runs under way at once, or that it is to be found out. */
  runs: number | "auto";
  /** Processes on this machine that share them; 1 is this one alone. */
  workers: number;
  /** Runs that each process has at once, whose tokens it decodes in one pass. */
  together: number;
}

/**
 * As `--concurrency` asks of servers and of each process of this machine, and `--workers` of this machine.
 * @throws ActionableError `usage` where workers were asked of a server, or servers and models of this machine stand together
 */
export async function runsAtOnce(
  { concurrency, workers }: Arguments,
  models: readonly ModelReference[],
  load: (model: ModelReference) => Promise<ModelInfo>,
): Promise<AtOnce> {
  const isServer = (model: ModelReference) => addressOf(model) !== undefined;
  const servers = models.filter(isServer).length;
  if (concurrency !== 1 && servers > 0 && servers < models.length)
    throw new ActionableError(
      "usage",
      "Servers and models of this machine are not asked at once.",
      "Leave --concurrency out, or compare them in two commands.",
    );
  if (workers === undefined && servers > 0) return { runs: concurrency, workers: 1, together: 1 };
  if (servers > 0)
    throw new ActionableError(
      "usage",
      "Workers run models on this machine, and a server runs its own.",
      "Leave --workers out, and ask the server several at once by --concurrency N.",
    );
  const count = workers === "auto" ? await workersThatFit(models, load) : (workers ?? 1);
  const together = concurrency === "auto" ? MOST_IN_A_PASS : concurrency;
  return { runs: count * together, workers: count, together };
}

async function workersThatFit(
  models: readonly ModelReference[],
  load: (model: ModelReference) => Promise<ModelInfo>,
): Promise<number> {
  const sizes = await Promise.all(models.map(async (model) => (await load(model)).bytes ?? 0));
  return workersFor(Math.max(...sizes));
}
