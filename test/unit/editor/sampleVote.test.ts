/** A live vote over the samples of a job: what it is told of each as it is written, and what it says of them. */
import assert from "node:assert/strict";
import { SampleVote } from "../../../src/editor/runs/sampleVote";
import { TraceBuilder } from "../samples/traceBuilder";

const STRATEGY = "chain-of-thought";

/** A run whose thought has so many tokens. */
function sample(n: number, tokens: number, answer = "7") {
  const trace = new TraceBuilder(`sample-${n}`, STRATEGY, { gold: "7", seed: n });
  trace.span("thinking", () => {
    trace.forced("<think>\n");
    trace.step("word ".repeat(tokens));
    trace.exit("end-of-thinking");
    trace.forced("</think>\n");
  });
  trace.span("answer", () => trace.text(`#### ${answer}`));
  return trace.end(answer, answer === "7");
}

describe("a vote that watches the samples of a job", () => {
  it("stops one that thinks longer than the shortest did, with the reason", () => {
    const vote = SampleVote.named("short-1", STRATEGY)!;
    const short = sample(1, 20);
    assert.equal(vote.wrote(0, short), undefined);
    vote.ended(0, short);
    assert.equal(vote.wrote(1, sample(2, 10)), undefined);
    assert.match(vote.wrote(2, sample(3, 200))!, /^1 sample has come to an answer with less thinking\.$/);
    assert.equal(vote.isOver, false);
  });

  it("stops none of a strategy that tries answers on the way", () => {
    const vote = SampleVote.named("short-1", "deer")!;
    vote.ended(0, sample(1, 20));
    assert.equal(vote.wrote(1, sample(2, 200)), undefined);
  });

  it("by DeepConf is over once the first samples agree", () => {
    const vote = SampleVote.named("deepconf:2", STRATEGY)!;
    vote.ended(0, sample(1, 90));
    assert.equal(vote.isOver, false);
    vote.ended(1, sample(2, 80));
    assert.equal(vote.isOver, true);
  });

  it("goes on where the first samples differ", () => {
    const vote = SampleVote.named("deepconf:2", STRATEGY)!;
    vote.ended(0, sample(1, 90));
    vote.ended(1, sample(2, 80, "8"));
    assert.equal(vote.isOver, false);
  });

  it("there is none of another name", () => assert.equal(SampleVote.named("majority", STRATEGY), undefined));
});
