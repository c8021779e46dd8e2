/** Answers of instruct models: what they mark counts, and else the last number they wrote outside trials. */
import assert from "node:assert/strict";
import { gradeUnmarked } from "../../../bench/instructAnswer";
import { fold } from "../../../src/core/trace/fold";
import { measure } from "../../../src/core/measure/metrics";
import type { TraceEvent } from "../../../src/core/trace/trace";

function runOf(text: string[], extra: object[] = [], end: object = {}) {
  const header = { t: "run", v: 1, id: "r", strategy: "deer", options: {}, model: { id: "m" }, messages: [], seed: 0 };
  const events = [header, { t: "tokens", at: 0, text }, ...extra, { t: "end", ...end }] as TraceEvent[];
  const trace = fold(events);
  const figures = measure(trace);
  const { answer, correct = false } = figures;
  return { question: 0, strategy: "deer", answer, correct, figures, trace, events };
}

describe("answers of instruct models", () => {
  it("stay as they were graded where they were marked", () => {
    const run = gradeUnmarked(runOf(["It is ", "7, or 8."], [], { answer: "7", correct: true }), "7");
    assert.deepEqual([run.answer, run.correct, run.marked], ["7", true, true]);
  });

  for (const [title, text, gold, answer, correct] of [
    ["the last number of a sentence", "So she sold 48 + 24 = 72 clips altogether.", "72", "72", true],
    ["thousands", "The total is $1,250.", "1250", "$1,250", true],
    ["a wrong number", "She has 5 left.", "6", "5", false],
    ["no number", "I cannot say.", "6", undefined, false],
  ] as const) {
    it(`are taken from the text otherwise: ${title}`, () => {
      const run = gradeUnmarked(runOf([text]), gold);
      assert.deepEqual([run.answer, run.correct, run.marked], [answer, correct, false]);
    });
  }

  it("are not taken from a trial", () => {
    const text = ["She has ", "12 left.", " \\boxed{", "99"];
    const run = gradeUnmarked(runOf(text, [{ t: "span", kind: "trial", from: 2, to: 4 }]), "12");
    assert.deepEqual([run.answer, run.correct], ["12", true]);
  });
});
