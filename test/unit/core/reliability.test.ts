import assert from "node:assert/strict";
import fc from "fast-check";
import {
  brierScore,
  calibrationError,
  reliabilityBins,
  rocAuc,
  rocCurve,
  type Scored,
} from "../../../src/core/measure/reliability";

const scored = (...pairs: [number, boolean][]): Scored[] =>
  pairs.map(([probability, right]) => ({ probability, right }));
const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);

describe("reliability", () => {
  it("AUC of known lists", () => {
    // scikit-learn's own example: 0.75.
    close(rocAuc(scored([0.1, false], [0.4, false], [0.35, true], [0.8, true])), 0.75);
    close(rocAuc(scored([0.1, false], [0.9, true])), 1);
    close(rocAuc(scored([0.9, false], [0.1, true])), 0);
    close(rocAuc(scored([0.5, false], [0.5, true])), 0.5);
    close(rocAuc(scored([0.5, true])), 0.5);
    close(rocAuc([]), 0.5);
  });

  it("AUC is the share of pairs in the right order, ties half", () => {
    const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(list, (pairs) => {
        const each = pairs.map(([tenth, right]) => ({ probability: tenth / 10, right }));
        const [positive, negative] = [each.filter(({ right }) => right), each.filter(({ right }) => !right)];
        fc.pre(positive.length > 0 && negative.length > 0);
        let sum = 0;
        for (const p of positive)
          for (const n of negative)
            sum += p.probability > n.probability ? 1 : p.probability === n.probability ? 0.5 : 0;
        close(rocAuc(each), sum / (positive.length * negative.length));
        const curve = rocCurve(each);
        assert.deepEqual(
          [curve[0], curve.at(-1)],
          [
            [0, 0],
            [1, 1],
          ],
        );
      }),
    );
  });

  it("calibration error and Brier score of known lists", () => {
    // Bins: 0.2 said, 0.5 seen (2 scores); 0.9 said, 1 seen (2 scores).
    const list = scored([0.2, true], [0.2, false], [0.9, true], [0.9, true]);
    close(calibrationError(list), 0.5 * 0.3 + 0.5 * 0.1);
    close(brierScore(list), (0.64 + 0.04 + 0.01 + 0.01) / 4);
    assert.deepEqual(
      reliabilityBins(list).map(({ count, seen }) => [count, seen]),
      [
        [2, 0.5],
        [2, 1],
      ],
    );
    assert.deepEqual([calibrationError([]), brierScore([])], [0, 0]);
  });

  it("certainty of 1 falls into the last bin", () => {
    assert.deepEqual(
      reliabilityBins(scored([1, true], [0, false])).map(({ said, seen, count }) => [said, seen, count]),
      [
        [0, 0, 1],
        [1, 1, 1],
      ],
    );
  });
});
