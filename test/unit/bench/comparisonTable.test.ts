/** The table of a comparison: a line a strategy, with its model and its difference to the first. */
import assert from "node:assert/strict";
import { comparisonTable } from "../../../bench/comparisonTable";
import { benchTable, type BenchRun } from "../../../src/core/measure/benchTable";
import { measure } from "../../../src/core/measure/metrics";
import { fold } from "../../../src/core/trace/fold";

const run = (question: number, strategy: string, correct: boolean, model?: string): BenchRun => ({
  ...{ question, strategy, correct, answer: "1", model },
  figures: measure(fold([{ t: "tokens", at: 0, kind: "text", text: ["x"] }])),
});

/** Cells of the table by the titles of their columns. */
function linesOf(table: string): Record<string, string>[] {
  const [head = [], , ...lines] = table
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return lines.map((line) => Object.fromEntries(head.map((title, column) => [title, line[column]!])));
}

describe("the table of a comparison", () => {
  const runs = [...Array(20).keys()].flatMap((question) => [
    run(question, "chain-of-thought", question < 10),
    run(question, "deer", question < 16),
    run(question, "lightthinker", question < 11, "tuned"),
  ]);
  const rows = benchTable(runs, ["chain-of-thought", "deer", "lightthinker"], "small");
  const lines = linesOf(comparisonTable(rows, () => 1));

  it("names the model of each row", () => {
    assert.deepEqual(
      lines.map(({ model }) => model),
      ["small", "small", "tuned"],
    );
  });

  it("tells differences with their intervals, and p by Holm", () => {
    const [first, deer, tuned] = lines.map((line) => line["against the first [95 % interval] (p by Holm)"]);
    assert.equal(first, "");
    // Six questions won: p = 2 / 2^6, twice that beside a second test.
    assert.match(deer!, /^\+30\.0 points \[1\d\.0, 50\.0\] \(p=0\.063\)$/);
    assert.match(tuned!, /^\+5\.0 points \[0\.0, 15\.0\] \(p=1\.0\)$/);
  });
});
