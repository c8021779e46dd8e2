/** What a patch is asked for, and what it made: the description that sequences, the proof and the capability table read. */

import type { Sentence } from "../../../../core/text/l10n";

/** What the patch can add to a graph. */
export const graphFeatures = [
  "softTokens",
  "hiddenStates",
  "lastLogitsOnly",
  "logitStatistics",
  "newRowsOnly",
  "attentionBias",
  "explicitPositions",
] as const;
export type GraphFeature = (typeof graphFeatures)[number];

/** Why something cannot be added to a graph, for the capability table: a sentence that has no values is its own key. */
export type Refusal = string | Sentence;

export const isRefusal = (found: object | string): found is Refusal => typeof found === "string" || "key" in found;

/** A feature that does not apply to this graph and why. */
export interface FeatureRefusal {
  feature: GraphFeature;
  reason: Refusal;
}

/** Applies one feature unless it was ruled out; notes the reason when it does not apply. */
export type Apply = (feature: GraphFeature, act: () => Refusal | undefined) => boolean;

/** The fields of a Hugging Face `config.json` that the patch reads; GPT-2 names are understood. */
export interface GraphConfig {
  hidden_size?: number;
  n_embd?: number;
  vocab_size?: number;
  num_hidden_layers?: number;
  n_layer?: number;
  num_attention_heads?: number;
  n_head?: number;
  num_key_value_heads?: number;
  head_dim?: number;
  /** Rows that attention looks back, where that is limited. */
  sliding_window?: number | null;
  use_sliding_window?: boolean;
  max_position_embeddings?: number;
}

export interface PatchOptions {
  config: GraphConfig;
  /** Features to leave out, e.g. those that failed the proof, with the reason to report. */
  without?: Partial<Record<GraphFeature, Refusal>>;
  /** 'two-segment' (default) replaces GroupQueryAttention; 'fused' keeps it and feeds its own bias and positions. */
  attention?: "two-segment" | "fused";
  /** Rows that limited attention looks back, in place of the file's own number: for proofs on texts that are shorter. */
  window?: number;
  /** Leaves bounded caches of attention operators bounded, as in the file: for the graph that a patch is compared with. */
  keepBounded?: boolean;
}

/**
 * The kinds of cache parts. `rows`: one row for each token, of which the last can be dropped and any shared or cut out.
 * `window`: rows, of which only the latest are kept. `state`: of one size, overwritten by each step.
 */
export type CacheKind = "rows" | "window" | "state";

interface PartNames {
  /** Name of the input. */
  past: string;
  /** Name of the original graph's output. */
  present: string;
  /** Name of the patched graph's output. */
  output: string;
}

/** Rows that the engine keeps: a step puts out those it adds, or all of them, [B, heads, rows, headSize]. */
export interface RowPart extends PartNames {
  kind: "rows" | "window";
  layer: number;
  part: "key" | "value";
  /** Tensors whose rows stand before this one's in `output`, which several may share. */
  slot: number;
  rows: "new" | "all";
  /** Key-value heads and head size, from the graph or, where it is symbolic, from the config. */
  heads: number;
  headSize: number;
  /** How many rows attention looks back, the token's own included; undefined where it sees all. */
  reach: number | undefined;
  /** The operator of the file keeps no more rows than it has room for. */
  bounded: boolean;
}

/** A tensor that each step puts out whole, in place of the one it was fed. */
export interface WholePart extends PartNames {
  kind: "window" | "state";
  /** Sizes before the first token, batch 1: zeros of this shape begin a text. */
  dims: readonly number[];
}

/** Always float32: a float16 cache is cast at the rim of the graph. */
export type CachePart = RowPart | WholePart;

export const isRowPart = (part: CachePart): part is RowPart => "heads" in part;
export const rowParts = (cache: readonly CachePart[]): RowPart[] => cache.filter(isRowPart);
export const wholeParts = (cache: readonly CachePart[]): WholePart[] =>
  cache.filter((part): part is WholePart => !isRowPart(part));

export interface PatchedGraph {
  /** The patched model. Feed it to ONNX Runtime as a buffer, with the folder of its external data in
   *  `extra.session.model_external_initializers_file_folder_path`. */
  model: Uint8Array;
  /** The look-up model ids → embeddings, when softTokens applies. */
  embedding?: Uint8Array;
  features: Record<GraphFeature, boolean>;
  refusals: FeatureRefusal[];
  /** Input names of the patched graph besides the cache, in order. */
  inputs: string[];
  cache: CachePart[];
  /** What had to be assumed of the file, one sentence each. */
  notes: string[];
  /** Width of an embedding and of a hidden state; vocabulary of the head; 0 when the graph does not say. */
  embeddingSize: number;
  hiddenSize: number;
  vocabSize: number;
  /** Whether GroupQueryAttention was written out over two segments or kept; "original" when the model has none. */
  attention: "original" | "two-segment" | "fused";
  /** Weights or activations are rounded to few bits, which magnifies differences of rounding. */
  quantized: boolean;
  /** The cache of the file is float16 and was widened. */
  halfCache: boolean;
  /** Steps are fed otherwise than the file declares it, so that the file itself cannot be run beside the patched graph. */
  adapted: boolean;
  /** The graph was taken out of a merged decoder, see graphMerged.ts. */
  merged: boolean;
  /** Files in the model's folder that hold its weights. */
  externalFiles: string[];
}
