/** Rows gathered into bands, in which no column is blank before its end: what stands beside a longer stretch stays beside all of it. */
import type { Row } from "./rows";

/** Rows that are laid out together. Longer bands would be drawn in one go although most of them is off the screen. */
const MOST_ROWS = 24;

export interface Band {
  readonly rows: readonly Row[];
  /** For each row and each column: how many rows its cell reaches over, itself included; 0 for an empty cell. */
  readonly spans: readonly (readonly number[])[];
}

/** Index of the last row in which each column has anything; −1 for none. */
function ends(rows: readonly Row[]): number[] {
  const last: number[] = (rows[0]?.cells ?? []).map(() => -1);
  rows.forEach(({ cells }, index) =>
    cells.forEach((blocks, column) => {
      if (blocks.length > 0) last[column] = index;
    }),
  );
  return last;
}

/**
 * A new band begins where every column that goes on has something. Within a band a cell reaches down to the next one of
 * its column, so that it can stay in sight while the longer columns are read.
 */
export function bandsOf(rows: readonly Row[]): Band[] {
  const last = ends(rows);
  const groups: Row[][] = [];
  rows.forEach((row, index) => {
    const whole = row.cells.every((blocks, column) => blocks.length > 0 || index > last[column]!);
    const group = groups.at(-1);
    if (!group || whole || group.length >= MOST_ROWS) groups.push([row]);
    else group.push(row);
  });
  return groups.map((group) => ({ rows: group, spans: spansOf(group) }));
}

function spansOf(rows: readonly Row[]): number[][] {
  const spans = rows.map(({ cells }) => cells.map(({ length }) => (length > 0 ? 1 : 0)));
  const columns = rows[0]?.cells.length ?? 0;
  for (let column = 0; column < columns; column += 1) {
    let open: number | undefined;
    for (let index = 0; index < rows.length; index += 1) {
      if (spans[index]![column] === 1) open = index;
      else if (open !== undefined) spans[open]![column]! += 1;
    }
  }
  return spans;
}
