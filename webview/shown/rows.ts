/** Blocks of several traces laid out in rows, so that steps which do the same work stand side by side. */
import type { Block } from "./blocks";

export interface Column {
  run: string;
  blocks: Block[];
}

/** One row: for every column the blocks that stand in it, none, one or several. */
export interface Row {
  /** `run:position` of its first block: the same row keeps its key while traces grow at their ends. */
  key: string;
  cells: Block[][];
}

/** Pairs of indices into the blocks of the first column and of another one, both rising. */
export type Match = readonly [base: number, other: number];

/**
 * Rows of N columns. Matched blocks stand side by side; what lies between two matches stands side by side too, from
 * the top, and claims nothing. A block never stands above its predecessor. The answer follows its own column's thinking.
 * @param matches for every column but the first, its matches with the first
 */
export function layOutRows(columns: readonly Column[], matches: readonly (readonly Match[])[]): Row[] {
  const rows = layOutThinking(columns, (column) => matches[column - 1] ?? []);
  columns.forEach((column, index) => {
    let at = rows.findLastIndex(({ cells }) => cells[index]!.length > 0);
    for (const { blocks } of unitsOf(column.blocks, "answer")) {
      at += 1;
      rows[at] ??= { key: `${column.run}:${blocks[0]!.key}`, cells: columns.map(() => []) };
      rows[at]!.cells[index] = blocks;
    }
  });
  return rows;
}

/**
 * Rows of several questions, each laid out by itself: side by side on the page, and nothing more is said by it.
 * @param groups the columns of each, by their places on the page, and their rows
 * @param count of all columns
 */
export function besideEachOther(
  groups: readonly { columns: readonly number[]; rows: readonly Row[] }[],
  count: number,
): Row[] {
  const length = Math.max(0, ...groups.map(({ rows }) => rows.length));
  return Array.from({ length }, (_, index): Row => {
    const cells = Array.from({ length: count }, (): Block[] => []);
    for (const { columns, rows } of groups)
      rows[index]?.cells.forEach((blocks, column) => (cells[columns[column]!] = blocks));
    return { key: groups.find(({ rows }) => rows[index])!.rows[index]!.key, cells };
  });
}

/** Blocks that stay together: a thought and the gist tokens that compress it. */
interface Unit {
  blocks: Block[];
  /** Index of the unit of the first column that it belongs beside. */
  anchor: number | undefined;
}

function layOutThinking(columns: readonly Column[], matchesOf: (column: number) => readonly Match[]): Row[] {
  const units = columns.map(({ blocks }) => unitsOf(blocks, "thinking"));
  const [base = [], ...others] = units;
  others.forEach((column, index) => anchor(column, base, columns, index + 1, matchesOf(index + 1)));
  const cursors = columns.map(() => 0);
  const rows: Row[] = [];

  const newRow = (): Row => {
    const row: Row = { key: "", cells: columns.map(() => []) };
    rows.push(row);
    return row;
  };
  const place = (row: Row, column: number): void => {
    const unit = units[column]![cursors[column]!]!;
    if (row.key === "") row.key = `${columns[column]!.run}:${unit.blocks[0]!.key}`;
    row.cells[column]!.push(...unit.blocks);
    cursors[column]! += 1;
  };
  const anchored = units.map(nextAnchored);
  /** How many free units a column has before its next anchored one, if that belongs beside base unit `limit` or above. */
  const freeBefore = (column: number, limit: number): number => {
    const next = anchored[column]![cursors[column]!]!;
    const reached = units[column]![next]?.anchor ?? Infinity;
    return reached <= limit ? next - cursors[column]! : 0;
  };
  const placeFree = (limit: number): void => {
    const counts = columns.map((_, column) => (column === 0 ? 0 : freeBefore(column, limit)));
    for (let line = 0; line < Math.max(0, ...counts); line += 1) {
      const row = newRow();
      counts.forEach((count, column) => line < count && place(row, column));
    }
  };

  base.forEach((_, index) => {
    placeFree(index);
    const row = newRow();
    place(row, 0);
    others.forEach((column, nth) => {
      const next = (): Unit | undefined => column[cursors[nth + 1]!];
      if (next() && next()!.anchor === undefined) place(row, nth + 1);
      else while (next()?.anchor === index) place(row, nth + 1);
    });
  });
  placeFree(Infinity);
  return rows;
}

/** For every unit the index of the first anchored one from it on; the number of units where there is none. */
function nextAnchored(units: readonly Unit[]): number[] {
  const next = Array<number>(units.length + 1).fill(units.length);
  for (let index = units.length - 1; index >= 0; index -= 1)
    next[index] = units[index]!.anchor === undefined ? next[index + 1]! : index;
  return next;
}

function unitsOf(blocks: readonly Block[], section: Block["section"]): Unit[] {
  const units: Unit[] = [];
  for (const block of blocks) {
    if (block.section !== section) continue;
    const last = units.at(-1);
    if (block.kind === "gist" && last) last.blocks.push(block);
    else units.push({ blocks: [block], anchor: undefined });
  }
  return units;
}

/** Gives the units of a column their anchors. */
function anchor(
  units: Unit[],
  base: readonly Unit[],
  columns: readonly Column[],
  column: number,
  matches: readonly Match[],
): void {
  const unitOf = new Map(base.flatMap((unit, index) => unit.blocks.map((block) => [block, index] as const)));
  // A block that stands for several of the base stands beside the first of them.
  const baseOf = new Map(
    matches.toReversed().map(([a, b]) => [columns[column]!.blocks[b], columns[0]!.blocks[a]] as const),
  );
  let last = 0;
  for (const unit of units) {
    const partner = unit.blocks.map((block) => baseOf.get(block)).find((each) => each !== undefined);
    const wanted = partner && unitOf.get(partner);
    if (wanted === undefined || wanted < last) continue;
    unit.anchor = wanted;
    last = wanted;
  }
}
