/** Which steps of two traces do the same work, as indices into their blocks. */
import { alignSteps, type Alignment } from "../../src/core/measure/align";
import type { Trace } from "../../src/core/trace/fold";
import { STEP_KINDS } from "../../src/core/trace/kinds";
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

/** What became of the steps of one trace in another. */
export interface Linking {
  /** Whether both are finished: only then is what is missing left out. */
  settled: boolean;
  matches: Match[];
  /** The facts that the other never says: by index of the first block of each step that nothing stands for. */
  lost: Map<number, readonly string[]>;
}

const linkingOf = (a: Steps, b: Steps, alignment: Alignment, settled: boolean): Linking => ({
  settled,
  matches: matchesOf(a, b, alignment),
  lost: new Map(
    alignment.lost.flatMap((each) => {
      const first = a.first[each.a];
      return first === undefined ? [] : [[first, each.facts] as const];
    }),
  ),
});

/** Matches of two finished traces. */
export function matchSteps(base: Side, other: Side): Linking {
  const [a, b] = [stepsOf(base), stepsOf(other)];
  return linkingOf(a, b, alignSteps(a.texts, b.texts), true);
}

/** Matches of traces that may still grow: compared again when a step was added, and not for every token. */
export class StepMatcher {
  private readonly known = new Map<string, { sizes: string; alignment: Alignment }>();

  /** @param live whether one of both may still grow */
  match(base: Side, other: Side, live: boolean): Linking {
    const [a, b] = [stepsOf(base), stepsOf(other)];
    const key = JSON.stringify([base.run, other.run]);
    const known = this.known.get(key);
    const sizes = `${a.texts.length} ${b.texts.length} ${live}`;
    if (known && (known.sizes === sizes || (live && a.texts.length * b.texts.length > LARGE)))
      return linkingOf(a, b, known.alignment, !live);
    const alignment = alignSteps(a.texts, b.texts);
    this.known.set(key, { sizes, alignment });
    return linkingOf(a, b, alignment, !live);
  }
}
