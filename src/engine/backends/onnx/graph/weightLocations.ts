/**
 * Weights that are links. The Hugging Face cache keeps content under `blobs/` and links to it from each snapshot; ONNX
 * Runtime refuses weights that lead out of the folder it was given for a model in memory. So such a model is made to
 * name the content itself, and that folder is given.
 */
import { realpath } from "node:fs/promises";
import path from "node:path";
import type { ByteRange, Field, Pieces } from "./protobuf";
import { body, fields, join, messageField, readText, textField } from "./protobuf";

/** Numbers of fields in onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.external_data. */
const GRAPH = 7;
const INITIALIZER = 5;
const EXTERNAL_DATA = 13;

export interface PlacedModel {
  model: Uint8Array;
  /** Where its weights are. */
  folder: string;
}

/** @returns the model as it is where its weights are no links, or links to several folders, or missing */
export async function followLinks(model: Uint8Array, folder: string): Promise<PlacedModel> {
  const targets = new Map<string, string>();
  for (const name of weightNames(model)) {
    const target = await realpath(path.join(folder, name)).catch(() => undefined);
    if (target === undefined) return { model, folder };
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
  return replace(model, whole, GRAPH, (graph) =>
    replace(model, graph, INITIALIZER, (tensor) =>
      replace(model, tensor, EXTERNAL_DATA, (entry) => {
        const [key, value] = [...fields(model, entry)];
        const isLocation = key && value && readText(model, key) === "location";
        return isLocation
          ? [...textField(1, "location"), ...textField(2, rename(readText(model, value)))]
          : [model.subarray(entry.start, entry.end)];
      }),
    ),
  );
}

/** The fields of a message, those of one number with another body. */
function replace(bytes: Uint8Array, message: ByteRange, number: number, change: (range: ByteRange) => Pieces): Pieces {
  return [...fields(bytes, message)].flatMap((field: Field) =>
    field.number === number ? messageField(number, change(body(field))) : [bytes.subarray(field.start, field.end)],
  );
}
