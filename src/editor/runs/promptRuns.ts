/**
 * Runs prompts under strategies, one after the other but for samples and benches, and brings what the engine says into the store.
 */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { steady } from "../../core/measure/pace";
import { paced } from "../../core/measure/paced";
import { BASELINE, SCORED } from "../../core/catalogue";
import type { BranchRequest, RunRequest, ScoreRequest, SteeredTo } from "../../core/protocol/engineApi";
import type { CallContext } from "../../core/protocol/rpc";
import { ActionableError, toErrorShape } from "../../core/protocol/rpc";
import { Turns } from "../../core/protocol/turns";
import type { RunHeader, TraceEvent } from "../../core/trace/trace";
import type { EngineProcess } from "../host/engineProcess";
import type { LiveRun } from "../store/liveRun";
import type { Probes } from "../probes/probes";
import type { PromptOptions } from "./promptOptions";
import { GoingRuns, type Progress } from "./goingRuns";
import { RunRequests } from "./runRequests";
import type { TracedPrompt } from "../prompts/tracedPrompt";
import { modelNamed, settings } from "../host/settings";
import type { TraceStore } from "../store/traceStore";
import { demandRunning } from "../host/trust";
import { inWords, type Sentence } from "../../core/text/l10n";

/** One prompt under one or several strategies. The ids of its runs are known before the first begins. */
export interface Job {
  readonly prompt: TracedPrompt;
  readonly strategies: readonly string[];
  readonly runs: readonly string[];
  /** Resolves when the last run is over. */
  readonly done: Promise<void>;
  /** Why runs failed, by their ids; filled until `done`. */
  readonly failures: ReadonlyMap<string, unknown>;
}

export interface JobOptions {
  /** What the runs belong to; a comparison of its own where it is left out. */
  readonly group?: string | undefined;
  /** Whether whoever began the job tells of failures by itself. */
  readonly quiet?: boolean;
  /** As settings name them: each strategy runs on every one of them. The model in use, where it is left out. */
  readonly models?: readonly string[];
  /** Runs of each strategy, with seeds of their own; one where it is left out. */
  readonly samples?: number;
  /** Runs that go on at once, with each other and with those of other such jobs; one where it is left out. */
  readonly atOnce?: number | undefined;
  /** Told of every run that is over. */
  readonly ended?: (run: string) => void;
  /** What may stop runs that are not needed. */
  readonly watch?: RunWatch | undefined;
}

/** Looks at the runs of a job, by their places in it, as they are written. */
export interface RunWatch {
  /** Whether runs that have not begun are needed no more. */
  readonly isOver: boolean;
  /** @returns why the run need not go on; undefined where it has to */
  wrote(place: number, events: readonly TraceEvent[]): string | undefined;
  /** A run that came to its end by itself. @param events all of them */
  ended(place: number, events: readonly TraceEvent[]): void;
}

/** How a run is to go on from inside another. */
export interface BranchOrder extends Pick<BranchRequest, "events" | "kind" | "at" | "text" | "token"> {
  /** How many runs, each with another seed. */
  readonly samples?: number;
}

type EnqueueOptions = { readonly [Name in "quiet" | "ended" | "watch" | "atOnce"]?: JobOptions[Name] | undefined };

/** One call of the engine that writes a trace. */
interface Work {
  readonly request: RunRequest;
  call(context: CallContext): Promise<unknown>;
}

export class PromptRuns implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Progress | undefined>();
  private readonly going = new GoingRuns((progress) => this.changed.fire(progress));
  private readonly cancelled = new vscode.EventEmitter<void>();
  private readonly failed = new vscode.EventEmitter<{ readonly run: string; readonly error: unknown }>();
  /** What is running now, as often as tokens come in; undefined when nothing is. */
  readonly onDidChange = this.changed.event;
  /** A run could not be begun, or ended in an error, and nobody else tells of it. */
  readonly onDidFail = this.failed.event;
  /** A person cancelled what runs and what waits. */
  readonly onDidCancel = this.cancelled.event;

  private readonly requests: RunRequests;
  private readonly live = new Map<string, LiveRun>();
  /** Of runs that somebody watches, told of what comes in. */
  private readonly watched = new Map<string, (events: readonly TraceEvent[]) => void>();
  private readonly controllers = new Set<AbortController>();
  private readonly turns = new Turns();

  constructor(
    private readonly engine: EngineProcess,
    private readonly store: TraceStore,
    private readonly probes: Probes,
    chosen: PromptOptions,
  ) {
    this.requests = new RunRequests(probes, chosen);
    engine.on("events", ({ run, events }) => this.take(run, events));
  }

  get progress(): Progress | undefined {
    return this.going.progress;
  }

  /** @throws ActionableError where models may not run */
  start(prompt: TracedPrompt, strategies: readonly string[], options: JobOptions = {}): Job {
    const { samples = 1, models = [undefined], ended, watch, atOnce = 1 } = options;
    const plan = models.flatMap((model) =>
      strategies.flatMap((strategy) => Array.from({ length: samples }, () => ({ model, strategy }))),
    );
    const planned = plan.map(({ strategy }) => strategy);
    const { group = groupFor(planned), quiet = false } = options;
    return this.enqueue(prompt, planned, { quiet, ended, watch, atOnce }, async (id, strategy, place) => {
      if (prompt.messages.every((message) => message.content.trim() === "")) {
        throw new ActionableError("prompt-empty", "The prompt is empty.", "Write a prompt and trace it again.");
      }
      const asked = await this.requests.of({ id, prompt, strategy, group, model: plan[place]?.model });
      const n = (place % samples) + 1;
      const sample = samples > 1 ? { seed: (asked.seed ?? 0) + n - 1, sample: { n, of: samples } } : {};
      const request: RunRequest = { ...asked, ...sample, ...(atOnce > 1 ? { together: true } : {}) };
      return { request, call: (context) => this.engine.call("run", request, context) };
    });
  }

  /**
   * Scores a trace, in its turn among the runs.
   * @param prompt that of the trace
   * @param model as the setting names it
   * @throws ActionableError where models may not run
   */
  score(prompt: TracedPrompt, events: TraceEvent[], model: string): Job {
    return this.enqueue(prompt, [SCORED], { quiet: false }, async (id, strategy) => {
      const options = { ...this.probes.optionsForScoring(model), ...settings.strategyOptions(strategy) };
      const scoring: ScoreRequest = { id, model: modelNamed(model), events, options };
      const { messages, reference, gold } = prompt;
      const request: RunRequest = {
        id,
        strategy,
        options,
        model: scoring.model,
        messages: [...messages],
        prompt: reference,
        ...(gold === undefined ? {} : { gold }),
      };
      return { request, call: (context) => this.engine.call("score", scoring, context) };
    });
  }

  /**
   * Goes on from inside a trace, in its turn among the runs.
   * @param prompt that of the trace
   * @throws ActionableError where models may not run
   */
  branch(prompt: TracedPrompt, header: RunHeader, { samples = 1, ...order }: BranchOrder): Job {
    const strategy = header.source ? BASELINE : header.strategy;
    const atOnce = samples > 1 ? settings.runsAtOnce() : 1;
    return this.enqueue(prompt, Array<string>(samples).fill(strategy), { atOnce }, (id, _, place) => {
      const model = modelNamed(settings.model());
      const sample = order.kind === "sample" ? { sample: { n: place + 1, of: samples }, together: atOnce > 1 } : {};
      const branching: BranchRequest = { id, model, ...order, ...sample };
      const { messages, reference, gold } = prompt;
      const request: RunRequest = {
        ...{ id, strategy, model, messages: [...messages], prompt: reference },
        ...(gold === undefined ? {} : { gold }),
      };
      return Promise.resolve({ request, call: (context) => this.engine.call("branch", branching, context) });
    });
  }

  /** @param work made when its turn has come, as settings may have changed */
  private enqueue(
    prompt: TracedPrompt,
    strategies: readonly string[],
    { quiet = false, ended, watch, atOnce = 1 }: EnqueueOptions,
    work: (id: string, strategy: string, place: number) => Promise<Work>,
  ): Job {
    demandRunning();
    const failures = new Map<string, unknown>();
    const runs = strategies.map(() => randomUUID());
    const controller = new AbortController();
    this.controllers.add(controller);
    this.store.plan(runs.map((id, index) => [id, strategies[index]!]));
    const runAt = async (place: number): Promise<void> => {
      const [id, strategy] = [runs[place]!, strategies[place]!];
      if (watch?.isOver) return this.store.abandon(id);
      const watched = watch && { watch, place };
      const error = await this.runOne(
        id,
        prompt,
        strategy,
        () => work(id, strategy, place),
        controller.signal,
        watched,
      );
      ended?.(id);
      if (error === undefined) return;
      failures.set(id, error);
      if (!quiet) this.failed.fire({ run: id, error });
    };
    const all = async (): Promise<void> => {
      await paced(
        steady(atOnce),
        runs.map((_, place) => () => runAt(place)),
      );
      this.controllers.delete(controller);
      if (this.controllers.size === 0) this.going.rest();
    };
    // What was cancelled takes its turn all the same, to be put away.
    const { signal } = new AbortController();
    const done =
      atOnce > 1 ? this.turns.share("runs", () => Promise.resolve(), all, signal) : this.turns.take(all, signal);
    return { prompt, strategies, runs, done, failures };
  }

  /**
   * Holds what goes on, lets it go on, or has it stop thinking and answer.
   * @throws ActionableError `steer-idle`, and that of the engine
   */
  async steer(to: SteeredTo): Promise<void> {
    const { runs = [] } = this.going.progress ?? {};
    const steered = await Promise.all(runs.map((run) => this.engine.call("steer", { run, to })));
    if (!steered.some(({ running }) => running))
      throw new ActionableError(
        "steer-idle",
        "No model is writing now.",
        "Trace a prompt, and try again while it runs.",
      );
    this.going.hold(to === "pause" ? vscode.l10n.t("Paused") : undefined);
  }

  /** Cancels what runs and what waits. */
  cancel(): void {
    this.cancelled.fire();
    for (const controller of this.controllers) controller.abort();
  }

  dispose(): void {
    this.cancel();
    this.cancelled.dispose();
    this.changed.dispose();
    this.failed.dispose();
  }

  /** Never throws: what goes wrong stands in the trace. @returns it, unless the run was cancelled */
  private async runOne(
    id: string,
    prompt: TracedPrompt,
    strategy: string,
    work: () => Promise<Work>,
    cancel: AbortSignal,
    watched?: { watch: RunWatch; place: number },
  ): Promise<unknown> {
    let live: LiveRun | undefined;
    const needless = new AbortController();
    const signal = AbortSignal.any([cancel, needless.signal]);
    if (watched)
      this.watched.set(id, (events) => {
        const why = signal.aborted ? undefined : watched.watch.wrote(watched.place, events);
        if (why !== undefined) needless.abort(why);
      });
    try {
      if (signal.aborted) return undefined;
      const { request, call } = await work();
      this.going.begin(id, prompt, strategy, vscode.l10n.t("Starting"));
      live = this.store.begin(request);
      this.live.set(id, live);
      await call({ signal, progress: (message, fraction) => this.tell(id, message, fraction) });
      live.close();
      if (!signal.aborted) watched?.watch.ended(watched.place, live.events);
      return undefined;
    } catch (error) {
      const failure = toErrorShape(error);
      const why = needless.signal.aborted ? String(needless.signal.reason) : "Cancelled.";
      live?.close(signal.aborted ? { ...failure, code: "cancelled", message: why } : failure);
      return signal.aborted ? undefined : error;
    } finally {
      this.going.end(id);
      this.live.delete(id);
      this.watched.delete(id);
      this.store.abandon(id);
      if (live) await this.store.settle(live);
    }
  }

  private tell(run: string, message: Sentence, fraction: number | undefined): void {
    const percent = fraction === undefined ? "" : ` ${Math.round(fraction * 100)} %`;
    this.going.says(run, `${inWords(message)}${percent}`);
  }

  private take(run: string, events: readonly TraceEvent[]): void {
    this.live.get(run)?.append(events);
    this.watched.get(run)?.(events);
    this.going.wrote(run, events);
  }
}

function groupFor(strategies: readonly string[]): string | undefined {
  return strategies.length > 1 ? randomUUID() : undefined;
}
