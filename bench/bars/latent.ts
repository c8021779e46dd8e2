/** Thinking that is not text: Coconut with its controls, on generated and on official problems, and SoftCoT with its own. */
import type { DatasetRun } from "../../src/engine/runs/datasetRun";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { coconut } from "../../src/engine/strategies/coconut";
import { noThinking } from "../../src/engine/strategies/noThinking";
import { pauseTokens } from "../../src/engine/strategies/pauseTokens";
import { softCot } from "../../src/engine/strategies/softCot";
import { problems } from "../datasets";
import { frontierMass } from "../frontier";
import { runFamilies, runFamily, runOn, TEXT_FAMILIES, type Bar, type Settings } from "./bar";
import { accuracy, mean, pairedP, percent, pText, rightShare, totalTokens } from "./figures";

type RunsOf = (settings: Settings, strategy: string) => Promise<DatasetRun[]>;

const CONTROLS = [
  [pauseTokens.id, "pause tokens"],
  [chainOfThought.id, "chain of thought"],
  [noThinking.id, "no thinking"],
] as const;

/** Coconut on one set of problems, and a row for each control: a control has no bar but that it was measured. */
function prosqaBars(topic: string, label: string, runsOf: RunsOf): Bar[] {
  return [
    {
      topic,
      name: `Coconut, ${label}`,
      target: "≥ 97.0 %",
      async measure(settings) {
        const runs = await runsOf(settings, coconut.id);
        return {
          measured: `${rightShare(runs)}, ${totalTokens(runs).toFixed(1)} tokens`,
          met: accuracy(runs) >= 0.97,
        };
      },
    },
    ...CONTROLS.map(([strategy, name]): Bar => ({
      topic,
      name: `${name}, ${label}`,
      target: "shown beside Coconut",
      async measure(settings) {
        const runs = await runsOf(settings, strategy);
        const p = pairedP(runs, await runsOf(settings, coconut.id));
        return {
          measured: `${rightShare(runs)}, ${totalTokens(runs).toFixed(1)} tokens (against Coconut ${pText(p)})`,
          met: true,
        };
      },
    })),
  ];
}

export const LATENT: readonly Bar[] = [
  ...prosqaBars(coconut.id, "generated ProsQA test split", (settings, strategy) =>
    runFamily(settings, "prosqa", strategy),
  ),
  {
    topic: coconut.id,
    name: "Coconut latents: mass of latent k on nodes within k+1 steps",
    target: "≥ 90 %",
    async measure(settings) {
      const runs = await runFamily(settings, "prosqa", coconut.id);
      const questions = problems("prosqa", "test", settings.limit);
      const mass = mean(runs.flatMap((each, index) => frontierMass(questions[index]!.question, each.trace)));
      return { measured: percent(mass), met: mass >= 0.9 };
    },
  },
  ...prosqaBars("prosqa", "official ProsQA problems", (settings, strategy) =>
    runOn(settings, "official ProsQA", settings.prosqa, strategy),
  ),
  {
    topic: softCot.id,
    name: "SoftCoT",
    target: "better than without soft tokens and than with shuffled ones, p < 0.05",
    async measure(settings) {
      const soft = await runFamilies(settings, TEXT_FAMILIES, softCot.id);
      const none = await runFamilies(settings, TEXT_FAMILIES, softCot.id, { control: "no-soft" });
      const shuffled = await runFamilies(settings, TEXT_FAMILIES, softCot.id, { control: "shuffled" });
      const [againstNone, againstShuffled] = [pairedP(soft, none), pairedP(soft, shuffled)];
      return {
        measured: `${rightShare(soft)}; without soft tokens ${rightShare(none)} (${pText(againstNone)}); shuffled ${rightShare(shuffled)} (${pText(againstShuffled)})`,
        met:
          accuracy(soft) > Math.max(accuracy(none), accuracy(shuffled)) && againstNone < 0.05 && againstShuffled < 0.05,
      };
    },
  },
];
