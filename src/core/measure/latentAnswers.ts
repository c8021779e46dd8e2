/** The answers that would come out after 0…k continuous thoughts (Coconut, 2412.06769 §5), as far as a trace knows them. */
import { gradeAnswer } from "../text/answer";
import type { Trace } from "../trace/fold";

export interface LatentAnswer {
  /** Continuous thoughts (or pause tokens) before it. */
  thoughts: number;
  /** Offset on the axis where it was tried. */
  at: number;
  answer: string;
  correct: boolean | undefined;
}

/** @returns in the order of thoughts; empty where there were none. The last is what the run itself answered. */
export function latentAnswers(trace: Trace): LatentAnswer[] {
  const latents = trace.latents.toSorted((a, b) => a.at - b.at);
  const [first] = latents;
  if (!first) return [];
  const before = trace.checks.find(({ trial }) => trial?.[1] === first.at);
  const found: [at: number, answer: string | undefined][] = [
    [before?.at ?? first.at, before?.answer],
    ...latents.map(({ at, answer }): [number, string | undefined] => [
      at + 1,
      answer ?? trace.checks.find((check) => check.at === at + 1 && check.trial !== undefined)?.answer,
    ]),
  ];
  const last = found.at(-1)!;
  last[1] ??= trace.end?.answer;
  const gold = trace.header?.gold;
  return found.flatMap(([at, answer], thoughts) =>
    answer === undefined
      ? []
      : [{ thoughts, at, answer, correct: gold === undefined ? undefined : gradeAnswer(answer, gold) }],
  );
}
