/** Questions about a graph under edit: attributes, constants, element types, static shapes, what depends on what. */
import type { EditNode, GraphEditor } from "./graphEdit";
import { elementTypes, readTensor } from "./graphView";
import type { TensorView } from "./graphView";
import type { Field } from "./protobuf";
import { body, fields, readFloats, readInt, readInts, readText } from "./protobuf";

export interface Attribute {
  int?: number;
  float?: number;
  text?: string;
  ints: number[];
  tensor?: TensorView;
}

/** The attribute `name` of a node, or undefined. */
export function attribute(editor: GraphEditor, node: EditNode, name: string): Attribute | undefined {
  const fresh = node.fresh?.[name];
  if (typeof fresh === "number") return { int: fresh, ints: [] };
  const view = node.attributes.find((candidate) => candidate.name === name);
  if (!view) return undefined;
  const { bytes } = editor.view;
  const [whole] = fields(bytes, view);
  const value: Attribute = { ints: [] };
  for (const field of fields(bytes, body(whole!))) {
    if (field.number === 2 && field.wire === 5) value.float = readFloats(bytes, field)[0]!;
    else if (field.number === 3 && field.wire === 0) value.int = readInt(bytes, field);
    else if (field.number === 4 && field.wire === 2) value.text = readText(bytes, field);
    else if (field.number === 5 && field.wire === 2) value.tensor = readTensor(bytes, field);
    else if (field.number === 8) value.ints = value.ints.concat(readInts(bytes, field));
  }
  return value;
}

/** The tensor behind a name that is constant by itself: an initializer or the output of a Constant node. */
function constantTensor(editor: GraphEditor, name: string): TensorView | undefined {
  const initializer = editor.view.initializers.get(name);
  if (initializer) return initializer;
  const node = editor.producer(name);
  return node?.opType === "Constant" ? attribute(editor, node, "value")?.tensor : undefined;
}

/** The numbers of a small int64 or int32 constant, or undefined. Larger ones and weights are not read. */
function constantInts(editor: GraphEditor, name: string): number[] | undefined {
  const node = editor.producer(name);
  if (node?.opType === "Constant") {
    const single = attribute(editor, node, "value_int")?.int;
    if (single !== undefined) return [single];
    const several = attribute(editor, node, "value_ints");
    if (several) return several.ints;
  }
  const tensor = constantTensor(editor, name);
  if (!tensor || tensor.external) return undefined;
  if (tensor.dataType !== elementTypes.int64 && tensor.dataType !== elementTypes.int32) return undefined;
  if (tensor.dims.reduce((a, b) => a * b, 1) > 64) return undefined;
  const { bytes } = editor.view;
  const wide = tensor.dataType === elementTypes.int64;
  const values: number[] = [];
  const [whole] = fields(bytes, tensor);
  for (const field of fields(bytes, body(whole!))) {
    if (field.number === (wide ? 7 : 5)) values.push(...readInts(bytes, field));
    if (field.number === 9 && field.wire === 2) values.push(...rawInts(bytes, field, wide));
  }
  return values;
}

function rawInts(bytes: Uint8Array, field: Field, wide: boolean): number[] {
  const length = field.end - field.valueStart;
  const data = new DataView(bytes.buffer, bytes.byteOffset + field.valueStart, length);
  const size = wide ? 8 : 4;
  return Array.from({ length: Math.floor(length / size) }, (_, index) =>
    wide ? Number(data.getBigInt64(index * size, true)) : data.getInt32(index * size, true),
  );
}

/** True when a tensor follows from constants only, whatever the inputs are. */
export function isConstant(editor: GraphEditor, name: string, known = new Map<string, boolean>()): boolean {
  if (editor.view.initializers.has(name)) return true;
  const before = known.get(name);
  const node = editor.producer(name);
  if (before !== undefined || !node) return before ?? false;
  // Until it is known: a damaged file may have a tensor that follows from itself.
  known.set(name, false);
  const inputs = node.inputs.filter(Boolean);
  const constant =
    node.opType === "Constant" || (inputs.length > 0 && inputs.every((input) => isConstant(editor, input, known)));
  known.set(name, constant);
  return constant;
}

/** Every node a tensor is computed by, in the graph's order. */
export function ancestors(editor: GraphEditor, names: string[]): EditNode[] {
  const found = new Set<EditNode>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const node = editor.producer(name);
    if (!node || found.has(node)) continue;
    found.add(node);
    queue.push(...node.inputs);
  }
  return editor.nodes.filter((node) => found.has(node));
}

/** Operators whose output has the element type of another input than the first. */
const typedByInput: Record<string, number> = { DequantizeLinear: 1, Where: 1, GatherBlockQuantized: 2 };
const typedAsInt64 = new Set(["Shape", "Size", "NonZero", "ArgMax"]);
const typedAsBool = new Set(["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Not", "And", "Or", "IsNaN"]);

/** Element type of a tensor (see `elementTypes`), or undefined when the graph does not tell. */
export function elementType(editor: GraphEditor, name: string): number | undefined {
  let at: string | undefined = name;
  // A graph has no cycles, but a damaged file may: the number of steps is bounded.
  for (let steps = editor.nodes.length; at && steps >= 0; steps--) {
    const known =
      editor.view.initializers.get(at)?.dataType ??
      editor.input(at)?.dataType ??
      editor.view.values.get(at)?.dataType ??
      editor.output(at)?.dataType;
    if (known) return known;
    const node = editor.producer(at);
    if (!node) return undefined;
    if (node.opType === "Cast") return attribute(editor, node, "to")?.int;
    if (node.opType === "Constant") return attribute(editor, node, "value")?.tensor?.dataType;
    if (node.opType === "MatMulInteger") return elementTypes.int32;
    if (typedAsInt64.has(node.opType)) return elementTypes.int64;
    if (typedAsBool.has(node.opType)) return elementTypes.bool;
    at = node.inputs[typedByInput[node.opType] ?? 0];
  }
  return undefined;
}

/** Sizes of a constant tensor, followed through the operators that weights pass on their way to their use. */
export function constantDims(editor: GraphEditor, name: string, depth = 0): number[] | undefined {
  const tensor = constantTensor(editor, name);
  if (tensor) return tensor.dims;
  const node = editor.producer(name);
  const source = node?.inputs[0];
  if (!node || !source || depth > 16) return undefined;
  const dims = constantDims(editor, source, depth + 1);
  if (!dims) return undefined;
  if (["Cast", "Identity", "DequantizeLinear"].includes(node.opType)) return dims;
  if (node.opType === "Transpose") {
    const order = attribute(editor, node, "perm")?.ints ?? dims.map((_, axis) => dims.length - 1 - axis);
    return order.map((axis) => dims[axis] ?? 0);
  }
  if (node.opType !== "Reshape") return undefined;
  const target = constantInts(editor, node.inputs[1] ?? "");
  const shape = target?.map((size, axis) => (size === 0 ? (dims[axis] ?? 0) : size));
  const total = dims.reduce((a, b) => a * b, 1);
  const rest = shape?.filter((size) => size > 0).reduce((a, b) => a * b, 1) ?? 1;
  return shape?.map((size) => (size < 0 ? total / rest : size));
}

/** The tensor that `name` is a renamed or cast copy of. */
export function behind(editor: GraphEditor, name: string, through: readonly string[] = ["Identity", "Cast"]): string {
  let at = name;
  for (let steps = editor.nodes.length; steps > 0; steps--) {
    const node = editor.producer(at);
    // Concatenating one tensor, which exporters write for a cache that began empty, copies it.
    const copies = node && (through.includes(node.opType) || (node.opType === "Concat" && node.inputs.length === 1));
    if (!copies || !node.inputs[0]) break;
    at = node.inputs[0];
  }
  return at;
}
