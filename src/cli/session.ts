/** The engine in this process, with its progress on stderr and each run's events collected. */
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type {
  BranchRequest,
  EngineNotifications,
  ModelInfo,
  ModelReference,
  ProbeReport,
  ProbeRequest,
  RunRequest,
} from "../core/protocol/engineApi";
import { fold, type Trace } from "../core/trace/fold";
import { termsLine } from "../core/prompt/runTerms";
import type { CallContext } from "../core/protocol/rpc";
import { contenderName } from "../core/measure/contenders";
import { addressOf } from "../core/protocol/modelName";
import { ActionableError, sentenceOf, toErrorShape } from "../core/protocol/rpc";
import type { RunHeader, TraceEvent } from "../core/trace/trace";
import { vectorFromBase64 } from "../core/trace/vector";
import type { WatchEntry } from "../core/measure/watchList";
import { diskError } from "../disk/diskError";
import { TraceWriter } from "../disk/traceWriter";
import { Engine, type EngineOptions } from "../engine/engine";
import { contendersOf, registered } from "../engine/strategies";
import type { WorkLimits } from "../engine/watchdog/guard";
import { Watchdog } from "../engine/watchdog/watchdog";
import { modelReference, type Arguments } from "./arguments";
import { demandAlike, partsOf, publicName, SharedModel, type NamedModel } from "./namedModels";
import { keyFor } from "./serverKey";
import { StatusLine } from "./statusLine";
import { engineEntry, workersFor, WorkerPool } from "./workerPool";

/** The bundled models; the bundle of the command line stands in dist. */
export const POCKET_FOLDER = path.join(__dirname, "..", "models", "pocket");

export interface FinishedRun {
  trace: Trace;
  events: TraceEvent[];
  /** Where the trace was kept. */
  file: string | undefined;
}

/** A strategy on one of the models. */
export interface Contender {
  /** Of the strategy, and where there are several models of that too. */
  readonly name: string;
  readonly strategy: string;
  readonly model: SharedModel;
}

/** Looks at the events of a run as they come. @returns why it need not go on */
export type Watch = (events: readonly TraceEvent[]) => string | undefined;

export class Session {
  /** All that were named, and the last of them, which is the one of commands that take one. */
  readonly models: readonly NamedModel[];
  readonly model: ModelReference;
  private readonly engine: Engine;
  private readonly controller = new AbortController();
  private readonly collecting = new Map<string, TraceEvent[]>();
  private readonly watches = new Map<string, (events: readonly TraceEvent[]) => void>();
  private pool: WorkerPool | undefined;
  /** Told whenever a server says that it has too much to do. */
  onBusy: () => void = () => undefined;
  /** What marks the steps of its runs. */
  watchList: readonly WatchEntry[] = [];
  private readonly status: StatusLine;
  private readonly notify: EngineOptions["notify"];
  private abandonables = 0;
  private readonly loading = new Map<string, Promise<ModelInfo>>();
  private readonly writers = new Map<string, TraceWriter>();
  private tracesRefused = false;
  private greedSaid = false;
  private readonly termsSaid = new Set<string>();

  constructor(private readonly args: Arguments) {
    this.status = new StatusLine();
    const on: { [N in keyof EngineNotifications]?: (params: EngineNotifications[N]) => void } = {
      events: ({ run, events }) => {
        this.collecting.get(run)?.push(...events);
        this.writers.get(run)?.append(events);
        this.watches.get(run)?.(events);
        for (const event of events) if (event.t === "run" && !event.branch) this.sayTerms(event);
      },
      log: ({ level, message }) => {
        if (level !== "info") this.status.line(message);
      },
      busy: () => this.onBusy(),
    };
    this.notify = (name, params) => on[name]?.(params);
    const watchdog = new Watchdog(path.join(__dirname, "watchdog.cjs"), { prefix: "thoughtlens: " });
    this.engine = new Engine({
      pocketFolder: POCKET_FOLDER,
      guard: (limits) => this.abandonable(limits, watchdog.guard(limits)),
      notify: this.notify,
    });
    this.models = args.models.map((name) => ({
      name: publicName(name),
      references: partsOf(name).map((part) => this.reference(part, args.dtype)),
    }));
    this.model = this.models.at(-1)!.references[0]!;
    this.engine.setWaiting(args.waiting);
    // Runs wait for it: what an engine is asked is done in order.
    void this.engine.setDevice({ device: args.device });
    if (args.allowGraph) for (const model of this.references) this.engine.allowOpenEnded({ model });
    process.on("SIGINT", this.interrupted);
  }

  /** The first Ctrl-C ends the run and keeps what there is, the second ends the process. */
  private readonly interrupted = (): void => {
    if (this.cancelled) process.exit(130);
    this.controller.abort();
  };

  /** While there is nothing to keep, Ctrl-C ends the process by itself: what blocks it would not let us hear of it. */
  private abandonable({ abandonable }: WorkLimits, done: () => void): () => void {
    if (!abandonable) return done;
    this.abandonables += 1;
    process.off("SIGINT", this.interrupted);
    return () => {
      done();
      this.abandonables -= 1;
      if (this.abandonables === 0) process.on("SIGINT", this.interrupted);
    };
  }

  get cancelled(): boolean {
    return this.signal.aborted;
  }

  /** Aborted by Ctrl-C. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether a trace could not be kept where `--out` says; that has been told. */
  get refused(): boolean {
    return this.tracesRefused;
  }

  /** Makes the folder that `--out` names. @throws ActionableError where nothing can be written there */
  async demandOutput(): Promise<void> {
    const folder = this.args.out;
    if (folder === undefined) return;
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
    } catch (error) {
      throw diskError(error, path.join(folder, "."), { what: "The traces", code: "file", elsewhere: ELSEWHERE });
    }
  }

  /** Ids of all strategies. */
  get strategies(): string[] {
    return this.engine.hello({}).strategies.map(({ id }) => id);
  }

  /** What a name on the command line stands for. A server gets its key, where the environment held it. */
  reference(name: string, dtype: string | undefined): ModelReference {
    const reference = modelReference(name, dtype, { base: process.cwd(), home: homedir(), isFolder });
    const url = addressOf(reference);
    if (url === undefined) return reference;
    const key = keyFor(url, this.args.serverKey);
    if (key !== undefined) this.engine.setServerKey({ url, key });
    else if (this.args.serverKey) this.status.line(keptBack(url));
    return reference;
  }

  private get references(): ModelReference[] {
    return this.models.flatMap(({ references }) => references);
  }

  /**
   * Runs of several at once, as `--concurrency` asks of servers and `--workers` of this machine.
   * @returns how many, or that it is to be found out
   * @throws ActionableError `usage` where the one was asked of the other
   */
  async atOnce(): Promise<number | "auto"> {
    const { concurrency, workers } = this.args;
    const isServer = (model: ModelReference) => addressOf(model) !== undefined;
    if (concurrency !== 1 && !this.references.every(isServer))
      throw new ActionableError(
        "usage",
        "Only a server answers several questions at once: a model on this machine takes one after the other.",
        "Leave --concurrency out, name a server by --model http://HOST:PORT, or use --workers N.",
      );
    if (workers === undefined) return concurrency;
    if (this.references.some(isServer))
      throw new ActionableError(
        "usage",
        "Workers run models on this machine, and a server runs its own.",
        "Leave --workers out, and ask the server several at once by --concurrency N.",
      );
    const count = workers === "auto" ? await this.workersThatFit() : workers;
    if (count > 1) this.pool = this.startPool(count);
    return count;
  }

  private async workersThatFit(): Promise<number> {
    const sizes = await Promise.all(this.references.map(async (model) => (await this.load(model)).bytes ?? 0));
    return workersFor(Math.max(...sizes));
  }

  private startPool(workers: number): WorkerPool {
    const { waiting, allowGraph, device } = this.args;
    const pool = new WorkerPool({
      ...{ workers, waiting, device, notify: this.notify },
      entry: engineEntry(__dirname),
      openEnded: allowGraph ? this.references : [],
    });
    process.on("exit", () => pool.dispose());
    return pool;
  }

  /** Loads the model; one that was named by its hub id and is not here is downloaded first. */
  load(model = this.model): Promise<ModelInfo> {
    const key = JSON.stringify(model);
    const loading = this.loading.get(key) ?? this.fetchAndLoad(model);
    this.loading.set(key, loading);
    return loading;
  }

  /**
   * The strategies on every model that was named, one that has contenders replaced by them: which they are, the model says.
   * @throws ActionableError `strategy-unsupported` where it has none
   */
  async contenders(strategies: readonly string[]): Promise<Contender[]> {
    const vary = strategies.some((name) => registered(name).variesBy !== undefined);
    const names = this.models.map(({ name }) => name);
    const found: Contender[] = [];
    for (const [at, model] of this.models.entries()) {
      const rows = vary ? (await this.load(model.references[0])).strategies : [];
      const silent = await demandAlike(
        model,
        (reference) => this.load(reference),
        (sentence) => this.line(sentence),
      );
      const shared = new SharedModel(model, silent);
      for (const strategy of contendersOf(strategies, rows, this.args.options))
        found.push({ name: contenderName(strategy, names, at), strategy, model: shared });
    }
    return found;
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
    const model = request.model ?? this.model;
    return this.record(
      model,
      label,
      (id, context) => {
        const whole = { seed: this.args.seed, watch: this.watchList, ...request, id, model };
        const alike = JSON.stringify([model, request.strategy, request.messages]);
        return this.pool ? this.pool.run(whole, alike, context) : this.engine.run(whole, context);
      },
      watch,
    );
  }

  /** Has the session's model go on from inside a trace; the new one is kept as that of `run`. */
  branch(request: Omit<BranchRequest, "id" | "model">, label: string): Promise<FinishedRun> {
    const { model } = this;
    return this.record(model, label, (id, context) => this.engine.branch({ ...request, id, model }, context));
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
    this.collecting.set(id, events);
    const writer = this.writerOf(id);
    if (writer) this.writers.set(id, writer);
    this.status.show(label);
    const { context, stopping } = this.watched(id, watch);
    try {
      await write(id, context);
    } catch (error) {
      // What a vote stops has not failed.
      if (!stopping.aborted) throw error;
    } finally {
      this.collecting.delete(id);
      this.watches.delete(id);
      this.writers.delete(id);
      await writer?.close();
    }
    return { trace: fold(events), events, file: writer?.problem ? undefined : writer?.file };
  }

  /** The context of a run that whoever watches it may stop. */
  private watched(id: string, watch: Watch | undefined): { context: CallContext; stopping: AbortSignal } {
    const controller = new AbortController();
    if (watch)
      this.watches.set(id, (events) => {
        const why = controller.signal.aborted ? undefined : watch(events);
        if (why !== undefined) controller.abort(why);
      });
    const context = this.context();
    const signal = watch ? AbortSignal.any([context.signal, controller.signal]) : context.signal;
    return { context: { ...context, signal }, stopping: controller.signal };
  }

  /** Has the session's model score a trace. @returns the new one, as far as it came */
  async score(events: TraceEvent[], options: Record<string, unknown>, label: string): Promise<TraceEvent[]> {
    const id = randomUUID();
    const scored: TraceEvent[] = [];
    const { model } = this;
    if (model.kind === "hub") await this.load();
    this.collecting.set(id, scored);
    this.status.show(label);
    try {
      await this.engine.score({ id, model, events, options }, this.context());
    } finally {
      this.collecting.delete(id);
    }
    return scored;
  }

  /** Ends what runs beside this process. */
  close(): void {
    this.pool?.dispose();
  }

  /** What texts mean to the session's model, [hidden] each; undefined where it shows no states. */
  async meanings(texts: readonly string[]): Promise<(Float32Array | undefined)[]> {
    const { vectors } = await this.engine.meanings({ model: this.model, texts: [...texts] }, this.context());
    return texts.map((_, index) => (vectors?.[index] ? vectorFromBase64(vectors[index]) : undefined));
  }

  trainProbe(request: Omit<ProbeRequest, "model" | "seed">): Promise<ProbeReport> {
    return this.engine.trainProbe({ ...request, model: this.model, seed: this.args.seed }, this.context());
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

  private async fetchAndLoad(model: ModelReference): Promise<ModelInfo> {
    const { engine } = this;
    try {
      return await engine.loadModel({ model }, this.context());
    } catch (error) {
      const absent = ["model-not-downloaded", "model-dtype-missing"].includes(toErrorShape(error).code);
      if (model.kind !== "hub" || !absent) throw error;
      const { id, revision, dtype } = model;
      const request = { id, ...(revision ? { revision } : {}) };
      const { licence, variants } = await engine.describeModel(request, this.context());
      const variant = variants.find((each) => dtype === undefined || each.dtype === dtype);
      if (variant) {
        const size = (variant.bytes / 1e6).toFixed(variant.bytes < 10e6 ? 1 : 0);
        this.status.line(`${id}: downloading ${variant.dtype}, ${size} MB, licence ${licence ?? "not stated"}`);
      }
      await engine.downloadModel({ ...request, ...(dtype ? { dtype } : {}) }, this.context());
      return engine.loadModel({ model }, this.context());
    }
  }

  /** Says on what terms a run begins, once for all that have the same. */
  private sayTerms(header: RunHeader): void {
    // Samples differ in their seeds alone.
    const terms = header.sample ? { ...header, seed: undefined } : header;
    const line = `${header.model.id}: ${termsLine(terms)}`;
    if (!header.scored && !this.termsSaid.has(line)) this.status.line(line);
    this.termsSaid.add(line);
  }

  private context(): CallContext {
    return { signal: this.signal, progress: (message) => this.status.show(message) };
  }

  private writerOf(id: string): TraceWriter | undefined {
    if (this.args.out === undefined) return undefined;
    return new TraceWriter(path.join(this.args.out, `${id}.thoughts.jsonl`), {
      elsewhere: ELSEWHERE,
      onRefused: (error) => {
        // One that cannot be written is told; a hundred more for the same reason need not be.
        if (!this.tracesRefused) this.status.line(sentenceOf(error));
        this.tracesRefused = true;
      },
      onRestored: (file) => this.status.line(`${file} was deleted meanwhile: it has been written anew.`),
    });
  }
}

const keptBack = (url: string) =>
  `The server at ${new URL(url).host} is not given the key in THOUGHTLENS_SERVER_KEY: name it by --model or in THOUGHTLENS_SERVER if it is meant.`;

const ELSEWHERE = "name another folder by --out";

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
