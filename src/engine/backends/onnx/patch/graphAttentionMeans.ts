/** Which means gives a graph its attention bias and explicit positions: written out, by the operator's inputs, or none. */
import type { EmbeddingLookup } from "./embedding";
import { addAttentionBias, findAttention } from "./graphAttention";
import type { CachePair } from "./graphCache";
import type { EditNode, GraphEditor } from "../graph/graphEdit";
import { GraphError } from "../graph/graphError";
import { isGroupQuery, whyNotTwoSegment, writeOutAttention } from "./graphGroupQuery";
import type { GraphConfig, GraphFeature, PatchOptions } from "./graphPatch";
import { addPositions, feedPositions } from "./graphPositions";
import { attribute } from "../graph/graphSearch";

/** Applies one feature unless it was ruled out; notes the reason when it does not apply. */
type Apply = (feature: GraphFeature, act: () => string | undefined) => boolean;

interface AttentionRequest {
  pairs: CachePair[];
  options: PatchOptions;
  headSize: number;
  lookup: EmbeddingLookup | string;
}

/** Adds `attention_bias` and `position_ids` by the means that fit the graph's attention. */
export function addBiasAndPositions(
  editor: GraphEditor,
  { pairs, options, headSize, lookup }: AttentionRequest,
  apply: Apply,
): Pick<Record<GraphFeature, boolean>, "attentionBias" | "explicitPositions"> {
  const pastKey = pairs[0]!.past.name;
  const layers = pairs.length / 2;
  const operators = editor.nodes.filter(isGroupQuery);
  const writtenOut =
    operators.length === layers && options.attention !== "fused" && !whyNotTwoSegment(editor, operators);
  const window = slidingWindow(editor, operators, options.config);
  if (window) {
    const reason = `The attention looks back ${window} rows of the cache, so rows cannot be hidden or dropped without moving it.`;
    return {
      attentionBias: apply("attentionBias", () => reason),
      explicitPositions: apply("explicitPositions", () => reason),
    };
  }
  const attentionBias = apply("attentionBias", () => {
    if (writtenOut) {
      writeOutAttention(editor, operators, pairs, headSize);
      return undefined;
    }
    const sites = findAttention(editor, layers);
    return typeof sites === "string" ? sites : addAttentionBias(editor, sites, pastKey);
  });
  const explicitPositions = apply("explicitPositions", () => {
    const kept = editor.nodes.filter(isGroupQuery);
    const counting = kept.filter((node) => attribute(editor, node, "do_rotary")?.int === 1);
    return counting.length ? feedPositions(editor, counting) : addPositions(editor, lookup);
  });
  return { attentionBias, explicitPositions };
}

/** How many rows attention looks back, or 0 when it sees all of them. */
function slidingWindow(editor: GraphEditor, operators: EditNode[], config: GraphConfig): number {
  const int = (node: EditNode, name: string): number => attribute(editor, node, name)?.int ?? 0;
  if (operators.some((node) => int(node, "sliding_window_cache") === 1))
    throw new GraphError("sliding-cache", "The model keeps the last rows of its cache only, so it cannot be rewound.");
  if (operators.length) return Math.max(0, ...operators.map((node) => int(node, "local_window_size")));
  const { sliding_window: window, use_sliding_window: used, max_position_embeddings: most } = config;
  return window && used !== false && window < (most ?? Infinity) ? window : 0;
}
