/** The engine: loads models and runs strategies on them. It serves a forked process and the command line alike. */
import type { Device } from "../core/protocol/device";
import path from "node:path";
import { version } from "../../package.json";
import type {
  BranchRequest,
  EngineApi,
  EngineNotifications,
  HubModel,
  HubRequest,
  IncludedModel,
  ModelInfo,
  ModelReference,
  ProbeReport,
  ProbeRequest,
  ProjectionRequest,
  RunRequest,
  RunResult,
  ScoreRequest,
  SteeredTo,
  StrategyRow,
  Waiting,
} from "../core/protocol/engineApi";
import { formatModelName } from "../core/protocol/modelName";
import type { CallContext, CallOptions } from "../core/protocol/rpc";
import { ActionableError } from "../core/protocol/rpc";
import type { EventOf, TraceEvent } from "../core/trace/trace";
import { halfPrecisionBase64 } from "../core/trace/vector";
import { cachedModels, hubCacheFolder } from "./models/hub/cacheLayout";
import { describe, lookUp } from "./models/hub/catalogue";
import { downloadModel } from "./models/hub/download";
import { modelInfo } from "./catalogue/modelInfo";
import { userCacheFolder } from "./files/cacheFolder";
import { licenceIn } from "./files/modelCard";
import { pocketMembers } from "./models/modelPlaces";
import { OpenModels } from "./models/openModels";
import type { Backend, LanguageModel } from "./decoding/model";
import { methodProbedAt, trainOn } from "./training/trainOn";
import { projectVectors } from "./projection/latentProjection";
import { Pace } from "./projection/pace";
import type { Route } from "./routing/paradigmRouter";
import { Routers } from "./routing/routers";
import { runStrategy } from "./runs/runStrategy";
import { Steering } from "./decoding/steering";
import { branchTrace } from "./branching/branchTrace";
import { meaningsOf } from "./scoring/meanings";
import { scoreTrace } from "./scoring/scoreTrace";
import { isTrainedFor, manifestNotes, methodOf, strategyInfos } from "./strategies";
import { Turns } from "../core/protocol/turns";
import { unguarded, type Guard } from "./watchdog/guard";
import { l10n } from "../core/text/l10n";

export interface EngineOptions {
  /** Holds the models of the package. */
  pocketFolder: string;
  /** Where hashes and verdicts are remembered between sessions; the user's cache folder by default. */
  cacheFolder?: string;
  /** Threads of one step; all physical cores but one by default. */
  threads?: number;
  /** Bounds on what blocks this process; none by default. */
  guard?: Guard;
  notify<N extends keyof EngineNotifications>(name: N, params: EngineNotifications[N]): void;
}

const UNATTENDED: CallContext = { signal: new AbortController().signal, progress: () => undefined };

/** A call in this process may leave out what one from another process always has. */
const inFull = (options: CallOptions): CallContext => ({ ...UNATTENDED, ...options });

export class Engine implements EngineApi {
  private readonly models: OpenModels;
  /** Models are given up and runs block the process, so loads and runs never overlap. */
  private readonly turns = new Turns();
  private readonly downloads = new Map<string, Turns>();
  private readonly routers: Routers;
  private waiting: Waiting = {};
  /** Runs that go on, by their ids. */
  private readonly steered = new Map<string, { readonly steering: Steering; readonly backend: Backend }>();

  constructor(private readonly options: EngineOptions) {
    const { pocketFolder, threads, cacheFolder = userCacheFolder() } = options;
    this.models = new OpenModels({
      pocketFolder,
      cacheFolder,
      ...(threads === undefined ? {} : { threads }),
      guard: options.guard ?? unguarded,
      note: (level, message) => options.notify("log", { level, message }),
      busy: (url) => options.notify("busy", { url }),
    });
    this.routers = new Routers(path.join(pocketFolder, "router", "router.json"));
  }

  hello(_params: object): ReturnType<EngineApi["hello"]> {
    return { version, strategies: strategyInfos(), pid: process.pid };
  }

  loadModel({ model }: { model: ModelReference }, options: CallOptions = {}): Promise<ModelInfo> {
    const context = inFull(options);
    return this.turns.take(async () => {
      const backend = await this.models.open(model, context);
      for (const message of manifestNotes(backend.manifest)) this.options.notify("log", { level: "warn", message });
      const info = modelInfo(backend, backend.local && (await licenceIn(backend.local.folder)));
      const isFamily = model.kind === "pocket" && model.member === undefined;
      return isFamily ? { ...info, strategies: await this.strategiesOfFamily(info.strategies) } : info;
    }, context.signal);
  }

  setServerKey({ url, key }: { url: string; key: string | undefined }): void {
    this.models.setServerKey(url, key);
  }

  setWaiting(waiting: Waiting): void {
    this.waiting = waiting;
    this.models.setWaiting(waiting);
  }

  /** Models that are in use are given up between two runs. */
  setDevice({ device }: { device: Device }): Promise<void> {
    return this.turns.take(() => this.models.setDevice(device), UNATTENDED.signal);
  }

  allowOpenEnded({ model }: { model: ModelReference }): void {
    this.models.allowOpenEnded(model);
  }

  unloadModels(_params: object): Promise<void> {
    return this.turns.take(() => this.models.closeAll(), UNATTENDED.signal);
  }

  includedModels(_params: object): Promise<IncludedModel[]> {
    return pocketMembers(this.options.pocketFolder);
  }

  cachedModels(_params: object): Promise<string[]> {
    return cachedModels(hubCacheFolder());
  }

  async describeModel(request: HubRequest, options: CallOptions = {}): Promise<HubModel> {
    const { signal } = inFull(options);
    return describe(await lookUp({ ...request, token: tokenOf(request), signal, waiting: this.waiting }));
  }

  /** A download may go on while a strategy runs, and waits for those of the same model alone, whose files it would write too. */
  async downloadModel(
    request: HubRequest & { dtype?: string },
    options: CallOptions = {},
  ): Promise<{ folder: string }> {
    const context = inFull(options);
    const { id } = request;
    const turns = this.downloads.get(id) ?? new Turns();
    this.downloads.set(id, turns);
    const { waiting } = this;
    const fetch = () => downloadModel({ ...request, ...context, token: tokenOf(request), waiting });
    const folder = await turns.take(fetch, context.signal);
    this.models.wasBrought(id);
    return { folder };
  }

  async run(request: RunRequest, options: CallOptions = {}): Promise<RunResult> {
    const method = isTrainedFor(request.strategy) ? request.strategy : undefined;
    return this.decode(request, method, options, (backend, surroundings) =>
      runStrategy({ backend, request, classify: this.models.classify, ...surroundings }),
    );
  }

  async branch(request: BranchRequest, options: CallOptions = {}): Promise<RunResult> {
    const header = request.events.find((event) => event.t === "run");
    return this.decode(request, methodOf(header?.strategy ?? ""), options, (backend, surroundings) =>
      branchTrace(backend, request, surroundings),
    );
  }

  /** Opens the model of `request` and has `decode` write a trace with it. */
  private async decode(
    { id, model, together = false }: Pick<RunRequest, "id" | "model" | "together">,
    method: string | undefined,
    options: CallOptions,
    decode: (
      backend: Backend,
      surroundings: {
        route: Route;
        emit: (events: TraceEvent[]) => void;
        signal: AbortSignal;
        steering: Steering;
      },
    ) => Promise<RunResult>,
  ): Promise<RunResult> {
    const context = inFull(options);
    const { signal } = context;
    const surroundings = {
      route: this.routers.route,
      emit: (events: TraceEvent[]) => this.options.notify("events", { run: id, events }),
      signal,
      steering: new Steering(),
    };
    const open = () => this.models.open(model, { ...context, method });
    const begin = async (backend: Backend) => {
      const run = async (): Promise<RunResult> => {
        this.steered.set(id, { steering: surroundings.steering, backend });
        const leave = backend.local?.join();
        try {
          return await decode(backend, surroundings);
        } finally {
          leave?.();
          this.steered.delete(id);
        }
      };
      return backend.local ? { result: await run() } : { run };
    };
    const begun = together
      ? await this.turns.share(JSON.stringify([model, method]), open, begin, signal)
      : await this.turns.take(async () => begin(await open()), signal);
    // Runs on a server neither block this process nor need what others give up: several go on at once.
    return "run" in begun ? begun.run() : begun.result;
  }

  /** Takes no turn: it is for a run that has the turn. */
  steer({ run, to }: { run: string; to: SteeredTo }): { running: boolean } {
    const found = this.steered.get(run);
    if (found && to === "answer" && !found.backend.has("prefix-continuation"))
      throw new ActionableError(
        "steer-unsupported",
        l10n.later`${found.backend.facts.name} cannot be made to answer where it stands: it does not go on from a given beginning.`,
        "Cancel the run, or let it end by itself.",
      );
    if (to === "pause") found?.steering.pause();
    else if (to === "resume") found?.steering.resume();
    else found?.steering.stop();
    return { running: found !== undefined };
  }

  score(request: ScoreRequest, options: CallOptions = {}): Promise<RunResult> {
    const context = inFull(options);
    return this.turns.take(
      async () =>
        scoreTrace(await this.models.openLocal(request.model, "score", context), request, {
          ...context,
          emit: (events) => this.options.notify("events", { run: request.id, events }),
        }),
      context.signal,
    );
  }

  meanings(
    { model, texts }: { model: ModelReference; texts: string[] },
    options: CallOptions = {},
  ): Promise<{ vectors: string[] | undefined }> {
    const context = inFull(options);
    return this.turns.take(async () => {
      const { local } = await this.models.open(model, context);
      if (!local?.has("hidden-states")) return { vectors: undefined };
      const vectors = await meaningsOf(local, texts, context.signal);
      return { vectors: vectors.map((vector) => (vector ? halfPrecisionBase64(vector) : "")) };
    }, context.signal);
  }

  projectLatents(request: ProjectionRequest, options: CallOptions = {}): Promise<EventOf<"projection">> {
    const context = inFull(options);
    return this.turns.take(async () => {
      const method = methodOf(request.strategy);
      const model = await this.models.openLocal(request.model, "projection", { ...context, method });
      if (request.sha256 !== undefined && request.sha256 !== model.facts.sha256) throw otherWeights(model);
      return projectVectors(model, request, new Pace(context.signal, context.progress));
    }, context.signal);
  }

  trainProbe(request: ProbeRequest, options: CallOptions = {}): Promise<ProbeReport> {
    const context = inFull(options);
    return this.turns.take(async () => {
      const method = methodProbedAt(request.checkAt);
      const model = await this.models.openLocal(request.model, "probe", { ...context, method });
      return trainOn(model, request, { ...context, route: this.routers.route });
    }, context.signal);
  }

  /** The rows of the base model, with the strategies that other members of the included family were trained for. */
  private async strategiesOfFamily(rows: readonly StrategyRow[]): Promise<StrategyRow[]> {
    const members = await pocketMembers(this.options.pocketFolder);
    return rows.map((row) => {
      const member = row.runs ? undefined : members.find(({ strategies }) => strategies.includes(row.id));
      if (!member || !isTrainedFor(row.id)) return row;
      return {
        ...row,
        runs: true,
        reason: l10n.later`Runs on ${formatModelName({ kind: "pocket", member: member.name })}.`,
      };
    });
  }
}

const otherWeights = ({ facts }: LanguageModel) =>
  new ActionableError(
    "model-other",
    l10n.later`Other weights than those of ${facts.name} made this trace.`,
    "Choose the model that made the trace, or trace the prompt again.",
  );

/** The token given with a request, or the one that Hugging Face programs read from the environment. */
const tokenOf = ({ token }: HubRequest): string | undefined => token ?? process.env["HF_TOKEN"];
