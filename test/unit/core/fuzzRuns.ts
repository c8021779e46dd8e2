/** How hard property tests try: few seeded cases in every run, 10 000 fresh ones in `npm run test:fuzz`. */
const wanted = Number(process.env["FUZZ_RUNS"] ?? 0);

/** @param usual cases of an ordinary run, the same each time */
export function fuzzRuns(usual: number): { numRuns: number; seed?: number } {
  return wanted > 0 ? { numRuns: wanted } : { numRuns: usual, seed: 20260504 };
}
