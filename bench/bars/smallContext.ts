/** Keeping the context small: LightThinker and InftyThink. */
import type { DatasetRun } from "../../src/engine/runs/datasetRun";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { inftyThink } from "../../src/engine/strategies/inftyThink";
import { lightThinker } from "../../src/engine/strategies/lightThinker";
import { control, runFamily, type Bar } from "./bar";
import { accuracy, costShares, difference, mean, percent, rightShare, totalTokens } from "./figures";

/** Context allowed to InftyThink and to the chain of thought it is compared with, in tokens. */
const SMALL_CONTEXT = 480;

const peak = (runs: readonly DatasetRun[]) => mean(runs.map((each) => each.figures.context.peak));
const dependency = (runs: readonly DatasetRun[]) => mean(runs.map((each) => each.figures.context.dependency));

export const SMALL_CONTEXTS: readonly Bar[] = [
  {
    topic: lightThinker.id,
    name: "LightThinker, arithmetic",
    model: lightThinker.id,
    target: "≥ CoT − 2 points; peak ≤ 40 %; dependency ≤ 40 %",
    async measure(settings) {
      const runs = await runFamily(settings, "arithmetic", lightThinker.id);
      const cot = await runFamily(settings, "arithmetic", chainOfThought.id);
      const [ofPeak, ofDependency] = [peak(runs) / peak(cot), dependency(runs) / dependency(cot)];
      const { text, p } = difference(runs, cot);
      return {
        measured: `${rightShare(runs)} against ${rightShare(cot)}, ${text}, peak ${percent(ofPeak)}, dependency ${percent(ofDependency)} (${costShares(runs, cot)})`,
        met: accuracy(runs) >= accuracy(cot) - 0.02 && ofPeak <= 0.4 && ofDependency <= 0.4,
        tests: [{ what: "LightThinker, chain of thought", p }],
      };
    },
  },
  {
    topic: lightThinker.id,
    name: "LightThinker's control: the same text, tuned alike, nothing evicted",
    model: "lightthinker-text",
    target: "shown beside LightThinker",
    isControl: true,
    async measure(settings) {
      const runs = await runFamily(settings, "arithmetic", lightThinker.id);
      const kept = await runFamily(settings, "arithmetic", chainOfThought.id, {}, control("lightthinker-text"));
      const cot = await runFamily(settings, "arithmetic", chainOfThought.id);
      const { text, p } = difference(runs, kept);
      const [ofPeak, ofDependency] = [peak(kept) / peak(cot), dependency(kept) / dependency(cot)];
      return {
        measured: `${rightShare(kept)}, ${totalTokens(kept).toFixed(0)} tokens, by itself peak ${percent(ofPeak)} and dependency ${percent(ofDependency)} of chain of thought; LightThinker ${text}, peak ${percent(peak(runs) / peak(kept))} and dependency ${percent(dependency(runs) / dependency(kept))} of this text's`,
        met: undefined,
        tests: [{ what: "LightThinker, the same text kept", p }],
      };
    },
  },
  {
    topic: inftyThink.id,
    name: `InftyThink in ${SMALL_CONTEXT} tokens of context`,
    model: "base",
    target: "≥ 90 % where plain CoT in that context fails, stories 3 × longer",
    async measure(settings) {
      const context = { contextTokens: SMALL_CONTEXT };
      const runs = await runFamily(settings, "long-arithmetic", inftyThink.id, context);
      const cot = await runFamily(settings, "long-arithmetic", chainOfThought.id, context);
      const whole = await runFamily(settings, "long-arithmetic", chainOfThought.id);
      const longer = peak(whole) / SMALL_CONTEXT;
      return {
        measured: `${rightShare(runs)}; chain of thought in that context ${rightShare(cot)}, without the limit ${rightShare(whole)}, where it takes ${longer.toFixed(1)} × that context`,
        met: accuracy(runs) >= 0.9 && accuracy(cot) < 0.5 && longer >= 3,
      };
    },
  },
];
