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
  section: Block["section"];
  cells: Block[][];
}

/** Pairs of indices into the blocks of the first column and of another one, both rising. */
export type Match = readonly [base: number, other: number];

/**
 * Rows of N columns. Blocks of other columns that match nothing keep their place between their neighbours; a block
 * never stands in a row before that of its predecessor. The answer begins in the same row everywhere.
 * @param matches for every column but the first, its matches with the first
 */
export function layOutRows(columns: readonly Column[], matches: readonly (readonly Match[])[]): Row[] {
  return (["thinking", "answer"] as const).flatMap((section) => layOutSection(columns, matches, section));
}

function layOutSection(
  columns: readonly Column[],
  matches: readonly (readonly Match[])[],
  section: Block["section"],
): Row[] {
  const base = indicesOf(columns[0], section);
  const rows: Row[] = [];
  const cursors = columns.map((column) => ({ rest: indicesOf(column, section), next: 0 }));
  const baseOf =
    section === "answer"
      ? cursors
          .slice(1)
          .map(
            ({ rest }) =>
              new Map(rest.flatMap((other, nth) => (base[nth] === undefined ? [] : [[other, base[nth]] as const]))),
          )
      : // A step that stands for several of the base stands beside the first of them.
        matches.map((pairs) => new Map(pairs.toReversed().map(([a, b]) => [b, a] as const)));

  const newRow = (): Row => {
    const row: Row = { key: "", section, cells: columns.map(() => []) };
    rows.push(row);
    return row;
  };
  const place = (row: Row, column: number, index: number): void => {
    const block = columns[column]!.blocks[index]!;
    if (row.key === "") row.key = `${columns[column]!.run}:${block.key}`;
    row.cells[column]!.push(block);
  };
  /** Unmatched blocks of all columns that come before base block `limit` stand side by side, in order. */
  const placeUnmatchedBefore = (limit: number): void => {
    const groups = cursors.map((cursor, column) => {
      const group: number[] = [];
      if (column === 0) return group;
      while (cursor.next < cursor.rest.length) {
        const index = cursor.rest[cursor.next]!;
        const matched = baseOf[column - 1]?.get(index);
        if (matched !== undefined && matched >= limit) break;
        group.push(index);
        cursor.next += 1;
      }
      return group;
    });
    const height = Math.max(0, ...groups.map((group) => group.length));
    for (let line = 0; line < height; line += 1) {
      const row = newRow();
      groups.forEach((group, column) => group[line] !== undefined && place(row, column, group[line]!));
    }
  };

  for (const index of base) {
    const joined = joinsRowAbove(columns[0]!.blocks, index)
      ? rows.findLast(({ cells }) => cells[0]!.length > 0)
      : undefined;
    if (joined) {
      place(joined, 0, index);
      continue;
    }
    placeUnmatchedBefore(index);
    const row = newRow();
    place(row, 0, index);
    for (let column = 1; column < columns.length; column += 1) {
      const cursor = cursors[column]!;
      while (cursor.next < cursor.rest.length && baseOf[column - 1]?.get(cursor.rest[cursor.next]!) === index) {
        place(row, column, cursor.rest[cursor.next]!);
        cursor.next += 1;
        while (cursor.next < cursor.rest.length && joinsRowAbove(columns[column]!.blocks, cursor.rest[cursor.next]!)) {
          place(row, column, cursor.rest[cursor.next]!);
          cursor.next += 1;
        }
      }
    }
  }
  placeUnmatchedBefore(Infinity);
  return rows;
}

/** Gist tokens stand under the thought that they compress. */
function joinsRowAbove(blocks: readonly Block[], index: number): boolean {
  return blocks[index]!.kind === "gist" && blocks[index - 1]?.section === blocks[index]!.section;
}

function indicesOf(column: Column | undefined, section: Block["section"]): number[] {
  return (column?.blocks ?? []).flatMap((block, index) => (block.section === section ? [index] : []));
}
