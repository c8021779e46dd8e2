/** What the hidden-state probe of the bundled model says at every checkpoint of the test problems, and what came of it. */
import path from "node:path";
import { conformalExit } from "../../src/core/exits/conformal";
import { seededRandom } from "../../src/core/measure/random";
import type { Scored } from "../../src/core/measure/reliability";
import { loadOnnxModel } from "../../src/engine/backends/onnx/onnxModel";
import { applyProbe, checkProbeFits, readProbe, type ProbeFile } from "../../src/engine/probes/probe";
import { loadRouter } from "../../src/engine/routing/paradigmRouter";
import { exitCurve } from "../../src/engine/training/calibration";
import type { ProbeQuestion } from "../../src/engine/training/examples";
import { collectExamples } from "../../src/engine/training/trainOn";
import { problems } from "../datasets";
import { POCKET_FOLDER } from "../runner";
import { TEXT_FAMILIES, type Settings } from "./bar";

export interface TrialPoints {
  probe: ProbeFile;
  families: Map<string, ProbeQuestion[]>;
}

/** Collected once a run: two bars look at them. */
const collected = new Map<number, Promise<TrialPoints>>();

export function trialPoints({ limit }: Settings): Promise<TrialPoints> {
  const known = collected.get(limit) ?? collect(limit);
  collected.set(limit, known);
  return known;
}

async function collect(limit: number): Promise<TrialPoints> {
  const folder = path.join(POCKET_FOLDER, "base");
  const probe = await readProbe(path.join(folder, "probe.json"));
  const model = await loadOnnxModel(folder, { id: "pocket:base" });
  try {
    checkProbeFits(probe, model.facts);
    const router = await loadRouter(path.join(POCKET_FOLDER, "router", "router.json"));
    const { signal } = new AbortController();
    const route = (question: string) => Promise.resolve(router(question));
    const families = new Map<string, ProbeQuestion[]>();
    for (const family of TEXT_FAMILIES) {
      const questions: ProbeQuestion[] = [];
      for (const problem of problems(family, "test", limit))
        questions.push(await collectExamples(model, problem, { checkAt: probe.checkAt }, { signal, route }));
      process.stderr.write(`${family}: ${questions.flatMap(({ examples }) => examples).length} trial points\n`);
      families.set(family, questions);
    }
    return { probe, families };
  } finally {
    await model.dispose();
  }
}

/** The probe's probability and the verdict of the trial answer, by family. */
export const pointsOf = ({ probe, families }: TrialPoints): Map<string, Scored[]> =>
  new Map(
    [...families].map(([family, questions]) => [
      family,
      questions
        .flatMap(({ examples }) => examples)
        .map(({ state, right }) => ({ probability: applyProbe(probe, state), right })),
    ]),
  );

/** Splits of the questions into those that a threshold is chosen on and those that it is tried on. */
export const SPLITS = 100;
const PROMISED = { risk: 0.05, confidence: 0.95 };

/** How often a threshold that is chosen for a risk on one half of the questions keeps it on the other. */
export function coverage(probe: ProbeFile, questions: readonly ProbeQuestion[]) {
  const random = seededRandom(1);
  let [kept, chosen, wrong, exits, thinking, whole] = [0, 0, 0, 0, 0, 0];
  for (let split = 0; split < SPLITS; split++) {
    const shuffled = questions
      .map((question) => ({ question, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ question }) => question);
    const half = Math.floor(shuffled.length / 2);
    const setting = conformalExit(exitCurve(probe, shuffled.slice(0, half), [1]), PROMISED);
    const others = shuffled.slice(half);
    const seen = setting && exitCurve(probe, others, [1]).find(({ threshold }) => threshold === setting.threshold);
    // Where nothing is proven nothing is stopped, and no exit is wrong.
    if (!seen || seen.wrong <= PROMISED.risk * seen.exits) kept += 1;
    if (!seen) continue;
    chosen += 1;
    wrong += seen.wrong;
    exits += seen.exits;
    thinking += seen.thinking;
    whole += others.reduce((sum, question) => sum + question.thinking, 0);
  }
  const checkpoints = questions.reduce((sum, { examples }) => sum + examples.length, 0);
  return { kept, chosen, checkpoints, wrong: wrong / Math.max(1, exits), thinking: thinking / Math.max(1, whole) };
}
