/** How much of a latent's probability lies on graph nodes that a breadth-first walk could have reached by then. */
import type { Trace } from "../src/core/trace/fold";

/** Edges of a ProsQA question by name, and the person it asks about. */
export function graphOf(question: string): { edges: Map<string, string[]>; root: string | undefined } {
  const edges = new Map<string, string[]>();
  for (const [, subject, object] of question.matchAll(/(?:Every )?(\w+) is an? (\w+)\./g)) {
    edges.set(subject!, [...(edges.get(subject!) ?? []), object!]);
  }
  return { edges, root: /Is (\w+) an? \w+ or \w+\?/.exec(question)?.[1] };
}

/** Nodes reachable from `root` in at most `steps` steps, itself included. */
function reachable(edges: ReadonlyMap<string, readonly string[]>, root: string, steps: number): Set<string> {
  const seen = new Set([root]);
  let frontier = [root];
  for (let step = 0; step < steps; step++) {
    frontier = frontier.flatMap((node) => edges.get(node) ?? []).filter((node) => !seen.has(node));
    for (const node of frontier) seen.add(node);
  }
  return seen;
}

/** One share for each latent of the trace (Coconut §5: the logit lens of latent k against nodes within k + 1 steps). */
export function frontierMass(question: string, { latents }: Trace): number[] {
  const { edges, root } = graphOf(question);
  if (root === undefined) return [];
  return latents.map(({ top }, index) => {
    const nodes = reachable(edges, root, index + 1);
    return top.reduce((sum, [token, probability]) => sum + (nodes.has(lastWord(token)) ? probability : 0), 0);
  });
}

/** A token of the bundled model may be a whole phrase, as “ is a yimpus.”. */
function lastWord(token: string): string {
  return /(\w+)\W*$/.exec(token)?.[1] ?? "";
}
