/** The key-value cache of a graph: which input is which output's past, and outputs that carry new rows only. */
import type { CacheTensor, GraphConfig } from "./graphPatch";
import type { EditNode, GraphEditor } from "../graph/graphEdit";
import { attribute, behind, elementType } from "../graph/graphSearch";
import { elementTypes } from "../graph/graphView";
import type { ValueView } from "../graph/graphView";

/** One cache tensor and the node that joins past and new rows. */
export interface CachePair {
  past: ValueView;
  present: ValueView;
  layer: number;
  part: "key" | "value";
  /** Concat, or an attention operator that keeps the cache itself. */
  join: EditNode;
  /** Rows of this step, [B, heads, S, headSize]; undefined when the attention operator joins. */
  fresh?: string;
  /** The file keeps it in half precision. */
  halved?: boolean;
  /** Where its new rows are put out. */
  newRows?: Pick<CacheTensor, "output" | "slot">;
}

/** Attention operators: index of past key among the inputs and of present key among the outputs; values follow. */
const cacheOperators: Record<string, { past: number; present: number }> = {
  GroupQueryAttention: { past: 3, present: 1 },
  MultiHeadAttention: { past: 6, present: 1 },
  Attention: { past: 4, present: 1 },
};

const sequenceAxis = 2;

/** Finds every cache tensor, or says in a sentence why that is not possible. */
export function findCache(editor: GraphEditor): CachePair[] | string {
  const pairs: CachePair[] = [];
  for (const present of editor.outputs) {
    const written = behind(editor, present.name);
    const join = editor.producer(written);
    if (!join) continue;
    const operator = cacheOperators[join.opType];
    if (operator) {
      const offset = join.outputs.indexOf(written) - operator.present;
      const past = editor.input(behind(editor, join.inputs[operator.past + offset] ?? ""));
      if (past && (offset === 0 || offset === 1))
        pairs.push({ past, present, join, layer: 0, part: offset ? "value" : "key" });
    } else if (join.opType === "Concat" && join.inputs.length === 2) {
      const past = editor.input(behind(editor, join.inputs[0]!));
      if (past)
        pairs.push({ past, present, join, fresh: join.inputs[1]!, layer: 0, part: partOf(past.name, pairs.length) });
    }
  }
  if (!pairs.length) return "The model has no key-value cache, so every token would recompute the whole text.";
  if (pairs.some((pair) => pair.past.dims && pair.past.dims.length !== 4))
    return "The cache tensors are not laid out as [batch, heads, rows, head size].";
  // Layers in the order of the inputs, which exporters keep; numbers in names may count something else.
  const order = new Map(editor.inputs.map((input, index) => [input.name, index]));
  pairs.sort((a, b) => order.get(a.past.name)! - order.get(b.past.name)!);
  const counts = { key: 0, value: 0 };
  for (const pair of pairs) pair.layer = counts[pair.part]++;
  if (counts.key !== counts.value) return "The cache has keys without values.";
  return pairs;
}

function partOf(name: string, index: number): "key" | "value" {
  const lower = name.toLowerCase();
  if (/value|(^|[._])v(alues?)?($|[._])/.test(lower.replace("past_key_values", ""))) return "value";
  if (/key|(^|[._])k($|[._])/.test(lower.replace("past_key_values", ""))) return "key";
  return index % 2 ? "value" : "key";
}

/**
 * Makes a float16 cache float32 at the graph's rim, because the runtime's Node binding misreads float16 inputs where
 * the language has a Float16Array.
 */
export function widenCache(editor: GraphEditor, pairs: CachePair[]): void {
  for (const pair of pairs) {
    if (pair.past.dataType !== elementTypes.float16) continue;
    const { past, present } = pair;
    const half = `${past.name}/half`;
    for (const reader of editor.consumersOf(past.name)) editor.redirect(reader, past.name, half);
    editor.insertAfter(undefined, [
      { opType: "Cast", inputs: [past.name], outputs: [half], attributes: { to: elementTypes.float16 } },
    ]);
    pair.past = editor.retypeInput(past.name, elementTypes.float);
    const halfPresent = `${present.name}/half`;
    const producer = editor.renameOutput(present.name, halfPresent);
    for (const reader of editor.consumersOf(present.name)) editor.redirect(reader, present.name, halfPresent);
    editor.insertAfter(producer, [
      { opType: "Cast", inputs: [halfPresent], outputs: [present.name], attributes: { to: elementTypes.float } },
    ]);
    pair.present = editor.retypeOutput(present.name, elementTypes.float);
    pair.halved = true;
  }
}

/** Output with the new rows of all cache tensors, [tensors * B, heads, S, headSize]. */
const joinedName = "new_rows";

/**
 * Replaces the present.* outputs by new rows only; returns why not when it cannot. They are put out as one tensor where
 * they can: the binding takes microseconds for each output of a step.
 */
export function emitNewRows(editor: GraphEditor, pairs: CachePair[], tensors: CacheTensor[]): string | undefined {
  for (const { fresh, join } of pairs) {
    const axis = concatAxis(editor, join);
    if (fresh && axis !== sequenceAxis && axis !== sequenceAxis - 4)
      return "The cache grows along another axis than that of its rows.";
    if (!fresh && editor.opset < 10)
      return `The model uses operator set ${editor.opset}; slicing new rows needs 10 or later.`;
  }
  const pastRows = pairs.every(({ fresh }) => fresh) ? undefined : countPastRows(editor, pairs[0]!.past.name);
  const together = fitTogether(pairs, tensors);
  for (const [index, pair] of pairs.entries()) {
    const { past, present, fresh, join } = pair;
    const name = newName(present.name);
    pair.newRows = together ? { output: joinedName, slot: index } : { output: name, slot: 0 };
    const type = elementType(editor, present.name) ?? past.dataType;
    if (fresh) {
      const freshType = elementType(editor, fresh) ?? type;
      if (freshType !== type)
        editor.insertBefore(join, [{ opType: "Cast", inputs: [fresh], outputs: [name], attributes: { to: type } }]);
      // A tensor under its new name is put out without being copied.
      else if (editor.producer(fresh) && !editor.output(fresh)) editor.renameTensor(fresh, name);
      else editor.insertBefore(join, [{ opType: "Identity", inputs: [fresh], outputs: [name] }]);
    } else sliceNewRows(editor, pair, name, pastRows!);
    editor.removeOutput(present.name);
    const dims = present.dims ?? past.dims ?? [];
    if (!together) editor.addOutput(name, type, [dims[0] ?? "", dims[1] ?? "", "new_rows", dims[3] ?? ""]);
    // The runtime runs a node even if nothing reads it, and this one copies the whole cache.
    editor.sweep([present.name]);
  }
  if (together) {
    const inputs = pairs.map(({ present }) => newName(present.name));
    editor.append([{ opType: "Concat", inputs, outputs: [joinedName], attributes: { axis: 0 } }]);
    editor.addOutput(joinedName, elementTypes.float, ["", "", "new_rows", ""]);
  }
  return undefined;
}

/**
 * All must be of one size. Rows of a half-precision cache must be outputs themselves: the runtime takes the two casts of an
 * inner tensor for none, and leaves out the rounding between them.
 */
function fitTogether(pairs: readonly CachePair[], tensors: readonly CacheTensor[]): boolean {
  const { heads, headSize } = tensors[0]!;
  return (
    !pairs.some(({ halved }) => halved) && tensors.every((one) => one.heads === heads && one.headSize === headSize)
  );
}

/** present[:, :, P:] of an attention operator that joins past and new rows itself. */
function sliceNewRows(editor: GraphEditor, { present }: CachePair, name: string, pastRows: string): void {
  editor.insertAfter(editor.producer(present.name), [
    {
      opType: "Slice",
      inputs: [present.name, pastRows, editor.ints([Number.MAX_SAFE_INTEGER]), editor.ints([sequenceAxis])],
      outputs: [name],
    },
  ]);
}

/** Name of P as int64 [1], which is the same for all tensors of the cache. */
function countPastRows(editor: GraphEditor, past: string): string {
  const [shape, rows] = ["patch/cache/shape", "patch/cache/rows"];
  editor.insertAfter(undefined, [
    { opType: "Shape", inputs: [past], outputs: [shape] },
    { opType: "Slice", inputs: [shape, editor.ints([sequenceAxis]), editor.ints([sequenceAxis + 1])], outputs: [rows] },
  ]);
  return rows;
}

function concatAxis(editor: GraphEditor, join: EditNode): number | undefined {
  return attribute(editor, join, "axis")?.int;
}

function newName(present: string): string {
  return present.includes("present") ? present.replace(/present(_key_values)?/, "new") : `new.${present}`;
}

/** Names and sizes of the cache tensors as the engine feeds them. Must be read after the graph was edited. */
export function describeCache(pairs: CachePair[], config: GraphConfig): CacheTensor[] | string {
  const heads = config.num_key_value_heads ?? config.num_attention_heads ?? config.n_head;
  const queryHeads = config.num_attention_heads ?? config.n_head;
  const width = config.hidden_size ?? config.n_embd;
  const headSize = config.head_dim ?? (width && queryHeads ? width / queryHeads : undefined);
  const tensors: CacheTensor[] = [];
  for (const { past, present, layer, part, newRows } of pairs) {
    const ownHeads = numeric(past.dims?.[1]) ?? numeric(present.dims?.[1]) ?? heads;
    const ownSize = numeric(past.dims?.[3]) ?? numeric(present.dims?.[3]) ?? headSize;
    if (!ownHeads || !ownSize)
      return "The head size of the cache is symbolic and there is no config.json to take it from.";
    tensors.push({
      layer,
      part,
      past: past.name,
      present: present.name,
      ...(newRows ?? { output: present.name, slot: 0 }),
      rows: newRows ? "new" : "all",
      heads: ownHeads,
      headSize: ownSize,
      dtype: "float32",
    });
  }
  return tensors;
}

function numeric(dim: number | string | undefined): number | undefined {
  return typeof dim === "number" && dim > 0 ? dim : undefined;
}
