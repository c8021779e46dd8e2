/** What a running graph takes and gives: the same description whether it was patched at load or runs as it came. */
import type { InferenceSession } from "onnxruntime-node";
import { ActionableError } from "../../../core/protocol/rpc";
import type { JsonObject } from "../../files/jsonFile";
import { configNumber } from "../../files/modelFolder";
import { presentNames } from "./patch/cacheNames";
import type { CachePart, GraphFeature, PatchedGraph, RowPart } from "./patch/patchedGraph";
import { l10n } from "../../../core/text/l10n";

export interface GraphLayout {
  inputs: ReadonlySet<string>;
  cache: readonly CachePart[];
  /** The file keeps its cache in float16; here it is float32 all the same. */
  halfCache: boolean;
  features: Readonly<Record<GraphFeature, boolean>>;
  /** Width of an input embedding; 0 when unknown. */
  embeddingSize: number;
  /** Width of a hidden state; 0 when unknown. */
  hiddenSize: number;
  /** Rows of the head; 0 when unknown. */
  vocabularySize: number;
}

/** Inputs that steps know how to fill, besides the cache. */
const KNOWN_INPUTS = new Set([
  "input_ids",
  "inputs_embeds",
  "attention_mask",
  "position_ids",
  "attention_bias",
  "logits_at",
  "num_logits_to_keep",
  "use_cache_branch",
]);

export const NO_FEATURES: Readonly<Record<GraphFeature, boolean>> = {
  softTokens: false,
  hiddenStates: false,
  lastLogitsOnly: false,
  logitStatistics: false,
  newRowsOnly: false,
  attentionBias: false,
  explicitPositions: false,
};

export function patchedLayout(graph: PatchedGraph): GraphLayout {
  const { cache, halfCache, features, embeddingSize, hiddenSize, vocabSize } = graph;
  const sizes = { embeddingSize, hiddenSize, vocabularySize: vocabSize };
  return { inputs: new Set(graph.inputs), cache, halfCache, features, ...sizes };
}

/** A graph as it came keeps all of its cache as rows. */
export interface PlainLayout extends GraphLayout {
  cache: readonly RowPart[];
}

/**
 * The layout of a graph as hubs have it: `input_ids, … past_key_values.N.key → logits, present.N.key …`.
 * @throws ActionableError `graph-no-causal-lm` when it is something else
 */
export function plainLayout(session: InferenceSession, config: JsonObject, subject: string): PlainLayout {
  const missing = !session.inputNames.includes("input_ids")
    ? "input_ids"
    : !session.outputNames.includes("logits")
      ? "logits"
      : "";
  if (missing) throw notCausal(subject, `has no ${missing}`);
  const attentionHeads = configNumber(config, "num_attention_heads", "n_head");
  const width = configNumber(config, "hidden_size", "n_embd");
  const heads = configNumber(config, "num_key_value_heads") ?? attentionHeads;
  const headSize = configNumber(config, "head_dim") ?? (width && attentionHeads ? width / attentionHeads : undefined);
  const cache: RowPart[] = [];
  for (const input of session.inputMetadata) {
    const match = /^past_key_values\.(\d+)(?:\.decoder)?\.(key|value)$/.exec(input.name);
    if (!match) continue;
    const output = input.name.replace("past_key_values", "present");
    if (!input.isTensor || !session.outputNames.includes(output)) throw notCausal(subject, `has no output ${output}`);
    if (input.type !== "float32") throw notCausal(subject, `keeps its cache in ${input.type}`);
    const [, ownHeads, , ownSize] = input.shape;
    const part = {
      kind: "rows" as const,
      layer: Number(match[1]),
      part: match[2] as "key" | "value",
      past: input.name,
      present: output,
      output,
      slot: 0,
      rows: "all" as const,
      heads: typeof ownHeads === "number" ? ownHeads : heads,
      headSize: typeof ownSize === "number" ? ownSize : headSize,
      reach: undefined,
      bounded: false,
    };
    if (!part.heads || !part.headSize) throw notCausal(subject, "does not say how wide its cache is");
    cache.push(part as RowPart);
  }
  if (cache.length === 0) throw notCausal(subject, "has no key-value cache");
  const past = new Set(cache.map(({ past }) => past));
  const inputs = session.inputNames.filter((name) => !past.has(name));
  const unknown = inputs.filter((name) => !KNOWN_INPUTS.has(name) || name === "inputs_embeds");
  // Other parts of a cache are not what stands in the way.
  const isPart = (name: string): boolean => presentNames(name).some((each) => session.outputNames.includes(each));
  const wanted = unknown.find((name) => !isPart(name)) ?? unknown[0];
  if (wanted) throw notCausal(subject, `also wants ${wanted}`);
  const logits = session.outputMetadata.find((output) => output.name === "logits");
  if (!logits?.isTensor || logits.type !== "float32") throw notCausal(subject, "gives no float32 logits");
  const rows = logits.shape.at(-1);
  return {
    inputs: new Set(inputs),
    cache,
    halfCache: false,
    features: NO_FEATURES,
    embeddingSize: width ?? 0,
    hiddenSize: width ?? 0,
    vocabularySize: typeof rows === "number" ? rows : (configNumber(config, "vocab_size") ?? 0),
  };
}

const notCausal = (subject: string, why: string) =>
  new ActionableError(
    "graph-no-causal-lm",
    l10n.later`${subject} is not a causal language model with a key-value cache: it ${why}.`,
    "Choose a text-generation model, exported with its past key values.",
  );
