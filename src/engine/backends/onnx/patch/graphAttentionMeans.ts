/** Which means gives a graph its attention bias and explicit positions: written out, by the operator's inputs, or none. */
import { isRefusal } from "./patchedGraph";
import type { EmbeddingLookup } from "./embedding";
import { addAttentionBias, findAttention } from "./graphAttention";
import type { RowPair } from "./cachePairs";
import type { EditNode, GraphEditor } from "../graph/graphEdit";
import { isGroupQuery, whyNotTwoSegment, writeOutAttention } from "./graphGroupQuery";
import type { Apply, GraphConfig, GraphFeature, PatchOptions } from "./patchedGraph";
import { addPositions, feedPositions } from "./graphPositions";
import { attribute } from "../graph/graphSearch";
import { l10n } from "../../../../core/text/l10n";

interface AttentionRequest {
  pairs: RowPair[];
  options: PatchOptions;
  headSize: (pair: RowPair) => number;
  lookup: EmbeddingLookup | string;
}

/** Adds `attention_bias` and `position_ids` by the means that fit the graph's attention. */
export function addBiasAndPositions(
  editor: GraphEditor,
  { pairs, options, headSize, lookup }: AttentionRequest,
  apply: Apply,
): Pick<Record<GraphFeature, boolean>, "attentionBias" | "explicitPositions"> {
  const layers = pairs.length / 2;
  const operators = editor.nodes.filter(isGroupQuery);
  const writtenOut =
    layers > 0 &&
    operators.length === layers &&
    operators.every((node) =>
      ["key", "value"].every((half) => pairs.some(({ join, part }) => join === node && part === half)),
    ) &&
    options.attention !== "fused" &&
    options.without?.attentionBias === undefined &&
    !whyNotTwoSegment(editor, operators);
  const window = writtenOut ? 0 : slidingWindow(pairs, operators, options.config);
  const reason = layers
    ? l10n.later`The attention looks back ${window} rows of the cache, so rows cannot be hidden or dropped without moving it.`
    : "The model has no attention over rows of a cache.";
  if (window || !layers)
    return {
      attentionBias: apply("attentionBias", () => reason),
      explicitPositions: apply("explicitPositions", () => reason),
    };
  const attentionBias = apply("attentionBias", () => {
    if (writtenOut) {
      writeOutAttention(editor, operators, pairs, headSize);
      return undefined;
    }
    const sites = findAttention(editor, layers);
    return isRefusal(sites) ? sites : addAttentionBias(editor, sites, pairs[0]!.past.name);
  });
  const explicitPositions = apply("explicitPositions", () => {
    const kept = editor.nodes.filter(isGroupQuery);
    const counting = kept.filter((node) => attribute(editor, node, "do_rotary")?.int === 1);
    return counting.length ? feedPositions(editor, counting) : addPositions(editor, lookup);
  });
  return { attentionBias, explicitPositions };
}

/** How many rows attention looks back, or 0 when it sees all of them. */
function slidingWindow(pairs: readonly RowPair[], operators: EditNode[], config: GraphConfig): number {
  if (operators.length) return Math.max(0, ...pairs.map(({ reach }) => reach ?? 0));
  const { sliding_window: window, use_sliding_window: used, max_position_embeddings: most } = config;
  return window && used !== false && window < (most ?? Infinity) ? window : 0;
}

/**
 * Settles how far limited attention looks back, and makes operators that keep a bounded cache keep all rows, as others do:
 * of those the last can be dropped again.
 */
export function settleWindows(editor: GraphEditor, pairs: RowPair[], { window, keepBounded }: PatchOptions): void {
  for (const pair of pairs) {
    const { join, reach, bounded } = pair;
    if (!join || !reach) continue;
    if (window) {
      pair.reach = window;
      editor.setAttribute(join, "local_window_size", window);
    }
    if (bounded && !keepBounded) editor.setAttribute(join, "sliding_window_cache", 0);
  }
}
