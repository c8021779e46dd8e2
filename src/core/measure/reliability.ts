/** How good probabilities of a yes-or-no are: ROC, calibration, Brier score. Shared by training, the editor and tests. */

export interface Scored {
  /** 0 to 1. */
  probability: number;
  right: boolean;
}

/** Points of the ROC curve from (0, 0) to (1, 1): false-positive rate, true-positive rate. */
export function rocCurve(scored: readonly Scored[]): [fpr: number, tpr: number][] {
  const positives = scored.filter(({ right }) => right).length;
  const negatives = scored.length - positives;
  const sorted = [...scored].sort((a, b) => b.probability - a.probability);
  const points: [number, number][] = [[0, 0]];
  let truePositives = 0;
  let falsePositives = 0;
  sorted.forEach(({ probability, right }, index) => {
    if (right) truePositives += 1;
    else falsePositives += 1;
    // Equal scores are one point: their order says nothing.
    if (sorted[index + 1]?.probability !== probability) {
      points.push([falsePositives / Math.max(1, negatives), truePositives / Math.max(1, positives)]);
    }
  });
  return points;
}

/** Area under the ROC curve; 0.5 where there is only one class. */
export function rocAuc(scored: readonly Scored[]): number {
  const positives = scored.filter(({ right }) => right).length;
  if (positives === 0 || positives === scored.length) return 0.5;
  const points = rocCurve(scored);
  return points.slice(1).reduce((area, [x, y], index) => {
    const [x0, y0] = points[index]!;
    return area + ((x - x0) * (y + y0)) / 2;
  }, 0);
}

export interface ReliabilityBin {
  /** Mean probability said, and share that was right, of the `count` scores in the bin. */
  said: number;
  seen: number;
  count: number;
}

/** Equal-width bins of the reliability diagram; empty ones are left out. */
export function reliabilityBins(scored: readonly Scored[], bins = 10): ReliabilityBin[] {
  return Array.from({ length: bins }, (_, bin) =>
    scored.filter(({ probability }) => Math.min(bins - 1, Math.floor(probability * bins)) === bin),
  )
    .filter((inside) => inside.length > 0)
    .map((inside) => ({
      said: inside.reduce((sum, { probability }) => sum + probability, 0) / inside.length,
      seen: inside.filter(({ right }) => right).length / inside.length,
      count: inside.length,
    }));
}

/** Expected calibration error over ten equal-width bins. */
export function calibrationError(scored: readonly Scored[]): number {
  return reliabilityBins(scored).reduce(
    (sum, { said, seen, count }) => sum + (Math.abs(said - seen) * count) / scored.length,
    0,
  );
}

/** Mean squared error of the probabilities. */
export function brierScore(scored: readonly Scored[]): number {
  return (
    scored.reduce((sum, { probability, right }) => sum + (probability - Number(right)) ** 2, 0) /
    Math.max(1, scored.length)
  );
}
