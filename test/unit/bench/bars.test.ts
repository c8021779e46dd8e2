/** The bars of the bundled models: every one gives a row, and the control of an early exit spends what the exit spends. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { budgetOfMean, mean } from "../../../bench/bars/figures";
import { OFFICIAL_PROSQA, questionsOf } from "../../../bench/datasets";
import { BARS, barRow } from "../../../bench/pocketBars";
import { Runner } from "../../../bench/runner";

describe("bars of the bundled models", () => {
  let empty: string;
  before(async () => {
    empty = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-bars-"));
  });
  after(() => rm(empty, { recursive: true }));

  for (const topic of ["lightthinker", "coconut", "prosqa", "softcot"]) {
    it(`gives rows that are not met for ${topic} where the weights are missing`, async () => {
      const settings = {
        runner: new Runner({ pocketFolder: empty }),
        limit: 1,
        prosqa: questionsOf(OFFICIAL_PROSQA, 1),
      };
      const bars = BARS.filter((bar) => bar.topic === topic);
      assert.ok(bars.length > 0);
      for (const bar of bars) {
        const row = await barRow(bar, settings);
        assert.equal(row.met, bar.isControl ? undefined : false);
        assert.match(row.measured, /^not measured: ./);
        assert.equal(row.target, bar.target);
      }
    });
  }

  it("has a bar for every line of the family's last table", () => {
    const topics = new Set(BARS.map(({ topic }) => topic));
    for (const topic of [
      ...["thinking", "draft", "sketch", "router", "deer", "probe", "lightthinker", "inftythink", "coconut"],
      ...["prosqa", "softcot", "size"],
    ])
      assert.ok(topics.has(topic), topic);
    assert.equal(new Set(BARS.map(({ name }) => name)).size, BARS.length);
  });

  it("finds the router where its bars say, on questions in forms and words that it never saw", async () => {
    const settings = { runner: new Runner({ pocketFolder: empty }), limit: 20, prosqa: [] };
    const rows = await Promise.all(BARS.filter(({ topic }) => topic === "router").map((bar) => barRow(bar, settings)));
    assert.deepEqual(
      rows.map(({ bar, met }) => [/fresh|middle|older|GSM8K/.exec(bar)?.[0] ?? "families", met]),
      [
        ["families", true],
        ["fresh", true],
        ["middle", true],
        ["older", false], // one of its five forms for sums goes wrong, as bench/README.md says
        ["GSM8K", true],
      ],
    );
  });

  it("asks all 300 official problems, each with two choices of which one is the answer", () => {
    const problems = questionsOf(OFFICIAL_PROSQA, Infinity);
    assert.equal(problems.length, 300);
    for (const { question, answer } of problems) {
      const [, name, first, second] = /Is (\w+) an? (\w+) or (?:an? )?(\w+)\?$/.exec(question)!;
      assert.match(answer, new RegExp(`^${name} is an? (${first}|${second})\\.$`));
    }
  });
});

describe("truncation at a mean length", () => {
  it("cuts no earlier and no later than that mean allows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(300), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lengths, share) => {
          const wanted = share * mean(lengths);
          const budget = budgetOfMean(lengths, wanted);
          const spent = (tokens: number) => mean(lengths.map((length) => Math.min(length, tokens)));
          assert.ok(spent(budget) >= wanted - 1e-9);
          assert.ok(budget === 0 || spent(budget - 1) < wanted + 1e-9);
        },
      ),
    );
  });

  it("cuts nothing where more is wanted than was ever thought", () => {
    assert.equal(budgetOfMean([10, 30, 20], 50), 30);
  });
});
