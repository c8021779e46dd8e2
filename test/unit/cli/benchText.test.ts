import assert from "node:assert/strict";
import { benchText } from "../../../src/cli/benchReport";
import { benchTable } from "../../../src/core/measure/benchTable";
import { sampleBench } from "../samples/sampleBench";

describe("the table of a bench", () => {
  it("tells each difference with its interval, and the baseline none", () => {
    const { runs, strategies, model } = sampleBench();
    const [, , first, ...others] = benchText(benchTable(runs, strategies, model)).split("\n");
    assert.match(first!, / baseline$/);
    assert.equal(others.length, strategies.length - 1);
    for (const line of others) assert.match(line, / [+−]\d+\.\d points \[−?\d+\.\d, −?\d+\.\d\] +\d\S*$/);
  });
});
