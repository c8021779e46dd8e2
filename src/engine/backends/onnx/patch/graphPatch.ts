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
 * attention_mask   int64    [B, P+S]                  as the original    1 = cache row or new token is in use; feed ones
 *                                                                        and hide by the bias: kept operators only count it
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
 * new_rows         float32  [tensors*B, kvHeads, S, headSize] newRowsOnly: this step's cache rows, in place of present.*;
 *                                                     new.N.key/value [B, kvHeads, S, headSize] where they differ in size
 *                                                     or are kept in half precision
 * present.…        float32  [B, kvHeads, P+S, headSize] only without newRowsOnly; of a state always, in its own shape
 * top_ids          int64    [B, K, T]                 logitStatistics: T = min(20, V), most probable first
 * top_logprobs     float32  [B, K, T]                 logitStatistics: natural logarithm
 * entropy          float32  [B, K]                    logitStatistics: nats
 * ```
 *
 * B batch, S new tokens, P cache rows before the step, H embedding width, V vocabulary. Tensors of the kind `window` may
 * hold the last of the P rows only, at least as many as their attention looks back. Names of cache tensors are
 * taken from `PatchedGraph.cache`, never put together by hand. The log-probability of any id is
 * `logits[id] - logits[top_ids[0]] + top_logprobs[0]`. Whatever the element type of the file, what is fed and read is
 * float32. Inputs of a feature that was not applied do not exist and
 * must not be fed. After rows are dropped from the cache, P is the number of rows kept, `attention_mask` has P+S
 * entries, and `position_ids` go on counting.
 *
 * The look-up model (`embedding`) has input `input_ids` int64 [B, S] and output `embeddings` float32 [B, S, H],
 * and reads the same external data file.
 */

import { addBiasAndPositions, settleWindows } from "./graphAttentionMeans";
import { describeCache, describeRows, emitNewRows, widenCache } from "./graphCache";
import type { CachePairs, RowPair } from "./cachePairs";
import { choiceNames, findCache, stepInputNames } from "./cachePairs";
import { addSoftTokens, embeddingModel, findEmbedding } from "./embedding";
import { GraphEditor } from "../graph/graphEdit";
import { GraphError } from "../graph/graphError";
import { isGroupQuery } from "./graphGroupQuery";
import { addHiddenStates, addLogitsAt, addLogitStatistics, declareLogits, findHead } from "./graphHead";
import { unwrapMerged } from "./graphMerged";
import { settlePositions } from "./graphPositions";
import type { Apply, FeatureRefusal, GraphFeature, PatchedGraph, PatchOptions } from "./patchedGraph";
import { elementTypes, readGraph, withFileErrors } from "../graph/graphView";
import type { GraphView } from "../graph/graphView";
import { l10n } from "../../../../core/text/l10n";

/**
 * Patches a causal language model.
 * @throws GraphError when the bytes are no ONNX file, are cut off, or hold no causal language model.
 */
export function patchGraph(bytes: Uint8Array, options: PatchOptions): PatchedGraph {
  return withFileErrors(bytes, () => patch(bytes, options));
}

function patch(bytes: Uint8Array, options: PatchOptions): PatchedGraph {
  const { config, without = {} } = options;
  const whole = readGraph(bytes);
  const view = unwrapMerged(whole);
  const editor = new GraphEditor(view);
  checkLanguageModel(editor);
  const refusals: FeatureRefusal[] = [];
  const apply: Apply = (feature, act) => {
    const reason = without[feature] ?? act();
    if (reason !== undefined) refusals.push({ feature, reason });
    return reason === undefined;
  };

  const lookup = findEmbedding(editor);
  const head = findHead(editor);
  const pairs = findCache(editor);
  const configWidth = config.hidden_size ?? config.n_embd ?? 0;
  const embeddingSize = typeof lookup === "string" ? 0 : lookup.width || configWidth;
  const hiddenSize = typeof head === "string" ? 0 : head.width || configWidth;
  const vocabSize = (typeof head === "string" ? 0 : head.vocabulary) || config.vocab_size || 0;
  if (typeof pairs === "string") throw new GraphError("no-causal-lm", pairs);
  settleInputs(editor, pairs);
  const several = settlePositions(editor);
  widenCache(editor, pairs);
  settleWindows(editor, pairs.rows, options);
  const sizes = describeRows(pairs.rows, config);
  const headSize = (pair: RowPair): number => sizes[pairs.rows.indexOf(pair)]!.headSize;

  const embedding = typeof lookup === "string" ? undefined : embeddingModel(editor, lookup);
  const features: Record<GraphFeature, boolean> = {
    softTokens: apply("softTokens", () => {
      if (typeof lookup === "string") return lookup;
      addSoftTokens(editor, lookup, embeddingSize);
      return undefined;
    }),
    hiddenStates: apply("hiddenStates", () => {
      if (typeof head === "string") return head;
      addHiddenStates(editor, head, hiddenSize);
      return undefined;
    }),
    lastLogitsOnly: apply("lastLogitsOnly", () => (typeof head === "string" ? head : addLogitsAt(editor, head))),
    ...addBiasAndPositions(editor, { pairs: pairs.rows, options, headSize, lookup }, apply),
    newRowsOnly: apply("newRowsOnly", () => emitNewRows(editor, pairs.rows, sizes)),
    logitStatistics: false,
  };
  declareLogits(editor, vocabSize);
  features.logitStatistics = apply("logitStatistics", () => addLogitStatistics(editor, vocabSize));

  const past = new Set([...pairs.rows, ...pairs.whole].map((pair) => pair.past.name));
  const halfCache = view.inputs.some((input) => past.has(input.name) && input.dataType === elementTypes.float16);
  return {
    model: editor.write(),
    ...(features.softTokens && embedding ? { embedding } : {}),
    features,
    refusals,
    inputs: editor.inputs.map((input) => input.name).filter((name) => !past.has(name)),
    cache: describeCache(pairs, config),
    notes: pairs.notes,
    embeddingSize,
    hiddenSize,
    vocabSize,
    attention: editor.nodes.some(isGroupQuery) ? "fused" : editor.producer("patch/mask") ? "two-segment" : "original",
    quantized: editor.nodes.some((node) => /Integer|NBits|Bnb4|DynamicQuantize|^Quantize/.test(node.opType)),
    halfCache,
    adapted: halfCache || several,
    merged: view !== whole,
    externalFiles: externalFiles(view),
  };
}

function checkLanguageModel(editor: GraphEditor): void {
  const missing = [
    ...(editor.input("input_ids") ? [] : ["input input_ids"]),
    ...(editor.output("logits") ? [] : ["output logits"]),
  ];
  if (missing.length)
    throw new GraphError(
      "no-causal-lm",
      l10n.later`The model is no causal language model: it has no ${missing.join(" and no ")}.`,
    );
  if (editor.producer("logits")?.opType === "If")
    throw new GraphError("no-causal-lm", "The model file holds two graphs in one, which cannot be told apart.");
}

/** Gives inputs that only choose what to compute a constant value, and refuses those that nothing here can feed. */
function settleInputs(editor: GraphEditor, { rows, whole }: CachePairs): void {
  const past = new Set([...rows, ...whole].map((pair) => pair.past.name));
  for (const { name, dims } of [...editor.inputs]) {
    if (stepInputNames.has(name) || past.has(name)) continue;
    if (!choiceNames.has(name)) throw unknownInput(name);
    // Zero keeps the logits of all tokens.
    editor.removeInput(name);
    editor.addInts(name, [0], dims?.length ? [1] : []);
  }
}

function unknownInput(name: string): GraphError {
  return /past|cache|conv|recurrent|ssm/i.test(name)
    ? new GraphError(
        "cache-unknown",
        l10n.later`The model wants a cache part ${name} and puts out none that goes on with it.`,
      )
    : new GraphError(
        "no-causal-lm",
        l10n.later`The model is no plain causal language model: it wants an input named ${name}.`,
      );
}

function externalFiles(view: GraphView): string[] {
  const files = [...view.initializers.values()].map((tensor) => tensor.external);
  return [...new Set(files.filter((file) => file !== undefined))];
}
