/** @returns the points that no other beats in accuracy at the same or a lower cost, cheapest first */
export function paretoFront<Point extends { readonly accuracy: number }>(
  points: readonly Point[],
  costOf: (point: Point) => number,
): Point[] {
  let best = -Infinity;
  return points
    .toSorted((a, b) => costOf(a) - costOf(b) || b.accuracy - a.accuracy)
    .filter(({ accuracy }) => {
      const better = accuracy > best;
      best = Math.max(best, accuracy);
      return better;
    });
}
