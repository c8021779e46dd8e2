/** Tables of the benchmarks: what is printed can be pasted into a document and passes its formatting check. */
import assert from "node:assert/strict";
import { format } from "oxfmt";
import { markdownTable } from "../../../bench/markdownTable";

describe("a Markdown table", () => {
  const table = markdownTable(
    ["engine", "tokens/s"],
    [
      ["thoughtlens", "90.1"],
      ["a | b\nc", "7"],
    ],
    [1],
  );

  it("is as the formatter leaves it", async () => {
    assert.equal((await format("table.md", table, { printWidth: 120 })).code, table);
  });

  it("keeps a cell on its line and in its column", () => {
    assert.equal(
      table,
      [
        "| engine      | tokens/s |",
        "| ----------- | -------: |",
        "| thoughtlens |     90.1 |",
        "| a \\| b c    |        7 |",
        "",
      ].join("\n"),
    );
  });
});
