import assert from "node:assert/strict";
import { nextPlace, type RunsPlace } from "../../../../webview/runs/runsKeys";

describe("moving about in the table of runs", () => {
  const size = { lines: 100, columns: 10, page: 20 };
  const at = (line: number, column: number): RunsPlace => ({ line, column });
  const cases: [from: RunsPlace, key: string, to: RunsPlace | undefined][] = [
    [at(5, 3), "ArrowDown", at(6, 3)],
    [at(0, 3), "ArrowUp", at(-1, 3)],
    [at(-1, 3), "ArrowUp", at(-1, 3)],
    [at(99, 3), "ArrowDown", at(100, 3)],
    [at(100, 3), "ArrowDown", at(100, 3)],
    [at(5, 0), "ArrowLeft", at(5, 0)],
    [at(5, 9), "ArrowRight", at(5, 9)],
    [at(5, 3), "Home", at(5, 0)],
    [at(5, 3), "End", at(5, 9)],
    [at(5, 3), "Ctrl+Home", at(0, 0)],
    [at(5, 3), "Ctrl+End", at(99, 9)],
    [at(5, 3), "PageDown", at(25, 3)],
    [at(95, 3), "PageDown", at(99, 3)],
    [at(5, 3), "PageUp", at(0, 3)],
    [at(5, 3), "x", undefined],
  ];
  for (const [from, key, to] of cases)
    it(`${key} leads from ${from.line}, ${from.column} to ${to ? `${to.line}, ${to.column}` : "nowhere"}`, () => {
      const pressed = { key: key.replace("Ctrl+", ""), ctrlKey: key.startsWith("Ctrl+"), metaKey: false };
      assert.deepEqual(nextPlace(from, pressed, size), to);
    });
});
