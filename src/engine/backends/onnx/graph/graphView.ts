/**
 * An ONNX graph as a person would list it: nodes, initializers, inputs and outputs, each with the bytes it stands in.
 * Weights are never read. Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { GraphError } from "./graphError";
import type { ByteRange, Field } from "./protobuf";
import { body, fields, ProtobufError, readInt, readInts, readText } from "./protobuf";
import { l10n } from "../../../../core/text/l10n";

/** ONNX element types, by their names in onnx.proto. */
export const elementTypes = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
} as const;

export interface AttributeView extends ByteRange {
  name: string;
}

export interface NodeView extends ByteRange {
  name: string;
  opType: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: AttributeView[];
}

export interface TensorView extends ByteRange {
  name: string;
  dims: number[];
  /** Element type, see {@link elementTypes}. */
  dataType: number;
  /** File that holds the weights, relative to the model, when they are not in the model itself. */
  external?: string;
}

export interface ValueView extends ByteRange {
  name: string;
  dataType: number;
  /** A number, the name of a symbolic size, or "" for an unknown one; undefined for an unknown rank. */
  dims?: (number | string)[];
}

export interface GraphView {
  bytes: Uint8Array;
  irVersion: number;
  /** Version of each operator set, the standard one under "". */
  opsets: Map<string, number>;
  /** Fields of the model outside the graph. */
  modelFields: Field[];
  /** Fields of the graph that are none of the below, e.g. its name. */
  otherFields: Field[];
  nodes: NodeView[];
  initializers: Map<string, TensorView>;
  inputs: ValueView[];
  outputs: ValueView[];
  /** Declared types of inner tensors. */
  values: Map<string, ValueView>;
}

const graphField = 7;

/**
 * Lists what is in an ONNX file.
 * @throws GraphError `not-onnx` or `cut-off`
 */
export function readGraph(bytes: Uint8Array): GraphView {
  return withFileErrors(bytes, () => readModel(bytes));
}

/** Runs `act`, and says of a file in which it finds bytes that are no protobuf what is wrong with the file. */
export function withFileErrors<T>(bytes: Uint8Array, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    // A file that begins like a model was one before it was cut off or damaged.
    const known = bytes[0] === 0x08 && bytes.length > 2;
    throw known
      ? new GraphError("cut-off", l10n.later`The model file is incomplete or damaged: ${error.message}.`, {
          cause: error,
        })
      : new GraphError("not-onnx", "The file is not an ONNX model.", { cause: error });
  }
}

function readModel(bytes: Uint8Array): GraphView {
  const view: GraphView = {
    bytes,
    irVersion: 0,
    opsets: new Map(),
    modelFields: [],
    otherFields: [],
    nodes: [],
    initializers: new Map(),
    inputs: [],
    outputs: [],
    values: new Map(),
  };
  let graphs = 0;
  for (const field of fields(bytes, { start: 0, end: bytes.length })) {
    if (field.number === graphField && field.wire === 2) {
      graphs++;
      readGraphFields(bytes, body(field), view);
      continue;
    }
    view.modelFields.push(field);
    if (field.number === 1 && field.wire === 0) view.irVersion = readInt(bytes, field);
    if (field.number === 8 && field.wire === 2) readOpset(bytes, body(field), view.opsets);
  }
  if (!graphs || !view.irVersion || !view.opsets.size) throw new ProtobufError("no graph found", bytes.length);
  return view;
}

function readOpset(bytes: Uint8Array, range: ByteRange, opsets: Map<string, number>): void {
  let domain = "";
  let version = 1;
  for (const field of fields(bytes, range)) {
    if (field.number === 1 && field.wire === 2) domain = readText(bytes, field);
    if (field.number === 2 && field.wire === 0) version = readInt(bytes, field);
  }
  opsets.set(domain === "ai.onnx" ? "" : domain, version);
}

/** Adds the parts of a GraphProto that stands in `range` to `view`. */
export function readGraphFields(bytes: Uint8Array, range: ByteRange, view: GraphView): void {
  for (const field of fields(bytes, range)) {
    const message = field.wire === 2;
    if (message && field.number === 1) view.nodes.push(readNode(bytes, field));
    else if (message && field.number === 5) {
      const tensor = readTensor(bytes, field);
      view.initializers.set(tensor.name, tensor);
    } else if (message && field.number === 11) view.inputs.push(readValue(bytes, field));
    else if (message && field.number === 12) view.outputs.push(readValue(bytes, field));
    else if (message && field.number === 13) {
      const value = readValue(bytes, field);
      view.values.set(value.name, value);
    } else view.otherFields.push(field);
  }
  // Before IR version 4 initializers were listed among the inputs too.
  view.inputs = view.inputs.filter((input) => !view.initializers.has(input.name));
}

function readNode(bytes: Uint8Array, field: Field): NodeView {
  const node: NodeView = {
    name: "",
    opType: "",
    domain: "",
    inputs: [],
    outputs: [],
    attributes: [],
    start: field.start,
    end: field.end,
  };
  for (const part of fields(bytes, body(field))) {
    if (part.wire !== 2) continue;
    if (part.number === 1) node.inputs.push(readText(bytes, part));
    else if (part.number === 2) node.outputs.push(readText(bytes, part));
    else if (part.number === 3) node.name = readText(bytes, part);
    else if (part.number === 4) node.opType = readText(bytes, part);
    else if (part.number === 7) node.domain = readText(bytes, part);
    else if (part.number === 5) {
      let name = "";
      for (const inner of fields(bytes, body(part)))
        if (inner.number === 1 && inner.wire === 2) name = readText(bytes, inner);
      node.attributes.push({ name, start: part.start, end: part.end });
    }
  }
  if (node.domain === "ai.onnx") node.domain = "";
  return node;
}

/** Reads the head of a tensor, not its weights. `field` is a TensorProto in any message. */
export function readTensor(bytes: Uint8Array, field: Field): TensorView {
  const tensor: TensorView = { name: "", dims: [], dataType: 0, start: field.start, end: field.end };
  for (const part of fields(bytes, body(field))) {
    if (part.number === 1) tensor.dims = tensor.dims.concat(readInts(bytes, part));
    else if (part.number === 2 && part.wire === 0) tensor.dataType = readInt(bytes, part);
    else if (part.number === 8 && part.wire === 2) tensor.name = readText(bytes, part);
    else if (part.number === 13 && part.wire === 2) {
      const [key, value] = readEntry(bytes, body(part));
      if (key === "location") tensor.external = value;
    }
  }
  return tensor;
}

function readEntry(bytes: Uint8Array, range: ByteRange): [string, string] {
  const entry: [string, string] = ["", ""];
  for (const field of fields(bytes, range)) {
    if (field.wire === 2 && (field.number === 1 || field.number === 2))
      entry[field.number - 1] = readText(bytes, field);
  }
  return entry;
}

function readValue(bytes: Uint8Array, field: Field): ValueView {
  const value: ValueView = { name: "", dataType: 0, start: field.start, end: field.end };
  for (const part of fields(bytes, body(field))) {
    if (part.number === 1 && part.wire === 2) value.name = readText(bytes, part);
    if (part.number !== 2 || part.wire !== 2) continue;
    for (const type of fields(bytes, body(part))) {
      if (type.number !== 1 || type.wire !== 2) continue;
      for (const tensor of fields(bytes, body(type))) {
        if (tensor.number === 1 && tensor.wire === 0) value.dataType = readInt(bytes, tensor);
        if (tensor.number === 2 && tensor.wire === 2) value.dims = readDims(bytes, body(tensor));
      }
    }
  }
  return value;
}

function readDims(bytes: Uint8Array, range: ByteRange): (number | string)[] {
  const dims: (number | string)[] = [];
  for (const dim of fields(bytes, range)) {
    if (dim.number !== 1 || dim.wire !== 2) continue;
    let size: number | string = "";
    for (const part of fields(bytes, body(dim))) {
      if (part.number === 1 && part.wire === 0) size = readInt(bytes, part);
      if (part.number === 2 && part.wire === 2) size = readText(bytes, part);
    }
    dims.push(size);
  }
  return dims;
}
