/**
 * The official router of Sketch-of-Thought (2503.05179, §3.2), a DistilBERT classifier, or another one in its place: any
 * text classifier with the paradigms as labels, run by the pipeline of transformers.js.
 */
import path from "node:path";
import { ActionableError } from "../../core/protocol/rpc";
import { readModelFolder } from "../files/modelFolder";
import type { Paradigm } from "./paradigmRouter";
import { PARADIGMS } from "./paradigmRouter";
import { l10n } from "../../core/text/l10n";

/** Every paradigm with its probability, best first, and how many tokens were read for it. */
export type Classify = (question: string) => Promise<{ scores: [Paradigm, number][]; tokens: number }>;

interface Pipeline {
  (text: string, options: { top_k: null }): Promise<{ label: string; score: number }[]>;
  tokenizer(text: string, options: { truncation: true }): { input_ids: { dims: number[] } };
}

/**
 * @param folder of the classifier in Hugging Face layout, with an ONNX graph
 * @throws ActionableError of `readModelFolder`, `router-unreadable`, `router-labels`
 */
export async function loadClassifier(folder: string): Promise<Classify> {
  const { dtype, graphFile } = await readModelFolder(folder);
  const classifier = await open(path.resolve(folder), dtype, path.relative(folder, path.dirname(graphFile)));
  const classify: Classify = async (question) => {
    const scores = await classifier(question, { top_k: null });
    return {
      scores: scores
        .map(({ label, score }): [Paradigm, number] => [paradigmOf(label), score])
        .sort((a, b) => b[1] - a[1]),
      // As the pipeline itself cuts it.
      tokens: classifier.tokenizer(question, { truncation: true }).input_ids.dims.at(-1)!,
    };
  };
  // What it can tell apart shows in its answer to any question.
  const told = new Set((await classify("?")).scores.map(([paradigm]) => paradigm));
  if (told.size !== PARADIGMS.length) throw wrongLabels();
  return classify;
}

async function open(folder: string, dtype: string, subfolder: string): Promise<Pipeline> {
  // The library is large, and few people route by a classifier: it is read when it is needed.
  const { env, pipeline } = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  try {
    const create = pipeline as unknown as (task: string, model: string, options: object) => Promise<Pipeline>;
    return await create("text-classification", folder, {
      local_files_only: true,
      device: "cpu",
      dtype,
      subfolder,
      session_options: { intraOpNumThreads: 1, logSeverityLevel: 3 },
    });
  } catch (error) {
    throw new ActionableError(
      "router-unreadable",
      l10n.later`The classifier in ${folder} cannot be loaded.`,
      "Export it again as a text classifier with its tokenizer.",
      { cause: error },
    );
  }
}

/** Labels without names are numbered as the official classifier numbers them, in the order of `PARADIGMS`. */
function paradigmOf(label: string): Paradigm {
  const named = PARADIGMS.find((paradigm) => paradigm === label.toLowerCase().replace(/[\s-]+/g, "_"));
  const numbered = PARADIGMS[Number(/^LABEL_(\d+)$/.exec(label)?.[1] ?? Number.NaN)];
  const paradigm = named ?? numbered;
  if (paradigm) return paradigm;
  throw wrongLabels();
}

const wrongLabels = () =>
  new ActionableError(
    "router-labels",
    l10n.later`The classifier does not tell apart ${PARADIGMS.join(", ")}.`,
    "Choose one that was trained to route Sketch-of-Thought.",
  );
