/**
 * Makes any ONNX causal language model inspectable by adding a few nodes to its graph when it is loaded.
 *
 * Every feature is applied on its own. One that does not apply leaves the graph as it was in that respect and
 * is listed in `refusals`, with a reason a person can read. The interface of a patched graph is:
 *
 * ```
 * input            dtype    shape                     when               meaning
 * input_ids        int64    [B, S]                    always             token ids; -1 = "soft token here" (softTokens)
 * inputs_embeds    float32  [B|1, S|1, H]             softTokens         read only where input_ids is -1; feed zeros
 *                                                                        [1,1,H] when there is none
 * attention_mask   int64    [B, P+S]                  as the original    1 = cache row or new token is in use
 * position_ids     int64    [B, S]                    explicitPositions  any positions, holes allowed
 * past_key_values… float32  [B, kvHeads, P, headSize] always             cache rows before this step, names as original
 * attention_bias   float32  [B|1, 1, S|1, P+S|1]      attentionBias      added to the attention scores before softmax;
 *                                                                        0 = see, -1e9 = hide; feed zeros [1,1,1,1]
 *                                                                        when unused. It comes on top of the model's own
 *                                                                        causal mask: it hides, it never reveals
 * logits_at        int64    [K]                       lastLogitsOnly     sequence indices whose logits are wanted;
 *                                                                        [-1] = the last only, [0..S-1] = all
 *
 * output           dtype    shape                     when
 * logits           float32  [B, K, V]                 always (K = S without lastLogitsOnly)
 * hidden_states    float32  [B, S, H]                 hiddenStates: after the final norm, what the head reads
 * new.N.key/value  float32  [B, kvHeads, S, headSize] newRowsOnly: this step's cache rows, in place of present.*
 * present.…        float32  [B, kvHeads, P+S, headSize] only without newRowsOnly
 * top_ids          int64    [B, K, T]                 logitStatistics: T = min(20, V), most probable first
 * top_logprobs     float32  [B, K, T]                 logitStatistics: natural logarithm
 * entropy          float32  [B, K]                    logitStatistics: nats
 * ```
 *
 * B batch, S new tokens, P cache rows before the step, H embedding width, V vocabulary. Names of cache tensors are
 * taken from `PatchedGraph.cache`, never put together by hand. The log-probability of any id is
 * `logits[id] - logits[top_ids[0]] + top_logprobs[0]`. Inputs of a feature that was not applied do not exist and
 * must not be fed. After rows are dropped from the cache, P is the number of rows kept, `attention_mask` has P+S
 * entries, and `position_ids` go on counting.
 *
 * The look-up model (`embedding`) has input `input_ids` int64 [B, S] and output `embeddings` float32 [B, S, H],
 * and reads the same external data file.
 */

/** What the patch can add to a graph. */
export type GraphFeature =
  | "softTokens"
  | "hiddenStates"
  | "lastLogitsOnly"
  | "logitStatistics"
  | "newRowsOnly"
  | "attentionBias"
  | "explicitPositions";

/** A feature that does not apply to this graph and why, in words for the capability table. */
export interface FeatureRefusal {
  feature: GraphFeature;
  reason: string;
}

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
}

export interface PatchOptions {
  config: GraphConfig;
  /** Features to leave out, e.g. those that failed the proof, with the reason to report. */
  without?: Partial<Record<GraphFeature, string>>;
  /** 'two-segment' (default) replaces GroupQueryAttention; 'fused' keeps it and feeds its own bias and positions. */
  attention?: "two-segment" | "fused";
}

/** One cache tensor: fed as `past`, read back from `output`, which holds the new rows only or all of them. */
export interface CacheTensor {
  layer: number;
  part: "key" | "value";
  past: string;
  output: string;
  rows: "new" | "all";
  /** Key-value heads and head size, from the graph or, where it is symbolic, from the config. */
  heads: number;
  headSize: number;
  dtype: "float32" | "float16";
}

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
  cache: CacheTensor[];
  /** Width of an embedding and of a hidden state; vocabulary of the head; 0 when the graph does not say. */
  embeddingSize: number;
  hiddenSize: number;
  vocabSize: number;
  /** Files in the model's folder that hold its weights. */
  externalFiles: string[];
}

/**
 * Patches a causal language model.
 * @throws GraphError when the bytes are no ONNX file, are cut off, or hold no causal language model.
 */
export declare function patchGraph(bytes: Uint8Array, options: PatchOptions): PatchedGraph;
