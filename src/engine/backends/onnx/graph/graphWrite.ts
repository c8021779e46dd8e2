/** New parts of an ONNX graph, encoded as the fields of GraphProto they become. */
import { elementTypes } from "./graphView";
import type { Pieces } from "./protobuf";
import { bytesField, floatField, intField, join, messageField, textField } from "./protobuf";

/** A whole number becomes an INT attribute; write a float as `{ float: 1 }`, an element type as a number. */
export type AttributeValue = number | { float: number } | string | number[];

const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** AttributeProto as field 5 of a node. */
export function attributeField(name: string, value: AttributeValue): Pieces {
  const pieces = textField(1, name);
  if (typeof value === "number") pieces.push(...intField(3, value), ...intField(20, attributeTypes.int));
  else if (typeof value === "string") pieces.push(...textField(4, value), ...intField(20, attributeTypes.string));
  else if (Array.isArray(value)) {
    for (const entry of value) pieces.push(...intField(8, entry));
    pieces.push(...intField(20, attributeTypes.ints));
  } else pieces.push(...floatField(2, value.float), ...intField(20, attributeTypes.float));
  return messageField(5, pieces);
}

/** TensorProto as an initializer (field 5 of a graph). int64 from numbers; a scalar has `dims` []. */
export function int64Tensor(name: string, values: number[], dims: number[] = [values.length]): Uint8Array {
  const data = new BigInt64Array(values.map(BigInt));
  return tensor(name, elementTypes.int64, dims, new Uint8Array(data.buffer));
}

/** float32 initializer. */
export function floatTensor(name: string, values: number[], dims: number[] = [values.length]): Uint8Array {
  return tensor(name, elementTypes.float, dims, new Uint8Array(new Float32Array(values).buffer));
}

function tensor(name: string, dataType: number, dims: number[], raw: Uint8Array): Uint8Array {
  const pieces: Pieces = dims.flatMap((dim) => intField(1, dim));
  pieces.push(...intField(2, dataType), ...textField(8, name), ...bytesField(9, raw));
  return join(messageField(5, pieces));
}

/** ValueInfoProto as field 11 (input) or 12 (output) of a graph. Sizes are numbers or names of symbolic sizes. */
export function valueField(
  field: 11 | 12,
  name: string,
  dataType: number,
  dims: (number | string)[] | undefined,
): Uint8Array {
  const shape = dims?.flatMap((dim) =>
    messageField(1, typeof dim === "number" ? intField(1, dim) : dim ? textField(2, dim) : []),
  );
  const tensorType = [...intField(1, dataType), ...(shape ? messageField(2, shape) : [])];
  return join(messageField(field, [...textField(1, name), ...messageField(2, messageField(1, tensorType))]));
}

/** OperatorSetIdProto as field 8 of a model. */
export function opsetField(domain: string, version: number): Uint8Array {
  return join(messageField(8, [...textField(1, domain), ...intField(2, version)]));
}
