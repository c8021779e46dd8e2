/** Options that make a strategy ask the probe that was trained for its model. */

/** Files of the probes that were trained for one model; undefined where none was. */
interface TrainedProbes {
  /** Of thinking in words. */
  readonly words: string | undefined;
  /** Of continuous thoughts. */
  readonly latents: string | undefined;
}

/**
 * @param asked the strategy's other options, which say whether Coconut asks a probe at all
 * @returns nothing where the strategy asks none, or none was trained
 */
export function probeOptions(
  strategy: string,
  asked: Readonly<Record<string, unknown>>,
  { words, latents }: TrainedProbes,
): Record<string, unknown> {
  if (strategy === "probe" && words !== undefined) return { file: words };
  if (strategy === "coconut" && asked["length"] === "probe" && latents !== undefined) return { probe: latents };
  return {};
}
