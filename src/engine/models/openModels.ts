/** The models that are open, by the names that they were asked for. */
import type { Device } from "../../core/protocol/device";
import os from "node:os";
import type { ModelReference, Waiting } from "../../core/protocol/engineApi";
import { formatModelName } from "../../core/protocol/modelName";
import type { Classify } from "../../core/measure/watchList";
import { moderate } from "../backends/remote/moderation";
import { ServerClient } from "../backends/remote/serverClient";
import { limitsOf } from "../backends/remote/serverLimits";
import { demandLocal, openBackend } from "../backends/openBackend";
import type { LocalPurpose } from "../decoding/localModel";
import { localModel } from "../decoding/localModel";
import type { Backend, LanguageModel } from "../decoding/model";
import type { Guard } from "../watchdog/guard";
import { ModelCache } from "./modelCache";
import { asIncomplete, sourceOf } from "./modelPlaces";
import type { Sentence } from "../../core/text/l10n";

export interface OpenModelsOptions {
  /** Holds the models of the package. */
  pocketFolder: string;
  /** Where hashes and verdicts are remembered between sessions. */
  cacheFolder: string;
  /** Threads of one step; all physical cores but one by default. */
  threads?: number;
  guard: Guard;
  /** Told what a person should know about a model that was just opened, one sentence. */
  note(level: "info" | "warn", message: string): void;
  /** Told whenever the server at `url` says that it has too much to do. */
  busy(url: string): void;
}

interface Asking {
  /** Of the included family by itself, chooses the member that was trained for it. */
  method?: string | undefined;
  signal: AbortSignal;
  progress(message: Sentence): void;
}

/** Share of the machine's memory that open models may take. */
const MEMORY_SHARE = 1 / 2;

export class OpenModels {
  private readonly backends = new ModelCache<Backend>(os.totalmem() * MEMORY_SHARE);
  /** By address; of a server's other addresses that of its origin counts. */
  private readonly keys = new Map<string, string>();
  /** Models whose graphs may be open-ended, by name in whatever dtype. */
  private readonly openEnded = new Set<string>();
  /** Ids of models of the hub that were just brought: what they lack the hub has not either. */
  private readonly brought = new Set<string>();
  private waiting: Waiting = {};
  private device: Device = "cpu";

  constructor(private readonly options: OpenModelsOptions) {}

  /** @throws ActionableError of `sourceOf` and `openBackend`; `model-incomplete` where a download may mend what they say */
  async open(reference: ModelReference, asking: Asking): Promise<Backend> {
    try {
      return await this.openWhole(reference, asking);
    } catch (error) {
      throw reference.kind === "hub" && this.brought.has(reference.id) ? error : asIncomplete(reference, error);
    }
  }

  /** A model of the hub was downloaded. */
  wasBrought(id: string): void {
    this.brought.add(id);
  }

  private async openWhole(reference: ModelReference, { method, signal, progress }: Asking): Promise<Backend> {
    const source = await sourceOf(reference, this.options.pocketFolder, method);
    return this.backends.get(JSON.stringify(source), async () => {
      const { threads, cacheFolder, guard, busy } = this.options;
      const backend = await openBackend(source, {
        ...(threads === undefined ? {} : { threads }),
        device: this.device,
        cacheFolder,
        guard,
        openEnded: this.openEnded.has(nameOf(reference)),
        waiting: this.waiting,
        keyOf: (url) => this.keyOf(url),
        busy,
        signal,
        progress,
      });
      for (const note of backend.notes) this.options.note("info", note);
      if (this.device !== "cpu" && backend.local?.facts.provider === "cpu")
        this.options.note("warn", `${backend.local.facts.name} runs on the CPU: ${this.device} is not to be had here.`);
      return backend;
    });
  }

  /**
   * A model that runs in this process; a server is refused without being asked.
   * @throws ActionableError as `open` does, and of `needsLocalModel`
   */
  async openLocal(reference: ModelReference, purpose: LocalPurpose, asking: Asking): Promise<LanguageModel> {
    demandLocal(await sourceOf(reference, this.options.pocketFolder, asking.method), purpose);
    return localModel(await this.open(reference, asking), purpose);
  }

  /** Has a server say which texts it flags. @throws ActionableError of the server */
  readonly classify: Classify = (classifier, texts, signal) =>
    moderate(
      new ServerClient(classifier.url, this.keyOf(classifier.url), limitsOf(this.waiting)),
      classifier,
      texts,
      signal,
    );

  private keyOf(url: string): string | undefined {
    return this.keys.get(url) ?? (URL.canParse(url) ? this.keys.get(new URL(url).origin) : undefined);
  }

  /** The key of the server at `url`, of all its addresses where that is its origin; undefined forgets it. Servers that were asked before are asked anew. */
  setServerKey(url: string, key: string | undefined): void {
    if (key === undefined) this.keys.delete(url);
    else this.keys.set(url, key);
    this.forgetServers();
  }

  /** Servers that were asked before are asked anew. */
  setWaiting(waiting: Waiting): void {
    this.waiting = waiting;
    this.forgetServers();
  }

  /** Local models are loaded anew when they are asked for next. */
  setDevice(device: Device): Promise<void> {
    if (device === this.device) return Promise.resolve();
    this.device = device;
    return this.backends.close(({ local }) => local !== undefined);
  }

  allowOpenEnded(model: ModelReference): void {
    this.openEnded.add(nameOf(model));
  }

  closeAll(): Promise<void> {
    return this.backends.close();
  }

  private forgetServers(): void {
    void this.backends.close(({ local }) => local === undefined);
  }
}

/** Without the dtype. */
function nameOf(reference: ModelReference): string {
  const { dtype: _, ...model } = { dtype: undefined, ...reference };
  return formatModelName(model as ModelReference);
}
