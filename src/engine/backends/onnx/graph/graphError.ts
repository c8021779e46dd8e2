import type { Sentence } from "../../../../core/text/l10n";
import { ActionableError } from "../../../../core/protocol/rpc";

/** What can be wrong with a model file, each with one thing a person can do about it. */
export const GRAPH_ACTIONS = {
  "not-onnx": "Pick the model.onnx file of a Hugging Face folder.",
  "cut-off": "Download the file again.",
  "no-causal-lm": "Export the model for text generation with a key-value cache, or pick another model.",
  unproven: "Export the model again with a recent exporter, or pick another model.",
  "does-not-run": "Export the model again with a recent exporter, or pick another model.",
  "single-token": "Export the model again with a recent exporter, or pick another model.",
  "embedding-missing": "Put embed_tokens.onnx of the same model beside it.",
  "embedding-unusable": "Download it again, or take it from the same model as the graph beside it.",
  "cache-dtype": "Export the model with a float32 or float16 cache, or pick another model.",
  "cache-size": "Export the model with fixed sizes of its states, or pick another model.",
  "cache-unknown": "Export the model with a cache whose inputs and outputs pair up, or pick another model.",
  "no-head-size": "Put the config.json of the model beside it.",
  "weights-missing": "Put the missing file into the folder of the model, or download the model again.",
} as const;

export type GraphErrorCode = keyof typeof GRAPH_ACTIONS;

/** A model file that cannot be used: one sentence and one action for the person. */
export class GraphError extends ActionableError {
  constructor(code: GraphErrorCode, message: string | Sentence, options?: ErrorOptions) {
    super(code, message, GRAPH_ACTIONS[code], options);
  }
}
