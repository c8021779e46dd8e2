/** Training a probe (2504.05419, §3): a grid of small classifiers on hidden states, chosen by AUC on validation questions. */
import * as tf from "@tensorflow/tfjs-core";
import { seededRandom, shuffled } from "../../core/measure/random";
import { brierScore, calibrationError, rocAuc, type Scored } from "../../core/measure/reliability";
import type { ProbeExample, ProbeQuestion } from "./examples";
import { fitTogether, scaleOf, toData } from "./fitting";
import { chooseExit, exitCurve, platt, type Classifier } from "./calibration";
import { applyProbe, type ProbeFile } from "../probes/probe";
import { readyTensors } from "./tensors";

interface ProbeGrid {
  rates: readonly number[];
  /** Hidden widths; 0 is a linear probe. */
  widths: readonly number[];
  weightDecays: readonly number[];
  /** Weight of right answers = α × wrong / right. */
  alphas: readonly number[];
}

/** The paper's rates and widths, with two weight decays and three weights of right answers of our own choice. */
const DEFAULT_GRID: ProbeGrid = {
  rates: [1e-3, 1e-4, 1e-5],
  widths: [0, 16, 32],
  weightDecays: [1e-3, 1e-2],
  alphas: [0.5, 1, 2],
};

/** Passes in a row that an exit may take: a state that looks settled for one line only is no reason to stop. */
export const PATIENCES: readonly number[] = [1, 2, 3];

/** States that weights are fitted to at most, and half as many that they are chosen on: those of one chain are alike, and a grid over all takes longer than the thinking. */
const MOST_STATES = 4096;

export interface TrainedProbe {
  layers: ProbeFile["layers"];
  calibration: ProbeFile["calibration"];
  threshold: number;
  patience: number;
  exits: NonNullable<ProbeFile["exits"]>;
  curve: NonNullable<ProbeFile["curve"]>;
  figures: ProbeFile["figures"];
  /** Scores on the test questions, for the ROC and the reliability diagram. */
  test: Scored[];
}

export interface TrainingOptions {
  seed: number;
  grid?: ProbeGrid;
  /** Accuracy that early exit may lose on validation questions, as a share. */
  tolerance?: number;
  /** How many passes in a row an exit may be made to take. */
  patiences?: readonly number[];
  signal?: AbortSignal;
  progress?: (fraction: number) => void;
}

interface Split {
  /** What weights are fitted to. */
  train: ProbeQuestion[];
  /** What the grid, the epoch, Platt scaling and the probe's own exit are chosen on. */
  validation: ProbeQuestion[];
  /** What nothing is fitted to, so that a risk can be proven by them. */
  calibration: ProbeQuestion[];
  /** What figures are of. */
  test: ProbeQuestion[];
}

/** Questions, not states, are split: states of one question are alike. 60 % train, and a third of the rest each. */
export function splitQuestions(questions: readonly ProbeQuestion[], seed: number): Split {
  const mixed = shuffled(questions, seededRandom(seed));
  const places = [0, 9, 11, 13, 15].map((fifteenths) => Math.floor((mixed.length * fifteenths) / 15));
  const [train, validation, calibration, test] = [0, 1, 2, 3].map((part) => mixed.slice(places[part], places[part + 1]));
  return { train: train!, validation: validation!, calibration: calibration!, test: test! };
}

/**
 * @throws when a split holds only right or only wrong answers: there is nothing to tell apart
 */
export async function trainProbe(questions: readonly ProbeQuestion[], options: TrainingOptions): Promise<TrainedProbe> {
  await readyTensors();
  const { train, validation, calibration: unfitted, test } = splitQuestions(questions, options.seed);
  const { rates, widths, weightDecays, alphas } = options.grid ?? DEFAULT_GRID;
  const shapes = rates.flatMap((rate) => widths.map((width) => ({ rate, width })));
  const penalties = weightDecays.flatMap((decay) => alphas.map((alpha) => ({ decay, alpha })));
  const seen = sampled(train, MOST_STATES, options.seed);
  const scale = scaleOf(seen);
  const [data, held] = [toData(seen, scale), toData(sampled(validation, MOST_STATES / 2, options.seed), scale)];
  let best: { layers: ProbeFile["layers"]; auc: number } | undefined;
  try {
    for (const [index, shape] of shapes.entries()) {
      const fitted = await fitTogether(data, held, scale, shape, penalties, {
        ...options,
        progress: (fraction) => options.progress?.((index + fraction) / shapes.length),
      });
      for (const each of fitted) if (!best || each.auc > best.auc) best = each;
    }
  } finally {
    tf.dispose([data.states, held.states]);
  }
  const { layers } = best!;
  const calibration = platt(score({ layers, calibration: { scale: 1, shift: 0 } }, validation));
  const scored = score({ layers, calibration }, test);
  const patiences = options.patiences ?? PATIENCES;
  const exit = chooseExit({ layers, calibration }, validation, options.tolerance ?? 0.005, patiences);
  return {
    layers,
    calibration,
    ...exit,
    curve: exitCurve({ layers, calibration }, unfitted, patiences),
    figures: {
      auc: rocAuc(scored),
      ece: calibrationError(scored),
      brier: brierScore(scored),
      accuracy:
        scored.filter(({ probability, right }) => probability > 0.5 === right).length / Math.max(1, scored.length),
      questions: test.length,
      states: scored.length,
    },
    test: scored,
  };
}

function score(probe: Classifier, questions: readonly ProbeQuestion[]): Scored[] {
  return questions.flatMap(({ examples }) =>
    examples.map(({ state, right }) => ({ probability: applyProbe(probe, state), right })),
  );
}

/** At most `most` states of `questions`, drawn from all of them. */
function sampled(questions: readonly ProbeQuestion[], most: number, seed: number): readonly ProbeExample[] {
  const examples = questions.flatMap((question) => question.examples);
  return examples.length <= most ? examples : shuffled(examples, seededRandom(seed)).slice(0, most);
}
