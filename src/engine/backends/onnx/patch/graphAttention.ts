/**
 * The input `attention_bias` float32 [B|1, 1, S|1, P+S|1] for graphs whose attention is written out, or done by an operator
 * that takes a bias: added to the scores right before softmax.
 */
import type { Refusal } from "./patchedGraph";
import type { EditNode, GraphEditor, NewNode } from "../graph/graphEdit";
import { attribute, elementType, isConstant } from "../graph/graphSearch";
import { elementTypes } from "../graph/graphView";
import { l10n } from "../../../../core/text/l10n";

/** Operators that take a bias of the scores: at which input, and where the keys of the past come in. */
const biasOperators: Record<string, number> = { MultiHeadAttention: 5, GroupQueryAttention: 10, Attention: 3 };

export const biasName = "attention_bias";

/** What a mask adds to hide a row: large enough to vanish in softmax, small enough that two of them stay finite. */
export const hidden = -1e9;

/** Places where scores can be biased. */
export interface AttentionSites {
  softmaxes: EditNode[];
  operators: EditNode[];
}

/** Finds one place per layer, or says in a sentence why that is not possible. */
export function findAttention(editor: GraphEditor, layers: number): AttentionSites | Refusal {
  const softmaxes = editor.nodes.filter((node) => node.opType === "Softmax" && weighsValues(editor, node));
  const operators = editor.nodes.filter(
    // com.microsoft's Attention has other inputs than the standard operator of that name.
    (node) => node.opType in biasOperators && !(node.opType === "Attention" && node.domain),
  );
  const found = softmaxes.length + operators.length;
  if (!found) return "The attention of this model is not recognised.";
  if (found !== layers)
    return l10n.later`The model has ${layers} layers of cache, but ${found} recognised places of attention.`;
  return { softmaxes, operators };
}

/** True for a softmax whose output is multiplied with values, which no router or sampler does. */
function weighsValues(editor: GraphEditor, softmax: EditNode): boolean {
  const queue = [softmax.outputs[0]!];
  for (let tensor = queue.pop(); tensor !== undefined; tensor = queue.pop())
    for (const node of editor.consumersOf(tensor)) {
      const isProduct = node.opType === "MatMul" || node.opType === "FusedMatMul";
      if (isProduct && node.inputs[0] === tensor && !isConstant(editor, node.inputs[1] ?? "")) return true;
      if (
        ["Cast", "Identity", "Dropout", "Where", "Split", "Slice", "Reshape"].includes(node.opType) &&
        node.outputs[0]
      )
        queue.push(node.outputs[0]);
    }
  return false;
}

/** Adds the bias at every site; `pastKey` is the name of the first cache input. */
export function addAttentionBias(editor: GraphEditor, sites: AttentionSites, pastKey: string): Refusal | undefined {
  if (sites.operators.some((node) => node.opType !== "MultiHeadAttention" && attribute(editor, node, "qk_output")?.int))
    return "The attention operator also puts its scores out.";
  if (sites.operators.length && editor.opset < 13)
    return l10n.later`The model uses operator set ${editor.opset}; a bias for its attention operator needs 13 or later.`;
  addBiasInput(editor);
  biasSoftmaxes(editor, sites.softmaxes);
  for (const node of sites.operators) biasOperator(editor, node, pastKey);
  return undefined;
}

function addBiasInput(editor: GraphEditor): void {
  editor.addInput(biasName, elementTypes.float, ["bias_batch", 1, "bias_length", "bias_total_length"]);
}

function biasSoftmaxes(editor: GraphEditor, softmaxes: EditNode[]): void {
  // Where all layers add the same mask, the bias joins the mask once instead of every layer's scores.
  const masks = new Map<string, EditNode[]>();
  const alone: EditNode[] = [];
  for (const softmax of softmaxes) {
    const add = editor.producer(softmax.inputs[0]!);
    const shared = add?.opType === "Add" && add.inputs.find((name) => isMask(editor, name, add, softmaxes));
    if (shared) masks.set(shared, [...(masks.get(shared) ?? []), add]);
    else alone.push(softmax);
  }
  for (const [mask, adds] of masks) {
    const biased = `${mask}/biased`;
    const bias = biasAs(editor, elementType(editor, mask));
    const [made] = editor.insertAfter(editor.producer(mask), [
      { opType: "Add", inputs: [mask, bias], outputs: [biased] },
    ]);
    if (made) placeBeforeReaders(editor, made, adds);
    for (const add of adds) editor.redirect(add, mask, biased);
  }
  for (const softmax of alone) {
    const scores = softmax.inputs[0]!;
    const bias = biasAs(editor, elementType(editor, scores));
    editor.insertBefore(softmax, [{ opType: "Add", inputs: [scores, bias], outputs: [`${scores}/biased`] }]);
    editor.redirect(softmax, scores, `${scores}/biased`);
  }
}

/** True when the softmaxes of several layers all add this very tensor, which scores never are. */
function isMask(editor: GraphEditor, name: string, add: EditNode, softmaxes: EditNode[]): boolean {
  const readers = editor.consumersOf(name).filter((node) => node.opType === "Add");
  const before = new Set(softmaxes.map((softmax) => editor.producer(softmax.inputs[0]!)));
  return readers.length > 1 && readers.includes(add) && readers.every((reader) => before.has(reader));
}

/** A cast bias may be made later than the mask; its sum must come after both and before its first reader. */
function placeBeforeReaders(editor: GraphEditor, made: EditNode, readers: EditNode[]): void {
  const { nodes } = editor;
  const firstReader = Math.min(...readers.map((reader) => nodes.indexOf(reader)));
  const at = nodes.indexOf(made);
  if (at < firstReader) {
    nodes.splice(at, 1);
    nodes.splice(firstReader - 1, 0, made);
  }
}

/** The bias in the element type of the scores. */
function biasAs(editor: GraphEditor, type: number | undefined): string {
  if (!type || type === elementTypes.float) return biasName;
  const cast = `${biasName}/as${type}`;
  if (!editor.producer(cast))
    editor.insertAfter(undefined, [{ opType: "Cast", inputs: [biasName], outputs: [cast], attributes: { to: type } }]);
  return cast;
}

function biasOperator(editor: GraphEditor, node: EditNode, pastKey: string): void {
  const at = biasOperators[node.opType]!;
  const inputs = [...node.inputs];
  while (inputs.length <= at) inputs.push("");
  const mask = inputs[at];
  const type = elementType(editor, node.inputs[0]!);
  if (!mask) inputs[at] = wholeBias(editor, type, pastKey);
  else {
    const biased = `${mask}/biased`;
    if (!editor.producer(biased)) {
      const bias = biasAs(editor, type);
      const isBool = elementType(editor, mask) === elementTypes.bool;
      const sum = isBool
        ? { opType: "Where", inputs: [mask, bias, hiddenAs(editor, type)], outputs: [biased] }
        : { opType: "Add", inputs: [mask, bias], outputs: [biased] };
      editor.insertBefore(node, [sum]);
    }
    inputs[at] = biased;
  }
  editor.rewire(node, { inputs });
}

function hiddenAs(editor: GraphEditor, type: number | undefined): string {
  const value = editor.float(hidden);
  if (!type || type === elementTypes.float) return value;
  const cast = `${value}/as${type}`;
  if (!editor.producer(cast))
    editor.insertAfter(undefined, [{ opType: "Cast", inputs: [value], outputs: [cast], attributes: { to: type } }]);
  return cast;
}

/** The bias spread to its full shape [B|1, 1, S, P+S], which attention operators demand. */
function wholeBias(editor: GraphEditor, type: number | undefined, pastKey: string): string {
  const whole = `${biasName}/whole`;
  if (editor.producer(whole)) return whole;
  const { made, rows, total } = sequenceSizes(editor, pastKey);
  editor.insertAfter(undefined, made);
  const bias = biasAs(editor, type);
  const anchor = editor.producer(total) ?? undefined;
  const shape = `${biasName}/whole/shape`;
  const cast = editor.producer(bias);
  const last = cast && editor.nodes.indexOf(cast) > editor.nodes.indexOf(anchor!) ? cast : anchor;
  editor.insertAfter(last, [
    { opType: "Concat", inputs: [editor.ints([1, 1]), rows, total], outputs: [shape], attributes: { axis: 0 } },
    { opType: "Expand", inputs: [bias, shape], outputs: [whole] },
  ]);
  return whole;
}

/**
 * Nodes that compute the sizes S, P and P+S as int64 [1], and the tensors' names.
 * @param pastKey cache tensor with all rows; without one, `byMask`, the length of `attention_mask` tells P+S
 */
export function sequenceSizes(editor: GraphEditor, pastKey: string, byMask = false) {
  const [rows, past, total] = ["patch/size/new", "patch/size/past", "patch/size/total"] as const;
  const sizeOf = (tensor: string, axis: number, output: string): NewNode[] => [
    { opType: "Shape", inputs: [tensor], outputs: [`${output}/shape`] },
    {
      opType: "Slice",
      inputs: [`${output}/shape`, editor.ints([axis]), editor.ints([axis + 1])],
      outputs: [output],
    },
  ];
  const made: NewNode[] = [
    { opType: "Shape", inputs: ["input_ids"], outputs: ["patch/size/ids"] },
    { opType: "Slice", inputs: ["patch/size/ids", editor.ints([1]), editor.ints([2])], outputs: [rows] },
    ...(byMask
      ? [...sizeOf("attention_mask", 1, total), { opType: "Sub", inputs: [total, rows], outputs: [past] }]
      : [...sizeOf(pastKey, 2, past), { opType: "Add", inputs: [past, rows], outputs: [total] }]),
  ];
  return { made, rows, past, total };
}
