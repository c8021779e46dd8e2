/** Checks of a live run: what they record is enough for a replay to stop where the run was stopped. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { deerExit } from "../../../src/core/exits/deer";
import { entropyExit } from "../../../src/core/exits/entropyAfterThinking";
import { probeExit } from "../../../src/core/exits/probe";
import { replay } from "../../../src/core/exits/replay";
import type { ExitRule } from "../../../src/core/exits/rule";
import type { Signals } from "../../../src/core/exits/signals";
import { fold } from "../../../src/core/trace/fold";
import { traceEvent, type TraceEvent } from "../../../src/core/trace/trace";
import { Recorder } from "../../../src/engine/decoding/recorder";
import { Structure } from "../../../src/engine/decoding/structure";
import { Checker } from "../../../src/engine/thinking/checker";

/** A run whose checks come one thinking token after the other, stopped by the rule where it says so. */
function liveRun<Settings extends object, State>(
  rule: ExitRule<Settings, State>,
  settings: Settings,
  readings: readonly Signals[],
): { events: TraceEvent[]; stopped: number } {
  const events: TraceEvent[] = [];
  const recorder = new Recorder((batch) => events.push(...batch), new Structure("step"));
  const header = {
    id: "r",
    strategy: rule.id,
    options: { ...settings } as Record<string, unknown>,
    model: { id: "m" },
    prompt: {},
    messages: [],
  };
  recorder.event({ t: "run", v: 1, ...header, started: "2026-01-01T00:00:00Z" });
  const checker = new Checker(recorder, rule, settings);
  const stopped = readings.findIndex((signals) => {
    recorder.token({ text: "x" });
    return checker.check(recorder.at, { signals, ms: 0 });
  });
  recorder.exit(stopped < 0 ? "end-of-thinking" : rule.reason);
  recorder.finishAll();
  return { events, stopped };
}

describe("a replay of a recorded run", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const RUNS: [name: string, run: fc.Arbitrary<ReturnType<typeof liveRun>>][] = [
    [
      "DEER",
      fc
        .record({
          threshold: share,
          patience: fc.integer({ min: 1, max: 3 }),
          values: fc.array(share, { maxLength: 9 }),
        })
        .map(({ values, ...settings }) =>
          liveRun(
            deerExit,
            settings,
            values.map((confidence) => ({ confidence })),
          ),
        ),
    ],
    [
      "the probe",
      fc
        .record({
          threshold: share,
          patience: fc.integer({ min: 1, max: 3 }),
          values: fc.array(share, { maxLength: 9 }),
        })
        .map(({ values, ...settings }) =>
          liveRun(
            probeExit,
            settings,
            values.map((probability) => ({ probability })),
          ),
        ),
    ],
    [
      "EAT",
      fc
        .record({
          decay: fc.double({ min: 0.05, max: 1, noNaN: true }),
          threshold: fc.double({ min: 0, max: 0.5, noNaN: true }),
          minChecks: fc.integer({ min: 1, max: 4 }),
          values: fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 9 }),
        })
        .map(({ values, ...settings }) =>
          liveRun(
            entropyExit,
            settings,
            values.map((entropy) => ({ entropy })),
          ),
        ),
    ],
  ];
  for (const [name, run] of RUNS)
    it(`stops at the check at which ${name} stopped it`, () => {
      fc.assert(
        fc.property(run, ({ events, stopped }) => {
          const written = events.map((event) => traceEvent.parse(JSON.parse(JSON.stringify(event))));
          const replayed = replay(fold(written));
          assert.equal(replayed.check, stopped < 0 ? undefined : stopped);
          assert.equal(replayed.outcome, stopped < 0 ? "end" : "check");
        }),
      );
    });
});
