/** The scale of scores: probabilities from 0 to 1, anything else as far as the checks of a trace reach. */
import assert from "node:assert/strict";
import { scoreScale, THRESHOLDS } from "../../../../src/core/exits/scale";
import { SIGNALS, type SignalName } from "../../../../src/core/exits/signals";
import type { Check } from "../../../../src/core/trace/fold";

const checks = (signal: SignalName, values: number[], threshold?: number): Check[] =>
  values.map((value, at) => ({
    ...{ at, by: "theirs", signals: { [signal]: value }, signal },
    ...(threshold === undefined ? {} : { threshold }),
  }));

describe("the scale of scores", () => {
  const cases: [what: string, checks: Check[], expected: ReturnType<typeof scoreScale>][] = [
    ["of nothing is that of probabilities", [], { unit: "probability", most: 1, step: 0.005 }],
    ["of probabilities does not heed them", checks("confidence", [0.1]), { unit: "probability", most: 1, step: 0.005 }],
    ["holds the largest score", checks("tokens", [30, 130, 90]), { unit: "tokens", most: 200, step: 1 }],
    ["holds the threshold", checks("variance", [0.001], 0.02), { unit: "nats²", most: 0.02, step: 0.0001 }],
    ["goes in whole tokens", checks("tokens", [900]), { unit: "tokens", most: 1000, step: 5 }],
    [
      "is that of the last score",
      [...checks("tokens", [900]), ...checks("entropy", [3])],
      { unit: "nats", most: 5, step: 0.025 },
    ],
    ["of zeros ends at 1", checks("entropy", [0, 0]), { unit: "nats", most: 1, step: 0.005 }],
  ];
  for (const [what, given, expected] of cases) it(what, () => assert.deepEqual(scoreScale(given), expected));

  it("is finite whatever a file says", () => {
    const { most, step } = scoreScale(checks("tokens", [1e300], 1e308));
    assert.ok(Number.isFinite(most) && Number.isFinite(step));
  });

  it("has rising thresholds to try for every signal", () => {
    for (const { unit } of Object.values(SIGNALS))
      assert.deepEqual(
        THRESHOLDS[unit],
        [...new Set(THRESHOLDS[unit])].sort((a, b) => a - b),
      );
  });
});
