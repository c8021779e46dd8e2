/** Importance of a step by resampling: thought anchors (2506.19143, section 3.2), with bootstrap intervals. */
import { isSameAnswer } from "../text/sameAnswer";
import type { EventOf } from "../trace/trace";
import { cosine } from "../measure/meaningLoop";
import { seededRandom } from "../measure/random";
import { isNumber, isOperation, stepFacts, weightOf } from "../measure/stepFacts";

type Importance = EventOf<"importance">;

/** What one sample came to. */
export interface AnswerSample {
  answer: string | undefined;
  /** The first step that it wrote, and the mean hidden state of that step's tokens. */
  step: string;
  vector: Float32Array | undefined;
}

/** Cosine from which two steps mean the same, as the paper has it; without states, the share of facts that they have in common. */
const SAME = 0.8;
/** Added to every answer's count, so that one that was not seen is not impossible (Jeffreys). */
const SMOOTHING = 0.5;
const BOOTSTRAPS = 400;

/** Whether a sampled step says what the step of the trace says: figures have to be the same in either way. */
export function meansTheSame(
  a: Pick<AnswerSample, "step" | "vector">,
  b: Pick<AnswerSample, "step" | "vector">,
): boolean {
  const [factsA, factsB] = [stepFacts(a.step), stepFacts(b.step)];
  const figures = (facts: ReadonlyMap<string, string>) =>
    [...facts.keys()]
      .filter((fact) => isNumber(fact) || isOperation(fact))
      .sort()
      .join(" ");
  if (figures(factsA) !== figures(factsB)) return false;
  if (a.vector && b.vector) return cosine(a.vector, b.vector) >= SAME;
  const weigh = (facts: Iterable<string>) => [...facts].reduce((sum, fact) => sum + weightOf(fact), 0);
  const both = [...factsA.keys()].filter((fact) => factsB.has(fact));
  const all = weigh(new Set([...factsA.keys(), ...factsB.keys()]));
  return all === 0 ? a.step.trim() === b.step.trim() : weigh(both) / all >= SAME;
}

/** Answers as indices of what they mean; no answer is one of its own. */
function classesOf(answers: readonly (string | undefined)[]): { classes: number[]; names: (string | undefined)[] } {
  const names: (string | undefined)[] = [];
  const classes = answers.map((answer) => {
    const known = names.findIndex((name) =>
      name === undefined || answer === undefined ? name === answer : isSameAnswer(answer, name),
    );
    return known >= 0 ? known : names.push(answer) - 1;
  });
  return { classes, names };
}

function distribution(classes: readonly number[], count: number): number[] {
  const counts = Array<number>(count).fill(SMOOTHING);
  for (const each of classes) counts[each]! += 1;
  return counts.map((each) => each / (classes.length + SMOOTHING * count));
}

/** In nats; never negative. */
function divergence(p: readonly number[], q: readonly number[]): number {
  return Math.max(
    0,
    p.reduce((sum, share, index) => sum + share * Math.log(share / q[index]!), 0),
  );
}

/**
 * Importance of the step [from, to).
 * @param before samples that left before it, with the first step that each wrote
 * @param after samples that went on behind it
 * @param original the step itself
 */
export function importanceOf(
  { from, to }: Pick<Importance, "from" | "to">,
  original: Pick<AnswerSample, "step" | "vector">,
  before: readonly AnswerSample[],
  after: readonly AnswerSample[],
  seed = 0,
): Importance {
  const other = before.filter((sample) => !meansTheSame(sample, original));
  const { classes, names } = classesOf([...other, ...after].map(({ answer }) => answer));
  const [mine, theirs] = [classes.slice(0, other.length), classes.slice(other.length)];
  const value = (left: readonly number[], right: readonly number[]): number =>
    left.length === 0 ? 0 : divergence(distribution(left, names.length), distribution(right, names.length));
  const random = seededRandom(seed);
  const drawn = (from: readonly number[]) => from.map(() => from[Math.floor(random() * from.length)]!);
  const values = Array.from({ length: BOOTSTRAPS }, () => value(drawn(mine), drawn(theirs))).sort((a, b) => a - b);
  const hasStates = original.vector !== undefined && before.some(({ vector }) => vector !== undefined);
  return {
    ...{ t: "importance", from, to },
    value: rounded(value(mine, theirs)),
    interval: [rounded(values[Math.floor(0.025 * BOOTSTRAPS)]!), rounded(values[Math.ceil(0.975 * BOOTSTRAPS) - 1]!)],
    samples: before.length,
    different: other.length,
    by: hasStates ? "meaning" : "words",
    before: counted(other),
    after: counted(after),
  };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

function counted(samples: readonly AnswerSample[]): Importance["before"] {
  const { classes, names } = classesOf(samples.map(({ answer }) => answer));
  return names
    .map((name, index): [string | null, number] => [name ?? null, classes.filter((each) => each === index).length])
    .sort((a, b) => b[1] - a[1]);
}
