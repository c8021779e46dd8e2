/** Thinking that runs by itself to its end, and the answer after it: shared by the strategies that only prompt. */
import type { Decoder, Generated } from "../decoding/decoder";
import { sequenceNote } from "../decoding/holdBack";
import { loopNote } from "../../core/measure/loopWatch";
import { HOUSE_FORMAT } from "../../core/text/thinkFormat";
import prompts from "../strategies/prompts.json";
import type { RunContext } from "./runContext";
import { ThinkProgress } from "./thinkProgress";

/** Text that asks for the answer in a box, wherever thinking stands. */
export const TRIAL_INDUCER = prompts.trial.inducer;

/** Text that opens the box of the answer once thinking is closed, in whatever format. */
export const CLOSED_INDUCER = prompts.trial.closing.replace(HOUSE_FORMAT.close, "");

/** Tokens that an answer may have where thinking was cut, however few are left: one that reasons writes its solution out. */
export const ANSWER_TOKENS = 256;

/** Rows that thinking leaves free in what is left of the context: for a trial on the way, and for the answer at its end. */
export function answerRoom(decoder: Decoder): number {
  return Math.min(64, decoder.room >> 2);
}

/** What opens the box of the answer that would be given if thinking stopped here. */
export const stoppingInducer = (progress: ThinkProgress): string =>
  progress.isMarked ? progress.closing + CLOSED_INDUCER : TRIAL_INDUCER;

/** Lets the model write until its turn ends, and records why it stopped. */
export async function generateToEnd(
  context: RunContext,
  decoder: Decoder,
  maxTokens = context.maxTokens,
): Promise<Generated> {
  const generated = await decoder.generate({
    maxTokens: Math.min(maxTokens, decoder.room),
    sampling: context.sampling,
  });
  await finish(context, decoder, generated);
  return generated;
}

/** Records why thinking ended; a thought that was caught in a loop is closed and answered. */
export async function finish(context: RunContext, decoder: Decoder, generated: Generated): Promise<void> {
  recordEnd(context, generated);
  if (generated.stoppedBy !== "repetition" || !context.has("prefix-continuation")) return;
  if (new ThinkProgress(context.thinking, decoder).isUnderWay) await answerNow(context, decoder);
}

/** Records the exit that a finished generation stands for. */
export function recordEnd(context: RunContext, generated: Generated): void {
  switch (generated.stoppedBy) {
    case "budget":
      return context.recorder.exit("budget", { message: "The token budget was used up before the turn ended." });
    case "context":
      return context.recorder.exit("truncated", { message: "The model's context was full before the turn ended." });
    case "repetition":
      return recordLoop(context);
    case "end":
    case "stop":
    case "transition":
      return recordOwnEnd(context, generated.sequence);
  }
}

/** A loop ends thinking where it is still under way; one in the answer is only said. */
function recordLoop({ recorder }: RunContext): void {
  const message = recorder.stoppingLoop ? loopNote(recorder.stoppingLoop) : undefined;
  const span = recorder.trace.spans.findLast(({ kind }) => kind === "thinking");
  if (!span) return recorder.exit("repetition", message === undefined ? {} : { message });
  recorder.exit("end-of-thinking", { at: span.to });
  if (message !== undefined) recorder.note("warning", message);
}

/** The turn went on to its answer, so thinking ended where its span closed; or a stop sequence came before that. */
function recordOwnEnd({ recorder }: RunContext, sequence: string | undefined): void {
  const span = recorder.trace.spans.findLast(({ kind }) => kind === "thinking");
  if (span) return recorder.exit("end-of-thinking", { at: span.to });
  if (sequence === undefined) return recorder.exit("end-of-thinking");
  recorder.exit("stop-sequence", { message: sequenceNote(sequence) });
}

/**
 * Closes thinking where it is open and lets the model answer, in no more tokens than the whole run was given. A model that
 * thinks without marks is asked for its box.
 * @param left tokens of the run that thinking has not used
 */
export async function answerNow(context: RunContext, decoder: Decoder, left = 0): Promise<void> {
  const progress = new ThinkProgress(context.thinking, decoder);
  if (progress.isUnderWay) await decoder.force(progress.isMarked ? progress.closing : TRIAL_INDUCER);
  const maxTokens = Math.min(Math.max(ANSWER_TOKENS, left), context.maxTokens, decoder.room);
  await decoder.generate({ maxTokens, sampling: context.sampling });
}
