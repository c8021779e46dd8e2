import assert from "node:assert/strict";
import { move, moveOf, type GridPlace } from "../../../../webview/compare/gridKeys";

/** Two columns; the second has gaps. */
const PICTURE = ["##", "# ", "# ", "##", " #", "##"];
const filled = ({ row, column }: GridPlace): boolean => PICTURE[row]?.[column] === "#";
const go = (row: number, column: number, key: string): [number, number] => {
  const place = move({ row, column }, moveOf(key)!, PICTURE.length, 2, filled);
  return [place.row, place.column];
};

describe("moving through the comparison", () => {
  const cases: [string, [number, number], string, [number, number]][] = [
    ["down goes to the next row", [0, 0], "ArrowDown", [1, 0]],
    ["down skips gaps", [0, 1], "j", [3, 1]],
    ["up skips gaps", [3, 1], "k", [0, 1]],
    ["up stays at the top", [0, 0], "ArrowUp", [0, 0]],
    ["right goes to the same row", [3, 0], "ArrowRight", [3, 1]],
    ["right goes to the nearest filled row", [1, 0], "l", [0, 1]],
    ["left stays in the first column", [3, 0], "ArrowLeft", [3, 0]],
    ["End goes to the last step", [0, 1], "End", [5, 1]],
    ["Home goes to the first step", [5, 1], "Home", [0, 1]],
    ["a page beyond the end goes to the last step", [0, 0], "PageDown", [5, 0]],
  ];
  for (const [name, [row, column], key, expected] of cases)
    it(name, () => assert.deepEqual(go(row, column, key), expected));

  it("knows no other keys", () => assert.equal(moveOf("a"), undefined));
});
