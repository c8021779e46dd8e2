/** Trying an answer in the middle of thinking, as a branch on the same cache, and taking the branch back. */
import type { ChosenToken, Thread } from "../thread";
import { GREEDY } from "../sampling";
import type { RunContext } from "./strategy";
import { TRIAL_INDUCER } from "./think";

export interface Trial {
  /** What stands in the box; undefined when nothing does. */
  answer: string | undefined;
  /** Log-probabilities of the tokens inside the box. */
  logprobs: number[];
  /** Whether the box was closed within the limit. */
  closed: boolean;
  /** The trial's offsets on the axis. */
  span: [number, number];
  ms: number;
}

/**
 * Appends the inducer, decodes an answer greedily until its box closes, and rewinds the thread.
 * @param held tokens that were chosen but do not stand yet; those that had to be fed to be seen count as the trial's
 * @param maxTokens most tokens of the answer (DEER: 20)
 */
export async function tryAnswer(
  context: RunContext,
  thread: Thread,
  { inducer = TRIAL_INDUCER, maxTokens = 20, label }: { inducer?: string; maxTokens?: number; label?: string } = {},
): Promise<Trial> {
  const started = performance.now();
  const from = context.recorder.at;
  const mark = thread.mark();
  context.recorder.begin("trial", label);
  const box = new Box();
  try {
    await thread.force(inducer);
    await thread.generate({
      maxTokens: Math.min(maxTokens, thread.room),
      sampling: GREEDY,
      stop: (_text, token) => box.take(token),
    });
  } finally {
    context.recorder.finish("trial");
    thread.rewind(mark);
  }
  return { ...box.read(), span: [from, context.recorder.at], ms: performance.now() - started };
}

/** What is written after an inducer that opened a box, until the box closes. */
export class Box {
  private readonly inside: ChosenToken[] = [];
  private depth = 1;
  private answer = "";

  /** @returns whether the box is closed now */
  take(token: ChosenToken): boolean {
    for (const [index, character] of [...token.text].entries()) {
      if (character === "{") this.depth += 1;
      if (character === "}") this.depth -= 1;
      if (this.depth > 0) continue;
      this.answer += [...token.text].slice(0, index).join("");
      // A token that closes the box may still carry the end of the answer.
      if (index > 0) this.inside.push(token);
      return true;
    }
    this.answer += token.text;
    this.inside.push(token);
    return false;
  }

  read(): Pick<Trial, "answer" | "logprobs" | "closed"> {
    const answer = this.answer.trim();
    return {
      answer: answer === "" ? undefined : answer,
      logprobs: this.inside.map((token) => token.logprob ?? Number.NaN),
      closed: this.depth === 0,
    };
  }
}

export type ConfidenceScore = "geometric" | "arithmetic" | "minimum";

/**
 * How sure the model was of the tokens in the box, 0 to 1. An empty box is no confidence at all.
 * DEER §3.2 uses the geometric mean; its default script takes the arithmetic one.
 */
export function trialConfidence(logprobs: readonly number[], score: ConfidenceScore): number {
  if (logprobs.length === 0 || logprobs.some(Number.isNaN)) return 0;
  switch (score) {
    case "geometric":
      return Math.exp(logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length);
    case "arithmetic":
      return logprobs.reduce((sum, logprob) => sum + Math.exp(logprob), 0) / logprobs.length;
    case "minimum":
      return Math.exp(Math.min(...logprobs));
  }
}
