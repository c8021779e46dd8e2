/** The chain of thought of a survey, held to a chain of thought that was run. */
import assert from "node:assert/strict";
import path from "node:path";
import type { RecordedRun } from "../../../bench/recordedRuns";
import { Runner } from "../../../bench/runner";
import { withoutTrials } from "../../../bench/withoutTrials";

const question = {
  question:
    "Stella has 3 books. On Tuesday she picks up 8 books. On Wednesday Stella loses 2 books. How many books does Stella have after Wednesday?",
  answer: "9",
};

describe("a survey without its trials", function () {
  this.timeout(60_000);
  it("has the figures of the chain of thought that was run beside it", async () => {
    const model = { kind: "folder", path: path.resolve("models/pocket/base") } as const;
    const ask = (strategy: string, index: number) =>
      new Runner().ask(index, question, { name: strategy, strategy, model, options: {} }, 0, false);
    const thought = await ask("chain-of-thought", 0);
    const surveyed = await ask("survey", 1);
    assert.ok(surveyed.figures.tokens.trial > 0 && surveyed.figures.checks > 0);
    const found = withoutTrials({ ...surveyed, marked: true, together: false } as RecordedRun);
    const { tokens, work, context, checks, steps } = thought.figures;
    assert.deepEqual(
      [found.strategy, found.answer, found.correct, found.figures.tokens, found.figures.work, found.figures.context],
      ["chain-of-thought", thought.answer, thought.correct, tokens, work, context],
    );
    assert.deepEqual([found.figures.checks, found.figures.steps], [checks, steps]);
  });
});
