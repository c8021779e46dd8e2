/**
 * Replaces GroupQueryAttention by rotary embedding and attention over two segments, the cache and the new rows.
 *
 * The operator copies the whole cache at every step, masks causally and counts positions itself. Written out, the cache
 * is read in place, any bias can be added, and positions are free. Sizes: B batch, S new rows, P past rows, T = P + S,
 * N query heads, K key-value heads, G = N / K, E head size.
 */
import type { Refusal } from "./patchedGraph";
import type { Segments } from "./attentionMask";
import { AttentionMasks } from "./attentionMask";
import type { RowPair } from "./cachePairs";
import type { EditNode, GraphEditor, NewNode } from "../graph/graphEdit";
import { addPositionsInput, positionsName } from "./graphPositions";
import { attribute, constantDims, elementType } from "../graph/graphSearch";
import { elementTypes } from "../graph/graphView";
import type { AttributeValue } from "../graph/graphWrite";
import { l10n } from "../../../../core/text/l10n";

const microsoft = "com.microsoft";

export function isGroupQuery(node: EditNode): boolean {
  return node.opType === "GroupQueryAttention";
}

/** Says in a sentence why the operators cannot be written out, or undefined. */
export function whyNotTwoSegment(editor: GraphEditor, nodes: EditNode[]): Refusal | undefined {
  for (const node of nodes) {
    const int = (name: string): number | undefined => attribute(editor, node, name)?.int;
    if (node.inputs[12] || node.inputs[13] || int("kv_cache_bit_width")) return "The cache is quantised.";
    if (node.inputs[14] || node.inputs[15]) return "The attention normalises queries and keys itself.";
    if (node.inputs[16] || node.inputs[10] || node.outputs[3])
      return "The attention has inputs or outputs that are not recognised.";
    if (elementType(editor, node.inputs[0]!) !== elementTypes.float) return "The attention is not computed in float32.";
    if (int("causal") === 0) return "The attention is not causal.";
    if (!((int("num_heads") ?? 0) > 0 && int("num_heads")! % (int("kv_num_heads") ?? 0) === 0))
      return "The attention does not say how its heads are grouped.";
  }
  return editor.opset < 13
    ? l10n.later`The model uses operator set ${editor.opset}; two-segment attention needs 13 or later.`
    : undefined;
}

/** Replaces every operator; afterwards each of `pairs` has its new rows as a tensor and a Concat that joins them. */
export function writeOutAttention(editor: GraphEditor, nodes: EditNode[], pairs: RowPair[], headSize: HeadSize): void {
  const rotary = nodes.some((node) => attribute(editor, node, "do_rotary")?.int === 1);
  if (rotary && !editor.input(positionsName)) addPositionsInput(editor);
  editor.useOpset(microsoft, 1);
  const masks = new AttentionMasks(editor, pairs);
  for (const [layer, node] of nodes.entries()) {
    const [key, value] = (["key", "value"] as const).map((part) =>
      pairs.find((pair) => pair.join === node && pair.part === part)!,
    ) as [RowPair, RowPair];
    const segments = masks.of(key.reach, key.past.name);
    const prefix = `patch/attention/${layer}`;
    writeOutLayer(editor, { node, key, value, headSize: headSize(key), masks, segments, prefix });
    for (const pair of [key, value]) pair.window = pair.reach !== undefined && masks.dropsRows;
  }
}

type HeadSize = (pair: RowPair) => number;

interface Layer {
  node: EditNode;
  key: RowPair;
  value: RowPair;
  headSize: number;
  masks: AttentionMasks;
  segments: Segments;
  prefix: string;
}

type Add = (
  opType: string,
  inputs: string[],
  name: string,
  attributes?: Record<string, AttributeValue>,
  domain?: string,
) => string;

/** Heads of queries, keys and values, [B, heads, S, E], turned to their positions. */
interface Projections {
  query: string;
  key: string;
  value: string;
}

function writeOutLayer(editor: GraphEditor, layer: Layer): void {
  const { node, key, value, masks, segments, prefix } = layer;
  const heads = attribute(editor, node, "num_heads")!.int!;
  const kvHeads = attribute(editor, node, "kv_num_heads")!.int!;
  const groups = heads / kvHeads;
  const size = layer.headSize;
  const sinks = node.inputs[11];
  const hasSink = Boolean(sinks) || attribute(editor, node, "smooth_softmax")?.int === 1;
  const scale = attribute(editor, node, "scale")?.float || 1 / Math.sqrt(size);
  const softcap = attribute(editor, node, "softcap")?.float ?? 0;
  const made: NewNode[] = [];
  const add: Add = (opType, inputs, name, attributes, domain) => {
    const output = `${prefix}/${name}`;
    const extra = { ...(attributes ? { attributes } : {}), ...(domain ? { domain } : {}) };
    made.push({ opType, inputs, outputs: [output], ...extra });
    return output;
  };
  const split = (tensor: string, parts: number[] | string, axis: number, names: string[]): string[] => {
    const outputs = names.map((name) => `${prefix}/${name}`);
    const lengths = typeof parts === "string" ? parts : editor.ints(parts);
    made.push({ opType: "Split", inputs: [tensor, lengths], outputs, attributes: { axis } });
    return outputs;
  };
  const apart = (tensor: string, count: number, name: string): string => {
    const rows = add("Reshape", [tensor, editor.ints([0, 0, count, size])], `${name}/rows`);
    return add("Transpose", [rows], name, { perm: [0, 2, 1, 3] });
  };

  const fresh = project();
  // Queries of one key-value head are stacked as rows: [B, K, G*S, E].
  const query = add("Reshape", [fresh.query, editor.ints([0, kvHeads, -1, size])], "query/stacked");
  const product = { transB: 1, alpha: { float: scale } };
  const pastScores = add("FusedMatMul", [query, node.inputs[3]!], "scores/past", product, microsoft);
  const newScores = add("FusedMatMul", [query, fresh.key], "scores/new", product, microsoft);
  let scores = add("Concat", [pastScores, newScores], "scores", { axis: -1 }); // [B, K, G*S, T]
  if (softcap) {
    scores = add("Div", [scores, editor.float(softcap)], "scores/divided");
    scores = add("Tanh", [scores], "scores/tanh");
    scores = add("Mul", [scores, editor.float(softcap)], "scores/capped");
  }
  scores = add("Add", [scores, masks.stacked(segments, groups)], "scores/masked");
  if (hasSink) scores = add("Concat", [scores, sinkColumn()], "scores/sink", { axis: -1 });
  const weights = add("Softmax", [scores], "weights", { axis: -1 });
  // Of a single new row the weights times the values are one vector for each query head: then the runtime reads the values
  // as they lie, where for stacked heads it would first lay them out anew. Scores gain nothing by it.
  const weightsShape = groups > 1 ? masks.apart(segments, groups, hasSink) : undefined;
  const apartWeights = weightsShape ? add("Reshape", [weights, weightsShape], "weights/apart") : weights;
  const byGroup = (values: string, name: string): string =>
    weightsShape ? add("Unsqueeze", [values, editor.ints([2])], name) : values;
  const axis = weightsShape ? 4 : 3;
  const lengths = masks.lengths(segments, hasSink);
  const parts = ["weights/past", "weights/new", ...(hasSink ? ["weights/sink"] : [])];
  const [pastWeights, newWeights] = split(apartWeights, lengths, axis, parts) as [string, string];
  const fromPast = add("MatMul", [pastWeights, byGroup(node.inputs[4]!, "value/past")], "out/past");
  const fromNew = add("MatMul", [newWeights, byGroup(fresh.value, "value/new")], "out/new");
  let out = add("Add", [fromPast, fromNew], "out/heads"); // [B, K, G, S, E]
  out = add("Transpose", [out], "out/rows", { perm: weightsShape ? [0, 3, 1, 2, 4] : [0, 2, 1, 3] });
  made.push({ opType: "Reshape", inputs: [out, editor.ints([0, 0, heads * size])], outputs: [node.outputs[0]!] });
  for (const [part, rows] of [fresh.key, fresh.value].entries())
    made.push({
      opType: "Concat",
      inputs: [node.inputs[3 + part]!, rows],
      outputs: [node.outputs[1 + part]!],
      attributes: { axis: 2 },
    });

  const before = editor.nodes[editor.nodes.indexOf(node) - 1];
  const orphans = node.inputs.slice(5);
  editor.remove(node);
  const written = editor.insertAfter(before, made);
  editor.sweep(orphans);
  [key.join, value.join] = written.slice(-2) as [EditNode, EditNode];
  [key.fresh, value.fresh] = [fresh.key, fresh.value];

  /** What each query head may pay to no row at all, as one more column [B, K, G*S, 1] of the scores. */
  function sinkColumn(): string {
    const heights = sinks
      ? add("Reshape", [sinks, editor.ints([1, kvHeads, groups, 1, 1])], "sink/heads")
      : editor.float(0);
    const each = add("Expand", [heights, masks.perQuery(kvHeads, groups)], "sink/queries");
    return add("Reshape", [each, editor.ints([0, kvHeads, -1, 1])], "sink/stacked");
  }

  function project(): Projections {
    const [first, second, third] = node.inputs as [string, string, string];
    const rotary = attribute(editor, node, "do_rotary")?.int === 1;
    if (!second) {
      // One tensor holds queries, keys and values side by side, (N + 2K) heads: fewer nodes if they stay together.
      const all = apart(first, heads + 2 * kvHeads, "heads");
      const [turning, value] = split(all, [heads + kvHeads, kvHeads], 1, ["turning", "value"]) as [string, string];
      const turned = rotary ? rotate(turning, heads + kvHeads, "turned") : turning;
      const [query, key] = split(turned, [heads, kvHeads], 1, ["query", "key"]) as [string, string];
      return { query, key, value };
    }
    const [query, key] = [apart(first, heads, "query"), apart(second, kvHeads, "key")];
    const value = apart(third, kvHeads, "value");
    if (!rotary) return { query, key, value };
    return { query: rotate(query, heads, "query/turned"), key: rotate(key, kvHeads, "key/turned"), value };
  }

  function rotate(tensor: string, count: number, name: string): string {
    const [cos, sin] = [node.inputs[7]!, node.inputs[8]!];
    const turned = (constantDims(editor, cos)?.[1] ?? size / 2) * 2;
    const attributes = {
      interleaved: attribute(editor, node, "rotary_interleaved")?.int ?? 0,
      // Only a partial rotation needs these two.
      ...(turned < size ? { num_heads: count, rotary_embedding_dim: turned } : {}),
    };
    return add("RotaryEmbedding", [tensor, positionsName, cos, sin], name, attributes, microsoft);
  }
}
