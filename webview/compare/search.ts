/** Search over the blocks of all columns: by text, by kind of block, by confidence. */
import { type Trace, probabilityOf } from "../../src/core/trace/fold";
import type { Block } from "../shown/blocks";

export interface Query {
  text: string;
  /** Only blocks of this kind; `check` means blocks with a check or the exit. */
  kind: Block["kind"] | "check" | "any";
  /** Only tokens less probable than this, 0 to 1. */
  below: number | undefined;
}

/** Positions [from, to) of a run. */
export interface Hit {
  run: string;
  block: string;
  from: number;
  to: number;
}

export function isEmpty(query: Query): boolean {
  return query.text === "" && query.kind === "any" && query.below === undefined;
}

function ofKind(block: Block, kind: Query["kind"]): boolean {
  if (kind === "any") return true;
  if (kind === "check") return block.checks.length > 0 || block.exit !== undefined;
  return block.kind === kind;
}

function unsure(trace: Trace, at: number, below: number): boolean {
  const position = trace.positions[at];
  const probability = position && probabilityOf(position);
  return probability !== undefined && probability < below;
}

/** Stretches of [from, to) in which every position passes. */
function stretches(from: number, to: number, passes: (at: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let at = from; at < to; at += 1) {
    if (!passes(at)) continue;
    const last = found.at(-1);
    if (last?.[1] === at) last[1] = at + 1;
    else found.push([at, at + 1]);
  }
  return found;
}

/** Where `text` occurs in a block, as ranges of the tokens that hold it. Upper case in `text` makes it count. */
function occurrences(trace: Trace, block: Block, text: string): [number, number][] {
  const exact = text !== text.toLowerCase();
  const ends: number[] = [];
  let whole = "";
  for (let at = block.from; at < block.to; at += 1) {
    const piece = trace.positions[at]?.text ?? "";
    whole += exact ? piece : piece.toLowerCase();
    ends.push(whole.length);
  }
  const found: [number, number][] = [];
  let token = 0;
  for (let start = whole.indexOf(text); start >= 0; start = whole.indexOf(text, start + text.length)) {
    while (ends[token]! <= start) token += 1;
    let last = token;
    while (ends[last]! < start + text.length) last += 1;
    found.push([block.from + token, block.from + last + 1]);
  }
  return found;
}

/** Hits of one column in the order of the axis. */
export function searchBlocks(run: string, trace: Trace, blocks: readonly Block[], query: Query): Hit[] {
  if (isEmpty(query)) return [];
  return blocks.flatMap((block) => {
    if (!ofKind(block, query.kind)) return [];
    const { below } = query;
    let ranges: [number, number][];
    if (query.text !== "") {
      ranges = occurrences(trace, block, query.text);
      if (below !== undefined)
        ranges = ranges.filter(([from, to]) => stretches(from, to, (at) => unsure(trace, at, below)).length > 0);
    } else if (below !== undefined) ranges = stretches(block.from, block.to, (at) => unsure(trace, at, below));
    else ranges = [[block.from, block.to]];
    return ranges.map(([from, to]) => ({ run, block: block.key, from, to }));
  });
}
