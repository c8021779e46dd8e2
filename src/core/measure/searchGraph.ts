/** Graph questions in plain English, as ProsQA words them (Coconut, 2412.06769 §4): the graph, and its search from the root. */

export interface SearchGraph {
  /** Whom the question is about. */
  root: string;
  /** The two concepts that it asks to choose between. */
  options: readonly [string, string];
  /** What each node is said to be. */
  children: ReadonlyMap<string, readonly string[]>;
  /** Nodes that the root leads to, by the number of steps to them; the root itself has 0. */
  depth: ReadonlyMap<string, number>;
}

/** A word that is no part of a longer one, then what it is said to be; blanks and words have bounds, as such sentences do. */
const STATEMENT = /(?<!\p{L})(\p{L}{1,40})\s{1,4}is\s{1,4}an?\s{1,4}(\p{L}{1,40})\s{0,4}\./gu;
const QUESTION = /\bIs\s+(\p{L}+)\s+an?\s+(\p{L}+)\s+or\s+(?:an?\s+)?(\p{L}+)\s*\?/u;
/** Larger graphs are no questions of this kind and would not fit into a picture. */
const MOST_STATEMENTS = 400;

/** Steps from `root` to every node that it leads to, breadth first. */
function depths(root: string, children: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const depth = new Map([[root, 0]]);
  for (const [node, steps] of depth)
    for (const child of children.get(node) ?? []) if (!depth.has(child)) depth.set(child, steps + 1);
  return depth;
}

/** @returns undefined where `text` does not ask such a question */
export function searchGraphOf(text: string): SearchGraph | undefined {
  const question = QUESTION.exec(text);
  const statements = [...text.matchAll(STATEMENT)];
  if (!question || statements.length < 2 || statements.length > MOST_STATEMENTS) return undefined;
  const children = new Map<string, string[]>();
  for (const [, subject = "", object = ""] of statements) {
    const known = children.get(subject);
    if (!known) children.set(subject, [object]);
    else if (!known.includes(object)) known.push(object);
  }
  const [, root = "", first = "", second = ""] = question;
  if (!children.has(root)) return undefined;
  return { root, options: [first, second], children, depth: depths(root, children) };
}

/** The nodes from the root to `target`, one shortest way; empty where there is none. */
export function pathTo({ children, depth }: SearchGraph, target: string): string[] {
  const path: string[] = [];
  for (let node: string | undefined = depth.has(target) ? target : undefined; node !== undefined;) {
    path.unshift(node);
    const steps: number = depth.get(node)!;
    const reached: string = node;
    node = [...depth.keys()].find((other) => depth.get(other) === steps - 1 && children.get(other)?.includes(reached));
  }
  return path;
}
