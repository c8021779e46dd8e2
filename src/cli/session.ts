/** The engine in this process, with its progress on stderr and each run's events collected. */
import { randomUUID } from "node:crypto";
import { termsLine } from "../core/prompt/runTerms";
import type {
  BranchRequest,
  EngineNotifications,
  ModelInfo,
  ModelReference,
  ProbeReport,
  ProbeRequest,
  RunRequest,
} from "../core/protocol/engineApi";
import type { CallContext } from "../core/protocol/rpc";
import type { WatchEntry } from "../core/measure/watchList";
import { fold, type Trace } from "../core/trace/fold";
import type { RunHeader, TraceEvent } from "../core/trace/trace";
import { vectorFromBase64 } from "../core/trace/vector";
import { Engine, type EngineOptions } from "../engine/engine";
import { Watchdog } from "../engine/watchdog/watchdog";
import type { Arguments } from "./arguments";
import { runsAtOnce } from "./atOnce";
import { ENGINE_BUNDLE, POCKET_FOLDER, WATCHDOG_BUNDLE } from "./bundlePlaces";
import { Interruption } from "./interruption";
import { SessionModels, type Contender } from "./sessionModels";
import { StatusLine } from "./statusLine";
import { TraceOutput } from "./traceOutput";
import { WorkerPool } from "./workerPool";
import { inEnglish } from "../core/text/l10n";

export interface FinishedRun {
  trace: Trace;
  events: TraceEvent[];
  /** Where the trace was kept. */
  file: string | undefined;
}

/** Looks at the events of a run as they come. @returns why it need not go on */
export type Watch = (events: readonly TraceEvent[]) => string | undefined;

export class Session {
  private readonly engine: Engine;
  private readonly models: SessionModels;
  private readonly output: TraceOutput;
  private readonly interruption = new Interruption();
  private readonly status = new StatusLine();
  /** What hears of the events of each run that goes on, by its id. */
  private readonly listeners = new Map<string, (events: readonly TraceEvent[]) => void>();
  private pool: WorkerPool | undefined;
  /** Whether runs on this machine go on beside each other in one process. */
  private together = false;
  /** Told whenever a server says that it has too much to do. */
  onBusy: () => void = () => undefined;
  /** What marks the steps of its runs. */
  watchList: readonly WatchEntry[] = [];
  private readonly notify: EngineOptions["notify"];
  private greedSaid = false;
  private readonly termsSaid = new Set<string>();

  constructor(private readonly args: Arguments) {
    const on: { [N in keyof EngineNotifications]?: (params: EngineNotifications[N]) => void } = {
      events: ({ run, events }) => {
        this.listeners.get(run)?.(events);
        for (const event of events) if (event.t === "run" && !event.branch) this.sayTerms(event);
      },
      log: ({ level, message }) => {
        if (level !== "info") this.line(message);
      },
      busy: () => this.onBusy(),
    };
    this.notify = (name, params) => on[name]?.(params);
    const watchdog = new Watchdog(WATCHDOG_BUNDLE, { prefix: "thoughtlens: " });
    this.engine = new Engine({
      pocketFolder: POCKET_FOLDER,
      guard: (limits) => this.interruption.abandonable(limits, watchdog.guard(limits)),
      notify: this.notify,
    });
    const say = (sentence: string): void => this.line(sentence);
    this.output = new TraceOutput(args.out, say);
    this.models = new SessionModels(this.engine, args, { say, context: () => this.context() });
    this.engine.setWaiting(args.waiting);
    // Runs wait for it: what an engine is asked is done in order.
    void this.engine.setDevice({ device: args.device });
    if (args.allowGraph) for (const model of this.models.references) this.engine.allowOpenEnded({ model });
  }

  get cancelled(): boolean {
    return this.signal.aborted;
  }

  /** Aborted by Ctrl-C. */
  get signal(): AbortSignal {
    return this.interruption.signal;
  }

  /** Whether a trace could not be kept where `--out` says; that has been told. */
  get refused(): boolean {
    return this.output.refused;
  }

  /** Makes the folder that `--out` names. @throws ActionableError `file` where nothing can be written there */
  demandOutput(): Promise<void> {
    return this.output.demand();
  }

  /** Ids of all strategies. */
  get strategies(): string[] {
    return this.engine.hello({}).strategies.map(({ id }) => id);
  }

  /** What a name on the command line stands for. */
  reference(name: string, dtype: string | undefined): ModelReference {
    return this.models.reference(name, dtype);
  }

  /** Loads the model; one that was named by its hub id and is not here is downloaded first. */
  load(model = this.models.last): Promise<ModelInfo> {
    return this.models.load(model);
  }

  /** The strategies on every model that was named. @throws ActionableError `strategy-unsupported` where one has no contender */
  contenders(strategies: readonly string[]): Promise<Contender[]> {
    return this.models.contenders(strategies);
  }

  /**
   * Runs of several at once, which workers share from now on where there are some.
   * @returns how many, or that it is to be found out
   * @throws ActionableError `usage` where the models do not allow what was asked for
   */
  async atOnce(): Promise<number | "auto"> {
    const load = (model: ModelReference) => this.load(model);
    const { runs, workers, together } = await runsAtOnce(this.args, this.models.references, load);
    this.together = together > 1;
    if (workers > 1) this.pool = this.startPool(workers, together);
    return runs;
  }

  private startPool(workers: number, each: number): WorkerPool {
    const { waiting, allowGraph, device } = this.args;
    const pool = new WorkerPool({
      ...{ workers, each, waiting, device, notify: this.notify },
      entry: ENGINE_BUNDLE,
      openEnded: allowGraph ? this.models.references : [],
    });
    process.on("exit", () => pool.dispose());
    return pool;
  }

  /**
   * Runs one strategy over one prompt to its end, on the session's model unless the request names one. Where `--out` is
   * given, the trace is written as it comes, and what there is of it stays when the run fails.
   */
  async run(
    request: Omit<RunRequest, "id" | "model"> & { model?: ModelReference },
    label: string,
    watch?: Watch,
  ): Promise<FinishedRun> {
    const model = request.model ?? this.models.last;
    return this.record(
      model,
      label,
      (id, context) => {
        const whole = { seed: this.args.seed, watch: this.watchList, ...request, id, model, together: this.together };
        const alike = JSON.stringify([model, request.strategy, request.messages]);
        return this.pool ? this.pool.share(alike, (call) => call.run(whole, context)) : this.engine.run(whole, context);
      },
      watch,
    );
  }

  /** Has the session's model go on from inside a trace; the new one is kept as that of `run`. */
  branch(request: Omit<BranchRequest, "id" | "model">, label: string): Promise<FinishedRun> {
    const model = this.models.last;
    return this.record(model, label, (id, context) => {
      const whole = { ...request, id, model, together: this.together };
      const alike = () => JSON.stringify([model, whole.events.find(({ t }) => t === "run"), whole.at]);
      return this.pool
        ? this.pool.share(alike(), (call) => call.branch(whole, context))
        : this.engine.branch(whole, context);
    });
  }

  private async record(
    model: ModelReference,
    label: string,
    write: (id: string, context: CallContext) => Promise<unknown>,
    watch?: Watch,
  ): Promise<FinishedRun> {
    const id = randomUUID();
    const events: TraceEvent[] = [];
    if (model.kind === "hub") await this.load(model);
    const writer = this.output.writerOf(id);
    const stopping = new AbortController();
    this.listeners.set(id, (more) => {
      events.push(...more);
      writer?.append(more);
      const why = stopping.signal.aborted ? undefined : watch?.(more);
      if (why !== undefined) stopping.abort(why);
    });
    this.status.show(label);
    const context = this.context();
    const signal = watch ? AbortSignal.any([context.signal, stopping.signal]) : context.signal;
    try {
      await write(id, { ...context, signal });
    } catch (error) {
      // What a vote stops has not failed.
      if (!stopping.signal.aborted) throw error;
    } finally {
      this.listeners.delete(id);
      await writer?.close();
    }
    return { trace: fold(events), events, file: writer?.problem ? undefined : writer?.file };
  }

  /** Has the session's model score a trace. @returns the new one, as far as it came */
  async score(events: TraceEvent[], options: Record<string, unknown>, label: string): Promise<TraceEvent[]> {
    const id = randomUUID();
    const scored: TraceEvent[] = [];
    const model = this.models.last;
    if (model.kind === "hub") await this.load();
    this.listeners.set(id, (more) => scored.push(...more));
    this.status.show(label);
    try {
      await this.engine.score({ id, model, events, options }, this.context());
    } finally {
      this.listeners.delete(id);
    }
    return scored;
  }

  /** Ends what runs beside this process. */
  close(): void {
    this.pool?.dispose();
  }

  /** What texts mean to the session's model, [hidden] each; undefined where it shows no states. */
  async meanings(texts: readonly string[]): Promise<(Float32Array | undefined)[]> {
    const { vectors } = await this.engine.meanings({ model: this.models.last, texts: [...texts] }, this.context());
    return texts.map((_, index) => (vectors?.[index] ? vectorFromBase64(vectors[index]) : undefined));
  }

  trainProbe(request: Omit<ProbeRequest, "model" | "seed">): Promise<ProbeReport> {
    return this.engine.trainProbe({ ...request, model: this.models.last, seed: this.args.seed }, this.context());
  }

  clearStatus(): void {
    this.status.clear();
  }

  /** Samples without chance are all alike, which is said once. */
  sayIfGreedy({ header }: Trace): void {
    if (header?.options["temperature"] !== 0 || this.greedSaid) return;
    this.greedSaid = true;
    this.line("At temperature 0 all samples are alike: give --option temperature=0.7, or --sampling model.");
  }

  /** Says a sentence beside the status line. */
  line(message: string): void {
    this.status.line(message);
  }

  /** Says on what terms a run begins, once for all that have the same. */
  private sayTerms(header: RunHeader): void {
    // Samples differ in their seeds alone.
    const terms = header.sample ? { ...header, seed: undefined } : header;
    const line = `${header.model.id}: ${termsLine(terms)}`;
    if (!header.scored && !this.termsSaid.has(line)) this.line(line);
    this.termsSaid.add(line);
  }

  private context(): CallContext {
    return { signal: this.signal, progress: (message) => this.status.show(inEnglish(message)) };
  }
}
