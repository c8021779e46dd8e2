/** What the table of runs shows of a run that only its whole trace says. */
import { probabilityOf, type Trace } from "../trace/fold";
import { isStep } from "../trace/kinds";
import { earlyAnswering } from "./earlyAnswer";
import { purposes } from "./metrics";

export interface RunDetails {
  /** All positions after the prompt. */
  readonly tokens: number;
  /** Whether positions are tokens; else the text was cut into pieces about as long, since its source kept no tokens. */
  readonly counted: boolean;
  /** Share of thinking after the answer first stood, 0 to 1; undefined where nothing tells. */
  readonly after: number | undefined;
  /** Read from trial answers, or from what steps end in, a weaker sign. */
  readonly from: "checks" | "steps" | undefined;
  /** Mean probability of the chosen tokens along thinking, [up to `SPARK_POINTS`]; null where none was recorded. */
  readonly spark: readonly (number | null)[] | undefined;
}

export const SPARK_POINTS = 32;
/** Answers of more steps than these are not compared one by one: a list must not wait for them. */
const MOST_STEPS = 2000;

export function runDetails(trace: Trace): RunDetails {
  const steps = trace.spans.reduce((count, { kind }) => count + (isStep(kind) ? 1 : 0), 0);
  const early = steps + trace.checks.length <= MOST_STEPS ? earlyAnswering(trace) : undefined;
  return {
    tokens: trace.positions.length,
    counted:
      !trace.header?.source || trace.positions.some(({ id, logprob }) => id !== undefined || logprob !== undefined),
    after: early?.settledAt === undefined ? undefined : early.after,
    from: early?.settledAt === undefined ? undefined : early.from,
    spark: sparkOf(trace),
  };
}

/** @returns undefined where no probabilities were recorded */
function sparkOf(trace: Trace): (number | null)[] | undefined {
  const purpose = purposes(trace);
  const thinking = trace.positions.filter((_, at) => purpose[at] === "thinking");
  const length = Math.min(SPARK_POINTS, thinking.length);
  const points = Array.from({ length }, (_, point) => {
    const from = Math.floor((point * thinking.length) / length);
    const to = Math.floor(((point + 1) * thinking.length) / length);
    const known = thinking.slice(from, to).flatMap((position) => probabilityOf(position) ?? []);
    return known.length > 0 ? known.reduce((sum, each) => sum + each, 0) / known.length : null;
  });
  return points.some((point) => point !== null) ? points : undefined;
}
