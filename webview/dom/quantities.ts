/** Numbers as people read them in the panel: those that every surface writes alike, and rates and shares besides. */
export { formatChange, formatCount, formatMs, formatPointsInterval } from "../../src/core/text/quantities";

const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** A large figure in at most three digits: `93.1K`. */
export function formatShort(value: number): string {
  return short.format(value);
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
