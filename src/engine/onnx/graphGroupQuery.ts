/**
 * Replaces GroupQueryAttention by rotary embedding and attention over two segments, the cache and the new rows.
 *
 * The operator copies the whole cache at every step, masks causally and counts positions itself. Written out, the cache
 * is read in place, any bias can be added, and positions are free. Sizes: B batch, S new rows, P past rows, T = P + S,
 * N query heads, K key-value heads, G = N / K, E head size.
 */
import { addBiasInput, biasName, hidden, sequenceSizes } from "./graphAttention";
import type { CachePair } from "./graphCache";
import type { EditNode, GraphEditor, NewNode } from "./graphEdit";
import { addPositionsInput, positionsName } from "./graphPositions";
import { attribute, constantDims, elementType } from "./graphSearch";
import { elementTypes } from "./graphView";
import type { AttributeValue } from "./graphWrite";

const microsoft = "com.microsoft";

/** Says in a sentence why the operators cannot be written out, or undefined. */
export function whyNotTwoSegment(editor: GraphEditor, nodes: EditNode[]): string | undefined {
  for (const node of nodes) {
    const int = (name: string): number | undefined => attribute(editor, node, name)?.int;
    if ((int("local_window_size") ?? -1) > 0) return "The attention looks back through a sliding window.";
    if (int("smooth_softmax") === 1 || node.inputs[11]) return "The attention has a sink term in its softmax.";
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
    ? `The model uses operator set ${editor.opset}; two-segment attention needs 13 or later.`
    : undefined;
}

/** Replaces every operator; afterwards each of `pairs` has its new rows as a tensor and a Concat that joins them. */
export function writeOutAttention(editor: GraphEditor, nodes: EditNode[], pairs: CachePair[], headSize: number): void {
  const rotary = nodes.some((node) => attribute(editor, node, "do_rotary")?.int === 1);
  addBiasInput(editor);
  if (rotary && !editor.input(positionsName)) addPositionsInput(editor);
  editor.useOpset(microsoft, 1);
  const sizes = addMask(editor, pairs[0]!.past.name);
  for (const [layer, node] of nodes.entries()) {
    const [key, value] = (["key", "value"] as const).map((part) =>
      pairs.find((pair) => pair.join === node && pair.part === part)!,
    );
    writeOutLayer(editor, { node, key: key!, value: value!, headSize, sizes, prefix: `patch/attention/${layer}` });
  }
}

interface Sizes {
  rows: string;
  past: string;
  total: string;
}

const maskName = "patch/mask";

/** The mask float32 [B, 1, S, T] that all layers add: the bias where a row is seen, {@link hidden} elsewhere. */
function addMask(editor: GraphEditor, pastKey: string): Sizes {
  const { made, ...sizes } = sequenceSizes(pastKey, editor);
  const scalar = (name: string): NewNode => ({
    opType: "Squeeze",
    inputs: [name, editor.ints([0])],
    outputs: [`${name}/scalar`],
  });
  const nodes: NewNode[] = [
    ...made,
    scalar(sizes.past),
    scalar(sizes.total),
    {
      opType: "Range",
      inputs: [editor.ints([0], []), `${sizes.total}/scalar`, editor.ints([1], [])],
      outputs: ["patch/mask/columns"],
    },
    {
      opType: "Range",
      inputs: [`${sizes.past}/scalar`, `${sizes.total}/scalar`, editor.ints([1], [])],
      outputs: ["patch/mask/rows/flat"],
    },
    { opType: "Reshape", inputs: ["patch/mask/rows/flat", editor.ints([-1, 1])], outputs: ["patch/mask/rows"] },
    { opType: "Greater", inputs: ["patch/mask/columns", "patch/mask/rows"], outputs: ["patch/mask/future"] },
  ];
  let unseen = "patch/mask/future";
  if (editor.input("attention_mask")) {
    nodes.push(
      { opType: "Equal", inputs: ["attention_mask", editor.ints([0])], outputs: ["patch/mask/padding/flat"] },
      {
        opType: "Reshape",
        inputs: ["patch/mask/padding/flat", editor.ints([0, 1, 1, -1])],
        outputs: ["patch/mask/padding"],
      },
      { opType: "Or", inputs: [unseen, "patch/mask/padding"], outputs: ["patch/mask/unseen"] },
    );
    unseen = "patch/mask/unseen";
  }
  nodes.push({ opType: "Where", inputs: [unseen, editor.float(hidden), biasName], outputs: [maskName] });
  editor.insertAfter(undefined, nodes);
  return sizes;
}

interface Layer {
  node: EditNode;
  key: CachePair;
  value: CachePair;
  headSize: number;
  sizes: Sizes;
  prefix: string;
}

function writeOutLayer(editor: GraphEditor, layer: Layer): void {
  const { node, key, value, sizes, prefix } = layer;
  const heads = attribute(editor, node, "num_heads")!.int!;
  const kvHeads = attribute(editor, node, "kv_num_heads")!.int!;
  const groups = heads / kvHeads;
  const size = layer.headSize;
  const scale = attribute(editor, node, "scale")?.float || 1 / Math.sqrt(size);
  const softcap = attribute(editor, node, "softcap")?.float ?? 0;
  const made: NewNode[] = [];
  const add = (
    opType: string,
    inputs: string[],
    name: string,
    attributes?: Record<string, AttributeValue>,
    domain?: string,
  ): string => {
    const output = `${prefix}/${name}`;
    made.push({
      opType,
      inputs,
      outputs: [output],
      ...(attributes ? { attributes } : {}),
      ...(domain ? { domain } : {}),
    });
    return output;
  };

  let [query, newKey, newValue] = node.inputs as [string, string, string];
  if (!newKey) {
    // One tensor holds queries, keys and values side by side: [B, S, (N + 2K) * E].
    const parts = ["query", "key", "value"].map((part) => `${prefix}/packed/${part}`);
    const widths = editor.ints([heads * size, kvHeads * size, kvHeads * size]);
    made.push({ opType: "Split", inputs: [query, widths], outputs: parts, attributes: { axis: 2 } });
    [query, newKey, newValue] = parts as [string, string, string];
  }
  if (attribute(editor, node, "do_rotary")?.int === 1) {
    const [cos, sin] = [node.inputs[7]!, node.inputs[8]!];
    const turned = (constantDims(editor, cos)?.[1] ?? size / 2) * 2;
    const rotate = (tensor: string, count: number, name: string): string =>
      add(
        "RotaryEmbedding",
        [tensor, positionsName, cos, sin],
        name,
        {
          interleaved: attribute(editor, node, "rotary_interleaved")?.int ?? 0,
          // Only a partial rotation needs these two.
          ...(turned < size ? { num_heads: count, rotary_embedding_dim: turned } : {}),
        },
        microsoft,
      );
    query = rotate(query, heads, "query/turned");
    newKey = rotate(newKey, kvHeads, "key/turned");
  }

  // Queries of one key-value head are stacked as rows: [B, K, G*S, E].
  query = add("Reshape", [query, editor.ints([0, 0, kvHeads, groups, size])], "query/5d");
  query = add("Transpose", [query], "query/grouped", { perm: [0, 2, 3, 1, 4] });
  query = add("Reshape", [query, editor.ints([0, kvHeads, -1, size])], "query");
  // [B, K, S, E], which is also what the cache takes.
  const [freshKey, freshValue] = [
    [newKey, "key"],
    [newValue, "value"],
  ].map(([tensor, name]) => {
    const split = add("Reshape", [tensor!, editor.ints([0, 0, kvHeads, size])], `${name}/4d`);
    return add("Transpose", [split], name!, { perm: [0, 2, 1, 3] });
  }) as [string, string];

  const product = { transB: 1, alpha: { float: scale } };
  const pastScores = add("FusedMatMul", [query, node.inputs[3]!], "scores/past", product, microsoft);
  const newScores = add("FusedMatMul", [query, freshKey], "scores/new", product, microsoft);
  let scores = add("Concat", [pastScores, newScores], "scores", { axis: -1 });
  // The mask has one row for each new token, so heads have to stand apart: [B, N, S, T].
  const apart = add("Concat", [editor.ints([0, heads]), sizes.rows, editor.ints([-1])], "scores/shape", { axis: 0 });
  if (groups > 1) scores = add("Reshape", [scores, apart], "scores/heads");
  if (softcap) {
    scores = add("Div", [scores, editor.float(softcap)], "scores/divided");
    scores = add("Tanh", [scores], "scores/tanh");
    scores = add("Mul", [scores, editor.float(softcap)], "scores/capped");
  }
  scores = add("Add", [scores, maskName], "scores/masked");
  let weights = add("Softmax", [scores], "weights", { axis: -1 });
  const together = add("Concat", [editor.ints([0, kvHeads, -1]), sizes.total], "weights/shape", { axis: 0 });
  if (groups > 1) weights = add("Reshape", [weights, together], "weights/grouped");
  const lengths = add("Concat", [sizes.past, sizes.rows], "weights/lengths", { axis: 0 });
  const [pastWeights, newWeights] = [`${prefix}/weights/past`, `${prefix}/weights/new`];
  made.push({
    opType: "Split",
    inputs: [weights, lengths],
    outputs: [pastWeights, newWeights],
    attributes: { axis: 3 },
  });
  const fromPast = add("MatMul", [pastWeights, node.inputs[4]!], "out/past");
  const fromNew = add("MatMul", [newWeights, freshValue], "out/new");
  let out = add("Add", [fromPast, fromNew], "out/grouped");
  out = add("Reshape", [out, editor.ints([0, kvHeads, groups, -1, size])], "out/5d");
  out = add("Transpose", [out], "out/rows", { perm: [0, 3, 1, 2, 4] });
  made.push({ opType: "Reshape", inputs: [out, editor.ints([0, 0, heads * size])], outputs: [node.outputs[0]!] });

  for (const [pair, fresh] of [
    [key, freshKey],
    [value, freshValue],
  ] as const) {
    const present = node.outputs[pair.part === "key" ? 1 : 2]!;
    made.push({
      opType: "Concat",
      inputs: [node.inputs[pair.part === "key" ? 3 : 4]!, fresh],
      outputs: [present],
      attributes: { axis: 2 },
    });
  }
  const before = editor.nodes[editor.nodes.indexOf(node) - 1];
  const orphans = node.inputs.slice(5);
  editor.remove(node);
  const written = editor.insertAfter(before, made);
  editor.sweep(orphans);
  for (const [index, pair] of [key, value].entries()) {
    pair.join = written[written.length - 2 + index]!;
    pair.fresh = index ? freshValue : freshKey;
  }
}
