/** The engine: loads models and runs strategies on them. It serves a forked process and the command line alike. */
import os from "node:os";
import path from "node:path";
import { version } from "../../package.json";
import type {
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
} from "../core/protocol/engineApi";
import type { CallContext } from "../core/protocol/rpc";
import { ActionableError } from "../core/protocol/rpc";
import type { EventOf } from "../core/trace/trace";
import { cachedModels, hubCacheFolder } from "./models/hub/cacheLayout";
import { describe, lookUp } from "./models/hub/catalogue";
import { downloadModel } from "./models/hub/download";
import { ModelCache } from "./models/modelCache";
import { licenceIn } from "./models/modelCard";
import type { LocalReference } from "./models/modelPlaces";
import { placeOf, pocketMember, pocketMembers, readMethods } from "./models/modelPlaces";
import type { OnnxModel } from "./backends/onnx/onnxModel";
import { loadOnnxModel } from "./backends/onnx/onnxModel";
import { trainOn } from "./training/trainOn";
import { projectVectors } from "./projection/latentProjection";
import { Pace } from "./projection/pace";
import { ServerClient } from "./backends/remote/serverClient";
import { ServerModel } from "./backends/remote/serverModel";
import { Routers } from "./routing/routers";
import type { RunTarget } from "./runs/runStrategy";
import { runStrategy } from "./runs/runStrategy";
import { scoreTrace } from "./scoring/scoreTrace";
import { isTrainedFor, methodOf, strategyInfos, strategyRows } from "./strategies";
import { Turns } from "./runs/turns";

export interface EngineOptions {
  /** Holds the models of the package. */
  pocketFolder: string;
  /** Where hashes and verdicts are remembered between sessions; the user's cache folder by default. */
  cacheFolder?: string;
  /** Threads of one step; all physical cores but one by default. */
  threads?: number;
  notify<N extends keyof EngineNotifications>(name: N, params: EngineNotifications[N]): void;
}

type ServerReference = Extract<ModelReference, { kind: "server" }>;

/** Share of the machine's memory that loaded models may take. */
const MEMORY_SHARE = 1 / 2;
const UNINTERRUPTED: CallContext = { signal: new AbortController().signal };

export class Engine implements EngineApi {
  private readonly models = new ModelCache<OnnxModel>(os.totalmem() * MEMORY_SHARE);
  /** Models are given up and runs block the process, so loads and runs never overlap. */
  private readonly turns = new Turns();
  private readonly cacheFolder: string;
  private readonly servers = new Map<string, ServerModel>();
  /** By address. */
  private readonly keys = new Map<string, string>();
  private readonly routers: Routers;

  constructor(private readonly options: EngineOptions) {
    this.cacheFolder = options.cacheFolder ?? userCacheFolder();
    this.routers = new Routers(path.join(options.pocketFolder, "router", "router.json"));
  }

  hello(_params: object): ReturnType<EngineApi["hello"]> {
    return { version, strategies: strategyInfos(), pid: process.pid };
  }

  loadModel({ model }: { model: ModelReference }, { signal }: CallContext = UNINTERRUPTED): Promise<ModelInfo> {
    return this.turns.take(async () => {
      if (model.kind === "server") return modelInfo(await this.connect(model, signal));
      if (model.kind === "pocket" && model.member === undefined) return this.familyInfo(model, signal);
      return modelInfo(await this.load(model, undefined, signal));
    }, signal);
  }

  setServerKey({ url, key }: { url: string; key: string | undefined }): void {
    if (key === undefined) this.keys.delete(url);
    else this.keys.set(url, key);
    this.servers.clear();
  }

  unloadModels(_params: object): Promise<void> {
    return this.turns.take(() => this.models.clear(), UNINTERRUPTED.signal);
  }

  includedModels(_params: object): Promise<IncludedModel[]> {
    return pocketMembers(this.options.pocketFolder);
  }

  cachedModels(_params: object): Promise<string[]> {
    return cachedModels(hubCacheFolder());
  }

  async describeModel(request: HubRequest, { signal }: CallContext = UNINTERRUPTED): Promise<HubModel> {
    return describe(await lookUp({ ...request, token: tokenOf(request), signal }));
  }

  /** Takes no turn: a download may go on while a strategy runs. */
  async downloadModel(
    request: HubRequest & { dtype?: string },
    { signal }: CallContext = UNINTERRUPTED,
  ): Promise<{ folder: string }> {
    const task = `download ${request.id}`;
    const progress = (message: string, fraction: number) =>
      this.options.notify("progress", { task, message, fraction });
    return { folder: await downloadModel({ ...request, token: tokenOf(request), signal, progress }) };
  }

  run(request: RunRequest, { signal }: CallContext = UNINTERRUPTED): Promise<RunResult> {
    return this.turns.take(
      async () =>
        runStrategy({
          target: await this.target(request, signal),
          request,
          route: this.routers.route,
          emit: (events) => this.options.notify("events", { run: request.id, events }),
          signal,
        }),
      signal,
    );
  }

  score(request: ScoreRequest, { signal }: CallContext = UNINTERRUPTED): Promise<RunResult> {
    return this.turns.take(async () => {
      if (request.model.kind === "server") throw scoringNeedsLocal();
      const task = `score ${request.id}`;
      return scoreTrace(await this.load(request.model, undefined, signal), request, {
        emit: (events) => this.options.notify("events", { run: request.id, events }),
        progress: (message, fraction) => this.options.notify("progress", { task, message, fraction }),
        signal,
      });
    }, signal);
  }

  private async target(request: RunRequest, signal: AbortSignal): Promise<RunTarget> {
    const { model, strategy, seed } = request;
    if (model.kind === "server") {
      const server = await this.connect(model, signal);
      const { facts, capabilities } = server;
      return {
        kind: "server",
        facts,
        capabilities,
        decoder: (recorder, signal) => server.decoder(recorder, signal, seed),
      };
    }
    return {
      kind: "local",
      model: await this.load(model, isTrainedFor(strategy) ? strategy : undefined, signal),
    };
  }

  projectLatents(request: ProjectionRequest, { signal }: CallContext = UNINTERRUPTED): Promise<EventOf<"projection">> {
    return this.turns.take(async () => {
      if (request.model.kind === "server") throw projectionNeedsLocal();
      const model = await this.load(request.model, methodOf(request.strategy), signal);
      if (request.sha256 !== undefined && request.sha256 !== model.facts.sha256) throw otherWeights(model);
      const task = `project ${request.run}`;
      const pace = new Pace(signal, (message, fraction) =>
        this.options.notify("progress", { task, message, fraction }),
      );
      return projectVectors(model, request, pace);
    }, signal);
  }

  trainProbe(request: ProbeRequest, { signal }: CallContext = UNINTERRUPTED): Promise<ProbeReport> {
    return this.turns.take(async () => {
      if (request.model.kind === "server") throw probeNeedsLocal();
      const task = `probe ${request.file}`;
      const method = request.checkAt === "latent" ? "coconut" : undefined;
      return trainOn(await this.load(request.model, method, signal), request, {
        signal,
        route: this.routers.route,
        progress: (message, fraction) => this.options.notify("progress", { task, message, fraction }),
      });
    }, signal);
  }

  /** The base model, with the strategies that any member of the bundled family runs. */
  private async familyInfo(family: LocalReference, signal: AbortSignal): Promise<ModelInfo> {
    const { pocketFolder } = this.options;
    const info = await modelInfo(await this.load(family, undefined, signal));
    const strategies = await Promise.all(
      info.strategies.map(async (row) => {
        if (row.runs || !isTrainedFor(row.id)) return row;
        const member = await pocketMember(pocketFolder, row.id);
        const { folder, id } = await placeOf({ kind: "pocket", member }, pocketFolder);
        return (await readMethods(folder))[row.id] ? { id: row.id, runs: true, reason: `Runs on ${id}.` } : row;
      }),
    );
    return { ...info, strategies };
  }

  private async connect({ url, model, api }: ServerReference, signal: AbortSignal): Promise<ServerModel> {
    const key = [url, model, api].join("|");
    const known = this.servers.get(key);
    if (known) return known;
    const client = new ServerClient(url, this.keys.get(url) ?? process.env["THOUGHTLENS_SERVER_KEY"]);
    this.options.notify("progress", { task: `connect ${url}`, message: `Asking ${client.host}`, fraction: undefined });
    const server = await ServerModel.connect(client, { model, api }, signal);
    this.servers.set(key, server);
    return server;
  }

  /** @param method of the bundled family by itself, chooses the member that was trained for it */
  private async load(reference: LocalReference, method: string | undefined, signal: AbortSignal): Promise<OnnxModel> {
    const { folder, id } = await placeOf(reference, this.options.pocketFolder, method);
    const { dtype } = reference;
    const { threads } = this.options;
    return this.models.get(`${folder}|${dtype ?? ""}`, async () => {
      const task = `load ${folder}`;
      const model = await loadOnnxModel(folder, {
        ...(id === undefined ? {} : { id }),
        ...(dtype === undefined ? {} : { dtype }),
        ...(threads === undefined ? {} : { threads }),
        cacheFolder: this.cacheFolder,
        signal,
        progress: (message) => this.options.notify("progress", { task, message, fraction: undefined }),
      });
      for (const message of model.notes) this.options.notify("log", { level: "info", message });
      return model;
    });
  }
}

async function modelInfo(model: OnnxModel | ServerModel): Promise<ModelInfo> {
  const { id, name, sha256, dtype, hiddenSize, vocabularySize, contextLength, threads, loadMs } = model.facts;
  const local = model instanceof ServerModel ? undefined : model;
  return {
    ...{ id, name, sha256, dtype, hiddenSize, threads, loadMs },
    vocabularySize: vocabularySize || undefined,
    contextLength: Number.isFinite(contextLength) ? contextLength : undefined,
    bytes: local?.bytes,
    licence: local && (await licenceIn(local.folder)),
    capabilities: [...model.capabilities],
    strategies: strategyRows(model.capabilities, local?.manifest),
  };
}

const projectionNeedsLocal = () =>
  new ActionableError("needs-local-model", "A server shows no embeddings.", "Choose the local model of this trace.");

const otherWeights = ({ facts }: OnnxModel) =>
  new ActionableError(
    "model-other",
    `Other weights than those of ${facts.name} made this trace.`,
    "Choose the model that made the trace, or trace the prompt again.",
  );

const probeNeedsLocal = () =>
  new ActionableError(
    "probe-needs-local-model",
    "A probe reads hidden states, which no server shows.",
    "Choose a local model.",
  );

const scoringNeedsLocal = () =>
  new ActionableError(
    "score-needs-local-model",
    "A server gives no log-probabilities for text that it did not write.",
    "Choose a local model.",
  );

/** The token given with a request, or the one that Hugging Face programs read from the environment. */
const tokenOf = ({ token }: HubRequest): string | undefined => token ?? process.env["HF_TOKEN"];

/** Where this platform keeps what programs can make again. */
function userCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = os.homedir();
  const base =
    process.platform === "win32"
      ? (env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"))
      : process.platform === "darwin"
        ? path.join(home, "Library", "Caches")
        : (env["XDG_CACHE_HOME"] ?? path.join(home, ".cache"));
  return path.join(base, "thoughtlens");
}
