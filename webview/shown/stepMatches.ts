/** Which steps of two traces do the same work, as indices into their blocks. */
import { alignSteps, type Alignment } from "../../src/core/measure/align";
import type { Trace } from "../../src/core/trace/fold";
import { isCutShort, STEP_KINDS } from "../../src/core/trace/kinds";
import type { Block } from "./blocks";
import type { Match } from "./rows";

export interface Side {
  run: string;
  trace: Trace;
  blocks: readonly Block[];
}

/** Kinds of blocks that are compared with each other. */
const COMPARED: ReadonlySet<Block["kind"]> = new Set([...STEP_KINDS, "summary"]);
/** While a model writes, larger tables of pairs are not compared again for each new step. */
const LARGE = 150_000;

interface Steps {
  /** Indices of the first parts into the blocks. */
  first: number[];
  texts: string[];
}

function stepsOf({ trace, blocks }: Side): Steps {
  const steps: Steps = { first: [], texts: [] };
  blocks.forEach(({ kind, section, part, from, to }, index) => {
    if (section !== "thinking" || !COMPARED.has(kind)) return;
    let text = "";
    for (let at = from; at < to; at += 1) text += trace.positions[at]!.text;
    if (part > 0 && steps.texts.length > 0) steps.texts[steps.texts.length - 1] += text;
    else {
      steps.first.push(index);
      steps.texts.push(text);
    }
  });
  return steps;
}

function matchesOf(a: Steps, b: Steps, { links }: Alignment): Match[] {
  return links.flatMap((link) => {
    const [base, other] = [a.first[link.a], b.first[link.b]];
    return base === undefined || other === undefined ? [] : [[base, other] as const];
  });
}

/**
 * Why nothing in the other trace stands for a step. `left out`: it went to its end without. `ended`: its thinking was cut
 * short before. `parted`: both began in one run, and it had gone another way by then.
 */
export type Missing = "left out" | "ended" | "parted";

interface LostStep {
  why: Missing;
  /** What the other never says. */
  facts: readonly string[];
}

/** What became of the steps of one trace in another. */
export interface Linking {
  /** Whether both are finished: only then is anything missing. */
  settled: boolean;
  matches: Match[];
  /** By index of the first block of each step that nothing stands for, in their order. */
  lost: Map<number, LostStep>;
}

/** Whether something else than the end of its thought kept a trace from going on. */
function isThoughtCut({ exit, spans }: Trace): boolean {
  const isCut = isCutShort(exit?.why) || exit?.why === "truncated" || exit?.why === "max-rounds";
  return isCut && !spans.some(({ kind, from }) => kind === "answer" && from < exit!.at);
}

/** The run that a trace began in, or that of its line, or itself. */
const originOf = ({ run, trace }: Side): string => trace.header?.branch?.root ?? trace.header?.branch?.run ?? run;

function linkingOf(
  base: Side,
  other: Side,
  [a, b]: readonly [Steps, Steps],
  alignment: Alignment,
  settled: boolean,
): Linking {
  const isKin = originOf(base) === originOf(other);
  const last = alignment.links.at(-1) ?? { a: -1, b: -1 };
  // Steps of its own behind the last that is linked stand in place of as many.
  const end = isThoughtCut(other.trace) ? last.a + b.texts.length - last.b : Infinity;
  const whyOf = (step: number): Missing => (step >= end ? "ended" : isKin ? "parted" : "left out");
  const lost = alignment.lost.flatMap(({ a: step, facts }): [number, LostStep][] => {
    const first = a.first[step];
    return first === undefined ? [] : [[first, { why: whyOf(step), facts }]];
  });
  return { settled, matches: matchesOf(a, b, alignment), lost: new Map(lost) };
}

/** Matches of two finished traces. */
export function matchSteps(base: Side, other: Side): Linking {
  const steps = [stepsOf(base), stepsOf(other)] as const;
  return linkingOf(base, other, steps, alignSteps(steps[0].texts, steps[1].texts), true);
}

/** Matches of traces that may still grow: compared again when a step was added, and not for every token. */
export class StepMatcher {
  private readonly known = new Map<string, { sizes: string; alignment: Alignment }>();

  /** @param live whether one of both may still grow */
  match(base: Side, other: Side, live: boolean): Linking {
    const steps = [stepsOf(base), stepsOf(other)] as const;
    const [a, b] = steps;
    const key = JSON.stringify([base.run, other.run]);
    const known = this.known.get(key);
    const sizes = `${a.texts.length} ${b.texts.length} ${live}`;
    if (known && (known.sizes === sizes || (live && a.texts.length * b.texts.length > LARGE)))
      return linkingOf(base, other, steps, known.alignment, !live);
    const alignment = alignSteps(a.texts, b.texts);
    this.known.set(key, { sizes, alignment });
    return linkingOf(base, other, steps, alignment, !live);
  }
}
