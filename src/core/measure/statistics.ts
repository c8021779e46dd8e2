/** The few statistics that a comparison needs: intervals and paired tests. */
import { seededRandom } from "./random";

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/** 95 % Wilson score interval of a proportion. With no trials nothing is known. */
export function wilson(successes: number, trials: number): [number, number] {
  if (trials === 0) return [0, 1];
  const share = successes / trials;
  const weight = 1 + (Z * Z) / trials;
  const centre = (share + (Z * Z) / (2 * trials)) / weight;
  const half = (Z / weight) * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** 95 % interval of a mean by the normal approximation. */
export function meanInterval(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 0];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return [mean, mean];
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = Z * Math.sqrt(variance / values.length);
  return [mean - half, mean + half];
}

/**
 * How likely at most `successes` of `trials` are, where each is one with probability `chance`: the p-value of “the chance is
 * smaller”. Summed in logarithms: factorials overflow past 170.
 */
export function binomialAtMost(successes: number, trials: number, chance: number): number {
  if (successes >= trials || chance <= 0) return 1;
  if (chance >= 1) return 0;
  const [yes, no] = [Math.log(chance), Math.log1p(-chance)];
  let [choose, sum] = [0, 0];
  for (let k = 0; k <= successes; k++) {
    if (k > 0) choose += Math.log(trials - k + 1) - Math.log(k);
    sum += Math.exp(choose + k * yes + (trials - k) * no);
  }
  return Math.min(1, sum);
}

/**
 * Exact McNemar test, two-sided: whether two methods differ on the questions where exactly one of them was right.
 * @returns p, 1 where they never differ
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const trials = onlyFirst + onlySecond;
  if (trials === 0) return 1;
  return Math.min(1, 2 * binomialAtMost(Math.min(onlyFirst, onlySecond), trials, 0.5));
}

/**
 * Holm's adjustment of the p of several tests that stand together (Holm 1979): each may be set against the level as if it stood alone.
 * @returns in the order of `ps`
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted: number[] = [];
  let least = 0;
  for (const [rank, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * ps[index]!));
    adjusted[index] = least;
  }
  return adjusted;
}

const PERMUTATIONS = 9999;

/**
 * Paired permutation test, two-sided: signs of the differences are flipped at random.
 * @param differences one a pair
 * @returns p, never below 1 / 10 000
 */
export function pairedPermutation(differences: readonly number[], seed = 0): number {
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
  if (differences.every((difference) => difference === 0)) return 1;
  const random = seededRandom(seed);
  let asExtreme = 0;
  for (let permutation = 0; permutation < PERMUTATIONS; permutation++) {
    let sum = 0;
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference;
    // Sums in another order may differ in the last bit.
    if (Math.abs(sum) >= observed * (1 - 1e-12)) asExtreme += 1;
  }
  return (asExtreme + 1) / (PERMUTATIONS + 1);
}

const RESAMPLES = 300;

/**
 * 95 % interval of a mean by the percentiles of its bootstrap.
 * @param seed equal seeds draw the same places, so that intervals over the same questions belong together
 * @param resamples each end is that of one in forty of them
 */
export function bootstrapInterval(values: readonly number[], seed = 0, resamples = RESAMPLES): [number, number] {
  if (values.length === 0) return [0, 0];
  const random = seededRandom(seed);
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let each = 0; each < values.length; each++) sum += values[Math.floor(random() * values.length)]!;
    return sum / values.length;
  }).sort((a, b) => a - b);
  const at = (share: number) => means[Math.round(share * (resamples - 1))]!;
  return [at(0.025), at(0.975)];
}

/** Of a difference, which is printed to a tenth of a point. */
const DIFFERENCE_RESAMPLES = 5000;

/**
 * 95 % interval of the mean of paired differences, by bootstrap over the pairs.
 * @param differences one a question: of several samples of it the difference of their means, so that they stay together
 */
export function differenceInterval(differences: readonly number[], seed = 0): [number, number] {
  return bootstrapInterval(differences, seed, DIFFERENCE_RESAMPLES);
}

/** The middle value, or the mean of the two in the middle. @param values at least one, in any order */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
