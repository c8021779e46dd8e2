import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { earlyAnswering } from "../../../src/core/measure/earlyAnswer";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { measure } from "../../../src/core/measure/metrics";
import { checkPasses } from "../../../src/core/exits/rules";
import { replay } from "../../../src/core/exits/replay";
import { budgetCurve, thresholdCurve } from "../../../src/core/exits/replayCurves";
import { THRESHOLDS } from "../../../src/core/exits/scale";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { readTrace } from "../../../src/core/trace/traceFile";
import { sampleTrace } from "./sampleTrace";

interface Asked {
  confidence: number;
  answer: string;
}

/**
 * A run that thinks 10 tokens a segment (1 ms each) and checks after each but the last (trial of 3 tokens, 5 ms), then
 * answers in 2 tokens (1 ms each).
 */
function run(checks: Asked[], { gold = "4", answer = "4", exit = "end-of-thinking" as const } = {}): Trace {
  const events: TraceEvent[] = [
    {
      t: "run",
      v: 1,
      id: "r",
      strategy: "deer",
      options: {},
      model: { id: "m" },
      prompt: {},
      messages: [],
      gold,
      started: "",
    },
    { t: "prefill", at: 0, tokens: 5, reused: 0, ms: 7 },
  ];
  let at = 0;
  const tokens = (count: number, ms: number) => {
    events.push({
      t: "tokens",
      at,
      kind: "text",
      text: Array<string>(count).fill("x"),
      ms: Array<number>(count).fill(ms),
    });
    at += count;
  };
  for (const { confidence, answer: tried } of checks) {
    tokens(10, 1);
    const from = at;
    tokens(3, 1);
    events.push({ t: "span", kind: "trial", from, to: at });
    events.push({
      t: "check",
      at: from,
      by: "deer",
      answer: tried,
      confidence,
      threshold: 0.95,
      trial: [from, at],
      ms: 5,
    });
  }
  tokens(10, 1);
  events.push({ t: "exit", at, why: exit });
  const from = at;
  tokens(2, 1);
  events.push({ t: "span", kind: "answer", from, to: at });
  events.push({ t: "end", answer, correct: answer === gold });
  return fold(events);
}

const checks = [
  { confidence: 0.3, answer: "7" },
  { confidence: 0.8, answer: "5" },
  { confidence: 0.9, answer: "4" },
];

describe("replay", () => {
  const cases: [why: string, options: Parameters<typeof replay>[1], expected: Partial<ReturnType<typeof replay>>][] = [
    [
      "as recorded",
      {},
      { outcome: "end", at: 49, answer: "4", correct: true, thinking: 40, tokens: 51, saved: { tokens: 0, ms: 0 } },
    ],
    // 10 + 3 (trial) + 2 (answer); 7 + 10 + 5 + 2 ms of 7 + 40 + 15 + 2.
    [
      "a low threshold",
      { threshold: 0.2 },
      {
        outcome: "check",
        check: 0,
        at: 10,
        answer: "7",
        correct: false,
        thinking: 10,
        tokens: 15,
        ms: 24,
        saved: { tokens: 36, ms: 40 },
      },
    ],
    [
      "a higher one",
      { threshold: 0.85 },
      { outcome: "check", check: 2, at: 36, answer: "4", correct: true, thinking: 30, tokens: 41, ms: 54 },
    ],
    ["a score that equals the threshold does not pass", { threshold: 0.8 }, { check: 2 }],
    ["nothing passes", { threshold: 1 }, { outcome: "end", tokens: 51 }],
    ["another's checks", { threshold: 0.2, by: "probe" }, { outcome: "end" }],
    [
      "a budget between checks",
      { budget: 25 },
      {
        outcome: "budget",
        check: undefined,
        answer: "5",
        correct: false,
        thinking: 25,
        at: 31,
        tokens: 33,
        ms: 7 + 25 + 2 * 5 + 2,
      },
    ],
    ["a budget before all checks", { budget: 4 }, { outcome: "budget", at: 4, answer: undefined, correct: false }],
    ["no thinking at all", { budget: 0 }, { outcome: "budget", at: 0, thinking: 0, tokens: 2 }],
    ["a budget that is not reached", { budget: 40 }, { outcome: "end" }],
    ["a check before the budget", { threshold: 0.2, budget: 25 }, { outcome: "check", check: 0 }],
    ["a budget before the check", { threshold: 0.85, budget: 25 }, { outcome: "budget", at: 31 }],
  ];
  for (const [why, options, expected] of cases) {
    it(why, () => {
      const result = replay(run(checks), options);
      for (const [key, value] of Object.entries(expected))
        assert.deepEqual(result[key as keyof typeof result], value, key);
    });
  }

  it("of the recorded threshold is the recorded run", () => {
    const trace = fold(sampleTrace);
    const result = replay(trace);
    assert.deepEqual([result.outcome, result.at, result.answer, result.correct], ["check", 7, "4", true]);
    assert.deepEqual([result.tokens, result.saved], [10, { tokens: 0, ms: 0 }]);
  });

  for (const name of ["deer", "probe", "entropy-after-thinking", "coconut"]) {
    it(`of the recorded threshold is the recorded run: ${name}, as it came from the engine`, async () => {
      const trace = fold(readTrace(await readFile(`media/traces/${name}.thoughts.jsonl`, "utf8")).events);
      const { tokens, ms } = measure(trace);
      const result = replay(trace);
      assert.deepEqual([result.tokens, result.thinking, result.saved.tokens], [tokens.total, tokens.thinking, 0]);
      assert.equal(result.ms.toFixed(6), (ms.prefill + ms.decode + ms.checks).toFixed(6));
      assert.equal(result.answer, trace.end?.answer);
    });
  }

  it("pays for closing the thinking wherever it ends", () => {
    const trace = run(checks);
    const [from, exit] = [trace.positions.length - 4, trace.positions.length - 2];
    trace.positions[from] = { ...trace.positions[from]!, text: "</th" };
    trace.positions[from + 1] = { ...trace.positions[from + 1]!, text: "ink>" };
    assert.equal(trace.exit?.at, exit);
    for (const options of [{ threshold: 0.2 }, { budget: 15 }]) {
      const [plain, closed] = [replay(run(checks), options), replay(trace, options)];
      assert.equal(closed.tokens, plain.tokens + 2);
      assert.equal(closed.thinking, plain.thinking + 2);
      assert.equal(closed.ms, plain.ms + 2);
    }
    assert.equal(replay(trace).saved.tokens, 0);
  });

  it("says where the recording does not reach", () => {
    const result = replay(fold(sampleTrace), { threshold: 0.99 });
    assert.deepEqual([result.outcome, result.tokens, result.answer], ["beyond", 10, "4"]);
  });

  it("stops below the threshold where lower is surer (entropy)", () => {
    const passes = (threshold?: number) =>
      checkPasses({ at: 0, by: "entropy", confidence: 0.1, stopsBelow: true, ...(threshold ? { threshold } : {}) });
    assert.deepEqual([passes(0.2), passes(0.1), passes()], [true, false, undefined]);
  });

  it("costs no more than the recording, and grows with the threshold", () => {
    const asked = fc.array(
      fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), answer: fc.constantFrom("4", "5") }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(asked, (each) => {
        const trace = run(each);
        let last = 0;
        for (const threshold of THRESHOLDS.probability) {
          const { tokens, saved } = replay(trace, { threshold });
          assert.ok(tokens >= last && saved.tokens >= 0);
          assert.equal(tokens + saved.tokens, measure(trace).tokens.total);
          last = tokens;
        }
      }),
    );
  });

  it("of an empty trace is empty", () => {
    const { outcome, tokens, ms, at } = replay(fold([]), { threshold: 0.5, budget: 3 });
    assert.deepEqual([outcome, tokens, ms, at], ["end", 0, 0, 0]);
  });
});

describe("a replay of checks that try no answer", () => {
  const entropies = [0, 0.001, 0.5, 0.01];
  const trace = fold([
    {
      ...{ t: "run", v: 1, id: "r", strategy: "entropy-after-thinking", options: { minChecks: 2 }, model: { id: "m" } },
      ...{ prompt: {}, messages: [], gold: "4", started: "2026-01-01T00:00:00Z" },
    },
    { t: "tokens", at: 0, kind: "text", text: ["a", "b", "c", "d", "#### 4"] },
    ...entropies.map((confidence, at): TraceEvent => {
      return { t: "check", at: at + 1, by: "eat", confidence, threshold: 0.02, stopsBelow: true, trial: [at, at] };
    }),
    { t: "exit", at: 4, why: "confidence" },
    { t: "span", kind: "answer", from: 4, to: 5 },
    { t: "end", answer: "4", correct: true },
  ]);

  it("lets nothing stop before the least number of checks", () => {
    assert.equal(replay(trace).check, 1);
    assert.equal(replay(trace, { threshold: 0.0001 }).outcome, "beyond");
  });

  it("asks for passes in a row where the checks say so", () => {
    const patient = (trace: Trace): Trace => ({
      ...trace,
      checks: trace.checks.map((check) => ({ ...check, patience: 2 })),
    });
    const trace = patient(run([0.9, 0.4, 0.8, 0.85].map((confidence) => ({ confidence, answer: "4" }))));
    assert.equal(replay(trace, { threshold: 0.7 }).check, 3);
    assert.equal(replay(trace, { threshold: 0.3 }).check, 1);
    assert.equal(replay(trace, { threshold: 0.82 }).outcome, "end");
  });

  it("knows the answer of the recorded exit and no other", () => {
    const early = replay(trace);
    assert.deepEqual([early.answer, early.correct], [undefined, undefined]);
    const late = replay({ ...trace, header: { ...trace.header!, options: { minChecks: 4 } } });
    assert.deepEqual([late.check, late.answer, late.correct], [3, "4", true]);
    assert.equal(replay(trace, { budget: 1 }).correct, undefined);
  });
});

describe("a replay of a rule that tries answers at some places only", () => {
  /** The checks of `run` as those of semantic redundancy, the similarities in the place of nothing. */
  function redundant(similarities: number[], tried: (similarity: number) => boolean): Trace {
    const trace = run(similarities.map(() => ({ confidence: 0.99, answer: "4" })));
    const checks = trace.checks.map((check, index) => {
      const similarity = similarities[index]!;
      const { trial, answer, correct, ...place } = check;
      const trying = tried(similarity) ? { trial, answer, correct } : {};
      const signals = { similarity, ...(tried(similarity) ? { confidence: 0.99 } : {}) };
      const kept = { ...place, ...trying, by: "semantic-redundancy", signal: "similarity", signals };
      return { ...kept, threshold: 0.8, patience: 2 };
    }) as Trace["checks"];
    return { ...trace, checks };
  }
  const SURVEYED = [0.5, 0.9, 0.3, 0.85, 0.9];

  it("pays for the trials that a live run would make, and for no others", () => {
    const survey = redundant(SURVEYED, () => true);
    const each = replay(survey, { threshold: 0.2 });
    const some = replay(survey, { threshold: 0.8 });
    assert.deepEqual([each.check, some.check], [1, 3]);
    // Two segments of thinking more, and two trials of three tokens each time.
    assert.equal(some.tokens - each.tokens, 2 * 10);
    assert.equal(some.ms - each.ms, 2 * 10);
  });

  it("says that a live recording does not reach where an answer would have been tried", () => {
    const live = redundant(SURVEYED, (similarity) => similarity > 0.8);
    assert.equal(replay(live).check, 3);
    assert.equal(replay(live, { threshold: 0.87 }).outcome, "check");
    for (const threshold of [0.4, 0.1]) assert.equal(replay(live, { threshold }).outcome, "beyond");
  });

  it("takes a patience that is not recorded for one", () => {
    const survey = redundant(SURVEYED, () => true);
    const impatient = { ...survey, checks: survey.checks.map(({ patience: _, ...check }) => check) };
    assert.equal(replay(impatient).check, 1);
  });
});

describe("curves", () => {
  const traces = [run(checks), run([{ confidence: 0.99, answer: "4" }]), run([], { answer: "9" })];

  it("trade accuracy for tokens over the threshold", () => {
    const points = thresholdCurve(traces, [0.2, 0.95, 1]);
    assert.deepEqual(
      points.map(({ accuracy, exits, beyond }) => [accuracy, exits, beyond]),
      [
        [1 / 3, 2 / 3, 0],
        [2 / 3, 1 / 3, 0],
        [2 / 3, 0, 0],
      ],
    );
    assert.deepEqual(
      points.map(({ tokens }) => tokens),
      [(15 + 15 + 12) / 3, (51 + 15 + 12) / 3, (51 + 25 + 12) / 3],
    );
  });

  it("do the same by truncation, which no check stops", () => {
    const points = budgetCurve(traces, [10, 100]);
    assert.deepEqual(
      points.map(({ thinking, exits }) => [thinking, exits]),
      [
        [10, 2 / 3],
        [70 / 3, 0],
      ],
    );
  });

  it("count what lies beyond the recordings", () => {
    assert.equal(thresholdCurve([fold(sampleTrace)], [0.99])[0]!.beyond, 1);
  });
});

describe("earlyAnswering", () => {
  it("finds where the answer stood and never changed", () => {
    const early = earlyAnswering(run([...checks, { confidence: 1, answer: "4.0" }]))!;
    assert.deepEqual(
      early.points.map(({ share, isFinal, correct }) => [share, isFinal, correct]),
      [
        [0.2, false, false],
        [0.4, false, false],
        [0.6, true, true],
        [0.8, true, true],
      ],
    );
    assert.deepEqual([early.settledAt, early.after, early.tokensAfter, early.from], [36, 0.4, 20, "checks"]);
  });

  it("does not count an answer that was given up", () => {
    const early = earlyAnswering(
      run([
        { confidence: 1, answer: "4" },
        { confidence: 1, answer: "5" },
      ]),
    )!;
    assert.deepEqual([early.settledAt, early.after], [undefined, 0]);
  });

  it("reads steps where nothing was tried", () => {
    const early = earlyAnswering(
      fold([
        { t: "tokens", at: 0, kind: "text", text: ["2 + 3 = 5", "5 - 1 = 4", "is 4 right?", "yes", "\\boxed{4}"] },
        ...[0, 1, 2, 3].map((from): TraceEvent => ({ t: "span", kind: "step", from, to: from + 1 })),
        { t: "span", kind: "answer", from: 4, to: 5 },
        { t: "end", answer: "4" },
      ]),
    )!;
    assert.deepEqual([early.from, early.settledAt, early.after], ["steps", 2, 0.5]);
  });

  it("is undefined without an answer or without thinking", () => {
    assert.equal(earlyAnswering(fold([])), undefined);
    assert.equal(earlyAnswering(fold([{ t: "end", answer: "4" }])), undefined);
  });
});
