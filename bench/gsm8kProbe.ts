/** The probe of the GSM8K comparison: trained as `thoughtlens probe` does, on prompts with the comparison's examples. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Question } from "../src/engine/runs/datasetRun";
import { conformalExit } from "../src/core/exits/conformal";
import { loadOnnxModel } from "../src/engine/backends/onnx/onnxModel";
import { trainOn } from "../src/engine/training/trainOn";
import { chainOfThought } from "../src/engine/strategies/chainOfThought";
import { GSM8K } from "./datasets";
import { readProbe } from "../src/engine/probes/probe";
import { examples } from "./gsm8kContenders";
import { inEnglish, type Sentence } from "../src/core/text/l10n";

/**
 * The file of a trained probe. What is there already is used; a training that was stopped goes on.
 * @param questions that are not asked afterwards; none for no probe
 * @returns undefined where there is none, or none can be trained: that is then said
 */
export async function trainedProbe(
  file: string,
  folder: string,
  questions: readonly Question[],
  maxTokens: number,
): Promise<string | undefined> {
  if (questions.length === 0) return undefined;
  if (existsSync(file)) return file;
  const say = (message: string | Sentence) => void process.stderr.write(`${inEnglish(message)}\n`);
  const model = await loadOnnxModel(folder, { progress: say });
  try {
    const data = path.basename(GSM8K);
    const { figures, threshold } = await trainOn(
      model,
      {
        model: { kind: "folder", path: folder },
        questions: [...questions],
        data,
        checkAt: "line",
        file,
        options: { maxTokens },
      },
      {
        signal: new AbortController().signal,
        route: () => Promise.reject(new Error("A chain of thought needs no router.")),
        shown: examples(chainOfThought.id),
        progress: say,
      },
    );
    say(
      `probe: AUC ${figures.auc.toFixed(3)}, ECE ${figures.ece.toFixed(3)} on ${figures.questions} unseen questions, threshold ${threshold}`,
    );
    return file;
  } catch (error) {
    say(`The probe is left out: ${(error as Error).message}`);
    return undefined;
  } finally {
    await model.dispose();
  }
}

/** Fixed before the table: of several risks the smallest that is proven would be promised with less confidence than is said. */
export const PROMISED = { risk: 0.1, confidence: 0.9 };

/** The promised risk, where a threshold of the probe is proven to keep it on questions that nothing was fitted to. */
export async function provenRisk(file: string): Promise<number | undefined> {
  const { curve = [] } = await readProbe(file);
  return conformalExit(curve, PROMISED) && PROMISED.risk;
}
