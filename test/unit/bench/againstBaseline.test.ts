/** A strategy is held to its bar in every family: what it wins in one does not make up for what another loses. */
import assert from "node:assert/strict";
import { againstBaseline } from "../../../bench/bars/againstBaseline";
import { difference, rightShare, totalTokens } from "../../../bench/bars/figures";
import type { DatasetRun } from "../../../src/engine/runs/datasetRun";
import { fixedRun as run, fixedSettings, type Shares } from "./fixedRuns";

const BASELINE: Shares[string] = { arithmetic: [9, 100], prosqa: [1, 100], triage: [9, 100] };
const BOUNDS = { lost: 0.02, most: 0.35, cost: totalTokens, costName: "of its tokens" };

describe("a bar of several families", () => {
  for (const [title, drafts, met] of [
    ["is met where each meets it", { arithmetic: [9, 30], prosqa: [5, 30], triage: [9, 35] }, true],
    [
      "is not met where one loses, whatever another wins",
      { arithmetic: [9, 30], prosqa: [9, 30], triage: [8, 30] },
      false,
    ],
    [
      "is not met where one costs too much, whatever others save",
      { arithmetic: [9, 5], prosqa: [5, 5], triage: [9, 36] },
      false,
    ],
  ] as const)
    it(title, async () => {
      const shares = { "chain-of-thought": BASELINE, draft: drafts as unknown as Shares[string] };
      const reached = await againstBaseline(fixedSettings(shares), "Drafts", "draft", BOUNDS);
      assert.equal(reached.met, met);
      assert.deepEqual(
        reached.tests!.map(({ what }) => what),
        ["Drafts, arithmetic", "Drafts, prosqa", "Drafts, triage"],
      );
      assert.match(
        reached.measured,
        /^arithmetic 90\.0 % \[.*\(p=1\.0\), .*; all [^p]* points \[[^p]*\], \d+\.\d % of its tokens/,
      );
    });

  it("counts an answer that cannot be judged as not right", () => {
    const [unknown, right] = [{ ...run(true, 1), correct: undefined } as unknown as DatasetRun, run(true, 1)];
    assert.match(rightShare([unknown, right]), /^50\.0 %/);
    assert.match(difference([unknown, right], [right, right]).text, /^−50\.0 points \[−100\.0, 0\.0\]/);
  });

  it("tells a difference with its interval and test", () => {
    const [mine, theirs] = [
      Array.from({ length: 10 }, () => run(true, 1)),
      Array.from({ length: 10 }, (_, at) => run(at > 4, 1)),
    ];
    const { text, p } = difference(mine, theirs);
    assert.match(text, /^\+50\.0 points \[\d+\.0, \d+\.0\] \(p=0\.06\d*\)$/);
    assert.ok(Math.abs(p - 0.0625) < 1e-9);
    assert.match(difference(theirs, mine).text, /^−50\.0 points \[−\d+\.0, −\d+\.0\]/);
  });
});
