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

const model = { kind: "folder", path: path.resolve("models/pocket/base") } as const;

async function ask(strategy: string, options: Record<string, unknown> = {}): Promise<RecordedRun> {
  const run = await new Runner().ask(0, question, { name: strategy, strategy, model, options }, 0, false);
  return { ...run, marked: true, together: false } as RecordedRun;
}

describe("a survey without its trials", function () {
  this.timeout(60_000);
  it("has the figures of the chain of thought that was run beside it", async () => {
    const thought = await ask("chain-of-thought");
    const surveyed = await ask("survey");
    assert.ok(surveyed.figures.tokens.trial > 0 && surveyed.figures.checks > 0);
    const found = withoutTrials(surveyed);
    const { tokens, work, context, checks, steps } = thought.figures;
    assert.deepEqual(
      [found?.strategy, found?.answer, found?.correct, found?.figures.tokens, found?.figures.work],
      ["chain-of-thought", thought.answer, thought.correct, tokens, work],
    );
    assert.deepEqual([found?.figures.context, found?.figures.checks, found?.figures.steps], [context, checks, steps]);
  });

  it("is no chain of thought where it was cut: that would have gone on", async () => {
    const options = { maxTokens: 60 };
    const thought = await ask("chain-of-thought", options);
    const surveyed = await ask("survey", options);
    assert.ok(surveyed.figures.tokens.thinking < thought.figures.tokens.thinking);
    assert.equal(withoutTrials(surveyed), undefined);
  });
});
