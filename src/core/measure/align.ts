/**
 * Steps of two traces matched: which full step became which draft line, gist or summary, and what was lost on the way.
 * Identical and near-identical steps are anchored first, in order; what else is alike is linked only between anchors, so
 * that no number of weak links outbids one that is exact.
 */
import { isNumber, isOperation, weightOf } from "./stepFacts";
import { factStep, SAME_WORDS, scoreSteps, type FactStep, type StepScores } from "./stepScores";

interface Link {
  /** Indices into the two lists of steps. */
  a: number;
  b: number;
  /** How much they share, 0 to 1; 1 for the same words. */
  score: number;
}

export interface Alignment {
  /** In the order of both sides. A step may be linked to several neighbours. */
  links: Link[];
  /**
   * Steps of the first that say what the second says nowhere, with the facts that it never says. Steps that only repeat
   * what is said elsewhere, or that say nothing, are neither linked nor lost.
   */
  lost: { a: number; facts: string[] }[];
  /** Steps of the second that come from nowhere in the first. */
  added: number[];
}

/** Two steps say nearly the same where this share of the poorer one is said by the other. */
const ANCHOR = 0.8;
/** Below this two steps have too little in common to be linked. */
const LINK = 0.3;
/** … and below this where a lone number or a word or two is all that they share: the same number stands in many steps by chance. */
const LINK_BY_LITTLE = 0.42;
const LITTLE = 3;
/** Shared facts of this weight make a weak link count in full: one number that is the same says little. */
const FULL_LINK = 5;
/** What a weak link loses for each step that it lies aside of its place between two anchors, and for how many at most. */
const ASIDE = 0.04;
const MOST_ASIDE = 8;
/** A step joins its neighbour's link where its partner says this share of its figures, and so much in all, … */
const JOIN = 0.5;
const JOIN_COMMON = 3;
/** … unless it is much more alike to another. */
const JOIN_SHARE = 0.8;
/** A step is lost where this share of its numbers and operations is said nowhere; of its words where it has none. */
const LOST = 0.3;
const LOST_WORDS = 0.6;
/** The other side says things in words, and not in figures alone, from so many words a step. */
const WORDS_A_STEP = 2;
/** More steps than this of either side are not compared: the table of pairs would not fit. */
const MOST_STEPS = 2000;

/** Pairs [i, j], both rising. */
type Chain = [i: number, j: number][];

/** What a pair loses for each step before it: little enough to decide between equals only. */
const EARLIER = 1e-9;

const enum Move {
  SkipA,
  SkipB,
  Take,
}

/**
 * The pairs in [fromA, toA) × [fromB, toB) that keep the order of both sides and are worth most together; of equals the
 * earliest.
 * @param worth of a pair; 0 where it is none
 */
function bestChain(
  [fromA, toA, fromB, toB]: readonly [number, number, number, number],
  worth: (i: number, j: number) => number,
): Chain {
  const [n, m] = [toA - fromA, toB - fromB];
  const moves = new Uint8Array(n * m);
  /** Worth of the best chain of a[i + 1…) and b[j…): [m + 1]. */
  let below = new Float64Array(m + 1);
  for (let i = n - 1; i >= 0; i--) {
    const row = new Float64Array(m + 1);
    for (let j = m - 1; j >= 0; j--) {
      const value = worth(fromA + i, fromB + j);
      const take = value > 0 ? value - EARLIER * (i + j) + below[j + 1]! : -1;
      const [skipA, skipB] = [below[j]!, row[j + 1]!];
      row[j] = Math.max(take, skipA, skipB);
      moves[i * m + j] = take === row[j] ? Move.Take : skipB > skipA ? Move.SkipB : Move.SkipA;
    }
    below = row;
  }
  const chain: Chain = [];
  let [i, j] = [0, 0];
  while (i < n && j < m) {
    const move: Move = moves[i * m + j]!;
    if (move === Move.Take) chain.push([fromA + i, fromB + j]);
    if (move !== Move.SkipB) i += 1;
    if (move !== Move.SkipA) j += 1;
  }
  return chain;
}

/** Steps with the same words, or of which the poorer is said nearly whole by the other. Small differences are none. */
function anchorsOf(scores: StepScores): Chain {
  return bestChain([0, scores.n, 0, scores.m], (i, j) => {
    const covered = scores.covered(i, j);
    if (covered < ANCHOR || (covered < SAME_WORDS && !scores.telling(i, j))) return 0;
    return Math.round(covered * scores.balance(i, j) * 20) / 20;
  });
}

/** Weak links between anchors: they cross none, and those in their place between two count more. */
function fillGaps(anchors: Chain, scores: StepScores): Chain {
  const chain: Chain = [];
  let [a, b] = [0, 0];
  for (const [i, j] of [...anchors, [scores.n, scores.m] as const]) {
    if (i > a && j > b)
      chain.push(
        ...bestChain([a, i, b, j], (x, y) => {
          const score = scores.similarity(x, y);
          if (score < (scores.common(x, y) < LITTLE ? LINK_BY_LITTLE : LINK)) return 0;
          const aside = Math.min(MOST_ASIDE, Math.abs(x - a - (y - b)), Math.abs(i - x - (j - y)));
          return Math.max(0.01, score * Math.min(1, scores.common(x, y) / FULL_LINK) - ASIDE * aside);
        }),
      );
    if (i < scores.n) chain.push([i, j]);
    [a, b] = [i + 1, j + 1];
  }
  return chain;
}

/** The best similarity of each step of a and of each of b. */
function bestOf({ n, m, similarity }: StepScores): readonly [Float32Array, Float32Array] {
  const [bestOfA, bestOfB] = [new Float32Array(n), new Float32Array(m)];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      const score = similarity(i, j);
      bestOfA[i] = Math.max(bestOfA[i]!, score);
      bestOfB[j] = Math.max(bestOfB[j]!, score);
    }
  return [bestOfA, bestOfB];
}

/** Steps without a partner that stand next to a linked one and say what its partner says join it: several become one. */
function joinNeighbours(
  chain: Chain,
  scores: StepScores,
  steps: readonly [a: readonly FactStep[], b: readonly FactStep[]],
): Chain {
  const links = [...chain];
  const linked = [new Set(chain.map(([i]) => i)), new Set(chain.map(([, j]) => j))] as const;
  const best = bestOf(scores);
  const joins = (side: 0 | 1, i: number, j: number): boolean => {
    const [own, partner] = side === 0 ? [steps[0][i]!, steps[1][j]!] : [steps[1][j]!, steps[0][i]!];
    return (
      scores.similarity(i, j) >= Math.max(LINK, JOIN_SHARE * best[side][side === 0 ? i : j]!) &&
      scores.common(i, j) >= JOIN_COMMON &&
      1 - unsaidShare([...own.facts.keys()], (fact) => partner.facts.has(fact)) >= JOIN
    );
  };
  for (const by of [-1, 1] as const) {
    // To one side of a pair steps of a join it or steps of b: both would cross.
    const grown = new Set<Chain[number]>();
    for (const side of [0, 1] as const) {
      const [length, says] = side === 0 ? [scores.n, scores.says.a] : [scores.m, scores.says.b];
      for (const pair of by > 0 ? chain : chain.toReversed())
        for (let at = pair[side] + by; at >= 0 && at < length && !linked[side].has(at); at += by) {
          // A step that says nothing does not part its neighbours.
          if (!says(at)) continue;
          const [i, j] = side === 0 ? [at, pair[1]] : [pair[0], at];
          if ((side === 1 && grown.has(pair)) || !joins(side, i, j)) break;
          links.push([i, j]);
          linked[side].add(at);
          if (side === 0) grown.add(pair);
        }
    }
  }
  return links.sort((x, y) => x[0] - y[0] || x[1] - y[1]);
}

/**
 * Aligns two lists of steps.
 * @param a,b the texts of the steps, in order; those beyond the first 2000 of each are not compared
 */
export function alignSteps(a: readonly string[], b: readonly string[]): Alignment {
  const [stepsA, stepsB] = [a.slice(0, MOST_STEPS).map(factStep), b.slice(0, MOST_STEPS).map(factStep)];
  const scores = scoreSteps(stepsA, stepsB);
  const links = joinNeighbours(fillGaps(anchorsOf(scores), scores), scores, [stepsA, stepsB]);
  const [fromA, fromB] = [new Set(links.map(([i]) => i)), new Set(links.map(([, j]) => j))];
  return {
    links: links.map(([i, j]) => ({ a: i, b: j, score: scores.similarity(i, j) })),
    lost: lostSteps(
      stepsA,
      stepsB,
      stepsA.flatMap((_, i) => (fromA.has(i) ? [] : [i])),
    ),
    added: stepsB.flatMap((_, j) => (fromB.has(j) ? [] : [j])),
  };
}

/** Of the steps of a without a link those that say what b says nowhere. */
function lostSteps(a: readonly FactStep[], b: readonly FactStep[], unlinked: readonly number[]): Alignment["lost"] {
  const said = new Set(b.flatMap(({ facts }) => [...facts.keys()]));
  const uses = new Map<string, number>();
  for (const { facts } of a) for (const fact of facts.keys()) uses.set(fact, (uses.get(fact) ?? 0) + 1);
  const words = b.reduce((sum, { facts }) => sum + [...facts.keys()].filter((fact) => !isFigure(fact)).length, 0);
  const speaks = words >= WORDS_A_STEP * b.length;
  return unlinked.flatMap((index) => {
    const { text, facts } = a[index]!;
    // What ends in a colon announces what the next step says.
    if (announces(text) || !isLost([...facts.keys()], said, speaks ? uses : undefined)) return [];
    return { a: index, facts: [...facts].flatMap(([fact, shown]) => (said.has(fact) ? [] : shown)) };
  });
}

/** Whether a colon stands behind the last letter or digit. */
function announces(text: string): boolean {
  for (let at = text.length - 1; at >= 0 && !/\w/.test(text[at]!); at--) if (text[at] === ":") return true;
  return false;
}

const isFigure = (fact: string): boolean => isNumber(fact) || isOperation(fact);

/** Share of a step's numbers and operations that is said nowhere; of all that it says where it has none. */
function unsaidShare(facts: readonly string[], isSaid: (fact: string) => boolean): number {
  const figures = facts.filter(isFigure);
  const counted = figures.length > 0 ? figures : facts;
  const sum = (all: readonly string[]): number => all.reduce((total, fact) => total + weightOf(fact), 0);
  return counted.length === 0 ? 0 : sum(counted.filter((fact) => !isSaid(fact))) / sum(counted);
}

/**
 * Whether what a step says is said nowhere. Of a step without figures only those words count that are spoken of in other
 * steps too: a model that talks to itself uses many words once.
 * @param uses how many steps use a word; undefined where the other side writes figures alone, and leaves all words out
 */
function isLost(
  facts: readonly string[],
  said: ReadonlySet<string>,
  uses: ReadonlyMap<string, number> | undefined,
): boolean {
  if (facts.some(isFigure)) return unsaidShare(facts, (fact) => said.has(fact)) >= LOST;
  if (!uses) return false;
  const subjects = facts.filter((fact) => !said.has(fact) && uses.get(fact)! > 1);
  return subjects.length > 1 && subjects.length >= LOST_WORDS * facts.length;
}
