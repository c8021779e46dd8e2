import assert from "node:assert/strict";
import { earlyAnswering } from "../../../src/core/measure/earlyAnswer";
import { fold } from "../../../src/core/trace/fold";
import { latentAnswers } from "../../../src/core/measure/latentAnswers";
import { traceEvent, type TraceEventInput } from "../../../src/core/trace/trace";

const WORDS = ["cat", "dog", "fox"];

/** `<bot>`, two thoughts, an answer; where `tried`, an answer of two tokens is tried before the first and after each. */
function latentRun(tried: boolean, gold: string | undefined = "fox") {
  let at = 0;
  const events: TraceEventInput[] = [
    { t: "run", v: 1, id: "r", strategy: "coconut", model: { id: "m" }, started: "", ...(gold ? { gold } : {}) },
  ];
  const tokens = (kind: "forced" | "latent" | "text", count: number) => {
    events.push({ t: "tokens", at, kind, text: Array<string>(count).fill("x") });
    at += count;
  };
  const tryAnswer = (thoughts: number) => {
    if (!tried) return;
    const from = at;
    tokens("text", 2);
    events.push({ t: "span", kind: "trial", from, to: at });
    events.push({ t: "check", at: from, by: "coconut", answer: WORDS[thoughts]!, trial: [from, at] });
  };
  tokens("forced", 1);
  tryAnswer(0);
  for (const thoughts of [1, 2]) {
    const place = at;
    tokens("latent", 1);
    tryAnswer(thoughts);
    events.push({ t: "latent", at: place, ...(tried ? { answer: WORDS[thoughts]! } : {}) });
  }
  tokens("text", 2);
  events.push({ t: "end", answer: "fox" });
  return fold(events.map((event) => traceEvent.parse(event)));
}

describe("answers after 0…k thoughts", () => {
  it("are those of the trials, each graded, the last that of the run", () => {
    assert.deepEqual(latentAnswers(latentRun(true)), [
      { thoughts: 0, at: 1, answer: "cat", correct: false },
      { thoughts: 1, at: 4, answer: "dog", correct: false },
      { thoughts: 2, at: 7, answer: "fox", correct: true },
    ]);
  });

  it("without trials: the run's own after all of them", () => {
    assert.deepEqual(latentAnswers(latentRun(false, "")), [{ thoughts: 2, at: 3, answer: "fox", correct: undefined }]);
  });

  it("none where nothing was thought without words", () => {
    assert.deepEqual(latentAnswers(fold([])), []);
  });

  it("tell how much of thinking came after the answer, a thought counting as much as a token", () => {
    const early = earlyAnswering(latentRun(true))!;
    assert.equal(early.from, "checks");
    assert.deepEqual(
      early.points.map(({ answer, share }) => [answer, share]),
      [
        ["cat", 1 / 5],
        ["dog", 2 / 5],
        ["fox", 3 / 5],
      ],
    );
    assert.equal(early.settledAt, 7);
  });
});
