/** Moving about in the table of runs by keyboard. Pure: which place comes next. */

/** A place in the grid: -1 is the head, `lines` what all come to; columns by their index among those that are shown. */
export interface RunsPlace {
  readonly line: number;
  readonly column: number;
}

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/**
 * @param lines how many there are
 * @param page how many are in sight
 * @returns undefined for a key that moves nowhere
 */
export function nextPlace(
  { line, column }: RunsPlace,
  { key, ctrlKey, metaKey }: Pressed,
  { lines, columns, page }: { lines: number; columns: number; page: number },
): RunsPlace | undefined {
  const isFar = ctrlKey || metaKey;
  const to = (nextLine: number, nextColumn: number): RunsPlace => ({
    line: Math.min(Math.max(nextLine, -1), lines),
    column: Math.min(Math.max(nextColumn, 0), columns - 1),
  });
  switch (key) {
    case "ArrowUp":
      return to(line - 1, column);
    case "ArrowDown":
      return to(line + 1, column);
    case "ArrowLeft":
      return to(line, column - 1);
    case "ArrowRight":
      return to(line, column + 1);
    case "Home":
      return isFar ? to(0, 0) : to(line, 0);
    case "End":
      return isFar ? to(lines - 1, columns - 1) : to(line, columns - 1);
    case "PageUp":
      return to(Math.max(0, line - page), column);
    case "PageDown":
      return to(Math.min(lines - 1, line + page), column);
    default:
      return undefined;
  }
}
