/**
 * The order of a bench: every question under every strategy in turn, so that one that is stopped has whole pairs. A run
 * that fails is tried again where that may help, and then counted; it does not end the bench, unless it is clear that
 * the others would fail as well.
 */
import { shapeOf, toErrorShape, type RpcErrorShape } from "../protocol/rpc";
import type { KeptFailure } from "./benchFile";
import { steady, type Pace } from "./pace";
import { l10n } from "../text/l10n";

export interface BenchPlan<Result> {
  /** How many. */
  readonly questions: number;
  readonly strategies: readonly string[];
  /** Of each question under each strategy; one where nothing is said. */
  readonly samples?: number;
  /** Whether a result is there already. @param sample from 1 */
  known(question: number, strategy: string, sample: number): boolean;
  readonly signal: AbortSignal;
  /**
   * Runs at once; one where nothing is said. Results come in the order in which they are done, and the next runs go on while they
   * are kept: as many results as runs may wait for that.
   */
  readonly pace?: Pace;
  /** One try. @returns undefined where it was cancelled */
  run(question: number, strategy: string, sample: number): Promise<Result | undefined>;
  onResult(result: Result): Promise<void>;
  onFailure(failure: KeptFailure): Promise<void>;
}

export interface BenchLimits {
  /** Tries of one run. */
  readonly attempts: number;
  /** Milliseconds before the second try, four times as many before each one after it. */
  readonly pause: number;
  /** Runs of one strategy that fail in a row before the bench stops. */
  readonly failuresInRow: number;
}

export const BENCH_LIMITS: BenchLimits = { attempts: 3, pause: 500, failuresInRow: 5 };

/** How a bench ended. */
export type BenchEnd =
  | { readonly why: "through" }
  | { readonly why: "cancelled" }
  /** So many runs of `last.strategy` failed in a row. */
  | { readonly why: "failures"; readonly inRow: number; readonly last: KeptFailure }
  /** Something that no other question would escape; or that a result could not be kept. */
  | { readonly why: "error"; readonly error: unknown };

/** What another try may not meet. */
const PASSING = /^(server-(busy|failed|unreachable|silent|garbage)|engine-(died|hung))$/;
/** What does not depend on the question: the request, the model, the machine. */
const OF_THE_BENCH: readonly RegExp[] = [
  /^(usage|untrusted|virtual|needs-local-model|disk-full)$/,
  /^(strategy|option|model|graph|tokenizer|token|assistant|router|hidden|capability|probe|hub|file)-/,
  /^server-(key|quota|address|no-model|no-completions|cannot-continue)$/,
  /^engine-(start|stopped)$/,
];

/** Never rejects. */
export async function runBench<Result>(plan: BenchPlan<Result>, limits = BENCH_LIMITS): Promise<BenchEnd> {
  const { pace = steady(1) } = plan;
  const keeper = new Keeper(plan, limits);
  const underWay = new Set<Promise<void>>();
  try {
    for (const task of missing(plan)) {
      while (underWay.size > 0 && underWay.size >= pace.limit) await Promise.race(underWay);
      while (keeper.waiting.size >= Math.max(1, pace.limit)) await Promise.race(keeper.waiting);
      if (plan.signal.aborted) keeper.stop({ why: "cancelled" });
      if (keeper.end) break;
      const going = attempt(plan, task, limits)
        .then((outcome) => {
          pace.done(performance.now());
          keeper.take(outcome, task.strategy);
        })
        .catch((error: unknown) => keeper.stop({ why: "error", error }))
        .finally(() => underWay.delete(going));
      underWay.add(going);
    }
    await Promise.all(underWay);
    await Promise.all(keeper.waiting);
  } catch (error) {
    keeper.stop({ why: "error", error });
  }
  return keeper.end ?? { why: "through" };
}

/** One run that is to be made. */
interface Task {
  readonly question: number;
  readonly strategy: string;
  /** From 1. */
  readonly sample: number;
}

/** Every run that is not there yet, question by question. */
function* missing<Result>({ questions, strategies, samples = 1, known }: BenchPlan<Result>): Generator<Task> {
  for (let question = 0; question < questions; question++)
    for (const strategy of strategies)
      for (let sample = 1; sample <= samples; sample++)
        if (!known(question, strategy, sample)) yield { question, strategy, sample };
}

/** Keeps outcomes in their order, and knows when it is over. Runs that are under way are kept all the same. */
class Keeper<Result> {
  end: BenchEnd | undefined;
  /** What is not kept yet. */
  readonly waiting = new Set<Promise<void>>();
  private readonly inRow = new Map<string, number>();

  constructor(
    private readonly plan: BenchPlan<Result>,
    private readonly limits: BenchLimits,
  ) {}

  stop(end: BenchEnd): void {
    this.end ??= end;
  }

  /** What cannot be kept ends the bench. */
  take(outcome: Outcome<Result>, strategy: string): void {
    const kept: Promise<void> = this.keep(outcome, strategy)
      .catch((error: unknown) => this.stop({ why: "error", error }))
      .finally(() => this.waiting.delete(kept));
    this.waiting.add(kept);
  }

  private async keep(outcome: Outcome<Result>, strategy: string): Promise<void> {
    if ("error" in outcome) return this.stop({ why: "error", error: outcome.error });
    if ("failure" in outcome) {
      const { failure } = outcome;
      const count = (this.inRow.get(strategy) ?? 0) + 1;
      this.inRow.set(strategy, count);
      await this.plan.onFailure(failure);
      if (count >= this.limits.failuresInRow) this.stop({ why: "failures", inRow: count, last: failure });
    } else if (outcome.result === undefined) this.stop({ why: "cancelled" });
    else {
      this.inRow.delete(strategy);
      await this.plan.onResult(outcome.result);
    }
  }
}

type Outcome<Result> = { result: Result | undefined } | { failure: KeptFailure } | { error: unknown };

async function attempt<Result>(
  plan: BenchPlan<Result>,
  task: Task,
  { attempts, pause }: BenchLimits,
): Promise<Outcome<Result>> {
  const { question, strategy, sample } = task;
  for (let tries = 1; ; tries++) {
    try {
      return { result: await plan.run(question, strategy, sample) };
    } catch (error) {
      if (plan.signal.aborted) return { result: undefined };
      const shape = toErrorShape(error);
      if (OF_THE_BENCH.some((codes) => codes.test(shape.code))) return { error };
      if (tries >= attempts || !PASSING.test(shape.code))
        return { failure: failureOf(shape, task, plan.samples, tries) };
    }
    await wait(pause * 4 ** (tries - 1), plan.signal);
  }
}

function failureOf(
  { code, message }: RpcErrorShape,
  { question, strategy, sample }: Task,
  samples = 1,
  attempts: number,
): KeptFailure {
  return { t: "failure", question, strategy, ...(samples > 1 ? { sample } : {}), code, message, attempts };
}

/** Resolves after the time, or when the bench is cancelled. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

/** What a bench that ended early says, as one sentence; undefined where it is through or was cancelled. */
export function endSentence(end: BenchEnd): RpcErrorShape | undefined {
  if (end.why === "error") return toErrorShape(end.error);
  if (end.why !== "failures") return undefined;
  const { inRow, last } = end;
  return shapeOf(
    "bench-failures",
    l10n.later`The bench stopped because ${inRow} runs of ${last.strategy} in a row failed: ${last.message}`,
    "Mend that, and resume it.",
  );
}
