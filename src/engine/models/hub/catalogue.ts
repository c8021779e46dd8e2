/** What the hub says about a model before it is downloaded: its variants with their sizes, and its licence. */
import type { Waiting } from "../../../core/protocol/engineApi";
import { listFiles, modelInfo } from "@huggingface/hub";
import type { HubModel } from "../../../core/protocol/engineApi";
import { ActionableError } from "../../../core/protocol/rpc";
import type { Dtype } from "../../../core/protocol/modelName";
import { GENAI_CONFIG, graphPlaces, likelyWeights, within } from "../../files/graphFiles";
import { DEFAULT_REVISION, isHubId, isRepositoryPath } from "./cacheLayout";
import { hubFetch } from "./hubAsk";
import { hubError, hubUrl, isMirror, mayLackList } from "./hubError";
import type { HubFile } from "./hubFile";
import { mirrorModel } from "./mirrorFiles";
import { l10n } from "../../../core/text/l10n";

export interface HubRepository {
  id: string;
  commit: string;
  licence: string | undefined;
  /** Small files that every variant needs. */
  common: HubFile[];
  /** The preferred one first. */
  variants: Map<Dtype, HubVariant>;
  /** Everything, by path: a graph names its weights itself. */
  files: ReadonlyMap<string, HubFile>;
}

export interface HubVariant {
  graph: HubFile;
  /** The graph that looks embeddings up, where that is one of its own. */
  embedding?: HubFile;
  /** Small files beside the graph, where it lies in a folder of its own. */
  settings: HubFile[];
  /** What by its name holds the weights; which files do, the graph says once it is there. */
  weights: HubFile[];
}

export interface HubAccess {
  id: string;
  /** A branch, a tag or a commit. */
  revision?: string | undefined;
  /** For private and gated models. */
  token?: string | undefined;
  signal?: AbortSignal | undefined;
  waiting?: Waiting | undefined;
}

/** What says, in the environment of programs of the hub, that it is not to be asked. */
const OFFLINE = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"];

/** Beside the graph: what says how to run it. */
const COMMON = [
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "chat_template.jinja",
  "chat_template.json",
  "thoughtlens.json",
  GENAI_CONFIG,
];

/**
 * @throws ActionableError `model-name`, `hub-unreachable`, `hub-forbidden`, `hub-missing`, `hub-failed`, `hub-no-onnx`
 */
export async function lookUp({ id, revision, token, signal, waiting }: HubAccess): Promise<HubRepository> {
  if (!isHubId(id))
    throw new ActionableError("model-name", l10n.later`“${id}” is not the name of a model.`, "Write it as owner/name.");
  if (revision !== undefined && !isRepositoryPath(revision))
    throw new ActionableError("model-name", l10n.later`“${revision}” is not a revision.`, "Write a branch, a tag or a commit.");
  const offline = OFFLINE.find((name) => /^(?:1|on|yes|true)$/i.test(process.env[name] ?? ""));
  if (offline !== undefined) {
    throw new ActionableError(
      "hub-offline",
      l10n.later`${offline} is set, so the hub is not asked.`,
      "Unset it, or choose a model that is on this machine.",
    );
  }
  const request = {
    hubUrl: hubUrl(),
    ...(token ? { accessToken: token } : {}),
    fetch: hubFetch(id, signal, waiting),
  };
  let info: { sha: string; tags?: string[] | undefined; files: HubFile[] };
  try {
    info = await listed(request, id, revision ?? DEFAULT_REVISION).catch(async (error: unknown) => {
      signal?.throwIfAborted();
      if (!isMirror() || !mayLackList(error)) throw error;
      const place = { id, revision: revision ?? DEFAULT_REVISION, token, signal };
      const found = await mirrorModel(place, hubFetch(id, signal, waiting), (path) => COMMON.includes(path)).catch(
        () => undefined,
      );
      if (!found) throw error;
      return found;
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw hubError(error, id);
  }
  const { files } = info;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const variants = variantsOf(byPath);
  const common = files.filter((file) => COMMON.includes(file.path));
  const hasSettings = [...common, ...[...variants.values()].flatMap(({ settings }) => settings)].some(({ path }) =>
    /(?:^|\/)(?:config|genai_config)\.json$/.test(path),
  );
  if (variants.size === 0 || !hasSettings) throw noModel(id, files, variants.size > 0);
  return { id, commit: info.sha, licence: licenceOf(info.tags), common, variants, files: byPath };
}

/** What the hub lists of a model: its files with their sizes and hashes. */
async function listed(
  request: { hubUrl: string; accessToken?: string; fetch: typeof fetch },
  id: string,
  revision: string,
): Promise<{ sha: string; tags?: string[] | undefined; files: HubFile[] }> {
  const { sha, tags } = await modelInfo({ ...request, name: id, revision, additionalFields: ["sha", "tags"] });
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha)) throw noCommit();
  const files: HubFile[] = [];
  const repo = { type: "model", name: id } as const;
  for await (const entry of listFiles({ ...request, repo, revision: sha, recursive: true })) {
    if (entry.type !== "file" || !isRepositoryPath(entry.path)) continue;
    const hash = entry.lfs
      ? ({ kind: "sha256", hex: entry.lfs.oid } as const)
      : ({ kind: "git", hex: entry.oid ?? "" } as const);
    const isSound = /^[0-9a-f]{40,64}$/.test(hash.hex) && Number.isInteger(entry.size) && entry.size >= 0;
    if (isSound) files.push({ path: entry.path, size: entry.size, hash });
  }
  return { sha, tags, files };
}

/** Graphs that a sentence names. */
const MOST_NAMED = 3;

function noModel(id: string, files: readonly HubFile[], hasGraph: boolean): ActionableError {
  const graphs = files.map(({ path }) => path).filter((path) => path.endsWith(".onnx"));
  const named = graphs.slice(0, MOST_NAMED).map((path) => path.slice(-60));
  const said = hasGraph
    ? l10n.later`${id} has no config.json on the hub.`
    : graphs.length === 0
      ? l10n.later`${id} has no ONNX files on the hub.`
      : l10n.later`${id} has no ONNX file of a whole language model on the hub, only ${named.join(", ")}${graphs.length > MOST_NAMED ? " …" : ""}.`;
  const action = "Choose a model with an onnx folder, such as those of onnx-community.";
  return new ActionableError("hub-no-onnx", said, action);
}

const noCommit = () =>
  new ActionableError("hub-failed", "The hub names no commit of this model.", "Try again in a while.");

/** What a person chooses from. */
export function describe({ id, commit, licence, common, variants }: HubRepository): HubModel {
  const size = (files: readonly HubFile[]) => files.reduce((sum, file) => sum + file.size, 0);
  return {
    id,
    commit,
    licence,
    variants: [...variants].map(([dtype, { graph, embedding, settings, weights }]) => ({
      dtype,
      bytes: size([...common, graph, ...(embedding ? [embedding] : []), ...settings, ...weights]),
    })),
  };
}

function variantsOf(files: ReadonlyMap<string, HubFile>): Map<Dtype, HubVariant> {
  const paths = [...files.keys()];
  const known = (names: readonly string[]) => names.flatMap((name) => files.get(name) ?? []);
  return new Map(
    [...graphPlaces(paths)].map(([dtype, { graph, embedding, homes }]): [Dtype, HubVariant] => {
      // Of what lies in several folders the first is read.
      const nearest = (name: string) => homes.find((home) => files.has(within(home, name))) ?? "";
      const own = COMMON.flatMap((name) => (nearest(name) === "" ? [] : [within(nearest(name), name)]));
      const [lookUp] = known(embedding === undefined ? [] : [embedding]);
      const weights = [graph, ...(lookUp ? [lookUp.path] : [])].flatMap((each) => likelyWeights(each, paths));
      return [
        dtype,
        {
          ...{ graph: files.get(graph)!, settings: known(own), weights: known(weights) },
          ...(lookUp ? { embedding: lookUp } : {}),
        },
      ];
    }),
  );
}

const licenceOf = (tags: readonly string[] | undefined): string | undefined =>
  tags?.find((tag) => tag.startsWith("license:"))?.slice("license:".length);
