/** Options that make a strategy ask the probe that was trained for its model. */
import { strategyFacts } from "../../core/catalogue";

/** Files of the probes that were trained for one model; undefined where none was. */
interface TrainedProbes {
  /** Of thinking in words. */
  readonly words: string | undefined;
  /** Of continuous thoughts. */
  readonly latents: string | undefined;
}

/**
 * @param asked the strategy's other options, which may say whether it asks a probe at all
 * @returns nothing where the strategy asks none, or none was trained
 */
export function probeOptions(
  strategy: string,
  asked: Readonly<Record<string, unknown>>,
  trained: TrainedProbes,
): Record<string, unknown> {
  const { probe } = strategyFacts(strategy) ?? {};
  const file = probe && trained[probe.reads];
  if (file === undefined || (probe?.when && asked[probe.when.option] !== probe.when.is)) return {};
  return { [probe!.option]: file };
}
