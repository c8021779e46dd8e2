/** Thinking that is not text: Coconut with its controls, on generated and on official problems, and SoftCoT with its own. */
import type { DatasetRun } from "../../src/engine/runs/datasetRun";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { coconut } from "../../src/engine/strategies/coconut";
import { noThinking } from "../../src/engine/strategies/noThinking";
import { pauseTokens } from "../../src/engine/strategies/pauseTokens";
import { softCot } from "../../src/engine/strategies/softCot";
import type { ModelReference } from "../../src/core/protocol/engineApi";
import { problems } from "../datasets";
import { frontierMass } from "../frontier";
import { baseWith, control, runFamilies, runFamily, runOn, TEXT_FAMILIES, type Bar, type Settings } from "./bar";
import { accuracy, difference, mean, percent, rightShare, totalTokens } from "./figures";

type RunsOf = (settings: Settings, strategy: string, model?: ModelReference) => Promise<DatasetRun[]>;

interface Beside {
  name: string;
  strategy: string;
  model: string;
  /** A model of bench/controls; one of the family by default. */
  weights?: () => ModelReference;
}

/** What Coconut is set against, by what it differs in. */
const CONTROLS: readonly Beside[] = [
  { name: "pause tokens", strategy: pauseTokens.id, model: pauseTokens.id },
  {
    name: "pause tokens on exactly Coconut's mixture, ideal latents too",
    strategy: pauseTokens.id,
    model: "coconut-mixture",
    weights: () => control("coconut-mixture"),
  },
  {
    name: "chain of thought in Coconut's tokens, size and data, 2400 of its 6000 steps",
    strategy: chainOfThought.id,
    model: "prosqa-words",
    weights: () => control("prosqa-words"),
  },
  {
    name: "Coconut by the paper's curriculum, no latent shown a frontier",
    strategy: coconut.id,
    model: "coconut-curriculum",
    weights: () => control("coconut-curriculum"),
  },
  { name: "chain of thought of the base (often names neither option)", strategy: chainOfThought.id, model: "base" },
  { name: "no thinking of the base", strategy: noThinking.id, model: "base" },
];

/** Coconut on one set of problems, and a row for each control. */
function prosqaBars(topic: string, label: string, runsOf: RunsOf): Bar[] {
  return [
    {
      topic,
      name: `Coconut, ${label}`,
      model: coconut.id,
      target: "≥ 97.0 %",
      async measure(settings) {
        const runs = await runsOf(settings, coconut.id);
        return {
          measured: `${rightShare(runs)}, ${totalTokens(runs).toFixed(1)} tokens`,
          met: accuracy(runs) >= 0.97,
        };
      },
    },
    ...CONTROLS.map(({ name, strategy, model, weights }): Bar => ({
      topic,
      name: `${name}, ${label}`,
      model,
      target: "shown beside Coconut",
      isControl: true,
      async measure(settings) {
        const runs = await runsOf(settings, strategy, weights?.());
        const { text, p } = difference(await runsOf(settings, coconut.id), runs);
        return {
          measured: `${rightShare(runs)}, ${totalTokens(runs).toFixed(1)} tokens; Coconut ${text}`,
          met: undefined,
          tests: [{ what: `Coconut, ${name}, ${label}`, p }],
        };
      },
    })),
  ];
}

/** SoftCoT against another way to fill, or not to fill, the places of its soft tokens. */
function softCotControl(name: string, model: string, runsOf: (settings: Settings) => Promise<DatasetRun[]>): Bar {
  return {
    topic: softCot.id,
    name: `SoftCoT's control: ${name}`,
    model,
    target: "shown beside SoftCoT",
    isControl: true,
    async measure(settings) {
      const [runs, soft] = [await runsOf(settings), await runFamilies(settings, TEXT_FAMILIES, softCot.id)];
      const { text, p } = difference(soft, runs);
      return {
        measured: `${rightShare(runs)}; ${rightByFamily(settings, runs)}; SoftCoT ${text}`,
        met: undefined,
        tests: [{ what: `SoftCoT, ${name}`, p }],
      };
    },
  };
}

/** Right answers family by family; `runs` are those of TEXT_FAMILIES, one after the other. */
function rightByFamily({ limit }: Settings, runs: readonly DatasetRun[]): string {
  let from = 0;
  const families = TEXT_FAMILIES.map((family) => {
    const own = runs.slice(from, (from += problems(family, "test", limit).length));
    return `${family} ${percent(accuracy(own))}`;
  });
  return families.join(", ");
}

export const LATENT: readonly Bar[] = [
  ...prosqaBars(coconut.id, "generated ProsQA test split", (settings, strategy, model) =>
    runFamily(settings, "prosqa", strategy, {}, model),
  ),
  {
    topic: coconut.id,
    name: "Coconut latents: mass of latent k on nodes within k+1 steps",
    model: coconut.id,
    target: "≥ 90 %",
    async measure(settings) {
      const runs = await runFamily(settings, "prosqa", coconut.id);
      const questions = problems("prosqa", "test", settings.limit);
      const mass = mean(runs.flatMap((each, index) => frontierMass(questions[index]!.question, each.trace)));
      return { measured: percent(mass), met: mass >= 0.9 };
    },
  },
  ...prosqaBars("prosqa", "official ProsQA problems", (settings, strategy, model) =>
    runOn(settings, "official ProsQA", settings.prosqa, strategy, {}, model),
  ),
  {
    topic: softCot.id,
    name: "SoftCoT",
    model: "base",
    target: "better than without soft tokens and than with shuffled ones, p < 0.05",
    async measure(settings) {
      const soft = await runFamilies(settings, TEXT_FAMILIES, softCot.id);
      const none = await runFamilies(settings, TEXT_FAMILIES, softCot.id, { control: "no-soft" });
      const shuffled = await runFamilies(settings, TEXT_FAMILIES, softCot.id, { control: "shuffled" });
      const [againstNone, againstShuffled] = [difference(soft, none), difference(soft, shuffled)];
      return {
        measured: `${rightShare(soft)}; ${rightByFamily(settings, soft)}; without soft tokens ${rightShare(none)}, ${rightByFamily(settings, none)}: ${againstNone.text}; shuffled ${rightShare(shuffled)}: ${againstShuffled.text}`,
        met:
          accuracy(soft) > Math.max(accuracy(none), accuracy(shuffled)) &&
          againstNone.p < 0.05 &&
          againstShuffled.p < 0.05,
        tests: [
          { what: "SoftCoT, without soft tokens", p: againstNone.p },
          { what: "SoftCoT, shuffled", p: againstShuffled.p },
        ],
      };
    },
  },
  softCotControl("a learnt prompt, the same for every question", "base, softcot-prompt", async (settings) =>
    runFamilies(settings, TEXT_FAMILIES, softCot.id, {}, await baseWith("softcot-prompt", "softcot.onnx")),
  ),
  softCotControl("the assistant alone", "softcot-assistant", (settings) =>
    runFamilies(settings, TEXT_FAMILIES, chainOfThought.id, { instruction: "" }, control("softcot-assistant")),
  ),
];
