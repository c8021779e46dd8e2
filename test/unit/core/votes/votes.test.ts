/** Votes over samples, and what they cost. */
import assert from "node:assert/strict";
import { deepConf } from "../../../../src/core/votes/deepConf";
import { majority } from "../../../../src/core/votes/majority";
import { passAtK } from "../../../../src/core/votes/passAtK";
import { shortest } from "../../../../src/core/votes/shortest";
import { surenessOf } from "../../../../src/core/votes/sureness";
import type { Sample, Vote } from "../../../../src/core/votes/vote";
import { sampledQuestions, voteTable } from "../../../../src/core/votes/voteTable";
import { fold } from "../../../../src/core/trace/fold";
import { chainOfThought } from "../../samples/sampleTraces";

const sample = (answer: string | undefined, thinking = 10, entropies: number[] = []): Sample => ({
  answer,
  correct: answer === undefined ? undefined : answer === "7" || answer === "7.0",
  thinking,
  tokens: thinking + 2,
  ms: 10 * thinking,
  sureness: surenessOf(entropies),
});
const sure = Array<number>(80).fill(0.1);
const unsure = Array<number>(80).fill(2);
/** Sure for long, and very unsure for a while. */
const stumbling = [...Array<number>(160).fill(0.01), ...Array<number>(64).fill(4), ...Array<number>(160).fill(0.01)];

describe("a vote", () => {
  const cases: [why: string, vote: Vote, samples: Sample[], answer: string | undefined, tokens: number, ms: number][] =
    [
      ["of the majority", majority, [sample("8"), sample("7"), sample("7")], "7", 36, 100],
      ["counts an answer in any dress", majority, [sample("8"), sample("7"), sample("7.0")], "7", 36, 100],
      ["goes to the first of equals", majority, [sample("8"), sample("7")], "8", 24, 100],
      ["is not given by those without an answer", majority, [sample(undefined), sample("7")], "7", 24, 100],
      ["of nobody has no answer", majority, [sample(undefined)], undefined, 12, 100],
      ["of the shortest stops the others", shortest(1), [sample("8", 50), sample("7", 10)], "7", 24, 100],
      [
        "of the three shortest waits for the third",
        shortest(3),
        [sample("8", 90), sample("7", 20), sample("9", 10), sample("7", 30)],
        "7",
        32 + 22 + 12 + 32,
        300,
      ],
      [
        "by sureness outweighs a majority that is unsure",
        deepConf("mean"),
        [sample("8", 10, unsure), sample("8", 10, unsure), sample("7", 10, sure)],
        "7",
        36,
        100,
      ],
      [
        "by the least sure stretch sees what the mean does not",
        deepConf("lowest"),
        [sample("8", 10, stumbling), sample("7", 10, Array<number>(300).fill(1))],
        "7",
        24,
        100,
      ],
      [
        "by the end of thinking looks there only",
        deepConf("tail"),
        [sample("8", 10, [...sure, ...unsure]), sample("7", 10, [...unsure, ...sure])],
        "7",
        24,
        100,
      ],
    ];
  for (const [why, vote, samples, answer, tokens, ms] of cases) {
    it(why, () => {
      const outcome = vote.decide(samples);
      assert.deepEqual([outcome.answer, outcome.tokens, outcome.ms], [answer, tokens, ms]);
    });
  }
});

describe("pass@k", () => {
  const cases: [n: number, c: number, k: number, share: number][] = [
    [4, 0, 1, 0],
    [4, 1, 1, 0.25],
    [4, 1, 4, 1],
    [4, 2, 2, 5 / 6],
    [10, 3, 5, 1 - 21 / 252],
  ];
  for (const [n, c, k, share] of cases)
    it(`of ${k} of ${n}, ${c} of them right, is ${share.toFixed(3)}`, () =>
      assert.ok(Math.abs(passAtK(n, c, k) - share) < 1e-12));
  it("is not known for more than there are", () => assert.ok(Number.isNaN(passAtK(2, 1, 3))));
});

describe("the table of votes", () => {
  it("has a row for each vote and number of samples, one sample being the same for all", () => {
    const questions = [
      { title: "a", model: "small", samples: [sample("7"), sample("7"), sample("8"), sample("7")] },
      { title: "b", model: "small", samples: [sample("8"), sample("9"), sample("7"), sample("7")] },
      { title: "alone", model: "other", samples: [sample("7")] },
    ];
    const { rows, samples, pass, missing, models, questions: counted } = voteTable(questions);
    assert.deepEqual([counted, samples, models], [2, 4, ["small"]]);
    const at = (vote: string, k: number) => rows.find((row) => row.vote === vote && row.k === k)!;
    assert.deepEqual([...new Set(rows.map(({ k }) => k))], [1, 2, 4]);
    assert.equal(at("majority", 4).accuracy, 1);
    assert.equal(at("majority", 1).accuracy, at("short-1", 1).accuracy);
    assert.ok(at("majority", 1).accuracy < 1);
    assert.equal(at("majority", 4).tokens, 48);
    assert.equal(pass.at(-1)!.share, 1);
    assert.ok(pass[0]!.share < 1);
    assert.match(missing.join(), /DeepConf/);
    assert.ok(!rows.some(({ vote }) => vote.startsWith("deepconf")));
  });

  it("takes runs of one question with other seeds for its samples, and one seed once", () => {
    const run = (id: string, seed: number) => {
      const trace = fold(chainOfThought(id));
      return { ...trace, header: { ...trace.header!, seed } };
    };
    const [question, ...more] = sampledQuestions([run("a", 1), run("b", 2), run("c", 2)]);
    assert.equal(more.length, 0);
    assert.equal(question!.samples.length, 2);
    assert.equal(question!.model, fold(chainOfThought("a")).header!.model.id);
  });
});
