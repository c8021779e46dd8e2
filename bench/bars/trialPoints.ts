/** What the hidden-state probe of the bundled model says at every checkpoint of the test problems, and what came of it. */
import path from "node:path";
import { conformalExit, type ExitCount } from "../../src/core/exits/conformal";
import { seededRandom } from "../../src/core/measure/random";
import type { Scored } from "../../src/core/measure/reliability";
import { loadOnnxModel } from "../../src/engine/backends/onnx/onnxModel";
import { applyProbe, checkProbeFits, readProbe, type ProbeFile } from "../../src/engine/probes/probe";
import { loadRouter } from "../../src/engine/routing/paradigmRouter";
import { exitCurve, type Classifier } from "../../src/engine/training/calibration";
import type { ProbeQuestion } from "../../src/engine/training/examples";
import { PATIENCES } from "../../src/engine/training/probeTraining";
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

/**
 * How often a setting that is chosen for a risk on one half of the questions keeps it on the other. The promise is for the
 * families as they are mixed: what it comes to in each is told, and not promised.
 */
export function coverage(probe: Classifier, families: ReadonlyMap<string, readonly ProbeQuestion[]>) {
  const random = seededRandom(1);
  const asked = [...families].flatMap(([family, questions]) => questions.map((question) => ({ family, question })));
  const told = [...families.keys()].map((family) => ({ family, exits: 0, wrong: 0 }));
  let [kept, chosen, thinking, whole] = [0, 0, 0, 0];
  for (let split = 0; split < SPLITS; split++) {
    const shuffled = asked.map((each) => ({ ...each, at: random() })).sort((a, b) => a.at - b.at);
    const half = Math.floor(shuffled.length / 2);
    const seen = shuffled.slice(0, half).map(({ question }) => question);
    const setting = conformalExit(exitCurve(probe, seen, PATIENCES), PROMISED);
    if (!setting) {
      // Where nothing is proven nothing is stopped, and no exit is wrong.
      kept += 1;
      continue;
    }
    let [exits, wrong] = [0, 0];
    for (const each of told) {
      const held = shuffled.slice(half).flatMap(({ family, question }) => (family === each.family ? [question] : []));
      const count = countAt(probe, held, setting);
      each.exits += count.exits;
      each.wrong += count.wrong;
      exits += count.exits;
      wrong += count.wrong;
      thinking += count.thinking;
      whole += held.reduce((sum, question) => sum + question.thinking, 0);
    }
    chosen += 1;
    if (wrong <= PROMISED.risk * exits) kept += 1;
  }
  const checkpoints = asked.reduce((sum, { question }) => sum + question.examples.length, 0);
  const sum = (of: "exits" | "wrong") => told.reduce((all, each) => all + each[of], 0);
  return {
    ...{ kept, chosen, checkpoints },
    wrong: sum("wrong") / Math.max(1, sum("exits")),
    thinking: thinking / Math.max(1, whole),
    families: told,
  };
}

/** What one setting of a threshold and of passes in a row did on questions. */
const countAt = (probe: Classifier, questions: readonly ProbeQuestion[], setting: ExitCount): ExitCount =>
  exitCurve(probe, questions, [setting.patience]).find(
    ({ threshold, patience }) => threshold === setting.threshold && patience === setting.patience,
  )!;
