/** Many exit rules asked at one place: what each gets, and what it pays. */
import assert from "node:assert/strict";
import type { ExitRule } from "../../../src/core/exits/rule";
import type { SignalName } from "../../../src/core/exits/signals";
import { fold, type Check } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Recorder } from "../../../src/engine/decoding/recorder";
import { Structure } from "../../../src/engine/decoding/structure";
import { askingRules, type SignalReader } from "../../../src/engine/thinking/askingRules";

/** A rule that stops above its threshold, which is 1 where nothing else is said. */
const rule = (id: string, ...reads: SignalName[]): ExitRule => ({
  id,
  reason: "confidence",
  reads,
  signal: reads[0]!,
  stopsBelow: false,
  settings: { threshold: { description: "A threshold.", default: 1 } },
  initial: undefined,
  next: (state, signals) => ({ state, decision: { stops: false, score: signals[reads[0]!] } }),
});

describe("many rules at one place", () => {
  let recorder: Recorder;
  let events: TraceEvent[];
  beforeEach(() => {
    events = [];
    recorder = new Recorder((batch) => events.push(...batch), new Structure("step"));
  });

  /** Free of charge. */
  const margin: SignalReader = { gives: ["margin"], read: () => ({ signals: { margin: 3 }, ms: 1 }) };
  /** Writes a token that is taken back. */
  const trying = (gives: readonly SignalName[], signals: object, facts: object = {}): SignalReader => ({
    gives,
    read: () => {
      const { at } = recorder;
      recorder.token({ text: "x" });
      return Promise.resolve({ signals, trial: [at, recorder.at], ms: 10, ...facts });
    },
  });
  const trial = trying(["confidence"], { confidence: 0.5 }, { answer: "4", correct: true });
  /** Of the same trial. */
  const agreement: SignalReader = {
    gives: ["agreeing", "hesitates"],
    read: () => ({ signals: { agreeing: 2, hesitates: 0 }, trial: [0, 1], ms: 10, answer: "4", correct: true }),
  };
  const entropy = trying(["entropy"], { entropy: 0.1 });

  async function asked(readers: SignalReader[], rules: Parameters<typeof askingRules>[2]): Promise<Check[]> {
    await askingRules(recorder, readers, rules)();
    recorder.finishAll();
    return fold(events).checks;
  }

  const facts = { threshold: 1, answer: "4", correct: true };
  const CASES: [why: string, reads: SignalName[], check: Partial<Check> | undefined][] = [
    ["pays for what it reads alone", ["margin"], { signals: { margin: 3 }, ms: 1, threshold: 1 }],
    [
      "gets what is read with what it reads, and nothing else",
      ["agreeing"],
      { signals: { agreeing: 2, hesitates: 0 }, trial: [0, 1], ms: 10, ...facts },
    ],
    ["pays once for what is read of the same trial", ["confidence", "agreeing"], { trial: [0, 1], ms: 10, ...facts }],
    [
      "that reads in several ways pays for all of them",
      ["margin", "confidence", "entropy"],
      { signals: { margin: 3, confidence: 0.5, entropy: 0.1 }, trial: [0, 2], ms: 21, ...facts },
    ],
    ["is not asked where one of its signals is not given", ["margin", "probability"], undefined],
  ];
  for (const [why, reads, expected] of CASES)
    it(`each ${why}`, async () => {
      const [check, ...more] = await asked([margin, trial, agreement, entropy], [{ rule: rule("theirs", ...reads) }]);
      assert.equal(more.length, 0);
      if (!expected) return assert.equal(check, undefined);
      assert.equal(check?.at, 0);
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(check[name as keyof Check], value, name);
    });

  it("is not asked where there is nothing to be read, and others are", async () => {
    const silent: SignalReader = { gives: ["probability"], read: () => undefined };
    const checks = await asked([silent, margin], [{ rule: rule("a", "probability") }, { rule: rule("b", "margin") }]);
    assert.deepEqual(
      checks.map(({ by }) => by),
      ["b"],
    );
  });

  it("has the settings that are given in place of its defaults, where they fit", async () => {
    const checks = await asked(
      [margin],
      [
        { rule: rule("a", "margin"), settings: { threshold: 7 } },
        { rule: rule("b", "margin"), settings: { threshold: "7" } },
      ],
    );
    assert.deepEqual(
      checks.map(({ threshold }) => threshold),
      [7, 1],
    );
  });
});
