/** The cache of a graph at its rim: float32 throughout, outputs that carry new rows only, and its description. */
import type { EditNode, GraphEditor } from "../graph/graphEdit";
import { GraphError } from "../graph/graphError";
import { attribute, elementType } from "../graph/graphSearch";
import { elementTypes } from "../graph/graphView";
import type { CachePairs, RowPair, WholePair } from "./cachePairs";
import { isBatch } from "./cachePairs";
import type { CachePart, GraphConfig, RowPart, WholePart, Refusal } from "./patchedGraph";
import { l10n } from "../../../../core/text/l10n";

const sequenceAxis = 2;

/**
 * Makes a float16 cache float32 at the graph's rim, because the runtime's Node binding misreads float16 inputs where
 * the language has a Float16Array.
 */
export function widenCache(editor: GraphEditor, { rows, whole }: CachePairs): void {
  for (const pair of [...rows, ...whole]) {
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
export function emitNewRows(editor: GraphEditor, pairs: RowPair[], tensors: readonly RowPart[]): Refusal | undefined {
  if (!pairs.length) return "The model keeps no rows.";
  for (const { fresh, join } of pairs) {
    const axis = join && concatAxis(editor, join);
    if (fresh && axis !== sequenceAxis && axis !== sequenceAxis - 4)
      return "The cache grows along another axis than that of its rows.";
    if (!fresh && editor.opset < 10)
      return l10n.later`The model uses operator set ${editor.opset}; slicing new rows needs 10 or later.`;
  }
  const unjoined = pairs.find(({ fresh }) => !fresh);
  const pastRows = unjoined && countPastRows(editor, unjoined.past.name);
  const together = fitTogether(pairs, tensors);
  for (const [index, pair] of pairs.entries()) {
    const { past, present, fresh, join } = pair;
    const name = newName(present.name);
    pair.newRows = together ? { output: joinedName, slot: index } : { output: name, slot: 0 };
    const type = elementType(editor, present.name) ?? past.dataType;
    if (fresh && join) {
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
function fitTogether(pairs: readonly RowPair[], tensors: readonly RowPart[]): boolean {
  const { heads, headSize } = tensors[0]!;
  return (
    !pairs.some(({ halved }) => halved) && tensors.every((one) => one.heads === heads && one.headSize === headSize)
  );
}

/** present[:, :, P:] of an attention operator that joins past and new rows itself. */
function sliceNewRows(editor: GraphEditor, { present }: RowPair, name: string, pastRows: string): void {
  editor.insertAfter(editor.producer(present.name), [
    {
      opType: "Slice",
      inputs: [present.name, pastRows, editor.ints([Number.MAX_SAFE_INTEGER]), editor.ints([sequenceAxis])],
      outputs: [name],
    },
  ]);
}

/** Name of P as int64 [1], which is the same for all tensors whose rows an operator joins. */
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

/**
 * Names and sizes of the cache's parts as the engine feeds them. Must be read after the graph was edited.
 * @throws GraphError `no-head-size`, `cache-size`
 */
export function describeCache({ rows, whole }: CachePairs, config: GraphConfig): CachePart[] {
  return [...describeRows(rows, config), ...whole.map((pair) => describeWhole(pair, config))];
}

export function describeRows(rows: readonly RowPair[], config: GraphConfig): RowPart[] {
  return rows.map(({ past, present, layer, part, newRows, reach, window, bounded }) => {
    const heads = numeric(past.dims?.[1]) ?? numeric(present.dims?.[1]) ?? configSizes(config).heads;
    const headSize = numeric(past.dims?.[3]) ?? numeric(present.dims?.[3]) ?? configSizes(config).headSize;
    if (!heads || !headSize)
      throw new GraphError(
        "no-head-size",
        "The head size of the cache is symbolic and there is no config.json to take it from.",
      );
    return {
      kind: window ? "window" : "rows",
      ...{ layer, part, past: past.name, present: present.name },
      ...(newRows ?? { output: present.name, slot: 0 }),
      rows: newRows ? "new" : "all",
      ...{ heads, headSize, reach, bounded },
    };
  });
}

function configSizes(config: GraphConfig): { heads: number | undefined; headSize: number | undefined } {
  const queryHeads = config.num_attention_heads ?? config.n_head;
  const width = config.hidden_size ?? config.n_embd;
  const heads = config.num_key_value_heads ?? queryHeads;
  return { heads, headSize: config.head_dim ?? (width && queryHeads ? width / queryHeads : undefined) };
}

/** A text begins with a batch of one, with as many zeros as a state is large, and without rows. */
function describeWhole({ past, present, kind }: WholePair, config: GraphConfig): WholePart {
  const { heads, headSize } = configSizes(config);
  const isHeads = (axis: number): number | undefined =>
    past.dims?.length === 4 ? (axis === 1 ? heads : axis === 3 ? headSize : undefined) : undefined;
  const dims = past.dims?.map((size, axis) => {
    if (typeof size === "number") return size;
    if (isBatch(size, axis)) return 1;
    const known = numeric(present.dims?.[axis]) ?? (kind === "window" ? (isHeads(axis) ?? 0) : undefined);
    if (known === undefined)
      throw new GraphError("cache-size", l10n.later`The model does not say how large its state ${past.name} is.`);
    return known;
  });
  if (!dims)
    throw new GraphError("cache-size", l10n.later`The model does not say how large its cache part ${past.name} is.`);
  return { kind, dims, past: past.name, present: present.name, output: present.name };
}

function numeric(dim: number | string | undefined): number | undefined {
  return typeof dim === "number" && dim > 0 ? dim : undefined;
}
