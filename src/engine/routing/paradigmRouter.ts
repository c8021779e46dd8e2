/**
 * The router of Sketch-of-Thought (2503.05179, §3.2): which paradigm suits a question. A linear layer over hashed words
 * and pairs of words, with calibrated probabilities; its weights ship beside the pocket models.
 */
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";

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
  v: z.literal(1),
  labels: z.array(z.enum(PARADIGMS)),
  buckets: z.int().min(1),
  temperature: z.number().gt(0),
  bias: z.array(z.number()),
  /** [label, bucket] */
  weights: z.array(z.array(z.number())),
});
type RouterWeights = z.output<typeof routerFile>;

/** Words beyond these do not count: a router reads the question, not the document pasted after it. */
const MOST_WORDS = 400;

/** FNV-1a, 32 bits, over UTF-8. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** The distinct buckets that a question falls into. */
function routerFeatures(question: string, buckets: number): Set<number> {
  const words = (
    question
      .toLowerCase()
      .replace(/\p{Nd}/gu, "0")
      .match(/[a-z0]+|[^\sa-z0]/gu) ?? []
  ).slice(0, MOST_WORDS);
  const pairs = words.slice(1).map((word, index) => `${words[index]} ${word}`);
  return new Set([...words, ...pairs].map((feature) => fnv1a(feature) % buckets));
}

/** @returns paradigms with probabilities that sum to 1, best first */
function routeWith(weights: RouterWeights, question: string): [Paradigm, number][] {
  const present = routerFeatures(question, weights.buckets);
  const scale = present.size > 0 ? 1 / Math.sqrt(present.size) : 0;
  const logits = weights.labels.map((_, label) => {
    let sum = 0;
    for (const bucket of present) sum += weights.weights[label]![bucket] ?? 0;
    return (weights.bias[label]! + sum * scale) / weights.temperature;
  });
  const most = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - most));
  const total = exponentials.reduce((sum, each) => sum + each, 0);
  return weights.labels
    .map((label, index): [Paradigm, number] => [label, exponentials[index]! / total])
    .sort((a, b) => b[1] - a[1]);
}

/**
 * @param file `router.json`
 * @throws ActionableError `router-missing`
 */
export async function loadRouter(file: string): Promise<(question: string) => Routing> {
  try {
    const weights = routerFile.parse(JSON.parse(await readFile(file, "utf8")));
    return (question) => ({ by: "bundled router", scores: routeWith(weights, question) });
  } catch (error) {
    throw new ActionableError(
      "router-missing",
      "The paradigm router of Sketch-of-Thought cannot be read.",
      "Choose a paradigm in the options, or install the extension again.",
      { cause: error },
    );
  }
}
