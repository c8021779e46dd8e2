/**
 * The hidden-state probe (2504.05419): from the last hidden state at a checkpoint, how likely the answer reached by now
 * is right. A probe belongs to the model whose states it was trained on and refuses any other.
 */
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { conformalExit, type ExitCount, type Promised } from "../../core/exits/conformal";
import { ActionableError } from "../../core/protocol/rpc";
import type { ModelFacts } from "../decoding/model";
import { l10n } from "../../core/text/l10n";

const matrix = z.array(z.array(z.number()));

const probeFile = z.object({
  v: z.literal(1),
  kind: z.literal("hidden-state-probe"),
  model: z.object({ id: z.string(), sha256: z.string(), hiddenSize: z.int().min(1) }),
  /** Where the states were read: the checkpoints of the early-exit loop, or after each continuous thought. */
  checkAt: z.enum(["transition", "chunk", "paragraph", "line", "latent"]),
  /** Layers from the state to one logit: [out][in] and [out]; a ReLU between two. The first takes the raw state. */
  layers: z
    .array(z.object({ weight: matrix, bias: z.array(z.number()) }))
    .min(1)
    .max(2),
  /** Calibrated probability = sigmoid(scale × logit + shift), fitted on validation questions (Platt). */
  calibration: z.object({ scale: z.number(), shift: z.number() }),
  /** Chosen on validation questions, as is how many checks in a row have to pass it. */
  threshold: z.number().min(0).max(1),
  patience: z.int().min(1).default(1),
  /** The threshold that was chosen for each number of checks in a row, the one above among them; files of 0.1.0 lack it. */
  exits: z
    .array(z.object({ patience: z.int().min(1), threshold: z.number().min(0).max(1) }))
    .max(100)
    .optional(),
  /** What each setting did on calibration questions, to which nothing was fitted: from it one is chosen for a risk. */
  curve: z
    .array(
      z.object({
        threshold: z.number(),
        patience: z.int().min(1),
        exits: z.int().min(0),
        wrong: z.int().min(0),
        thinking: z.number().min(0),
      }),
    )
    .max(1000)
    .optional(),
  /** On questions that the probe never saw. */
  figures: z.object({
    auc: z.number(),
    ece: z.number(),
    brier: z.number(),
    accuracy: z.number(),
    questions: z.number(),
    states: z.number(),
  }),
  trained: z.object({ data: z.string(), questions: z.number(), states: z.number(), seed: z.number() }),
});
export type AnyProbeFile = z.output<typeof probeFile>;
/** A probe of thinking in words. */
export type ProbeFile = AnyProbeFile & { checkAt: Exclude<AnyProbeFile["checkAt"], "latent"> };

/** @throws ActionableError `probe-missing`, `probe-broken`, and `probe-mismatch` where it is one of latents */
export async function readProbe(file: string): Promise<ProbeFile> {
  const probe = await readAnyProbe(file);
  const { checkAt } = probe;
  if (checkAt !== "latent") return { ...probe, checkAt };
  throw new ActionableError(
    "probe-mismatch",
    "This probe reads continuous thoughts and not thinking in words.",
    "Use it with Coconut, or train one at transition words, chunks, paragraphs or lines.",
  );
}

/** @throws ActionableError `probe-missing`, `probe-broken`, and `probe-mismatch` where it is not one of latents */
export async function readLatentProbe(file: string): Promise<AnyProbeFile> {
  const probe = await readAnyProbe(file);
  if (probe.checkAt === "latent") return probe;
  throw new ActionableError(
    "probe-mismatch",
    "This probe was trained on thinking in words and not on continuous thoughts.",
    "Train one after continuous thoughts with the command Train Probe… (--check-at latent).",
  );
}

async function readAnyProbe(file: string): Promise<AnyProbeFile> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ActionableError(
      "probe-missing",
      "There is no probe for this model.",
      "Train one with the command Train Probe….",
      { cause: error },
    );
  }
  try {
    return probeFile.parse(JSON.parse(text));
  } catch (error) {
    throw new ActionableError(
      "probe-broken",
      "The probe's file cannot be read.",
      "Train it again with the command Train Probe….",
      { cause: error },
    );
  }
}

/** @throws ActionableError `probe-mismatch` when `probe` was trained on another model */
export function checkProbeFits(probe: AnyProbeFile, facts: ModelFacts): void {
  if (probe.model.hiddenSize === facts.hiddenSize && probe.model.sha256 === facts.sha256) return;
  throw new ActionableError(
    "probe-mismatch",
    l10n.later`The probe was trained on ${probe.model.id} and not on the weights that are loaded.`,
    "Train a probe for this model with the command Train Probe….",
  );
}

/**
 * @param hidden [hidden], after the final norm
 * @returns probability that the answer reached by now is right, 0 to 1
 */
export function applyProbe(
  { layers, calibration }: Pick<ProbeFile, "layers" | "calibration">,
  hidden: Float32Array,
): number {
  let state: ArrayLike<number> = hidden;
  layers.forEach(({ weight, bias }, index) => {
    const input = state;
    const output = weight.map((row, out) => row.reduce((sum, value, at) => sum + value * (input[at] ?? 0), bias[out]!));
    state = index < layers.length - 1 ? output.map((value) => Math.max(0, value)) : output;
  });
  return 1 / (1 + Math.exp(-(calibration.scale * state[0]! + calibration.shift)));
}

/**
 * The setting that keeps a risk with a confidence, by the probe's calibration questions.
 * @param patience checks in a row that have to pass; by default any number that the probe was tried with
 * @throws ActionableError `probe-curve` where the file holds none, or none is proven
 */
export function exitForRisk({ curve }: Pick<AnyProbeFile, "curve">, promised: Promised, patience?: number): ExitCount {
  if (!curve) {
    throw new ActionableError(
      "probe-curve",
      "The probe's file does not hold what its exits did on calibration questions, so no threshold can be chosen for a risk.",
      "Train the probe again with the command Train Probe…, or leave the option risk out.",
    );
  }
  const chosen = conformalExit(
    curve.filter((each) => patience === undefined || each.patience === patience),
    promised,
  );
  if (chosen) return chosen;
  const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;
  throw new ActionableError(
    "probe-curve",
    l10n.later`No threshold of the probe is proven to turn at most ${percent(promised.risk)} of its exits wrong with ${percent(promised.confidence)} confidence.`,
    "Allow a larger risk, or train the probe on more questions.",
  );
}
