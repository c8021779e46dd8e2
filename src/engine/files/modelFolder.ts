/** What a folder in Hugging Face layout says about its model before anything is loaded. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../core/protocol/rpc";
import { modelFileSize } from "./modelFile";
import type { JsonObject } from "./jsonFile";
import { isObject, readJsonIfThere } from "./jsonFile";
import type { MethodManifest } from "../decoding/model";
import type { Dtype } from "../../core/protocol/modelName";
import { DTYPES } from "../../core/protocol/modelName";
import { graphNames } from "./graphFiles";

/** Where a configuration does not say: what the smallest models of the hub were trained with, in tokens. */
const DEFAULT_CONTEXT = 2048;

export interface ModelFolder {
  path: string;
  /** The last part of the path. */
  name: string;
  /** `config.json`; where it nests the language model in `text_config`, that is merged in. */
  config: JsonObject;
  generationConfig: JsonObject;
  manifest: MethodManifest;
  graphFile: string;
  dtype: Dtype;
}

/**
 * @param dtype which of the folder's model files; the preferred one by default
 * @throws ActionableError `model-folder-missing`, `model-config-missing`, `model-file-broken`, `graph-missing`, `model-dtype-missing`
 */
export async function readModelFolder(folder: string, dtype?: string): Promise<ModelFolder> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new ActionableError(
      "model-folder-missing",
      `There is no model folder ${folder}.`,
      "Choose a folder in Hugging Face layout.",
    );
  }
  const outer = await readJsonIfThere(path.join(folder, "config.json"));
  if (!outer) {
    throw new ActionableError(
      "model-config-missing",
      `The model folder ${folder} has no config.json.`,
      "Choose a folder in Hugging Face layout, with config.json, tokenizer.json and onnx/model.onnx.",
    );
  }
  const config = isObject(outer["text_config"]) ? { ...outer, ...outer["text_config"] } : outer;
  const files = await graphFiles(folder);
  return {
    path: folder,
    name: path.basename(path.resolve(folder)),
    config,
    generationConfig: (await readJsonIfThere(path.join(folder, "generation_config.json"))) ?? {},
    manifest: readManifest(await readJsonIfThere(path.join(folder, "thoughtlens.json"))),
    ...pick(folder, files, dtype),
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

/** @returns which dtypes the folder holds, the preferred first, with their files */
async function graphFiles(folder: string): Promise<Map<Dtype, string>> {
  const files = new Map<Dtype, string>();
  for (const dtype of DTYPES) {
    for (const name of graphNames(dtype)) {
      const file = path.join(folder, name);
      const isThere = (await modelFileSize(folder, file)) !== undefined;
      if (isThere && !files.has(dtype)) files.set(dtype, file);
    }
  }
  return files;
}

function pick(
  folder: string,
  files: Map<Dtype, string>,
  wanted: string | undefined,
): { dtype: Dtype; graphFile: string } {
  const [first] = files;
  if (!first) {
    throw new ActionableError(
      "graph-missing",
      `The model folder ${folder} has no onnx/model.onnx.`,
      "Export the model to ONNX, or download a variant that has an onnx folder.",
    );
  }
  if (wanted === undefined) return { dtype: first[0], graphFile: first[1] };
  const graphFile = files.get(wanted as Dtype);
  if (graphFile !== undefined) return { dtype: wanted as Dtype, graphFile };
  throw new ActionableError(
    "model-dtype-missing",
    `The model folder ${folder} has no ${wanted} variant, only ${[...files.keys()].join(", ")}.`,
    `Choose ${first[0]}, or add the file of ${wanted} to the folder.`,
  );
}

export function readManifest(value: JsonObject | undefined): MethodManifest {
  const methods: Record<string, Record<string, unknown>> = {};
  if (isObject(value?.["methods"])) {
    for (const [method, defaults] of Object.entries(value["methods"]))
      if (isObject(defaults)) methods[method] = defaults;
  }
  return typeof value?.["name"] === "string" ? { name: value["name"], methods } : { methods };
}
