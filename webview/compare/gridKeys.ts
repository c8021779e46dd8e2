/** Moving through the comparison by keyboard. Pure: which cell comes next, given which cells hold something. */

export interface GridPlace {
  row: number;
  column: number;
}

export type Move = "up" | "down" | "left" | "right" | "first" | "last" | "page-up" | "page-down";

/** The move that a key asks for, or undefined. `j` and `k` are down and up. */
export function moveOf(key: string): Move | undefined {
  switch (key) {
    case "ArrowUp":
    case "k":
      return "up";
    case "ArrowDown":
    case "j":
      return "down";
    case "ArrowLeft":
    case "h":
      return "left";
    case "ArrowRight":
    case "l":
      return "right";
    case "Home":
      return "first";
    case "End":
      return "last";
    case "PageUp":
      return "page-up";
    case "PageDown":
      return "page-down";
    default:
      return undefined;
  }
}

const PAGE = 10;

/**
 * The place after one move; the same place where there is nowhere to go. Up and down skip empty cells of the column,
 * left and right go to the nearest filled cell of the next column.
 */
export function move(
  from: GridPlace,
  by: Move,
  rows: number,
  columns: number,
  filled: (place: GridPlace) => boolean,
): GridPlace {
  const scan = (row: number, column: number, step: number): GridPlace | undefined => {
    for (let at = row; at >= 0 && at < rows; at += step) if (filled({ row: at, column })) return { row: at, column };
    return undefined;
  };
  const nearest = (column: number): GridPlace | undefined => {
    for (let distance = 0; distance < rows; distance += 1)
      for (const row of [from.row - distance, from.row + distance])
        if (row >= 0 && row < rows && filled({ row, column })) return { row, column };
    return undefined;
  };
  const found = ((): GridPlace | undefined => {
    switch (by) {
      case "up":
        return scan(from.row - 1, from.column, -1);
      case "down":
        return scan(from.row + 1, from.column, 1);
      case "page-up":
        return scan(Math.max(0, from.row - PAGE), from.column, -1) ?? scan(0, from.column, 1);
      case "page-down":
        return scan(Math.min(rows - 1, from.row + PAGE), from.column, 1) ?? scan(rows - 1, from.column, -1);
      case "first":
        return scan(0, from.column, 1);
      case "last":
        return scan(rows - 1, from.column, -1);
      case "left":
        return from.column > 0 ? nearest(from.column - 1) : undefined;
      case "right":
        return from.column < columns - 1 ? nearest(from.column + 1) : undefined;
    }
  })();
  return found ?? from;
}
