/** What the engine benchmark prints: ratios and bars against the other engines, and shares that were measured. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { costOfChecks, recordedThoughts } from "../../../bench/engine/checks";
import { betterOf, type Measurement } from "../../../bench/engine/measurement";
import { reportMarkdown, type EngineReport } from "../../../bench/engine/report";

const measurement = (tokensPerSecond: number): Measurement => ({
  tokensPerSecond,
  prefillTokensPerSecond: 300,
  peakRssMiB: 200,
});

const REPORT: EngineReport = {
  model: "m",
  rows: [
    { engine: "thoughtlens", context: 512, ...measurement(90), checkMs: 40.04 },
    { engine: "transformers.js", context: 512, ...measurement(60) },
    { engine: "llama.cpp", context: 512, ...measurement(120) },
    { engine: "transformers.js", context: 100, ...measurement(70) },
  ],
  checks: { checks: 8, tokens: 4000, msPerCheck: 99, share: 0.051 },
  recording: { share: 0.004 },
  asItCame: [{ context: 512, tokensPerSecond: 75 }],
  limit: { bytesPerSecond: 37.6e9, contexts: [512, 100], tokensPerSecond: [350, 440] },
};

const cellsOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe("the report of the engine benchmark", () => {
  const text = reportMarkdown(REPORT);

  it("sets our engine against each other one and says which bars are met", () => {
    const [, , ours, transformers, llama] = cellsOf(text);
    assert.deepEqual(ours, ["512", "thoughtlens", "90.0", "300", "40.0", "200", "", "", ""]);
    assert.deepEqual(transformers!.slice(6), ["1.50 ×", "≥ 1.5 ×", "yes"]);
    assert.deepEqual(llama!.slice(6), ["0.75 ×", "≥ 0.9 ×", "no"]);
  });

  it("has no ratio where ours was not measured, and the limits under each context", () => {
    const cells = cellsOf(text);
    assert.deepEqual(cells[5], ["512", "the graph as it came", "75.0", "", "", "", "1.20 ×", "", ""]);
    assert.deepEqual(cells[6], ["512", "limit of memory bandwidth", "350", "", "", "", "", "", ""]);
    assert.deepEqual(cells[7]!.slice(6), ["", "", ""]);
    assert.equal(cells[8]![2], "440");
  });

  it("judges the shares of checks and of recording", () => {
    assert.match(text, /8 checks in 4000 tokens .* 99\.0 ms each, 5\.1 % \(bar ≤ 5 %, met: no\)/);
    assert.match(text, /Recording the trace took 0\.4 % \(bar ≤ 2 %, met: yes\)/);
  });

  it("judges what alternatives add to a trace, and what looking for loops takes", () => {
    assert.doesNotMatch(text, /lternatives|loops/);
    const told = reportMarkdown({ ...REPORT, recording: { share: 0.004, growth: 0.41, loops: 0.002 } });
    assert.match(told, /Alternatives made the trace longer by 41\.0 % \(bar ≤ 40 %, met: no\)/);
    assert.match(told, /Looking for loops took 0\.2 % \(bar ≤ 1 %, met: yes\) of the time of decoding/);
  });

  it("does not take what was not measured for nothing", () => {
    const checks = { checks: 0, tokens: 400, msPerCheck: 0, share: null };
    const unmeasured = reportMarkdown({ ...REPORT, checks, recording: { share: null } });
    assert.match(unmeasured, /No check came up/);
    assert.match(unmeasured, /What recording costs was not measured/);
  });
});

describe("the better of two measurements", () => {
  it("is the better figure of each", () => {
    const a = { ...measurement(10), recordingShare: 0.02, checkMs: 5 };
    const b = { tokensPerSecond: 12, prefillTokensPerSecond: 200, peakRssMiB: 180, recordingShare: 0.01, checkMs: 6 };
    const better = {
      tokensPerSecond: 12,
      prefillTokensPerSecond: 300,
      peakRssMiB: 180,
      recordingShare: 0.01,
      checkMs: 5,
    };
    assert.deepEqual(betterOf(a, b), better);
    assert.equal(betterOf(measurement(1), measurement(2)).checkMs, undefined);
    const [long, short] = [
      { ...measurement(1), alternativesGrowth: 0.3, loopsShare: 0.01 },
      { ...measurement(1), alternativesGrowth: 0.2, loopsShare: 0.02 },
    ];
    const { alternativesGrowth, loopsShare } = betterOf(long, short);
    assert.deepEqual([alternativesGrowth, loopsShare], [0.3, 0.01], "growth is no matter of the machine's");
  });
});

describe("the cost of checks", () => {
  const tiny = fileURLToPath(new URL("../../fixtures/models/tiny", import.meta.url));
  const timed = (reasoning_trace: string, thoughtTokens = 100) =>
    costOfChecks(tiny, {
      dtype: undefined,
      threads: 1,
      thoughts: [{ problem: "1+1?", reasoning_trace }],
      thoughtTokens,
    });

  it("is that of a trial answer before each transition word", async () => {
    const cost = await timed("It is 2. Wait, is it? Alternatively 3. Waiting is no reason.");
    assert.equal(cost.checks, 2);
    assert.ok(cost.msPerCheck > 0 && cost.share !== null && cost.share > 0);
    assert.ok(cost.tokens > 10 && cost.tokens <= 100);
  });

  it("is not known where no transition came, or none within the tokens", async () => {
    for (const cost of [await timed("It is 2."), await timed("It is 2. Wait, is it?", 3)]) {
      assert.equal(cost.checks, 0);
      assert.equal(cost.share, null);
    }
  });

  it("is taken on thoughts that hold transition words", () => {
    const thoughts = recordedThoughts(5);
    assert.equal(thoughts.length, 5);
    for (const { problem, reasoning_trace } of thoughts) {
      assert.ok(problem.length > 10);
      assert.match(reasoning_trace, /\b(Wait|Alternatively)\b/);
    }
  });
});
