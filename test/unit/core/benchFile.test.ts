import assert from "node:assert/strict";
import {
  benchHeader,
  entryLine,
  questionsText,
  readBenchFile,
  resultEntry,
  type KeptFailure,
  type KeptResult,
} from "../../../src/core/measure/benchFile";
import { fold } from "../../../src/core/trace/fold";
import { measure } from "../../../src/core/measure/metrics";
import { thresholdPoints } from "../../../src/core/exits/replayCurves";
import { deer } from "../samples/sampleTraces";

const trace = fold(deer());
const result = (question: number, strategy = "deer"): KeptResult => ({
  question,
  strategy,
  answer: "42",
  correct: true,
  figures: measure(trace),
  replays: thresholdPoints(trace),
  model: "pocket base",
  sha256: "cd",
  trace: `run-${question}`,
});
const HEADER = entryLine(
  benchHeader({
    data: "stories.jsonl",
    questions: 3,
    sha256: "ab",
    model: "pocket",
    strategies: ["chain-of-thought", "deer"],
    options: { maxTokens: 100 },
    seed: 0,
    started: "2026-01-01T00:00:00Z",
  }),
);
const resultLine = (each: KeptResult): string => entryLine(resultEntry(each));
const failure = (question: number, attempts = 1): KeptFailure => ({
  t: "failure",
  question,
  strategy: "deer",
  code: "server-failed",
  message: "The server failed.",
  attempts,
});

describe("files of a bench", () => {
  it("give back what was written", () => {
    const text = HEADER + resultLine(result(0)) + resultLine(result(1));
    const reading = readBenchFile(text)!;
    assert.deepEqual(reading.results, [result(0), result(1)]);
    assert.deepEqual(reading.header.strategies, ["chain-of-thought", "deer"]);
    assert.deepEqual(reading.header.options, { maxTokens: 100 });
    assert.equal(reading.whole, true);
  });

  it("can be read when cut at any character: whole lines count", () => {
    const lines = [resultLine(result(0)), resultLine(result(1))];
    const text = HEADER + lines.join("");
    for (let cut = 0; cut < text.length; cut += 97) {
      const reading = readBenchFile(text.slice(0, cut));
      if (cut < HEADER.length - 1) assert.equal(reading, undefined);
      else {
        const ends = [HEADER.length + lines[0]!.length - 1, text.length - 1];
        assert.equal(reading!.results.length, ends.filter((end) => end <= cut).length);
      }
    }
  });

  it("go on behind a line that was cut", () => {
    const cut = HEADER + resultLine(result(0)).slice(0, 40);
    assert.equal(readBenchFile(cut)!.whole, false);
    const { results } = readBenchFile(`${cut}\n${resultLine(result(0))}`)!;
    assert.deepEqual(results, [result(0)]);
  });

  it("tell of the last failure of each run that has no result", () => {
    const lines = [failure(0), failure(1), failure(1, 3), failure(2)].map(entryLine).join("");
    const { results, failures } = readBenchFile(HEADER + lines + resultLine(result(0)))!;
    assert.deepEqual(results, [result(0)]);
    assert.deepEqual(failures, [failure(1, 3), failure(2)]);
  });

  it("pass over what is not of this bench", () => {
    const foreign = [
      resultLine(result(3)),
      resultLine(result(0, "unknown")),
      "{}\n",
      "no JSON\n",
      resultLine({ ...result(1), correct: "yes" as unknown as boolean }),
      resultLine(result(1)),
      resultLine({ ...result(1), answer: "again" }),
    ];
    const reading = readBenchFile(HEADER + foreign.join(""))!;
    assert.deepEqual(reading.results, [result(1)]);
    assert.equal(reading.unreadable, 5);
  });

  for (const text of ["", "{}", "no JSON", HEADER.replace('"v":1', '"v":99'), resultLine(result(0))])
    it(`are not files that begin with ${JSON.stringify(text.slice(0, 20))}`, () =>
      assert.equal(readBenchFile(text), undefined));

  it("tell questions apart", () => {
    const [a, b] = [
      { question: "1", answer: "2" },
      { question: "1", answer: "3" },
    ];
    assert.notEqual(questionsText([a]), questionsText([b]));
    assert.notEqual(questionsText([a, b]), questionsText([b, a]));
  });
});
