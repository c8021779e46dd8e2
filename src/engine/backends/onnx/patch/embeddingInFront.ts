/**
 * Models in two graphs, as those are exported that see pictures too: one looks embeddings up, the other takes `inputs_embeds`.
 * Joined they are one language model with `input_ids`, whose weights stay in the files they are in.
 */
import { GraphError } from "../graph/graphError";
import { elementTypes, readGraph, withFileErrors } from "../graph/graphView";
import type { GraphView, NodeView, TensorView } from "../graph/graphView";
import { attributeField, opsetField } from "../graph/graphWrite";
import type { ByteRange, Pieces } from "../graph/protobuf";
import { body, fields, intField, join, messageField, textField } from "../graph/protobuf";

const embedsName = "inputs_embeds";
const idsName = "input_ids";
const castName = "embed_tokens_cast";
/** Before the names of tensors and nodes of the look-up, so that they are no others'. */
const prefix = "embed_tokens/";

/** Numbers of fields in onnx.proto. */
const GRAPH = 7;
const IR_VERSION = 1;

/** Whether a graph takes embeddings and no ids. */
export function wantsEmbeddings(bytes: Uint8Array): boolean {
  const names = readGraph(bytes).inputs.map(({ name }) => name);
  return names.includes(embedsName) && !names.includes(idsName);
}

/**
 * @param decoder with the input `inputs_embeds`
 * @param lookUp with the input `input_ids` and one output, the embeddings
 * @throws GraphError `no-causal-lm` when they do not fit together
 */
export function withEmbeddingInFront(decoder: Uint8Array, lookUp: Uint8Array): Uint8Array {
  return withFileErrors(decoder, () => joined(readGraph(decoder), readGraph(lookUp)));
}

function joined(back: GraphView, front: GraphView): Uint8Array {
  const [ids] = front.inputs;
  const [made] = front.outputs;
  const embeds = back.inputs.find(({ name }) => name === embedsName);
  const branches = front.nodes.some(({ opType }) => ["If", "Loop", "Scan"].includes(opType));
  if (!embeds || ids?.name !== idsName || front.inputs.length > 1 || !made || front.outputs.length > 1 || branches)
    throw new GraphError(
      "no-causal-lm",
      "The graph that looks embeddings up is none that turns input_ids into embeddings and does nothing else.",
    );
  const cast = made.dataType !== embeds.dataType;
  const renamed = (name: string): string => (name === "" || name === idsName ? name : prefix + name);
  const nodes = front.nodes.flatMap((node) => renamedNode(front, node, renamed, prefix));
  if (cast) nodes.push(...castNode(renamed(made.name), embeds.dataType || elementTypes.float));
  // The name is free for an input again.
  const embeddings = cast ? castName : renamed(made.name);
  const readers = new Map(
    back.nodes.filter(({ inputs }) => inputs.includes(embedsName)).map((node) => [node.start, node]),
  );
  const reading = (name: string): string => (name === embedsName ? embeddings : name);
  const at = ({ start, end }: ByteRange): Uint8Array => back.bytes.subarray(start, end);
  const graph: Pieces = [
    ...nodes,
    ...[...front.initializers.values()].flatMap((tensor) => renamedTensor(front, tensor, renamed)),
    front.bytes.subarray(ids.start, ids.end),
  ];
  const model: Pieces = intField(IR_VERSION, Math.max(back.irVersion, front.irVersion, 4));
  for (const field of fields(back.bytes, { start: 0, end: back.bytes.length })) {
    if (field.number === IR_VERSION) continue;
    if (field.number !== GRAPH) model.push(at(field));
    else
      for (const part of fields(back.bytes, body(field))) {
        const reader = readers.get(part.start);
        if (reader) graph.push(...renamedNode(back, reader, reading));
        else if (part.start !== embeds.start) graph.push(at(part));
      }
  }
  for (const [domain, version] of front.opsets) if (!back.opsets.has(domain)) model.push(opsetField(domain, version));
  return join([...model, ...messageField(GRAPH, graph)]);
}

function renamedNode({ bytes }: GraphView, node: NodeView, renamed: (name: string) => string, before = ""): Pieces {
  const pieces: Pieces = [
    ...node.inputs.flatMap((name) => textField(1, renamed(name))),
    ...node.outputs.flatMap((name) => textField(2, renamed(name))),
    ...textField(3, before + node.name),
  ];
  const [whole] = fields(bytes, node);
  for (const field of fields(bytes, body(whole!)))
    if (field.number > 3) pieces.push(bytes.subarray(field.start, field.end));
  return messageField(1, pieces);
}

function renamedTensor({ bytes }: GraphView, tensor: TensorView, renamed: (name: string) => string): Pieces {
  const pieces: Pieces = textField(8, renamed(tensor.name));
  const [whole] = fields(bytes, tensor);
  for (const field of fields(bytes, body(whole!)))
    if (field.number !== 8) pieces.push(bytes.subarray(field.start, field.end));
  return messageField(5, pieces);
}

const castNode = (from: string, type: number): Pieces =>
  messageField(1, [
    ...textField(1, from),
    ...textField(2, castName),
    ...textField(3, `${castName}/node`),
    ...textField(4, "Cast"),
    ...attributeField("to", type),
  ]);
