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
import { baseWith, control, runFamily, runOn, type Bar, type Settings } from "./bar";
import { better, byFamily, type FamilyRuns } from "./families";
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
    name: "chain of thought in Coconut's tokens, size, data and steps",
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

interface Instead {
  strategy: string;
  options?: Record<string, unknown>;
  /** The base by default. */
  weights?: ModelReference;
}

/** SoftCoT against another way to fill, or not to fill, the places of its soft tokens. */
const softCotAgainst = (settings: Settings, { strategy, options, weights }: Instead): Promise<FamilyRuns[]> =>
  byFamily(
    (family) => runFamily(settings, family, softCot.id),
    (family) => runFamily(settings, family, strategy, options, weights),
  );

function softCotControl(name: string, model: string, instead: () => Instead | Promise<Instead>): Bar {
  return {
    topic: softCot.id,
    name: `SoftCoT's control: ${name}`,
    model,
    target: "shown beside SoftCoT",
    isControl: true,
    async measure(settings) {
      const compared = await softCotAgainst(settings, await instead());
      return { ...better("SoftCoT", [{ other: name, compared }]), met: undefined };
    },
  };
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
    target: "in each family better than with no soft tokens and than with shuffled ones, p < 0.05 by Holm",
    async measure(settings) {
      const without = (filled: string) =>
        softCotAgainst(settings, { strategy: softCot.id, options: { control: filled } });
      return better("SoftCoT", [
        { other: "no soft tokens", compared: await without("no-soft") },
        { other: "shuffled soft tokens", compared: await without("shuffled") },
      ]);
    },
  },
  softCotControl("a learnt prompt, the same for every question", "base, softcot-prompt", async () => ({
    strategy: softCot.id,
    weights: await baseWith("softcot-prompt", "softcot.onnx"),
  })),
  softCotControl("the assistant alone", "softcot-assistant", () => ({
    strategy: chainOfThought.id,
    options: { instruction: "" },
    weights: control("softcot-assistant"),
  })),
];
