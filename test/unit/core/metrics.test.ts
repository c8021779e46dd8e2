import assert from "node:assert/strict";
import fc from "fast-check";
import { fold } from "../../../src/core/trace/fold";
import { draftWords, liveRows, measure, purposes } from "../../../src/core/measure/metrics";
import { SPAN_KINDS, TOKEN_KINDS } from "../../../src/core/trace/kinds";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { sampleTrace } from "./sampleTrace";

const tokens = (at: number, count: number, ms?: number): TraceEvent => ({
  t: "tokens",
  at,
  kind: "text",
  text: Array.from({ length: count }, () => "x"),
  ...(ms === undefined ? {} : { ms: Array.from({ length: count }, () => ms) }),
});

describe("measure", () => {
  it("counts every cost of a run with an early exit", () => {
    const figures = measure(fold(sampleTrace));
    assert.deepEqual(figures.tokens, {
      prompt: 6,
      thinking: 5,
      answer: 3,
      trial: 2,
      summary: 0,
      gist: 0,
      latent: 0,
      total: 10,
    });
    assert.deepEqual(figures.ms, { load: 3, prefill: 12, decode: 80, checks: 14, total: 99 });
    assert.equal(figures.tokensPerSecond, 100);
    // Rows: 7 8 9 in thinking, 10 11 in the trial, rewound to 9, then 10 … 14.
    assert.deepEqual(figures.context, { peak: 14, dependency: 7 + 8 + 9 + 10 + 11 + 10 + 11 + 12 + 13 + 14 });
    assert.deepEqual(
      [figures.answer, figures.correct, figures.exit, figures.steps, figures.checks],
      ["4", true, "confidence", 2, 2],
    );
  });

  it("sums what was measured where the run did not end", () => {
    const { ms } = measure(fold(sampleTrace.slice(0, -1)));
    assert.deepEqual(ms, { load: 0, prefill: 12, decode: 80, checks: 14, total: 106 });
  });

  it("is all zero for an empty trace", () => {
    const { tokens: counts, ms, tokensPerSecond, context } = measure(fold([]));
    assert.deepEqual(
      [...Object.values(counts), ...Object.values(ms), tokensPerSecond, context.peak, context.dependency],
      Array(16).fill(0),
    );
  });

  it("counts a trial once where its check has no time, and where it has no check", () => {
    const events: TraceEvent[] = [
      tokens(0, 6, 2),
      { t: "span", kind: "trial", from: 1, to: 3 },
      { t: "check", at: 1, by: "deer", trial: [1, 3] },
      { t: "span", kind: "trial", from: 4, to: 5 },
    ];
    const { ms, tokens: counts } = measure(fold(events));
    assert.deepEqual([ms.checks, ms.decode, counts.trial], [6, 6, 3]);
  });

  it("takes a trial that begins at its check for the check's, where it does not say", () => {
    const trace = fold([
      tokens(0, 6, 10),
      { t: "span", kind: "trial", from: 2, to: 6 },
      { t: "check", at: 2, by: "deer", ms: 45 },
    ]);
    assert.deepEqual(measure(trace).ms, { load: 0, prefill: 0, decode: 20, checks: 45, total: 65 });
  });

  it("takes the peak before an eviction, and goes on from what is left (LightThinker, §4.1)", () => {
    const events: TraceEvent[] = [
      { t: "prefill", at: 0, tokens: 10, reused: 0, ms: 0 },
      tokens(0, 5),
      { t: "tokens", at: 5, kind: "gist", text: ["c", "o"] },
      { t: "evict", at: 7, from: 0, to: 5, kept: 2 },
      tokens(7, 2),
    ];
    const trace = fold(events);
    assert.deepEqual(liveRows(trace), [11, 12, 13, 14, 15, 16, 17, 13, 14]);
    assert.equal(measure(trace).context.peak, 17);
    assert.equal(measure(trace).tokens.gist, 2);
    // A context event says the same and is not counted on top.
    assert.deepEqual(
      liveRows(fold([{ t: "context", at: 7, cached: 12 }], trace)),
      [11, 12, 13, 14, 15, 16, 17, 13, 14],
    );
  });

  it("begins anew at each round's prefill (InftyThink)", () => {
    const trace = fold([
      { t: "prefill", at: 0, tokens: 4, reused: 0, ms: 1 },
      tokens(0, 3),
      { t: "prefill", at: 3, tokens: 5, reused: 2, ms: 1 },
      tokens(3, 2),
    ]);
    assert.deepEqual(liveRows(trace), [5, 6, 7, 6, 7]);
    const { tokens: counts, context } = measure(trace);
    assert.deepEqual([counts.prompt, context.peak, context.dependency], [9, 7, 31]);
  });

  it("counts a later prompt of a run as read again, but for what the cache gave back", () => {
    const trace = fold([
      { t: "prefill", at: 0, tokens: 4, reused: 1, ms: 1 },
      tokens(0, 3),
      { t: "prefill", at: 3, tokens: 5, reused: 2, ms: 1, later: true },
      tokens(3, 2),
    ]);
    const { tokens: counts, context } = measure(trace);
    assert.deepEqual([counts.prompt, counts.reread, counts.total], [9, 3, 5 + 3]);
    assert.equal(context.dependency, 5 + 6 + 7 + (3 + 4 + 5) + 6 + 7);
  });

  it("counts text that a cache had lost, from the row it goes back to", () => {
    const trace = fold([
      { t: "prefill", at: 0, tokens: 4, reused: 0, ms: 1 },
      tokens(0, 3),
      { t: "prefill", at: 3, tokens: 2, reused: 0, ms: 1, again: true },
      tokens(3, 1),
    ]);
    const { tokens: counts, context } = measure(trace);
    assert.deepEqual([counts.reread, counts.total], [2, 4 + 2]);
    assert.equal(context.dependency, 5 + 6 + 7 + (6 + 7) + 8);
  });

  it("counts soft tokens of the prompt, and what an assistant read for them (SoftCoT)", () => {
    const trace = fold([
      { t: "auxiliary", at: 0, by: "assistant", tokens: 3, attended: 6 },
      { t: "prefill", at: 0, tokens: 6, reused: 0, ms: 1, soft: [3, 4] },
      tokens(0, 1),
    ]);
    const { tokens: counts, context } = measure(trace);
    assert.deepEqual([counts.prompt, counts.latent, counts.auxiliary, counts.total], [6, 2, 3, 1 + 2 + 3]);
    assert.equal(context.dependency, 6 + (4 + 5) + 7);
  });

  it("does not count rows that a mask hides (LightThinker's [o], branches)", () => {
    const events: TraceEvent[] = [{ t: "prefill", at: 0, tokens: 10, reused: 0, ms: 0 }, tokens(0, 6)];
    const all = measure(fold(events)).context.dependency;
    const masks: [from: number, to: number, rows: number, less: number][] = [
      [5, 6, 4, 4],
      [2, 4, 3, 6],
      [4, 99, 1, 2],
      [0, 1, 99, 10],
    ];
    for (const [from, to, rows, less] of masks)
      assert.equal(measure(fold([...events, { t: "masked", from, to, rows }])).context.dependency, all - less);
  });

  it("hands on the work that the run counted, and says nothing where it counted none", () => {
    const work = { processed: 40, reused: 8, warm: 8, generated: 12 };
    assert.deepEqual(measure(fold([tokens(0, 3), { t: "end", work }])).work, work);
    assert.ok(!("work" in measure(fold([tokens(0, 3), { t: "end" }]))));
  });

  it("dependency of plain decoding is P·L + L(L+1)/2", () => {
    const [prompt, length] = [100, 50];
    const trace = fold([{ t: "prefill", at: 0, tokens: prompt, reused: 0, ms: 0 }, tokens(0, length)]);
    assert.equal(measure(trace).context.dependency, prompt * length + (length * (length + 1)) / 2);
  });

  it("says what latents, pauses and soft tokens are", () => {
    const kinds = ["latent", "pause", "soft"] as const;
    const trace = fold(kinds.map((kind, at): TraceEvent => ({ t: "tokens", at, kind, text: [""] })));
    assert.equal(measure(trace).tokens.latent, 3);
  });

  it("counts every position once, whatever the spans say", () => {
    const span = fc.record({ kind: fc.constantFrom(...SPAN_KINDS), from: fc.nat(30), length: fc.nat(40) });
    const kinds = fc.array(fc.constantFrom(...TOKEN_KINDS), { maxLength: 30 });
    fc.assert(
      fc.property(kinds, fc.array(span, { maxLength: 12 }), (each, spans) => {
        const trace = fold([
          ...each.map((kind, at): TraceEvent => ({ t: "tokens", at, kind, text: ["x"] })),
          ...spans.map(({ kind, from, length }): TraceEvent => ({ t: "span", kind, from, to: from + length })),
        ]);
        const { total, prompt, ...parts } = measure(trace).tokens;
        assert.equal(prompt, 0);
        assert.equal(total, each.length);
        assert.equal(
          Object.values(parts).reduce((sum, count) => sum! + count!, 0),
          each.length,
        );
        // Trials win over all.
        const trials = each.filter((_, at) =>
          spans.some((s) => s.kind === "trial" && s.from <= at && at < s.from + s.length),
        );
        assert.equal(parts.trial, trials.length);
        assert.equal(purposes(trace).length, each.length);
      }),
    );
  });
});

describe("draftWords", () => {
  it("counts the words of each draft against the limit", () => {
    const trace = fold([
      { t: "tokens", at: 0, kind: "text", text: ["20 - 12", " = 8;", " that is all there is to it"] },
      { t: "span", kind: "draft", from: 0, to: 2 },
      { t: "span", kind: "draft", from: 2, to: 3 },
    ]);
    assert.deepEqual(
      draftWords(trace).map(({ words, over }) => [words, over]),
      [
        [5, false],
        [7, true],
      ],
    );
    assert.equal(measure(trace).overruns, 1);
  });
});
