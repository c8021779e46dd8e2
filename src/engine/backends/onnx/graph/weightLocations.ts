/**
 * Weights that are links. The Hugging Face cache keeps content under `blobs/` and links to it from each snapshot; ONNX
 * Runtime refuses weights that lead out of the folder it was given for a model in memory. So such a model is made to
 * name the content itself, and that folder is given.
 */
import { realpath } from "node:fs/promises";
import path from "node:path";
import { demandContent } from "../../../files/modelFile";
import type { Pieces } from "./protobuf";
import { fields, join, readText, replaceFields, textField } from "./protobuf";

/** Numbers of fields in onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.external_data. */
const GRAPH = 7;
const INITIALIZER = 5;
const EXTERNAL_DATA = 13;

export interface PlacedModel {
  model: Uint8Array;
  /** Where its weights are. */
  folder: string;
}

/**
 * @returns the model as it is where its weights are no links, or links to several folders, or missing
 * @throws ActionableError `model-file-pointer`
 */
export async function followLinks(model: Uint8Array, folder: string): Promise<PlacedModel> {
  const targets = new Map<string, string>();
  for (const name of weightNames(model)) {
    const target = await realpath(path.join(folder, name)).catch(() => undefined);
    if (target === undefined) return { model, folder };
    await demandContent(target);
    targets.set(name, target);
  }
  const home = await realpath(folder);
  const folders = new Set([...targets.values()].map((target) => path.dirname(target)));
  const [only] = folders;
  if (only === undefined || folders.size > 1 || only === home) return { model, folder };
  return { model: renameWeights(model, (name) => path.basename(targets.get(name)!)), folder: only };
}

/** The files of weights that a model names, as it names them: seen from its own folder. */
export function weightNames(model: Uint8Array): string[] {
  const names = new Set<string>();
  rewrite(model, (name) => {
    names.add(name);
    return name;
  });
  return [...names];
}

/** The model with other names for the files of its weights. */
export const renameWeights = (model: Uint8Array, rename: (name: string) => string): Uint8Array =>
  join(rewrite(model, rename));

/** The model with other locations for the weights of its initializers. */
function rewrite(model: Uint8Array, rename: (location: string) => string): Pieces {
  const whole = { start: 0, end: model.length };
  return replaceFields(model, whole, GRAPH, (graph) =>
    replaceFields(model, graph, INITIALIZER, (tensor) =>
      replaceFields(model, tensor, EXTERNAL_DATA, (entry) => {
        const [key, value] = [...fields(model, entry)];
        const isLocation = key && value && readText(model, key) === "location";
        return isLocation
          ? [...textField(1, "location"), ...textField(2, rename(readText(model, value)))]
          : [model.subarray(entry.start, entry.end)];
      }),
    ),
  );
}
