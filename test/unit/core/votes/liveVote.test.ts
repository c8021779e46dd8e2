/** Votes that stop samples while they are written come to what their replays say of whole samples. */
import assert from "node:assert/strict";
import { liveDeepConf, liveShortest, type LiveVote } from "../../../../src/core/votes/liveVote";
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
  const waiting = samples.map((each, n) => ({ ...each, n, at: 0 }));
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
    while (!vote.isOver && underWay.length < atOnce && waiting.length > 0) underWay.push(waiting.shift()!);
  }
  return { tokens, stopped, left: waiting.length };
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
    assert.equal(stopped.length, 1);
    assert.equal(split.outcome().answer, "7");
  });
});
