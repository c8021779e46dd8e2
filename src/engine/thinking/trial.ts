/** Trying an answer in the middle of thinking, as a branch on the same cache, and taking the branch back. */
import type { ChosenToken, Decoder } from "../decoding/decoder";
import { GREEDY } from "../decoding/sampling";
import type { TrialTokens } from "../../core/exits/trialConfidence";
import type { RunContext } from "./runContext";
import { TRIAL_INDUCER } from "./think";

/** Ways to ask for the answer, for scores that compare what they bring; the first is the usual one. */
export const TRIAL_INDUCERS = [TRIAL_INDUCER, "\nThe answer is \\boxed{", "\nSo what was asked for is \\boxed{"];

export interface Trial extends TrialTokens {
  /** What stands in the box; undefined when nothing does. */
  answer: string | undefined;
  /** The trial's offsets on the axis. */
  span: [number, number];
  ms: number;
}

/**
 * Appends the inducer, decodes an answer greedily until its box closes, and rewinds the decoder.
 * @param maxTokens most tokens of the answer (DEER: 20)
 * @param through goes on until this closer of thinking is written after the box
 */
export async function tryAnswer(
  context: RunContext,
  decoder: Decoder,
  {
    inducer = TRIAL_INDUCER,
    maxTokens = 20,
    through,
    label,
  }: { inducer?: string; maxTokens?: number; through?: string | undefined; label?: string } = {},
): Promise<Trial> {
  const started = performance.now();
  const from = context.recorder.at;
  const mark = decoder.mark();
  context.recorder.begin("trial", label);
  const box = new Box(through);
  try {
    await decoder.force(inducer);
    await decoder.generate({
      maxTokens: Math.min(maxTokens, decoder.room),
      sampling: GREEDY,
      stop: (_text, token) => box.take(token),
      aside: true,
    });
  } finally {
    context.recorder.finish("trial");
    decoder.rewind(mark);
  }
  return { ...box.read(), span: [from, context.recorder.at], ms: performance.now() - started };
}

/** What is written after an inducer that opened a box, until the box closes. */
export class Box {
  private readonly inside: ChosenToken[] = [];
  private depth = 1;
  private answer = "";
  private after = "";

  /** @param through the closer of thinking up to which the trial goes on, where it is not over with its box */
  constructor(private readonly through?: string) {}

  /** @returns whether the trial is over */
  take(token: ChosenToken): boolean {
    if (this.depth > 0) this.fill(token);
    else this.after += token.text;
    return this.depth === 0 && (this.through === undefined || this.closedThinking);
  }

  private get closedThinking(): boolean {
    return this.through !== undefined && this.after.includes(this.through);
  }

  private fill(token: ChosenToken): void {
    for (const [index, character] of [...token.text].entries()) {
      if (character === "{") this.depth += 1;
      if (character === "}") this.depth -= 1;
      if (this.depth > 0) continue;
      const characters = [...token.text];
      this.answer += characters.slice(0, index).join("");
      this.after = characters.slice(index + 1).join("");
      // A token that closes the box may still carry the end of the answer.
      if (index > 0) this.inside.push(token);
      return;
    }
    this.answer += token.text;
    this.inside.push(token);
  }

  read(): Pick<Trial, "answer" | "logprobs" | "closed" | "closedThinking"> {
    const answer = this.answer.trim();
    return {
      answer: answer === "" ? undefined : answer,
      logprobs: this.inside.map((token) => token.logprob ?? Number.NaN),
      closed: this.depth === 0,
      closedThinking: this.closedThinking,
    };
  }
}
