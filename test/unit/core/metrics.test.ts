import assert from "node:assert/strict";
import { fold } from "../../../src/core/fold";
import { liveRows, measure } from "../../../src/core/metrics";
import { traceEvent, type TraceEventInput } from "../../../src/core/trace";

const trace = (events: TraceEventInput[]) => fold(events.map((event) => traceEvent.parse(event)));
const text = (at: number, count: number, kind: "text" | "forced" | "gist" | "latent" = "text"): TraceEventInput => ({
  t: "tokens",
  at,
  kind,
  text: Array.from({ length: count }, () => "x"),
  ms: Array.from({ length: count }, () => 10),
});

describe("measure", () => {
  it("counts every position once, a trial inside thinking as a trial", () => {
    const figures = measure(
      trace([
        { t: "prefill", at: 0, tokens: 20, ms: 5 },
        text(0, 10),
        text(10, 4, "forced"),
        { t: "span", kind: "trial", from: 10, to: 14 },
        { t: "context", at: 14, cached: 30 },
        text(14, 6),
        { t: "span", kind: "thinking", from: 0, to: 16 },
        { t: "span", kind: "answer", from: 16, to: 20 },
        { t: "check", at: 10, by: "deer", ms: 40 },
      ]),
    );
    assert.deepEqual(figures.tokens, {
      prompt: 20,
      thinking: 12,
      answer: 4,
      trial: 4,
      summary: 0,
      gist: 0,
      latent: 0,
      total: 20,
    });
    assert.deepEqual(figures.ms, { load: 0, prefill: 5, decode: 160, checks: 40, total: 205 });
    assert.equal(figures.tokensPerSecond, 100);
  });

  it("peak and dependency of plain decoding are P + n and the sum of every length attended", () => {
    const { context } = measure(trace([{ t: "prefill", at: 0, tokens: 5, ms: 1 }, text(0, 4)]));
    assert.equal(context.peak, 9);
    assert.equal(context.dependency, 6 + 7 + 8 + 9);
  });

  it("an eviction: the peak lies before it, later positions attend to less", () => {
    const folded = trace([
      { t: "prefill", at: 0, tokens: 5, ms: 1 },
      text(0, 6),
      text(6, 3, "gist"),
      { t: "context", at: 9, cached: 14 },
      { t: "evict", at: 9, from: 0, to: 7, kept: 2 },
      { t: "context", at: 9, cached: 7 },
      text(9, 2),
    ]);
    assert.equal(measure(folded).context.peak, 14);
    assert.deepEqual(liveRows(folded), [6, 7, 8, 9, 10, 11, 12, 13, 14, 8, 9]);
    assert.equal(measure(folded).tokens.gist, 3);
  });

  it("rounds: each prompt is counted, and the context starts anew", () => {
    const folded = trace([
      { t: "prefill", at: 0, tokens: 10, ms: 1 },
      text(0, 3),
      { t: "prefill", at: 3, tokens: 12, ms: 1 },
      text(3, 2),
    ]);
    assert.equal(measure(folded).tokens.prompt, 22);
    assert.deepEqual(liveRows(folded), [11, 12, 13, 13, 14]);
  });

  it("an empty trace has figures too", () => {
    assert.equal(measure(trace([])).tokens.total, 0);
  });
});
