/**
 * The router of Sketch-of-Thought (2503.05179, §3.2): which paradigm suits a question. A linear layer over hashed features
 * (see `routerFeatures.ts`), with calibrated probabilities; its weights ship beside the pocket models.
 */
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";
import { routerBuckets } from "./routerFeatures";

export const PARADIGMS = ["chunked_symbolism", "conceptual_chaining", "expert_lexicons"] as const;
export type Paradigm = (typeof PARADIGMS)[number];

export interface Routing {
  /** Which router spoke. */
  by: string;
  /** Every paradigm with its probability, best first. */
  scores: [Paradigm, number][];
  /** Tokens that it read, where it is a model that reads tokens. */
  tokens?: number;
  /** Why another router than the wanted one spoke. */
  note?: string;
}

/** @param named which router to ask; see the option `router` of Sketch-of-Thought */
export type Route = (question: string, named?: string) => Promise<Routing>;

const routerFile = z.object({
  v: z.literal(2),
  labels: z.array(z.enum(PARADIGMS)).length(PARADIGMS.length),
  buckets: z
    .int()
    .min(1)
    .max(1 << 20),
  temperature: z.number().gt(0),
  bias: z.array(z.number()).length(PARADIGMS.length),
  /** What one step of a weight is worth. */
  scale: z.number().gt(0),
  /** One signed byte a bucket, in base64, for each label. */
  weights: z.array(z.base64()).length(PARADIGMS.length),
});

interface RouterWeights extends Omit<z.output<typeof routerFile>, "weights"> {
  /** [label][bucket] */
  weights: Int8Array[];
}

/** @returns paradigms with probabilities that sum to 1, best first */
function routeWith(router: RouterWeights, question: string): [Paradigm, number][] {
  const present = routerBuckets(question, router.buckets);
  const scale = router.scale / Math.sqrt(Math.max(1, present.length));
  const logits = router.weights.map((column, label) => {
    const sum = present.reduce((total, bucket) => total + column[bucket]!, 0);
    return (router.bias[label]! + sum * scale) / router.temperature;
  });
  const most = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - most));
  const total = exponentials.reduce((sum, each) => sum + each, 0);
  return router.labels
    .map((label, index): [Paradigm, number] => [label, exponentials[index]! / total])
    .sort((a, b) => b[1] - a[1]);
}

/**
 * @param file `router.json`
 * @throws ActionableError `router-missing`, `router-outdated`
 */
export async function loadRouter(file: string): Promise<(question: string) => Routing> {
  const router = await readRouter(file);
  return (question) => ({ by: "bundled router", scores: routeWith(router, question) });
}

async function readRouter(file: string): Promise<RouterWeights> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
    if (!isFirstVersion(content)) return withWeights(routerFile.parse(content));
  } catch (error) {
    throw new ActionableError(
      "router-missing",
      "The paradigm router of Sketch-of-Thought cannot be read.",
      "Choose a paradigm in the options, or install the extension again.",
      { cause: error },
    );
  }
  throw new ActionableError(
    "router-outdated",
    "This paradigm router of Sketch-of-Thought was made for an earlier version of Thoughtlens.",
    "Train it again with training/router.py, or install the extension again.",
  );
}

/** Its weights stood for words and pairs of words, which are no longer looked at. */
const isFirstVersion = (content: unknown): boolean => z.object({ v: z.literal(1) }).safeParse(content).success;

function withWeights(file: z.output<typeof routerFile>): RouterWeights {
  const weights = file.weights.map((text) => new Int8Array(Buffer.from(text, "base64")));
  if (weights.some((column) => column.length !== file.buckets)) throw new Error("A label has not a weight a bucket.");
  return { ...file, weights };
}
