/**
 * Which input of a graph is which output's past. Rows are known by the node that joins old and new ones; what has no such
 * node pairs up by its name, and what has no known name by its order and shape.
 */
import type { EditNode, GraphEditor } from "../graph/graphEdit";
import { GraphError } from "../graph/graphError";
import { attribute, behind } from "../graph/graphSearch";
import { elementTypes } from "../graph/graphView";
import type { ValueView } from "../graph/graphView";
import { halfByName, kindByName, presentNames } from "./cacheNames";
import { l10n } from "../../../../core/text/l10n";

interface Pair {
  past: ValueView;
  present: ValueView;
  /** The file keeps it in half precision. */
  halved?: boolean;
}

/** A cache tensor that grows by the rows of each step, and the node that joins past and new rows where it is known. */
export interface RowPair extends Pair {
  layer: number;
  part: "key" | "value";
  /** Concat, or an attention operator that keeps the cache itself. */
  join: EditNode | undefined;
  /** Rows of this step, [B, heads, S, headSize]; undefined when the attention operator joins. */
  fresh?: string;
  /** Where its new rows are put out. */
  newRows?: { output: string; slot: number };
  /** Rows that its attention looks back, the token's own included, where that is limited. */
  reach: number | undefined;
  /** Only the latest rows are kept: by the operator as the file has it, and by the engine once it is written out. */
  bounded: boolean;
  window: boolean;
}

/** A cache tensor that each step puts out whole. */
export interface WholePair extends Pair {
  kind: "window" | "state";
}

export interface CachePairs {
  rows: RowPair[];
  whole: WholePair[];
  /** What was assumed, one sentence each. */
  notes: string[];
}

/** Inputs of a step that are no cache. */
export const stepInputNames: ReadonlySet<string> = new Set(["input_ids", "attention_mask", "position_ids"]);
/** Inputs that only choose what to compute. */
export const choiceNames: ReadonlySet<string> = new Set(["num_logits_to_keep"]);

/** Attention operators: index of past key among the inputs and of present key among the outputs; values follow. */
const cacheOperators: Record<string, { past: number; present: number }> = {
  GroupQueryAttention: { past: 3, present: 1 },
  MultiHeadAttention: { past: 6, present: 1 },
  Attention: { past: 4, present: 1 },
};

/**
 * Finds every cache tensor, or says in a sentence why that is not possible.
 * @throws GraphError `cache-dtype` for a part of another element type than float32 and float16
 */
export function findCache(editor: GraphEditor): CachePairs | string {
  const rows = rowsByJoin(editor);
  const whole: WholePair[] = [];
  const notes: string[] = [];
  const taken = new Set([...rows, ...whole].flatMap(({ past, present }) => [past.name, present.name]));
  const take = (past: ValueView, present: ValueView): void => {
    taken.add(past.name).add(present.name);
    const kind = kindOf(editor, past, present);
    if (kind !== "rows") whole.push({ kind, past, present });
    else {
      const part = halfByName(past.name, rows.length);
      rows.push({ past, present, part, layer: 0, join: undefined, reach: undefined, bounded: false, window: false });
    }
  };
  const left = (): ValueView[] =>
    editor.inputs.filter(({ name }) => !taken.has(name) && !stepInputNames.has(name) && !choiceNames.has(name));
  for (const past of left()) {
    const present = presentNames(past.name).map((name) => editor.output(name));
    const named = present.find((value) => value && !taken.has(value.name));
    if (named) take(past, named);
  }
  for (const [past, present] of byOrder(
    left(),
    editor.outputs.filter(({ name }) => !taken.has(name)),
  )) {
    take(past, present);
    const kind = kindOf(editor, past, present);
    notes.push(
      `${past.name} was taken for a cache part (${kind}) that ${present.name} goes on with, by order and shape.`,
    );
  }
  if (!rows.length && !whole.length)
    return "The model has no key-value cache, so every token would recompute the whole text.";
  for (const { past, present } of [...rows, ...whole]) checkType(past, present);
  // Layers in the order of the inputs, which exporters keep; numbers in names may count something else.
  const order = new Map(editor.inputs.map((input, index) => [input.name, index]));
  const byInput = (a: Pair, b: Pair): number => order.get(a.past.name)! - order.get(b.past.name)!;
  rows.sort(byInput);
  whole.sort(byInput);
  const counts = { key: 0, value: 0 };
  for (const pair of rows) pair.layer = counts[pair.part]++;
  if (counts.key !== counts.value) return "The cache has keys without values.";
  return { rows, whole, notes };
}

/** Rows whose joining with the past is seen in the graph. */
function rowsByJoin(editor: GraphEditor): RowPair[] {
  const pairs: RowPair[] = [];
  for (const present of editor.outputs) {
    const written = behind(editor, present.name);
    const join = editor.producer(written);
    if (!join) continue;
    const operator = cacheOperators[join.opType];
    const known = { present, layer: 0, window: false };
    if (operator) {
      const offset = join.outputs.indexOf(written) - operator.present;
      const past = editor.input(behind(editor, join.inputs[operator.past + offset] ?? ""));
      const int = (name: string): number => attribute(editor, join, name)?.int ?? 0;
      const reach = int("local_window_size") > 0 ? int("local_window_size") : undefined;
      if (past && (offset === 0 || offset === 1))
        pairs.push({
          ...{ ...known, past, join, reach, part: offset ? "value" : "key" },
          bounded: reach !== undefined && int("sliding_window_cache") === 1,
        });
    } else if (join.opType === "Concat" && join.inputs.length === 2) {
      const past = editor.input(behind(editor, join.inputs[0]!));
      // Other tensors are joined along other axes: those are no rows, and are taken whole.
      if (!past || (past.dims && past.dims.length !== 4)) continue;
      const part = halfByName(past.name, pairs.length);
      pairs.push({ ...known, past, join, fresh: join.inputs[1]!, part, reach: undefined, bounded: false });
    }
  }
  return pairs;
}

/** What a part is that no join is known of. */
function kindOf(editor: GraphEditor, past: ValueView, present: ValueView): "rows" | "window" | "state" {
  const grows = past.dims?.some((size, axis) => typeof size === "string" && !isBatch(size, axis)) ?? true;
  const named = kindByName(past.name);
  if (named === "state" || !grows) return "state";
  const cut = editor.producer(behind(editor, present.name))?.opType === "Slice";
  const laidOut = past.dims?.length === 4 && typeof past.dims[2] === "string";
  return named === "rows" && laidOut && !cut ? "rows" : "window";
}

/** Whether a symbolic size is that of the batch: the first, unless its name speaks of a length. */
export const isBatch = (size: string, axis: number): boolean =>
  /batch/i.test(size) || (axis === 0 && !/len|seq|past|total/i.test(size));

/** Inputs with outputs of their shape, both in order. Empty where they do not come out even. */
function byOrder(inputs: readonly ValueView[], outputs: readonly ValueView[]): [past: ValueView, present: ValueView][] {
  const pairs: [ValueView, ValueView][] = [];
  let next = 0;
  for (const past of inputs) {
    while (next < outputs.length && !sameShape(past, outputs[next]!)) next++;
    const present = outputs[next++];
    if (!present) return [];
    pairs.push([past, present]);
  }
  return pairs;
}

function sameShape(past: ValueView, present: ValueView): boolean {
  if (past.dataType !== present.dataType || !past.dims || past.dims.length !== present.dims?.length) return false;
  if (past.dims.length < 2 || present.name === "logits") return false;
  return past.dims.every((size, axis) => {
    const other = present.dims![axis]!;
    return typeof size === "string" ? typeof other === "string" : size === other;
  });
}

const typeNames = new Map<number, string>(Object.entries(elementTypes).map(([name, type]) => [type, name]));

function checkType(past: ValueView, present: ValueView): void {
  for (const { name, dataType } of [past, present]) {
    if (!dataType || dataType === elementTypes.float || dataType === elementTypes.float16) continue;
    const type = typeNames.get(dataType) ?? `type ${dataType}`;
    throw new GraphError("cache-dtype", l10n.later`The model keeps its cache part ${name} in ${type}.`);
  }
}
