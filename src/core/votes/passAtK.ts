/**
 * pass@k (2107.03374, §2.1): how likely at least one of k samples is right, estimated without bias from n samples of which c are.
 * No vote, but the bound of all of them.
 */
export function passAtK(n: number, c: number, k: number): number {
  if (k > n) return Number.NaN;
  if (n - c < k) return 1;
  let missed = 1;
  for (let each = n - c + 1; each <= n; each++) missed *= 1 - k / each;
  return 1 - missed;
}
