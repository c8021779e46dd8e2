/** Bars that name a p: met in each family, by tests that stand together with all others of the table. */
import assert from "node:assert/strict";
import { BARS, barRow, judged } from "../../../bench/pocketBars";
import { fixedSettings, type Shares } from "./fixedRuns";

const each = (arithmetic: number, prosqa: number, triage: number, tokens = 10): Shares[string] => ({
  arithmetic: [arithmetic, tokens],
  prosqa: [prosqa, tokens],
  triage: [triage, tokens],
});
const rowOf = (name: string, shares: Shares, limit = 40) =>
  barRow(
    BARS.find((bar) => bar.name === name)!,
    fixedSettings(shares, limit),
  );
const TRUNCATION = "DEER against truncation at the same mean length";
const FAMILIES = ["arithmetic", "prosqa", "triage"];

describe("a bar that names a p", () => {
  const deerAgainst = (cut: Shares[string]) =>
    rowOf(TRUNCATION, { "chain-of-thought": each(40, 40, 40, 90), deer: each(30, 30, 30), budget: cut });

  it("is met where each family meets it", async () => {
    const row = await deerAgainst(each(20, 20, 20));
    assert.equal(judged([row]).rows[0]!.met, true);
    assert.deepEqual(
      row.tests!.map(({ what }) => what),
      FAMILIES.map((family) => `DEER, truncation, ${family}`),
    );
    assert.match(
      row.measured,
      /^DEER against truncation: arithmetic 75\.0 % \[.*\] \(n=40\) at 10 tokens against 50\.0 % .* at 10 tokens, \+25\.0 points \[1\d\.\d, 40\.0\] \(p=0\.0020\); prosqa /,
    );
  });

  it("is not met where one family is as good the other way, whatever the others win", async () => {
    const row = await deerAgainst(each(10, 30, 10));
    assert.equal(judged([row]).rows[0]!.met, false);
  });

  it("is not met where one family is worse, however sure that is", async () => {
    const row = await deerAgainst(each(10, 40, 10));
    assert.ok(row.tests!.every(({ p }) => p < 0.01));
    assert.equal(judged([row]).rows[0]!.met, false);
  });

  it("is judged by Holm over the tests of all rows, in their order", async () => {
    // 2 / 2^8, of which three stand together: 0.0234. Beside four that are smaller or as large it is no longer below 0.05.
    const row = await deerAgainst(each(22, 22, 22));
    const other = { bar: "b", model: "m", target: "t", measured: "", met: undefined };
    const tests = Array.from({ length: 4 }, (_, at) => ({ what: `other ${at}`, p: 1 }));
    assert.equal(judged([row]).rows[0]!.met, true);
    const { rows, holm } = judged([{ ...other, tests }, row, other]);
    assert.deepEqual(
      rows.map(({ met }) => met),
      [undefined, false, undefined],
    );
    assert.deepEqual(
      holm.map(({ what }) => what),
      [...tests, ...row.tests!].map(({ what }) => what),
    );
    for (const { p } of holm.slice(4)) assert.ok(Math.abs(p - (7 * 2) / 256) < 1e-12);
  });
});

describe("SoftCoT's bar", () => {
  const [none, shuffled] = [`softcot control="no-soft"`, `softcot control="shuffled"`];
  for (const [why, shares, met] of [
    ["is met where it is better than both in each family", { [none]: each(5, 5, 5), [shuffled]: each(6, 6, 6) }, true],
    [
      "is not met where all of its gain is one family's",
      { [none]: each(20, 20, 5), [shuffled]: each(20, 20, 6) },
      false,
    ],
    ["is not met where shuffled tokens do as well", { [none]: each(5, 5, 5), [shuffled]: each(6, 20, 6) }, false],
  ] as const)
    it(why, async () => {
      const row = await rowOf("SoftCoT", { softcot: each(20, 20, 20), ...(shares as Shares) });
      assert.equal(judged([row]).rows[0]!.met, met);
      assert.deepEqual(
        row.tests!.map(({ what }) => what),
        ["no soft tokens", "shuffled soft tokens"].flatMap((other) =>
          FAMILIES.map((family) => `SoftCoT, ${other}, ${family}`),
        ),
      );
      assert.match(
        row.measured,
        /^SoftCoT against no soft tokens: arithmetic .* points .*\(p=.*; SoftCoT against shuffled soft tokens: /,
      );
    });
});

describe("a difference that a bar prints", () => {
  it("has its interval and test: LightThinker's to chain of thought", async () => {
    const row = await rowOf("LightThinker, arithmetic", {
      lightthinker: each(38, 0, 0),
      "chain-of-thought": each(40, 0, 0, 90),
    });
    assert.match(row.measured, /, −5\.0 points \[−1\d\.\d, 0\.0\] \(p=0\.50\), peak 11\.1 %/);
    assert.deepEqual(row.tests, [{ what: "LightThinker, chain of thought", p: 0.5 }]);
  });

  it("has its interval and test: DEER's control to the base, and DEER on it to its chain of thought", async () => {
    const bar = BARS.find(({ name }) => name.startsWith("DEER's control"))!;
    const { measured, tests } = await rowOf(bar.name, { "chain-of-thought": each(30, 0, 30), deer: each(28, 0, 30) });
    assert.match(
      measured,
      /^arithmetic: chain of thought 75\.0 % .*, \+0\.0 points \[0\.0, 0\.0\] \(p=1\.0\) to the base's, .*DEER on it 70\.0 % .*, −5\.0 points \[.*\] \(p=0\.50\), at/,
    );
    assert.deepEqual(
      tests!.map(({ p }) => p),
      [1, 0.5, 1, 1],
    );
  });
});
