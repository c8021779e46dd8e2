import assert from "node:assert/strict";
import { benchText } from "../../../src/cli/benchReport";
import { benchTable, type BenchRun } from "../../../src/core/measure/benchTable";
import { measure } from "../../../src/core/measure/metrics";
import { fold } from "../../../src/core/trace/fold";

const run = (question: number, strategy: string, correct: boolean): BenchRun => ({
  ...{ question, strategy, correct, answer: "1" },
  figures: measure(fold([{ t: "tokens", at: 0, kind: "text", text: ["x"] }])),
});

describe("the table of a bench", () => {
  it("tells each difference with its interval, and the baseline none", () => {
    const runs = [...Array(20).keys()].flatMap((question) => [
      run(question, "chain-of-thought", question < 10),
      run(question, "deer", question < 8),
    ]);
    const [head, , baseline, deer] = benchText(benchTable(runs, ["chain-of-thought", "deer"], "m")).split("\n");
    assert.match(head!, /vs baseline +p$/);
    assert.match(baseline!, / baseline$/);
    assert.match(deer!, / −10\.0 points \[−2\d\.0, 0\.0\] +0\.50$/);
  });
});
