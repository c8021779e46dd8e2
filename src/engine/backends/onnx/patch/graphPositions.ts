/** The input `position_ids` int64 [B, S]: found where a model has it, added where positions are looked up in a table. */
import type { EditNode, GraphEditor } from "../graph/graphEdit";
import type { EmbeddingLookup } from "./embedding";
import { constantDims, elementType, isConstant } from "../graph/graphSearch";
import { elementTypes } from "../graph/graphView";

export const positionsName = "position_ids";

/** Rows of positions where a model tells time, height and width apart, as in Qwen2-VL (2409.12191 §2.1). */
const spatialRows = 3;

/**
 * Declares positions as [B, S] where the file has several rows of them, all of which are equal for text. Operators that rotate
 * by one row of positions get it, whatever the file declares; others get as many as they were given.
 * @returns whether anything was changed
 */
export function settlePositions(editor: GraphEditor): boolean {
  const dims = editor.input(positionsName)?.dims;
  if (dims?.length !== 3) return false;
  const count = typeof dims[0] === "number" ? dims[0] : spatialRows;
  const several = `${positionsName}/several`;
  const readers = editor.consumersOf(positionsName).filter(({ opType }) => opType !== "RotaryEmbedding");
  editor.removeInput(positionsName);
  addPositionsInput(editor);
  for (const reader of readers) editor.redirect(reader, positionsName, several);
  if (readers.length)
    editor.insertAfter(undefined, [
      { opType: "Unsqueeze", inputs: [positionsName, editor.ints([0])], outputs: [`${several}/one`] },
      { opType: "Expand", inputs: [`${several}/one`, editor.ints([count, 1, 1])], outputs: [several] },
    ]);
  return true;
}

/** Makes sure positions are explicit; returns why not when that is not possible. */
export function addPositions(editor: GraphEditor, lookup: EmbeddingLookup | string): string | undefined {
  const input = editor.input(positionsName);
  if (input) {
    if (!editor.consumersOf(positionsName).length) return "The model ignores its input position_ids.";
    return undefined;
  }
  const table = typeof lookup === "string" ? undefined : learnedPositions(editor, lookup);
  if (!table) return "The model counts positions itself, so rows of its cache cannot be dropped.";
  const counted = table.inputs[1]!;
  const type = elementType(editor, counted) ?? elementTypes.int64;
  addPositionsInput(editor);
  let positions = positionsName;
  if (type === elementTypes.int32) {
    positions = `${positionsName}/int32`;
    editor.insertAfter(undefined, [
      { opType: "Cast", inputs: [positionsName], outputs: [positions], attributes: { to: type } },
    ]);
  }
  editor.redirect(table, counted, positions);
  editor.sweep([counted]);
  return undefined;
}

export function addPositionsInput(editor: GraphEditor): void {
  editor.addInput(positionsName, elementTypes.int64, ["batch_size", "sequence_length"]);
}

/** Gives GroupQueryAttention, which counts positions itself, the positions as its tenth input. */
export function feedPositions(editor: GraphEditor, operators: EditNode[]): string | undefined {
  if (operators.some((node) => node.inputs[9]))
    return editor.input(positionsName) ? undefined : "The model counts positions itself.";
  if (!editor.input(positionsName)) addPositionsInput(editor);
  for (const node of operators) {
    const inputs = [...node.inputs];
    while (inputs.length <= 9) inputs.push("");
    inputs[9] = positionsName;
    editor.rewire(node, { inputs });
  }
  return undefined;
}

/** The look-up of a position table whose rows are added to the token embeddings, as in GPT-2. */
function learnedPositions(editor: GraphEditor, lookup: EmbeddingLookup): EditNode | undefined {
  for (const add of editor.consumersOf(lookup.embeddings)) {
    if (add.opType !== "Add") continue;
    for (const input of add.inputs) {
      const gather = editor.producer(input);
      if (gather?.opType !== "Gather" || gather === lookup.gather) continue;
      if (isConstant(editor, gather.inputs[0]!) && constantDims(editor, gather.inputs[0]!)?.length === 2) return gather;
    }
  }
  return undefined;
}
