/** The one place that knows which backends there are. A new one is a folder beside this, and a kind of source here. */
import type { Device } from "../../core/protocol/device";
import type { ModelReference, Waiting } from "../../core/protocol/engineApi";
import type { LocalPurpose } from "../decoding/localModel";
import { needsLocalModel } from "../decoding/localModel";
import type { Backend, LanguageModel } from "../decoding/model";
import type { Guard } from "../watchdog/guard";
import { loadOnnxModel } from "./onnx/onnxModel";
import { ServerClient } from "./remote/serverClient";
import { limitsOf } from "./remote/serverLimits";
import { ServerModel } from "./remote/serverModel";
import { l10n, type Sentence } from "../../core/text/l10n";

/** A folder of this machine; traces call its model `id`, or by the folder's name. */
interface FolderSource {
  kind: "folder";
  folder: string;
  id?: string;
  dtype?: string;
}
type ServerSource = Extract<ModelReference, { kind: "server" }>;
/** Where a model is once its name has been looked up: what differs here is run by another backend. */
export type BackendSource = FolderSource | ServerSource;

/** Whether what is at such a place runs in this process. */
const RUNS_HERE: Readonly<Record<BackendSource["kind"], boolean>> = { folder: true, server: false };

export interface OpenOptions {
  /** Threads of one step in this process; all physical cores but one by default. */
  threads?: number;
  /** Where the steps of a local model are computed; on the CPU by default. */
  device?: Device;
  /** Where hashes and verdicts on graphs are remembered between sessions. */
  cacheFolder?: string;
  guard: Guard;
  /** Whether the graphs of a local model may hold loops and operators of somebody's own. */
  openEnded?: boolean;
  /** How long a server is waited for. */
  waiting?: Waiting;
  /** The key of the server at an address. */
  keyOf(url: string): string | undefined;
  /** Told whenever a server says that it has too much to do. */
  busy(url: string): void;
  signal: AbortSignal;
  /** What opening is busy with, for the person who waits. */
  progress(message: Sentence): void;
}

/** @throws ActionableError of `loadOnnxModel`, `ServerClient` and `ServerModel.connect` */
export function openBackend(source: BackendSource, options: OpenOptions): Promise<Backend> {
  switch (source.kind) {
    case "folder":
      return openFolder(source, options);
    case "server":
      return openServer(source, options);
  }
}

/**
 * Refuses what runs elsewhere, before anything is asked of it.
 * @throws ActionableError of `needsLocalModel`
 */
export function demandLocal(source: BackendSource, purpose: LocalPurpose): void {
  if (!RUNS_HERE[source.kind]) throw needsLocalModel(purpose);
}

function openFolder({ folder, id, dtype }: FolderSource, options: OpenOptions): Promise<LanguageModel> {
  const { threads, device, cacheFolder, guard, openEnded, signal, progress } = options;
  return loadOnnxModel(folder, {
    ...(id === undefined ? {} : { id }),
    ...(dtype === undefined ? {} : { dtype }),
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
    ...(openEnded === undefined ? {} : { openEnded }),
    guard,
    signal,
    progress,
  });
}

async function openServer({ url, model, api }: ServerSource, options: OpenOptions): Promise<Backend> {
  const client = new ServerClient(url, options.keyOf(url), limitsOf(options.waiting), () => options.busy(url));
  options.progress(l10n.later`Asking ${client.host}`);
  return ServerModel.connect(client, { model, api }, options.signal);
}
