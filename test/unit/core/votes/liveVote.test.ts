/** Votes that stop samples while they are written come to what their replays say of whole samples. */
import assert from "node:assert/strict";
import { liveDeepConf, liveShortest, type LiveVote } from "../../../../src/core/votes/liveVote";
import { liveVoteNamed } from "../../../../src/core/votes/liveVoteName";
import { seededRandom } from "../../../../src/core/measure/random";
import { shortest } from "../../../../src/core/votes/shortest";
import { surenessOf } from "../../../../src/core/votes/sureness";
import type { Sample } from "../../../../src/core/votes/vote";

interface Written {
  answer: string;
  entropies: number[];
}

const random = seededRandom(3);
const written: Written[] = Array.from({ length: 24 }, () => ({
  answer: random() < 0.6 ? "7" : `${Math.floor(random() * 4)}`,
  entropies: Array.from({ length: 20 + Math.floor(random() * 300) }, () => random()),
}));
const sampleOf = ({ answer, entropies }: Written): Sample => ({
  ...{
    answer,
    correct: answer === "7",
    thinking: entropies.length,
    tokens: entropies.length + 3,
    ms: entropies.length,
  },
  sureness: surenessOf(entropies),
});

/** Writes `atOnce` samples at a time, a token of each in turn. @returns tokens that were written, and why samples were stopped */
function play(vote: LiveVote, samples: readonly Written[], atOnce: number) {
  let tokens = 0;
  const stopped: string[] = [];
  const waiting = samples.map((each, index) => ({ ...each, n: index + 1, at: 0 }));
  let underWay = waiting.splice(0, atOnce);
  while (underWay.length > 0) {
    underWay = underWay.filter((each) => {
      if (each.at >= each.entropies.length) {
        vote.ended(each.n, sampleOf(each));
        return false;
      }
      tokens += 1;
      const why = vote.thought(each.n, each.entropies[each.at++]);
      if (why !== undefined) stopped.push(why);
      return why === undefined;
    });
    while (underWay.length < atOnce && waiting.length > 0 && !vote.isOver) underWay.push(waiting.shift()!);
  }
  return { tokens, stopped, left: waiting.length };
}

/** What whole samples come to in their order, told of one after the other, and the tokens of those that are needed. */
function replayInOrder(vote: LiveVote, samples: readonly Sample[]) {
  let tokens = 0;
  for (const [index, sample] of samples.entries()) {
    if (vote.isOver) break;
    vote.ended(index + 1, sample);
    tokens += sample.tokens;
  }
  return { ...vote.outcome(), tokens };
}

describe("a live vote", () => {
  const whole = written.reduce((sum, { entropies }) => sum + entropies.length, 0);
  for (const atOnce of [1, 4, 24])
    for (const m of [1, 3, 7])
      it(`of the shortest ${m}, ${atOnce} at once, comes to what whole samples would, for less`, () => {
        const vote = liveShortest(m);
        const { tokens, stopped } = play(vote, written, atOnce);
        assert.equal(vote.outcome().answer, shortest(m).decide(written.map(sampleOf)).answer);
        assert.ok(tokens < whole && stopped.length > 0);
        assert.match(stopped[0]!, /^\d samples? ha(s|ve) come to an answer with less thinking\.$/);
      });

  it("by DeepConf stops what is less sure than the first samples were, and begins no more once it is settled", () => {
    const sure: Written = { answer: "7", entropies: Array<number>(200).fill(0.1) };
    const stumbling: Written = {
      answer: "8",
      entropies: [...Array<number>(80).fill(0.1), ...Array<number>(200).fill(3)],
    };
    const settled = liveDeepConf({ warmUp: 3, keep: 0.9, consensus: 0.95 });
    assert.equal(play(settled, [sure, sure, sure, sure, sure], 1).left, 2);
    const split = liveDeepConf({ warmUp: 3, keep: 0.9, consensus: 0.95 });
    const { stopped } = play(split, [sure, { ...sure, answer: "9" }, sure, stumbling, sure], 1);
    assert.deepEqual(stopped, ["A stretch of it is less sure than the first 3 samples were."]);
    assert.equal(split.outcome().answer, "7");
  });

  for (const warmUp of [2, 5])
    for (const keep of [0.1, 0.9]) {
      const settings = { warmUp, keep, consensus: 0.95 };
      it(`by DeepConf after ${warmUp}, keeping ${keep}, comes to what its replay over whole samples says in the same order`, () => {
        const vote = liveDeepConf(settings);
        const { tokens, stopped } = play(vote, written, 1);
        const replayed = replayInOrder(liveDeepConf(settings), written.map(sampleOf));
        const { answer, correct } = vote.outcome();
        assert.deepEqual([answer, correct], [replayed.answer, replayed.correct]);
        assert.ok(keep > 0.5 || (tokens < whole && stopped.length > 0));
        assert.ok(tokens <= replayed.tokens, "what is stopped is no dearer than what is whole");
      });

      it(`by DeepConf after ${warmUp}, keeping ${keep}, counts the same votes however many are written at once`, () => {
        const answers = [1, 4, 24].map((atOnce) => {
          // Without a consensus all samples are begun, and which of them vote is no matter of time.
          const vote = liveDeepConf({ ...settings, consensus: 2 });
          play(vote, written, atOnce);
          return vote.outcome().answer;
        });
        assert.deepEqual(new Set(answers).size, 1);
      });
    }

  it("by DeepConf takes no vote of a first sample that was less sure than the others are asked to be", () => {
    const chain = (answer: string, entropy: number): Written => ({
      answer,
      entropies: Array<number>(200).fill(entropy),
    });
    const first = [chain("8", 2), chain("8", 3), chain("7", 0.1)];
    const low = liveDeepConf({ warmUp: 3, keep: 0.1, consensus: 0.95 });
    assert.equal(play(low, [...first, chain("8", 0.2)], 1).stopped.length, 1);
    assert.equal(low.outcome().answer, "7");
    const all = liveDeepConf({ warmUp: 3, keep: 1, consensus: 0.95 });
    play(
      all,
      first.map((each) => ({ ...each, entropies: each.entropies.map(() => 1) })),
      1,
    );
    assert.equal(all.outcome().answer, "8");
  });

  it("by DeepConf does not judge a chain that is shorter than a stretch", () => {
    const short: Written = { answer: "8", entropies: Array<number>(30).fill(5) };
    const sure: Written = { answer: "7", entropies: Array<number>(200).fill(0.1) };
    const vote = liveDeepConf({ warmUp: 1, keep: 0.9, consensus: 2 });
    assert.deepEqual(play(vote, [sure, short, short], 1).stopped, []);
    assert.equal(vote.outcome().answer, "7");
  });

  it("by DeepConf says where the samples hold nothing that it reads", () => {
    const vote = liveDeepConf();
    assert.equal(vote.remark, undefined);
    vote.ended(1, { ...sampleOf(written[0]!), sureness: undefined });
    assert.match(vote.remark!, /DeepConf stops none of them/);
  });

  const names: [name: string, least: number | undefined][] = [
    ["short-1", 1],
    ["short-12", 12],
    ["deepconf", 4],
    ["deepconf-low", 4],
    ["deepconf-high:16", 16],
    ["deepconf:2", 2],
    ["short-0", undefined],
    ["short", undefined],
    ["deepconf:0", undefined],
    ["deepconf-mean", undefined],
    ["deepconf-low:", undefined],
    ["majority", undefined],
  ];
  for (const [name, least] of names)
    it(`${least === undefined ? "is not called" : "is called"} ${name}`, () =>
      assert.equal(liveVoteNamed(name)?.least, least));
});
