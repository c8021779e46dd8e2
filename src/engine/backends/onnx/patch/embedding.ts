/**
 * The embedding table of a graph: where token ids become vectors, so that vectors can be put in their place, and a tiny
 * look-up model cut out of the graph, exact for any quantisation of the table.
 */
import { GraphEditor } from "../graph/graphEdit";
import type { EditNode } from "../graph/graphEdit";
import { ancestors, attribute, constantDims, elementType, isConstant } from "../graph/graphSearch";
import { elementTypes } from "../graph/graphView";
import type { ValueView } from "../graph/graphView";

/** Where a graph looks its embeddings up. */
export interface EmbeddingLookup {
  gather: EditNode;
  /** Ids as the look-up reads them, [B, S]. */
  ids: string;
  /** Embeddings as the model reads them, [B, S, H]. */
  embeddings: string;
  /** Element type of the embeddings: float or float16. */
  dataType: number;
  /** Rows of the table and H, 0 when the graph does not say. */
  vocabulary: number;
  width: number;
}

const idOperators = ["Cast", "Identity", "Reshape", "Unsqueeze", "Squeeze", "Flatten"];

/** Finds the look-up, or says in a sentence why there is none. */
export function findEmbedding(editor: GraphEditor): EmbeddingLookup | string {
  if (!editor.input("input_ids")) return "The model has no input named input_ids.";
  const found: { gather: EditNode; ids: string }[] = [];
  const queue = ["input_ids"];
  for (let ids = queue.pop(); ids !== undefined; ids = queue.pop())
    for (const node of editor.consumersOf(ids)) {
      const isLookup = node.opType === "Gather" || node.opType === "GatherBlockQuantized";
      if (isLookup && node.inputs[1] === ids && isConstant(editor, node.inputs[0] ?? ""))
        found.push({ gather: node, ids });
      else if (idOperators.includes(node.opType) && node.inputs[0] === ids) queue.push(node.outputs[0]!);
    }
  if (!found.length) return "The model looks its embeddings up in a way that is not recognised.";
  if (found.length > 1) return "The model looks embeddings up in more than one table.";
  const { gather, ids } = found[0]!;
  if ((attribute(editor, gather, "axis")?.int ?? attribute(editor, gather, "gather_axis")?.int ?? 0) !== 0)
    return "The embedding table is stored sideways.";
  // A quantised table may be dequantised after the look-up.
  let embeddings = gather.outputs[0]!;
  for (;;) {
    const [next, ...more] = editor.consumersOf(embeddings);
    const passes = next && !more.length && ["DequantizeLinear", "Cast"].includes(next.opType);
    if (!passes || isFloat(elementType(editor, embeddings))) break;
    embeddings = next.outputs[0]!;
  }
  const dataType = elementType(editor, embeddings) ?? elementTypes.float;
  if (!isFloat(dataType)) return "The embeddings are not floating-point numbers.";
  const dims = constantDims(editor, gather.inputs[0]!) ?? [];
  let width = dims[1] ?? 0;
  if (gather.opType === "GatherBlockQuantized") {
    const blocks = constantDims(editor, gather.inputs[2] ?? "");
    width = blocks?.length === 2 ? blocks[1]! * (attribute(editor, gather, "block_size")?.int ?? 128) : 0;
  }
  return { gather, ids, embeddings, dataType, vocabulary: dims[0] ?? 0, width };
}

function isFloat(type: number | undefined): boolean {
  return type === elementTypes.float || type === elementTypes.float16;
}

/**
 * Adds the input `inputs_embeds` float32 [B|1, S|1, H], read wherever an id is -1.
 *
 * `Where(ids == -1, inputs_embeds, looked up)`: -1 is a valid index for both look-ups, so they need no guard.
 */
export function addSoftTokens(editor: GraphEditor, lookup: EmbeddingLookup, width: number): void {
  const { ids, embeddings, dataType } = lookup;
  const raw = `${embeddings}/ids`;
  const producer = editor.renameOutput(embeddings, raw);
  const idType = elementType(editor, ids) ?? elementTypes.int64;
  let soft = "inputs_embeds";
  let idsForTest = ids;
  const before = [];
  if (dataType !== elementTypes.float) {
    soft = "inputs_embeds/cast";
    before.push({ opType: "Cast", inputs: ["inputs_embeds"], outputs: [soft], attributes: { to: dataType } });
  }
  if (idType !== elementTypes.int64) {
    idsForTest = "input_ids/int64";
    before.push({ opType: "Cast", inputs: [ids], outputs: [idsForTest], attributes: { to: elementTypes.int64 } });
  }
  editor.addInput("inputs_embeds", elementTypes.float, ["soft_batch", "soft_length", width || "hidden_size"]);
  editor.insertAfter(producer, [
    ...before,
    { opType: "Equal", inputs: [idsForTest, editor.ints([-1])], outputs: ["input_ids/is_soft"] },
    { opType: "Reshape", inputs: ["input_ids/is_soft", editor.ints([0, 0, 1])], outputs: ["input_ids/is_soft/column"] },
    { opType: "Where", inputs: ["input_ids/is_soft/column", soft, raw], outputs: [embeddings] },
  ]);
}

/**
 * Cuts the look-up out of an untouched graph.
 * @returns a model file with input `input_ids` int64 [B, S] and output `embeddings` float32 [B, S, H]
 */
export function embeddingModel(editor: GraphEditor, lookup: EmbeddingLookup): Uint8Array {
  const { view } = editor;
  const needed = ancestors(editor, [lookup.embeddings]);
  const kept = new Set(needed.map((node) => node.source));
  const read = new Set(needed.flatMap((node) => node.inputs));
  const ids = view.inputs.find((input) => input.name === "input_ids") as ValueView;
  const cut = new GraphEditor({
    ...view,
    nodes: view.nodes.filter((node) => kept.has(node)),
    initializers: new Map([...view.initializers].filter(([name]) => read.has(name))),
    inputs: [ids],
    outputs: [],
    values: new Map(),
  });
  const float = lookup.dataType === elementTypes.float;
  cut.append([
    {
      opType: float ? "Identity" : "Cast",
      inputs: [lookup.embeddings],
      outputs: ["embeddings"],
      ...(float ? {} : { attributes: { to: elementTypes.float } }),
    },
  ]);
  cut.addOutput("embeddings", elementTypes.float, ["batch_size", "sequence_length", lookup.width || "hidden_size"]);
  return cut.write();
}
