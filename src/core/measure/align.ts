/**
 * Steps of two traces matched: which full step became which draft line, gist or summary, and what was lost on the way.
 * Matches keep the order of both sides and rest on what is said: numbers first, then names and words.
 */
interface Link {
  /** Indices into the two lists of steps. */
  a: number;
  b: number;
  /** How much they share, 0 to 1. */
  score: number;
}

export interface Alignment {
  /** In the order of both sides. A step may be linked to several that follow one another. */
  links: Link[];
  /** Steps of the first that nothing in the second stands for, with the numbers and names that the second never says. */
  lost: { a: number; facts: string[] }[];
  /** Steps of the second that come from nowhere in the first. */
  added: number[];
}

/** From three on: "one" and "two" are said of everything. */
const NUMBER_WORDS = "- - - three four five six seven eight nine ten eleven twelve".split(" ");
const STOP_WORDS = new Set(
  (
    "the and for with that this there then than from have has had was were are his her their its into each every all " +
    "also because but not you can will would should could how many much what which when where who let lets need find get " +
    "first next now step total answer wait check means equals per more less out one two does did only same still just so"
  ).split(" "),
);

/** What a step says: numbers by value, names and other words in lower case without a plural s; each with how to show it. */
export type StepFacts = ReadonlyMap<string, string>;

export function stepFacts(text: string): StepFacts {
  const facts = new Map<string, string>();
  const add = (fact: string, shown: string) => facts.has(fact) || facts.set(fact, shown);
  const addNumber = (value: number) => add(`#${value}`, String(value));
  for (const [number] of text.matchAll(/(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?/g)) {
    addNumber(Number(number.replaceAll(",", "")));
  }
  for (const [word] of text.matchAll(/[\p{L}][\p{L}'’-]*/gu)) {
    const written = word.replace(/['’].*$/, "");
    const lower = written.toLowerCase();
    const number = NUMBER_WORDS.indexOf(lower);
    if (number >= 0) addNumber(number);
    else if (lower.length > 2 && !STOP_WORDS.has(lower)) add(lower.replace(/(?<=\w{3})(?<![su])s$/, ""), written);
  }
  return facts;
}

const isNumber = (fact: string) => fact.startsWith("#");

/** Rare facts tell more than those that stand in every step; numbers tell more than words. */
function weights(steps: readonly StepFacts[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const facts of steps) for (const fact of facts.keys()) counts.set(fact, (counts.get(fact) ?? 0) + 1);
  const weighted = new Map<string, number>();
  for (const [fact, count] of counts) {
    weighted.set(fact, Math.log(1 + steps.length / count) * (isNumber(fact) ? 2 : 1));
  }
  return weighted;
}

const weigh = (facts: StepFacts, weight: ReadonlyMap<string, number>): number => {
  let sum = 0;
  for (const fact of facts.keys()) sum += weight.get(fact) ?? 0;
  return sum;
};

/** Below this two steps have too little in common to be linked, and below the other to be one of several. */
const LINK = 0.3;
const JOIN = 0.5;
const JOIN_SHARE = 0.85;
/** More steps than this of either side are not compared: the table of pairs would not fit. */
const MOST_STEPS = 2000;

/** Share of what the poorer side says that the other says too, tempered by the share of all that both say. */
function similarity(shared: number, weightA: number, weightB: number): number {
  if (shared === 0) return 0;
  return 0.65 * (shared / Math.min(weightA, weightB)) + 0.35 * (shared / (weightA + weightB - shared));
}

/** How the best alignment of two beginnings ends. */
const enum Move {
  None,
  SkipA,
  SkipB,
  /** Both steps are linked and new. */
  Link,
  /** The step of a joins the ones before it that are linked to the same step of b, or the other way round. */
  JoinA,
  JoinB,
}

/** Similarities of all pairs, [n + 1, m + 1] with an empty first row and column, and the best of each step. */
interface Scores {
  pairs: Float32Array;
  bestOfA: Float32Array;
  bestOfB: Float32Array;
}

function scorePairs(factsA: readonly StepFacts[], factsB: readonly StepFacts[]): Scores {
  const weight = weights([...factsA, ...factsB]);
  const weightsA = factsA.map((facts) => weigh(facts, weight));
  const weightsB = factsB.map((facts) => weigh(facts, weight));
  const [n, m] = [factsA.length, factsB.length];
  const pairs = new Float32Array((n + 1) * (m + 1));
  const [bestOfA, bestOfB] = [new Float32Array(n + 1), new Float32Array(m + 1)];
  const saidIn = new Map<string, number[]>();
  factsB.forEach((facts, index) => {
    for (const fact of facts.keys()) {
      const steps = saidIn.get(fact);
      if (steps) steps.push(index + 1);
      else saidIn.set(fact, [index + 1]);
    }
  });
  for (let i = 1; i <= n; i++) {
    const shared = new Float64Array(m + 1);
    for (const fact of factsA[i - 1]!.keys()) for (const j of saidIn.get(fact) ?? []) shared[j]! += weight.get(fact)!;
    for (let j = 1; j <= m; j++) {
      const score = similarity(shared[j]!, weightsA[i - 1]!, weightsB[j - 1]!);
      pairs[i * (m + 1) + j] = score;
      bestOfA[i] = Math.max(bestOfA[i]!, score);
      bestOfB[j] = Math.max(bestOfB[j]!, score);
    }
  }
  return { pairs, bestOfA, bestOfB };
}

/** The option of the greatest value; the first of equals. */
const greatest = (options: [Move, number][]) => options.reduce((top, option) => (option[1] > top[1] ? option : top));

/**
 * Aligns two lists of steps by dynamic programming over their similarities.
 * @param a,b the texts of the steps, in order
 */
export function alignSteps(a: readonly string[], b: readonly string[]): Alignment {
  const [factsA, factsB] = [a.slice(0, MOST_STEPS).map(stepFacts), b.slice(0, MOST_STEPS).map(stepFacts)];
  const [n, width] = [factsA.length, factsB.length + 1];
  const scores = scorePairs(factsA, factsB);
  /** `best[j]`: value of the best alignment of a[0, i) and b[0, j); `linked[j]`: of those that end in a link of both. */
  let best = new Float64Array(width);
  let linked = new Float64Array(width).fill(-Infinity);
  const moves = new Uint8Array((n + 1) * width);
  const linkMoves = new Uint8Array((n + 1) * width);
  for (let i = 1; i <= n; i++) {
    const nextBest = new Float64Array(width);
    const nextLinked = new Float64Array(width).fill(-Infinity);
    for (let j = 1; j < width; j++) {
      const cell = i * width + j;
      const score = scores.pairs[cell]!;
      // A step joins others only where it has hardly a better partner of its own.
      const joins = (own: number) => (score >= JOIN && score >= JOIN_SHARE * own ? score : -Infinity);
      if (score >= LINK) {
        [linkMoves[cell], nextLinked[j]] = greatest([
          [Move.Link, best[j - 1]! + score],
          [Move.JoinA, linked[j]! + joins(scores.bestOfA[i]!)],
          [Move.JoinB, nextLinked[j - 1]! + joins(scores.bestOfB[j]!)],
        ]);
      }
      // Written out: this runs for every pair.
      moves[cell] = Move.SkipA;
      nextBest[j] = best[j]!;
      if (nextBest[j - 1]! > nextBest[j]!) {
        moves[cell] = Move.SkipB;
        nextBest[j] = nextBest[j - 1]!;
      }
      if (nextLinked[j]! >= nextBest[j]!) {
        moves[cell] = Move.Link;
        nextBest[j] = nextLinked[j]!;
      }
    }
    best = nextBest;
    linked = nextLinked;
  }
  return summarise(trace(n, width - 1, width, moves, linkMoves, scores.pairs), factsA, factsB);
}

function trace(
  n: number,
  m: number,
  width: number,
  moves: Uint8Array,
  linkMoves: Uint8Array,
  scores: Float32Array,
): Link[] {
  const links: Link[] = [];
  let [i, j, inLink] = [n, m, false];
  while (i > 0 && j > 0) {
    const cell = i * width + j;
    const move: Move = inLink ? linkMoves[cell]! : moves[cell]!;
    if (!inLink && move === Move.SkipA) i -= 1;
    else if (!inLink && move === Move.SkipB) j -= 1;
    else if (!inLink && move === Move.Link) inLink = true;
    else {
      links.push({ a: i - 1, b: j - 1, score: scores[cell]! });
      if (move !== Move.JoinB) i -= 1;
      if (move !== Move.JoinA) j -= 1;
      inLink = move !== Move.Link;
    }
  }
  return links.reverse();
}

function summarise(links: Link[], factsA: readonly StepFacts[], factsB: readonly StepFacts[]): Alignment {
  const [fromA, fromB] = [new Set(links.map(({ a }) => a)), new Set(links.map(({ b }) => b))];
  const said = new Set(factsB.flatMap((facts) => [...facts.keys()]));
  const lost = factsA.flatMap((facts, a) =>
    fromA.has(a) ? [] : [{ a, facts: [...facts].flatMap(([fact, shown]) => (said.has(fact) ? [] : shown)) }],
  );
  return { links, lost, added: factsB.flatMap((_, b) => (fromB.has(b) ? [] : [b])) };
}
