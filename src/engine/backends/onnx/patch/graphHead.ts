/** The end of a language model: hidden states, the head that turns them into logits, and figures about the logits. */
import type { Refusal } from "./patchedGraph";
import type { EditNode, GraphEditor, NewNode } from "../graph/graphEdit";
import { attribute, constantDims, elementType, isConstant } from "../graph/graphSearch";
import { elementTypes } from "../graph/graphView";
import { l10n } from "../../../../core/text/l10n";

/** The product of hidden states and the vocabulary's weights. */
export interface Head {
  node: EditNode;
  /** Which input of `node` carries the hidden states, possibly quantised or flattened. */
  operand: number;
  /** Hidden states after the final norm, [B, S, H]. */
  hidden: string;
  /** Reshape that flattens [B, S, H] to [B*S, H] before the head. */
  flattened?: EditNode;
  /** DynamicQuantizeLinear before the head. */
  quantized?: EditNode;
  /** Nodes between the head and the logits, the nearest to the logits first. */
  after: EditNode[];
  /** H and V, 0 when the graph does not say. */
  width: number;
  vocabulary: number;
}

const passing = new Set([
  ...["Cast", "Identity", "Mul", "Div", "Add", "Sub", "Tanh", "Clip", "Slice", "Reshape", "Squeeze", "Unsqueeze"],
  ...["Transpose", "DequantizeLinear", "QuantizeLinear", "Softcap"],
]);

/** For each matrix product: which input holds the hidden states and which the weights. */
const products: Record<string, { operand: number; weights: number }> = {
  MatMul: { operand: 0, weights: 1 },
  FusedMatMul: { operand: 0, weights: 1 },
  Gemm: { operand: 0, weights: 1 },
  MatMulNBits: { operand: 0, weights: 1 },
  MatMulBnb4: { operand: 0, weights: 1 },
  MatMulInteger: { operand: 0, weights: 1 },
  MatMulIntegerToFloat: { operand: 0, weights: 1 },
  DynamicQuantizeMatMul: { operand: 0, weights: 1 },
};

/** Finds the head by walking back from `logits`, or says in a sentence why there is none. */
export function findHead(editor: GraphEditor): Head | string {
  if (!editor.output("logits")) return "The model has no output named logits.";
  const route = routeToProduct(editor, "logits", new Set());
  if (!route) return "The last matrix product before the logits is not recognised.";
  const node = route[0]!;
  const { operand, weights } = products[node.opType]!;
  const head: Head = {
    node,
    operand,
    hidden: node.inputs[operand]!,
    after: route.slice(1).reverse(),
    ...sizes(editor, node, weights),
  };
  for (;;) {
    const before = editor.producer(head.hidden);
    if (before?.opType === "DynamicQuantizeLinear" && !head.quantized) head.quantized = before;
    // A Reshape that is not undone after the head changes nothing.
    else if (before?.opType === "Reshape" && !head.flattened && head.after.some(isReshape)) head.flattened = before;
    else return head;
    head.hidden = before.inputs[0]!;
  }
}

const isReshape = (node: EditNode): boolean => node.opType === "Reshape";

/** Nodes from the product to the logits, or undefined when no such way leads back to a product with weights. */
function routeToProduct(editor: GraphEditor, tensor: string, seen: Set<string>): EditNode[] | undefined {
  const node = editor.producer(tensor);
  if (!node || seen.has(tensor)) return undefined;
  seen.add(tensor);
  const product = products[node.opType];
  if (product) return isConstant(editor, node.inputs[product.weights] ?? "") ? [node] : undefined;
  if (!passing.has(node.opType)) return undefined;
  for (const input of node.inputs) {
    if (!input || isConstant(editor, input)) continue;
    const route = routeToProduct(editor, input, seen);
    if (route) return [...route, node];
  }
  return undefined;
}

function sizes(editor: GraphEditor, node: EditNode, weights: number): { width: number; vocabulary: number } {
  const columns = attribute(editor, node, "N")?.int;
  const rows = attribute(editor, node, "K")?.int;
  if (columns && rows) return { width: rows, vocabulary: columns };
  const dims = constantDims(editor, node.inputs[weights]!);
  if (dims?.length !== 2) return { width: 0, vocabulary: 0 };
  const transposed = attribute(editor, node, "transB")?.int === 1;
  return { width: dims[transposed ? 1 : 0]!, vocabulary: dims[transposed ? 0 : 1]! };
}

/** Adds the output `hidden_states` float32 [B, S, H]. */
export function addHiddenStates(editor: GraphEditor, head: Head, width: number): void {
  const float = (elementType(editor, head.hidden) ?? elementTypes.float) === elementTypes.float;
  editor.insertAfter(editor.producer(head.hidden), [
    {
      opType: float ? "Identity" : "Cast",
      inputs: [head.hidden],
      outputs: ["hidden_states"],
      ...(float ? {} : { attributes: { to: elementTypes.float } }),
    },
  ]);
  editor.addOutput("hidden_states", elementTypes.float, ["batch_size", "sequence_length", width || "hidden_size"]);
}

/**
 * Adds the input `logits_at` int64 [K] and computes the logits of those tokens only.
 *
 * The choice is made after dynamic quantisation, whose range depends on all tokens, so that the chosen logits stay
 * bit for bit what they were.
 */
export function addLogitsAt(editor: GraphEditor, head: Head): string | undefined {
  const { node, operand, flattened, quantized } = head;
  // A second Reshape after the head brings [B*S, V] back to [B, S, V] and has to make [B, K, V] now.
  const restored = flattened && head.after.find(isReshape);
  if (flattened && (!restored || quantized))
    return "The head works on flattened hidden states in a way that is not recognised.";
  const chosen = "hidden_states/chosen";
  const source = flattened ? head.hidden : node.inputs[operand]!;
  const made: NewNode[] = [
    { opType: "Gather", inputs: [source, "logits_at"], outputs: [chosen], attributes: { axis: 1 } },
  ];
  editor.addInput("logits_at", elementTypes.int64, ["logits_count"]);
  if (restored) {
    const flat = "hidden_states/chosen/flat";
    const width = head.width;
    if (!width) return "The width of the hidden states is unknown.";
    made.push({ opType: "Reshape", inputs: [chosen, editor.ints([-1, width])], outputs: [flat] });
    const shape = "logits/shape";
    made.push(
      { opType: "Shape", inputs: [chosen], outputs: ["hidden_states/chosen/shape"] },
      {
        opType: "Slice",
        inputs: ["hidden_states/chosen/shape", editor.ints([0]), editor.ints([2])],
        outputs: ["hidden_states/chosen/rows"],
      },
      {
        opType: "Concat",
        inputs: ["hidden_states/chosen/rows", editor.ints([-1])],
        outputs: [shape],
        attributes: { axis: 0 },
      },
    );
    const oldShape = restored.inputs[1]!;
    editor.insertBefore(node, made);
    editor.redirect(node, node.inputs[operand]!, flat);
    editor.rewire(restored, { inputs: [restored.inputs[0]!, shape] });
    editor.sweep([oldShape]);
  } else {
    editor.insertBefore(node, made);
    editor.rewire(node, { inputs: node.inputs.map((name, index) => (index === operand ? chosen : name)) });
  }
  for (const changed of [node, ...head.after]) for (const output of changed.outputs) editor.forgetType(output);
  return undefined;
}

/** Declares `logits` as float32 [B, K, V], casting it when the model computes it otherwise. */
export function declareLogits(editor: GraphEditor, vocabulary: number): void {
  const type = editor.output("logits")!.dataType || elementTypes.float;
  if (type !== elementTypes.float) {
    const producer = editor.renameOutput("logits", "logits/original");
    for (const reader of editor.consumersOf("logits")) editor.redirect(reader, "logits", "logits/original");
    editor.insertAfter(producer, [
      { opType: "Cast", inputs: ["logits/original"], outputs: ["logits"], attributes: { to: elementTypes.float } },
    ]);
  }
  editor.removeOutput("logits");
  const first = editor.outputs.splice(0);
  editor.addOutput("logits", elementTypes.float, ["batch_size", "logits_count", vocabulary || "vocab_size"]);
  editor.outputs.push(...first);
}

/** How many of the most probable tokens a step reports. */
const topCount = 20;

/** Adds the outputs `top_ids`, `top_logprobs` [B, K, T] and `entropy` [B, K] in nats. */
export function addLogitStatistics(editor: GraphEditor, vocabulary: number): Refusal | undefined {
  if (editor.opset < 11) return l10n.later`The model uses operator set ${editor.opset}; statistics need 11 or later.`;
  if (!vocabulary) return "The size of the vocabulary is unknown.";
  const count = Math.min(topCount, vocabulary);
  const axesAsInput = editor.opset >= 13;
  editor.append([
    { opType: "LogSoftmax", inputs: ["logits"], outputs: ["logits/logprobs"], attributes: { axis: -1 } },
    {
      opType: "TopK",
      inputs: ["logits/logprobs", editor.ints([count])],
      outputs: ["top_logprobs", "top_ids"],
      attributes: { axis: -1 },
    },
    { opType: "Exp", inputs: ["logits/logprobs"], outputs: ["logits/probabilities"] },
    { opType: "Mul", inputs: ["logits/probabilities", "logits/logprobs"], outputs: ["logits/weighted"] },
    {
      opType: "ReduceSum",
      inputs: ["logits/weighted", ...(axesAsInput ? [editor.ints([-1])] : [])],
      outputs: ["logits/negentropy"],
      attributes: { keepdims: 0, ...(axesAsInput ? {} : { axes: [-1] }) },
    },
    { opType: "Neg", inputs: ["logits/negentropy"], outputs: ["entropy"] },
  ]);
  const rows = ["batch_size", "logits_count"];
  editor.addOutput("top_ids", elementTypes.int64, [...rows, count]);
  editor.addOutput("top_logprobs", elementTypes.float, [...rows, count]);
  editor.addOutput("entropy", elementTypes.float, rows);
  return undefined;
}
