/** Numbers as people read them: tokens, times, rates, shares and differences. */

const count = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** A count with thousands separators: `12,400`. */
export function formatCount(value: number): string {
  return count.format(value);
}

/** A large figure in at most three digits: `93.1K`. */
export function formatShort(value: number): string {
  return short.format(value);
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

/** A probability with as many digits as tell it from 0 and 1: `0.97`, `0.9996`, `<0.0001`. */
export function formatProbability(probability: number): string {
  if (probability > 0 && probability < 0.0001) return "<0.0001";
  if (probability >= 0.995 && probability < 1) return (Math.floor(probability * 1e4) / 1e4).toFixed(4);
  return probability.toFixed(probability < 0.01 && probability > 0 ? 4 : 2);
}

/** A share in percent: `12 %`. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A share in tenths of a percent: `12.3 %`. */
export function formatFineShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Difference to a baseline in percent with a real minus sign: `−76 %`. Undefined where the baseline is 0. */
export function formatChange(value: number, baseline: number): string | undefined {
  if (baseline <= 0) return undefined;
  const percent = Math.round((value / baseline - 1) * 100);
  return percent === 0 ? "±0 %" : `${percent > 0 ? "+" : "−"}${Math.abs(percent)} %`;
}
