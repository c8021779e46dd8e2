/** The search tree of a graph question, for a trace with continuous thoughts. */
import type { Trace } from "../../src/core/trace/fold";
import { searchGraphOf, type SearchGraph } from "../../src/core/measure/searchGraph";
import { frontierMass, reachedMass, searchTree, type SearchThought } from "../charts/searchTree";
import { formatCount, formatProbability } from "../dom/quantities";
import type { ShownTrace } from "../shown/state";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

/** What each thought gives to words, a node under its own name: a token may be a phrase that ends in it, as “ is a yimpus.”. */
function thoughtsOf(trace: Trace, graph: SearchGraph): SearchThought[] {
  const nodeOf = (token: string): string => {
    const word = token.trim();
    const last = word.match(/\p{L}+/gu)?.at(-1);
    return last !== undefined && !graph.depth.has(word) && graph.depth.has(last) ? last : word;
  };
  return trace.latents
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, top }) => {
      const words = new Map<string, number>();
      for (const [token, share] of top) words.set(nodeOf(token), (words.get(nodeOf(token)) ?? 0) + share);
      return { at, words };
    });
}

/** Undefined where the prompt asks no such question, or no thought knows a word of its graph. */
export function searchFigure({ run, trace, version }: ShownTrace, title: string): FigureSpec | undefined {
  const question = trace.header?.messages.findLast(({ role }) => role === "user")?.content;
  const graph = question === undefined ? undefined : searchGraphOf(question);
  if (!graph) return undefined;
  const thoughts = thoughtsOf(trace, graph);
  if (!thoughts.some(({ words }) => [...graph.depth.keys()].some((node) => words.has(node)))) return undefined;
  return {
    key: `${run} search`,
    version: String(version),
    title: l10n.t("{0}: the search in its thoughts", title),
    caption: l10n.t(
      "Nodes by their distance from the one asked about: each column is the true frontier after so many steps. Filled by the probability that the thought of that step gives them. Ringed: the two answers to choose between; thick: the way to the one that can be reached.",
    ),
    draw: (theme, width) => searchTree({ run, title, graph, thoughts }, width, theme),
    table: () => ({
      head: ["thought", "on its frontier", "within reach", "nearest words, with their distance"],
      rows: thoughts.map((thought, index) => {
        return [
          String(index + 1),
          formatProbability(frontierMass(graph, thought, index + 1)),
          formatProbability(reachedMass(graph, thought, index + 1)),
          [...thought.words]
            .map(([word, share]) => {
              const steps = graph.depth.get(word);
              return `${word} ${formatProbability(share)} (${steps === undefined ? l10n.t("not reached") : formatCount(steps)})`;
            })
            .join(", "),
        ];
      }),
    }),
  };
}
