/** Stopping early: DEER with its control, and the hidden-state probe. */
import path from "node:path";
import { calibrationError, rocAuc, type Scored } from "../../src/core/measure/reliability";
import type { DatasetRun } from "../../src/engine/runs/datasetRun";
import { loadOnnxModel } from "../../src/engine/backends/onnx/onnxModel";
import { loadRouter } from "../../src/engine/routing/paradigmRouter";
import { applyProbe, checkProbeFits, readProbe } from "../../src/engine/probes/probe";
import { collectExamples } from "../../src/engine/training/trainOn";
import { budget } from "../../src/engine/strategies/budget";
import { chainOfThought } from "../../src/engine/strategies/chainOfThought";
import { deer } from "../../src/engine/strategies/deer";
import { probe } from "../../src/engine/strategies/probe";
import { problems } from "../datasets";
import { POCKET_FOLDER } from "../runner";
import { runFamilies, runFamily, TEXT_FAMILIES, type Bar, type Settings } from "./bar";
import { accuracy, budgetOfMean, pairedP, percent, points, pText, rightShare, thinkingTokens } from "./figures";

/** An early exit against chain of thought: accuracy lost and share of the thinking tokens, family by family as well. */
function exitBar(topic: string, name: string, most: number): Bar {
  return {
    topic,
    name,
    target: `≥ CoT − 0.5 points at ≤ ${most * 100} % of the thinking tokens, trials counted`,
    async measure(settings) {
      const runs = await runFamilies(settings, TEXT_FAMILIES, topic);
      const cot = await runFamilies(settings, TEXT_FAMILIES, chainOfThought.id);
      const ratio = thinkingTokens(runs) / thinkingTokens(cot);
      const families: string[] = [];
      for (const family of TEXT_FAMILIES) {
        const mine = await runFamily(settings, family, topic);
        const theirs = await runFamily(settings, family, chainOfThought.id);
        const difference = points(accuracy(mine) - accuracy(theirs));
        families.push(`${family} ${difference} at ${percent(thinkingTokens(mine) / thinkingTokens(theirs))}`);
      }
      return {
        measured: `${rightShare(runs)} against ${rightShare(cot)}, ${percent(ratio)} of the thinking tokens; ${families.join(", ")}`,
        met: accuracy(runs) >= accuracy(cot) - 0.005 && ratio <= most,
      };
    },
  };
}

/** Thinking cut at one length, chosen for each family so that its mean is that of DEER on the family. */
async function cutAtSameMean(settings: Settings): Promise<DatasetRun[]> {
  const cut: DatasetRun[] = [];
  for (const family of TEXT_FAMILIES) {
    const cot = await runFamily(settings, family, chainOfThought.id);
    const wanted = thinkingTokens(await runFamily(settings, family, deer.id));
    const tokens = budgetOfMean(
      cot.map((each) => each.figures.tokens.thinking),
      wanted,
    );
    cut.push(...(await runFamily(settings, family, budget.id, { tokens })));
  }
  return cut;
}

/** The probe's probability and the verdict of a trial answer, at every checkpoint of the test problems. */
async function scoredTrialPoints({ limit }: Settings): Promise<Map<string, Scored[]>> {
  const folder = path.join(POCKET_FOLDER, "base");
  const probe = await readProbe(path.join(folder, "probe.json"));
  const model = await loadOnnxModel(folder, { id: "pocket:base" });
  try {
    checkProbeFits(probe, model.facts);
    const router = await loadRouter(path.join(POCKET_FOLDER, "router", "router.json"));
    const { signal } = new AbortController();
    const route = (question: string) => Promise.resolve(router(question));
    const scored = new Map<string, Scored[]>();
    for (const family of TEXT_FAMILIES) {
      const points: Scored[] = [];
      for (const problem of problems(family, "test", limit)) {
        const { examples } = await collectExamples(model, problem, { checkAt: probe.checkAt }, { signal, route });
        points.push(...examples.map(({ state, right }) => ({ probability: applyProbe(probe, state), right })));
      }
      process.stderr.write(`${family}: ${points.length} trial points\n`);
      scored.set(family, points);
    }
    return scored;
  } finally {
    await model.dispose();
  }
}

const qualityOf = (scored: readonly Scored[]): string =>
  `AUC ${rocAuc(scored).toFixed(3)}, ECE ${calibrationError(scored).toFixed(3)} (${scored.length} points)`;

export const EARLY_EXITS: readonly Bar[] = [
  exitBar(deer.id, "DEER", 0.65),
  {
    topic: deer.id,
    name: "DEER against truncation at the same mean length",
    target: "better, p < 0.05",
    async measure(settings) {
      const runs = await runFamilies(settings, TEXT_FAMILIES, deer.id);
      const cut = await cutAtSameMean(settings);
      const p = pairedP(runs, cut);
      return {
        measured: `${rightShare(runs)} at ${thinkingTokens(runs).toFixed(0)} tokens against ${rightShare(cut)} at ${thinkingTokens(cut).toFixed(0)}, ${pText(p)}`,
        met: accuracy(runs) > accuracy(cut) && p < 0.05,
      };
    },
  },
  {
    topic: probe.id,
    name: "probe on held-out trial points",
    target: "AUC ≥ 0.90, ECE ≤ 0.05",
    async measure(settings) {
      const scored = await scoredTrialPoints(settings);
      const all = [...scored.values()].flat();
      const families = [...scored].map(([family, points]) => `${family} ${qualityOf(points)}`);
      return {
        measured: [qualityOf(all), ...families].join("; "),
        met: rocAuc(all) >= 0.9 && calibrationError(all) <= 0.05,
      };
    },
  },
  exitBar(probe.id, "probe", 0.7),
];
