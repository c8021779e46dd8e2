/** Classifiers that are fitted side by side come to what each comes to alone. */
import assert from "node:assert/strict";
import { seededRandom } from "../../../src/core/measure/random";
import { applyProbe } from "../../../src/engine/probes/probe";
import type { ProbeExample } from "../../../src/engine/training/examples";
import { fitTogether, scaleOf, toData } from "../../../src/engine/training/fitting";
import { readyTensors } from "../../../src/engine/training/tensors";

const random = seededRandom(3);
/** Right where two of the numbers agree in sign, which no line tells: with some noise. */
const examples: ProbeExample[] = Array.from({ length: 400 }, (_, at) => {
  const state = Float32Array.from({ length: 6 }, () => 4 * random() - 2);
  return { state, right: state[0]! * state[1]! > 0 !== random() < 0.1, at };
});
const PENALTIES = [
  { decay: 1e-3, alpha: 1 },
  { decay: 1e-1, alpha: 0.5 },
  { decay: 1e-3, alpha: 2 },
];

describe("classifiers that are fitted side by side", function () {
  this.timeout(60_000);
  before(() => readyTensors());

  for (const width of [0, 8])
    it(`are those that are fitted alone, of width ${width}`, async () => {
      const [train, rest] = [examples.slice(0, 300), examples.slice(300)];
      const scale = scaleOf(train);
      const fit = (penalties: typeof PENALTIES) =>
        fitTogether(toData(train, scale), toData(rest, scale), scale, { rate: 1e-2, width }, penalties, { seed: 0 });
      const together = await fit(PENALTIES);
      for (const [at, penalty] of PENALTIES.entries()) {
        const [alone] = await fit([penalty]);
        assert.ok(Math.abs(together[at]!.auc - alone!.auc) < 1e-6, `AUC ${together[at]!.auc}, alone ${alone!.auc}`);
        for (const { state } of rest.slice(0, 20)) {
          const [a, b] = [together[at]!, alone!].map(({ layers }) =>
            applyProbe({ layers, calibration: { scale: 1, shift: 0 } }, state),
          );
          assert.ok(Math.abs(a! - b!) < 1e-4, `${a} and ${b}`);
        }
      }
      if (width > 0) assert.ok(together[0]!.auc > 0.8, `AUC ${together[0]!.auc}`);
      assert.notDeepEqual(together[0]!.layers, together[1]!.layers);
    });

  it("are told how far they are, and end where they are cancelled", async () => {
    const scale = scaleOf(examples);
    const data = toData(examples, scale);
    const told: number[] = [];
    const stop = new AbortController();
    const options = {
      seed: 1,
      signal: stop.signal,
      progress: (fraction: number) => told.push(fraction) === 3 && stop.abort(new Error("enough")),
    };
    await assert.rejects(fitTogether(data, data, scale, { rate: 1e-3, width: 0 }, PENALTIES, options), /enough/);
    assert.deepEqual(told, [1 / 200, 2 / 200, 3 / 200]);
  });
});
