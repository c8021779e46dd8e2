/** A classifier on a server that moderates as OpenAI does: texts go in, and whether each is flagged, why and how surely comes out. */
import * as z from "zod";
import type { Verdict, WatchClassifier } from "../../../core/measure/watchList";
import type { ServerClient } from "./serverClient";
import { garbage } from "./serverEvents";

/** Texts of one request. */
const BATCH = 32;

const answer = z.object({
  results: z.array(
    z.object({
      flagged: z.boolean().optional(),
      categories: z.record(z.string(), z.boolean().nullable()).default({}),
      category_scores: z.record(z.string(), z.number().nullable()).default({}),
    }),
  ),
});
type Result = z.output<typeof answer>["results"][number];

/**
 * @param threshold as in `WatchClassifier`
 * @returns one verdict a text
 * @throws ActionableError of the server
 */
export async function moderate(
  client: ServerClient,
  { model, threshold }: WatchClassifier,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let from = 0; from < texts.length; from += BATCH) {
    const input = texts.slice(from, from + BATCH);
    const said = await client.json("/v1/moderations", signal, { ...(model === undefined ? {} : { model }), input });
    const parsed = answer.safeParse(said);
    if (!parsed.success || parsed.data.results.length !== input.length) throw garbage("no verdict for every text");
    verdicts.push(...parsed.data.results.map((result) => verdictOf(result, threshold)));
  }
  return verdicts;
}

/** The category that scores highest, or the first that is flagged where none has a score. */
function verdictOf({ flagged, categories, category_scores }: Result, threshold: number | undefined): Verdict {
  const scores = Object.entries(category_scores).flatMap(([name, score]) => (score === null ? [] : [{ name, score }]));
  const [best] = scores.sort((a, b) => b.score - a.score);
  const named = best?.name ?? Object.keys(categories).find((name) => categories[name]);
  const isFlagged = threshold === undefined || !best ? flagged === true : best.score >= threshold;
  return { isFlagged, category: named?.slice(0, 60), score: best?.score };
}
