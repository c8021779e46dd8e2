/**
 * The masks of attention that is written out over two segments, the cache and the new rows. Sizes: B batch, S new rows, P past
 * rows, T = P + S. Layers that look back a number of rows keep the latest ones only, so that they have a P of their own.
 */
import type { EditNode, GraphEditor, NewNode } from "../graph/graphEdit";
import { elementTypes } from "../graph/graphView";
import type { RowPair } from "./cachePairs";
import { biasName, hidden, sequenceSizes } from "./graphAttention";
import { addPositionsInput, positionsName } from "./graphPositions";

/** What layers that look back equally far share. */
export interface Segments {
  /** P, S and T, int64 [1]. */
  past: string;
  rows: string;
  total: string;
  /** float32 [B, 1, S, T]: the bias where a row is seen, {@link hidden} elsewhere. */
  mask: string;
}

const maskName = "patch/mask";
const scalar = (name: string, editor: GraphEditor): NewNode => ({
  opType: "Squeeze",
  inputs: [name, editor.ints([0])],
  outputs: [`${name}/scalar`],
});

/** Sizes and masks for layers by how far they look back. Adds the inputs `attention_bias` and, for windows, `position_ids`. */
export class AttentionMasks {
  private readonly whole: Segments;
  /** The last node of those that all layers share. */
  private readonly anchor: EditNode;
  private readonly windows = new Map<number, Segments>();
  /** Whether P can be read elsewhere than from windows, which may then drop rows. */
  readonly dropsRows: boolean;

  constructor(
    private readonly editor: GraphEditor,
    pairs: readonly RowPair[],
  ) {
    editor.addInput(biasName, elementTypes.float, ["bias_batch", 1, "bias_length", "bias_total_length"]);
    if (pairs.some(({ reach }) => reach) && !editor.input(positionsName)) addPositionsInput(editor);
    const full = pairs.find(({ reach }) => !reach);
    const byMask = !full && editor.input("attention_mask") !== undefined;
    this.dropsRows = full !== undefined || byMask;
    const { made, ...sizes } = sequenceSizes(editor, (full ?? pairs[0]!).past.name, byMask);
    const nodes = [...made, ...this.wholeMask(sizes)];
    this.anchor = editor.insertAfter(undefined, nodes).at(-1)!;
    this.whole = { ...sizes, mask: maskName };
  }

  /** @param reach rows that the layers look back, undefined = all; `past` a cache tensor of one of them */
  of(reach: number | undefined, past: string): Segments {
    if (!reach) return this.whole;
    const known = this.windows.get(reach);
    if (known) return known;
    const { editor, whole } = this;
    const prefix = `${maskName}/window/${reach}`;
    const [shape, kept, total, dropped] = ["shape", "past", "total", "dropped"].map((name) => `${prefix}/${name}`) as [
      ...[string, string, string, string],
    ];
    const mask = `${prefix}/mask`;
    editor.insertAfter(this.anchor, [
      ...this.farRows(prefix, reach),
      { opType: "Shape", inputs: [past], outputs: [shape] },
      { opType: "Slice", inputs: [shape, editor.ints([2]), editor.ints([3])], outputs: [kept] },
      { opType: "Add", inputs: [kept, whole.rows], outputs: [total] },
      { opType: "Sub", inputs: [whole.past, kept], outputs: [dropped] },
      {
        opType: "Slice",
        inputs: [`${prefix}/whole`, dropped, editor.ints([Number.MAX_SAFE_INTEGER]), editor.ints([3])],
        outputs: [mask],
      },
    ]);
    const made = { past: kept, rows: whole.rows, total, mask };
    this.windows.set(reach, made);
    return made;
  }

  /** The mask once for each query head of a group, [B, 1, G*S, T], as queries are stacked. */
  stacked({ mask }: Segments, groups: number): string {
    const name = `${mask}/${groups}`;
    if (groups > 1) {
      const inputs = new Array<string>(groups).fill(mask);
      this.once(mask, { opType: "Concat", inputs, outputs: [name], attributes: { axis: 2 } });
    }
    return groups > 1 ? name : mask;
  }

  /** P and S, and 1 for a sink, int64 [2] or [3]. */
  lengths({ past, rows, total }: Segments, sink: boolean): string {
    const name = `${past}/lengths${sink ? "/sink" : ""}`;
    const inputs = [past, rows, ...(sink ? [this.editor.ints([1])] : [])];
    return this.once(total, { opType: "Concat", inputs, outputs: [name], attributes: { axis: 0 } });
  }

  /** Shape [B, K, G, S, T] of weights whose query heads stand apart, for Reshape; T counts a sink. int64 [5]. */
  apart({ rows, total }: Segments, groups: number, sink: boolean): string {
    const name = `${total}/apart/${groups}${sink ? "/sink" : ""}`;
    const last = sink
      ? this.once(total, { opType: "Add", inputs: [total, this.editor.ints([1])], outputs: [`${total}/sink`] })
      : total;
    const inputs = [this.editor.ints([0, 0, groups]), rows, last];
    return this.once(last, { opType: "Concat", inputs, outputs: [name], attributes: { axis: 0 } });
  }

  /** Shape [B, K, G, S, 1] of what every query head of every row has one of, int64 [5]. */
  perQuery(kvHeads: number, groups: number): string {
    const { editor, whole } = this;
    const [batch, name] = ["patch/size/batch", `patch/size/queries/${kvHeads},${groups}`];
    this.once(whole.total, {
      ...{ opType: "Slice", inputs: ["patch/size/ids", editor.ints([0]), editor.ints([1])], outputs: [batch] },
    });
    const inputs = [batch, editor.ints([kvHeads, groups]), whole.rows, editor.ints([1])];
    return this.once(batch, { opType: "Concat", inputs, outputs: [name], attributes: { axis: 0 } });
  }

  /** Adds a node after the producer of `before`, unless it is there. */
  private once(before: string, node: NewNode): string {
    const [name] = node.outputs as [string];
    if (!this.editor.producer(name)) this.editor.insertAfter(this.editor.producer(before), [node]);
    return name;
  }

  /** Hides what comes after a row, and what `attention_mask` leaves out. */
  private wholeMask(sizes: Omit<Segments, "mask">): NewNode[] {
    const { editor } = this;
    const [zero, one] = [editor.ints([0], []), editor.ints([1], [])];
    const [pastCount, totalCount] = [`${sizes.past}/scalar`, `${sizes.total}/scalar`];
    const [columns, flatRows, rows, future] = ["columns", "rows/flat", "rows", "future"].map(
      (name) => `${maskName}/${name}`,
    ) as [string, string, string, string];
    const nodes: NewNode[] = [
      scalar(sizes.past, editor),
      scalar(sizes.total, editor),
      { opType: "Range", inputs: [zero, totalCount, one], outputs: [columns] },
      { opType: "Range", inputs: [pastCount, totalCount, one], outputs: [flatRows] },
      { opType: "Reshape", inputs: [flatRows, editor.ints([-1, 1])], outputs: [rows] },
      { opType: "Greater", inputs: [columns, rows], outputs: [future] },
    ];
    let unseen = future;
    if (editor.input("attention_mask")) {
      const [flat, padding, both] = ["padding/flat", "padding", "unseen"].map((name) => `${maskName}/${name}`) as [
        ...[string, string, string],
      ];
      nodes.push(
        { opType: "Equal", inputs: ["attention_mask", editor.ints([0])], outputs: [flat] },
        { opType: "Reshape", inputs: [flat, editor.ints([0, 1, 1, -1])], outputs: [padding] },
        { opType: "Or", inputs: [unseen, padding], outputs: [both] },
      );
      unseen = both;
    }
    nodes.push({ opType: "Where", inputs: [unseen, editor.float(hidden), biasName], outputs: [maskName] });
    return nodes;
  }

  /**
   * The whole mask with rows hidden that lie further back. Past rows stand in the order of their positions, from 0, because
   * nothing is cut out of a cache with windows; where padding follows them it is hidden already.
   */
  private farRows(prefix: string, reach: number): NewNode[] {
    const { editor, whole } = this;
    const [before, own, columns, rows, distance, far] = ["before", "own", "columns", "rows", "distance", "far"].map(
      (name) => `${prefix}/${name}`,
    ) as [string, string, string, string, string, string];
    const [zero, one] = [editor.ints([0], []), editor.ints([1], [])];
    return [
      { opType: "Range", inputs: [zero, `${whole.past}/scalar`, one], outputs: [before] },
      { opType: "Gather", inputs: [positionsName, zero], outputs: [own], attributes: { axis: 0 } },
      { opType: "Concat", inputs: [before, own], outputs: [columns], attributes: { axis: 0 } },
      { opType: "Reshape", inputs: [own, editor.ints([-1, 1])], outputs: [rows] },
      { opType: "Sub", inputs: [rows, columns], outputs: [distance] },
      { opType: "Greater", inputs: [distance, editor.ints([reach - 1], [])], outputs: [far] },
      { opType: "Where", inputs: [far, editor.float(hidden), whole.mask], outputs: [`${prefix}/whole`] },
    ];
  }
}
