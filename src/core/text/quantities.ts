/** Numbers as people read them on every surface: counts, times, and differences to a baseline. */

const count = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A count with thousands separators: `12,400`. */
export function formatCount(value: number): string {
  return count.format(value);
}

/** A duration in the unit that reads best: `0.8 ms`, `340 ms`, `1.92 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  if (ms >= 59_950) {
    const seconds = Math.round(ms / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  if (ms >= 9_995) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 999.5) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 9.95 || ms === 0 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

/** A difference as a share, in percent with a real minus sign: −0.76 is `−76 %`. */
export function formatDifference(share: number): string {
  const percent = Math.round(share * 100);
  return percent === 0 ? "±0 %" : `${percent > 0 ? "+" : "−"}${formatCount(Math.abs(percent))} %`;
}

/** A difference of two shares, with its interval where that is told: `+1.3 points [−2.0, 4.5]`. In English, as tables for a terminal are. */
export function formatPoints(difference: number, interval?: readonly [low: number, high: number]): string {
  const points = `${tenths(difference) < 0 ? "−" : "+"}${Math.abs(tenths(difference)).toFixed(1)} points`;
  return interval ? `${points} ${formatPointsInterval(interval)}` : points;
}

/** The ends of a difference's interval, in points: `[−2.0, 4.5]`. */
export function formatPointsInterval([low, high]: readonly [low: number, high: number]): string {
  const end = (value: number) => tenths(value).toFixed(1).replace("-", "−");
  return `[${end(low)}, ${end(high)}]`;
}

/** Points to a tenth; what rounds to nothing has no sign. */
const tenths = (share: number): number => Math.round(share * 1000) / 10 + 0;

/** The difference of a value to a baseline; undefined where the baseline is 0. */
export function formatChange(value: number, baseline: number): string | undefined {
  return baseline <= 0 ? undefined : formatDifference(value / baseline - 1);
}
