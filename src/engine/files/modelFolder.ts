/** What a folder in Hugging Face layout says about its model before anything is loaded. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../core/protocol/rpc";
import { demandContent, modelFileSize } from "./modelFile";
import type { JsonObject } from "./jsonFile";
import { isObject, readJsonIfThere } from "./jsonFile";
import type { MethodManifest } from "../decoding/model";
import { readManifest } from "./manifest";
import type { Dtype } from "../../core/protocol/modelName";
import { DEEPEST_GRAPH, GENAI_CONFIG, graphPlaces, type GraphPlace } from "./graphFiles";
import { l10n } from "../../core/text/l10n";

/** Where a configuration does not say: what the smallest models of the hub were trained with, in tokens. */
const DEFAULT_CONTEXT = 2048;

export interface ModelFolder {
  path: string;
  /** The last part of the path. */
  name: string;
  /** The folder of `tokenizer.json`: that of the graph where it has files of its own, else `path`. */
  tokenizerFolder: string;
  /** `config.json`; where it nests the language model in `text_config`, that is merged in. */
  config: JsonObject;
  generationConfig: JsonObject;
  manifest: MethodManifest;
  graphFile: string;
  /** The graph that looks embeddings up, where that is one of its own. */
  embeddingFile?: string;
  dtype: Dtype;
}

/**
 * @param dtype which of the folder's model files; the preferred one by default
 * @throws ActionableError `model-folder-missing`, `model-config-missing`, `model-file-broken`, `graph-missing`, `model-dtype-missing`, `model-file-pointer`, and those of `readManifest`
 */
export async function readModelFolder(folder: string, dtype?: string): Promise<ModelFolder> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new ActionableError(
      "model-folder-missing",
      l10n.later`There is no model folder ${folder}.`,
      "Choose a folder in Hugging Face layout.",
    );
  }
  const picked = pick(folder, await graphFiles(folder), dtype);
  for (const graph of [picked.graph, picked.embedding ?? []].flat()) await demandContent(path.join(folder, graph));
  const homes = picked.homes.map((home) => path.join(folder, home));
  const outer = await firstConfig(homes);
  if (!outer) {
    throw new ActionableError(
      "model-config-missing",
      l10n.later`The model folder ${folder} has no config.json.`,
      "Choose a folder in Hugging Face layout, with config.json, tokenizer.json and onnx/model.onnx.",
    );
  }
  const config = isObject(outer["text_config"]) ? { ...outer, ...outer["text_config"] } : outer;
  return {
    path: folder,
    name: path.basename(path.resolve(folder)),
    tokenizerFolder: (await homeOf(homes, "tokenizer.json")) ?? folder,
    config,
    generationConfig: (await readFirst(homes, "generation_config.json")) ?? {},
    manifest: await readManifest(folder),
    dtype: picked.dtype,
    graphFile: path.join(folder, picked.graph),
    ...(picked.embedding === undefined ? {} : { embeddingFile: path.join(folder, picked.embedding) }),
  };
}

async function homeOf(homes: readonly string[], name: string): Promise<string | undefined> {
  for (const home of homes) if ((await modelFileSize(home, path.join(home, name))) !== undefined) return home;
  return undefined;
}

async function readFirst(homes: readonly string[], name: string): Promise<JsonObject | undefined> {
  const home = await homeOf(homes, name);
  return home === undefined ? undefined : readJsonIfThere(path.join(home, name));
}

/** The nearest configuration; a generator's folder may have none but its own. */
async function firstConfig(homes: readonly string[]): Promise<JsonObject | undefined> {
  const config = await readFirst(homes, "config.json");
  if (config) return config;
  const { model } = (await readFirst(homes, GENAI_CONFIG)) ?? {};
  if (!isObject(model) || !isObject(model["decoder"])) return undefined;
  const { head_size, ...sizes } = model["decoder"];
  return {
    ...sizes,
    ...model,
    model_type: model["type"],
    head_dim: head_size,
    max_position_embeddings: model["context_length"],
  };
}

/** A whole number of the configuration under the first of `names` that has one. */
export function configNumber(config: JsonObject, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = config[name];
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  }
  return undefined;
}

/** Tokens. */
export const contextLength = (config: JsonObject): number =>
  configNumber(config, "max_position_embeddings", "n_positions", "n_ctx", "max_seq_len") ?? DEFAULT_CONTEXT;

/** Files of a folder that are looked at to find its graphs. */
const MOST_FILES = 5000;

/** @returns which dtypes the folder holds, the preferred first, with the places of their graphs */
async function graphFiles(folder: string): Promise<Map<Dtype, GraphPlace>> {
  const names: string[] = [];
  const look = async (inside: string, depth: number): Promise<void> => {
    const entries = await readdir(path.join(folder, inside), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (names.length >= MOST_FILES) return;
      const name = inside === "" ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory() && depth < DEEPEST_GRAPH) await look(name, depth + 1);
      else if (!entry.isDirectory()) names.push(name);
    }
  };
  await look("", 0);
  const places = graphPlaces(names);
  const isThere = async (name: string) => (await modelFileSize(folder, path.join(folder, name))) !== undefined;
  for (const [dtype, { graph, embedding }] of places)
    if (!(await isThere(graph)) || (embedding !== undefined && !(await isThere(embedding)))) places.delete(dtype);
  return places;
}

function pick(
  folder: string,
  places: Map<Dtype, GraphPlace>,
  wanted: string | undefined,
): GraphPlace & { dtype: Dtype } {
  const [first] = places;
  if (!first) {
    throw new ActionableError(
      "graph-missing",
      l10n.later`The model folder ${folder} has no onnx/model.onnx.`,
      "Export the model to ONNX, or download a variant that has an onnx folder.",
    );
  }
  if (wanted === undefined) return { dtype: first[0], ...first[1] };
  const place = places.get(wanted as Dtype);
  if (place !== undefined) return { dtype: wanted as Dtype, ...place };
  throw new ActionableError(
    "model-dtype-missing",
    l10n.later`The model folder ${folder} has no ${wanted} variant, only ${[...places.keys()].join(", ")}.`,
    l10n.later`Choose ${first[0]}, or add the file of ${wanted} to the folder.`,
  );
}
