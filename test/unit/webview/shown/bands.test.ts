import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import { bandsOf } from "../../../../webview/shown/bands";
import { blocksOf } from "../../../../webview/shown/blocks";
import type { Row } from "../../../../webview/shown/rows";
import * as samples from "../../samples/sampleTraces";

const [block] = blocksOf(fold(samples.chainOfThought()), false);

/** Rows as text, a letter for each column: `x` where there is something. */
const rowsOf = (lines: readonly string[]): Row[] =>
  lines.map((line, index) => ({ key: `r:${index}`, cells: [...line].map((sign) => (sign === "x" ? [block!] : [])) }));

/** For each band and row of it, how far its cells reach. */
const draw = (lines: readonly string[]): string[][] =>
  bandsOf(rowsOf(lines)).map(({ spans }) => spans.map((each) => each.join("")));

describe("bands of rows", () => {
  const cases: [name: string, lines: string[], bands: string[][]][] = [
    ["begin anew where every column has something", ["xx", "xx", "xx"], [["11"], ["11"], ["11"]]],
    ["hold a longer stretch with what stands beside it", ["xx", "x.", "x.", "xx"], [["13", "10", "10"], ["11"]]],
    ["begin anew where the others are over", ["xx", "x.", "x."], [["11"], ["10"], ["10"]]],
    ["reach over the gap of each column", ["xxx", "x.x", "xx.", "xxx"], [["121", "102", "110"], ["111"]]],
    ["leave blank what comes before the first of a column", [".x", ".x", "xx"], [["01", "01"], ["11"]]],
    ["are none where there are no rows", [], []],
  ];
  for (const [name, lines, bands] of cases) it(name, () => assert.deepEqual(draw(lines), bands));

  it("end where they would get too long to be drawn in one go, and hold every row once", () => {
    const rows = rowsOf(["xx", ...Array.from({ length: 60 }, () => "x."), "xx"]);
    const bands = bandsOf(rows);
    assert.deepEqual(
      bands.flatMap((band) => band.rows),
      rows,
    );
    for (const band of bands) assert.ok(band.rows.length <= 24);
  });

  it("leave no cell of a column uncovered between its first and its last", () => {
    const lines = ["x.x", "..x", "xx.", ".x.", "x.x", "xxx", "x..", "x.."];
    for (const { rows, spans } of bandsOf(rowsOf(lines)))
      for (let column = 0; column < 3; column += 1) {
        const first = rows.findIndex(({ cells }) => cells[column]!.length > 0);
        const reached = spans.reduce((sum, each) => sum + each[column]!, 0);
        if (first >= 0) assert.equal(reached, rows.length - first);
      }
  });
});
