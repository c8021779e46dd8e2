/** How much of thinking came after the answer was there: the early-answering curve of one trace. */
import { extractAnswer, gradeAnswer } from "../text/answer";
import type { Check, Span, Trace } from "../trace/fold";
import { isStep } from "../trace/kinds";
import { measure, purposes, spanText } from "./metrics";
import { closingOf } from "./closing";

interface EarlyAnswerPoint {
  /** Offset on the axis. */
  at: number;
  /** Share of the thinking tokens that lie before, 0 to 1; a continuous thought is one of them. */
  share: number;
  answer: string | undefined;
  /** Whether it is the run's final answer. */
  isFinal: boolean;
  correct: boolean | undefined;
}

export interface EarlyAnswering {
  points: EarlyAnswerPoint[];
  /** Where the final answer first stood and never changed again; undefined where no point has it. */
  settledAt: number | undefined;
  /** Share of thinking after that, 0 to 1: thinking that changed nothing. */
  after: number;
  /** Thinking tokens after it. */
  tokensAfter: number;
  /** `checks`: trial answers were recorded. `steps`: read from what steps end in, a weaker sign. */
  from: "checks" | "steps";
}

interface Candidate {
  at: number;
  answer: string | undefined;
  correct: boolean | undefined;
}

const ofCheck = ({ at, answer, correct }: Check): Candidate => ({ at, answer, correct });

/** The number or the boxed answer that a step ends in. */
function ofStep(trace: Trace, span: Span): Candidate {
  return {
    at: span.to,
    answer: extractAnswer(spanText(trace, span), { lastNumber: true })?.answer,
    correct: undefined,
  };
}

/** Trial answers, one a place: several rules may have read the same. Trials of an entropy ask for no answer. */
function triedIn(checks: readonly Check[]): Check[] {
  const asking = new Set(checks.flatMap(({ by, answer }) => (answer === undefined ? [] : [by])));
  const tried = checks.filter(
    ({ by, answer, trial }) => asking.has(by) && (answer !== undefined || trial !== undefined),
  );
  return tried.filter(({ at }, index) => index === 0 || at !== tried[index - 1]!.at);
}

/**
 * The answers that a run had while it thought, from its trial answers or else from its steps.
 * @returns undefined where there is no final answer or nothing to compare it with
 */
export function earlyAnswering(trace: Trace): EarlyAnswering | undefined {
  const { answer } = measure(trace);
  if (answer === undefined) return undefined;
  const thinking = [0];
  for (const purpose of purposes(trace))
    thinking.push(thinking.at(-1)! + (purpose === "thinking" || purpose === "latent" ? 1 : 0));
  const before = (at: number) => thinking[Math.min(at, thinking.length - 1)]!;
  // The tag that ends thinking is no thought.
  const total = before(closingOf(trace));
  const tried = triedIn(trace.checks);
  const from = tried.length > 0 ? "checks" : "steps";
  const steps = trace.spans.filter(({ kind }) => isStep(kind)).sort((a, b) => a.from - b.from);
  const candidates = tried.length > 0 ? tried.map(ofCheck) : steps.map((span) => ofStep(trace, span));
  if (candidates.length === 0 || total === 0) return undefined;
  const gold = trace.header?.gold;
  const points = candidates.map((each): EarlyAnswerPoint => {
    const correct = gold === undefined || from === "steps" ? undefined : gradeAnswer(each.answer, gold);
    return {
      at: each.at,
      share: Math.min(1, before(each.at) / total),
      answer: each.answer,
      isFinal: gradeAnswer(each.answer, answer) === true,
      correct: each.correct ?? correct,
    };
  });
  const lastOther = points.findLastIndex(({ isFinal }) => !isFinal);
  // Steps without a number of their own do not change the answer: there the first that has it counts.
  const settled = from === "checks" ? points[lastOther + 1] : points.find(({ isFinal }) => isFinal);
  const tokensAfter = settled ? Math.max(0, total - before(settled.at)) : 0;
  return { points, settledAt: settled?.at, after: tokensAfter / total, tokensAfter, from };
}
