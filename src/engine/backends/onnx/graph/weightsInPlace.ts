/**
 * Weights of a model in memory that stand in its file as well: such a model can say where they are, and the runtime maps them
 * from there. Held in the model itself they are in memory four times while it is opened: as read, as patched, as parsed, as used.
 */
import type { ByteRange, Pieces } from "./protobuf";
import { body, fields, intField, join, messageField, readInt, readText, replaceFields, textField } from "./protobuf";

/** Numbers of fields in onnx.proto: of ModelProto, GraphProto and TensorProto. */
const GRAPH = 7;
const INITIALIZER = 5;
const DATA_TYPE = 2;
const NAME = 8;
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const EXTERNAL = 1;

/** Bytes from which a tensor is worth a place in the file. */
const LEAST = 64 * 1024;
/**
 * Bytes of an element, by its number in TensorProto.DataType: float32, (u)int8, float16, bfloat16, (u)int4. A file keeps tensors
 * at any place, and the runtime reads elements where they lie.
 */
const ALIGNMENT: Record<number, number> = { 1: 4, 2: 1, 3: 1, 10: 2, 16: 2, 21: 1, 22: 1 };

/**
 * @param model made of the file's graph
 * @param file the whole content of the file, whose name is `name`
 * @returns the model with its large weights left where they are in the file; only those that
 *   are the same there, byte for byte, and begin at a multiple of their elements' size
 */
export function weightsInPlace(model: Uint8Array, file: Uint8Array, name: string): Uint8Array {
  const known = new Map<string, ByteRange>();
  for (const tensor of initializersOf(file)) {
    const raw = rawOf(file, tensor);
    if (raw) known.set(nameOf(file, tensor), raw);
  }
  const same = (tensor: ByteRange): ByteRange | undefined => {
    const raw = rawOf(model, tensor);
    const there = raw && known.get(nameOf(model, tensor));
    const alignment = ALIGNMENT[dataTypeOf(model, tensor)];
    if (!there || alignment === undefined || there.start % alignment !== 0) return undefined;
    return isSame(model, raw, file, there) ? there : undefined;
  };
  return join(
    replaceFields(model, { start: 0, end: model.length }, GRAPH, (graph) =>
      replaceFields(model, graph, INITIALIZER, (tensor) => {
        const there = same(tensor);
        return there ? external(model, tensor, there, name) : [model.subarray(tensor.start, tensor.end)];
      }),
    ),
  );
}

/** A tensor whose data are at a place of a file. */
function external(model: Uint8Array, tensor: ByteRange, { start, end }: ByteRange, name: string): Pieces {
  const entry = (key: string, value: string) =>
    messageField(EXTERNAL_DATA, [...textField(1, key), ...textField(2, value)]);
  const kept = [...fields(model, tensor)].filter(({ number }) => ![RAW_DATA, DATA_LOCATION].includes(number));
  return [
    ...kept.map((field) => model.subarray(field.start, field.end)),
    ...entry("location", name),
    ...entry("offset", String(start)),
    ...entry("length", String(end - start)),
    ...intField(DATA_LOCATION, EXTERNAL),
  ];
}

function* initializersOf(model: Uint8Array): Generator<ByteRange> {
  for (const graph of fields(model, { start: 0, end: model.length })) {
    if (graph.number !== GRAPH) continue;
    for (const field of fields(model, body(graph))) if (field.number === INITIALIZER) yield body(field);
  }
}

function dataTypeOf(model: Uint8Array, tensor: ByteRange): number {
  const type = [...fields(model, tensor)].find(({ number }) => number === DATA_TYPE);
  return type ? readInt(model, type) : 0;
}

/** Where the data of a tensor are, if there are many. */
function rawOf(model: Uint8Array, tensor: ByteRange): ByteRange | undefined {
  const raw = [...fields(model, tensor)].find(({ number }) => number === RAW_DATA);
  const range = raw && body(raw);
  return range && range.end - range.start >= LEAST ? range : undefined;
}

function nameOf(model: Uint8Array, tensor: ByteRange): string {
  const name = [...fields(model, tensor)].find(({ number }) => number === NAME);
  return name ? readText(model, name) : "";
}

function isSame(a: Uint8Array, inA: ByteRange, b: Uint8Array, inB: ByteRange): boolean {
  if (inA.end - inA.start !== inB.end - inB.start) return false;
  return Buffer.compare(a.subarray(inA.start, inA.end), b.subarray(inB.start, inB.end)) === 0;
}
