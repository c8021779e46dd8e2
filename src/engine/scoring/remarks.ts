/** What the reader of a scored trace has to know: what was left out, what did not fit, and why thinking ends where it does. */
import { strategyTitle } from "../../core/catalogue";
import type { ExitReason } from "../../core/trace/trace";
import type { RunContext } from "../thinking/runContext";
import type { Reading } from "./reading";

/** @param found checkpoints in the text; @param tried those at which an answer is tried */
export function remarkBefore(
  { recorder }: RunContext,
  { original, written }: Reading,
  { found, tried }: { found: number; tried: number },
): void {
  if (original.header!.messages.length === 0)
    recorder.note("warning", "The trace holds no prompt: the model reads the reasoning without its question.");
  if (written.hasGaps) recorder.note("warning", "Latent and gist positions are no text and were left out.");
  if (original.rounds.length > 1) recorder.note("warning", "The rounds of the run were read as one text.");
  if (found === 0) recorder.note("info", "The thinking has no checkpoint of the chosen kind, so no answer was tried.");
  if (tried < found) recorder.note("info", `The thinking has ${found} checkpoints; an answer was tried at ${tried}.`);
  const { model, strategy } = original.header!;
  const writer = `${model.id} (${strategyTitle(strategy)})`;
  recorder.note(
    "info",
    `The text is that of ${writer}; this model wrote only the trial answers, and times are its own.`,
  );
}

/**
 * Ends thinking where the run did, or where the context was full.
 * @param fitting tokens that were read; @param skipped trial answers that had no room
 */
export function remarkAfter(
  { recorder, model }: RunContext,
  { original, written, tokens, characters, outline }: Reading,
  { fitting, skipped }: { fitting: number; skipped: number },
): void {
  const reached = tokens[fitting]?.from ?? characters;
  if (skipped > 0) {
    const answers = skipped === 1 ? "1 trial answer" : `${skipped} trial answers`;
    recorder.note("warning", `The context had no room for ${answers} near its end.`);
  }
  if (reached < written.text.length) {
    const share = Math.floor((100 * reached) / written.text.length);
    const { name, contextLength } = model().facts;
    const message = `The context of ${name}, ${contextLength} tokens, holds the first ${share} % of the trace; the rest was not scored.`;
    recorder.note("warning", message);
    if (reached <= written.end) return recorder.exit("truncated", { at: outline.after(reached), message });
  }
  const { why, message } = exitOf(original.exit?.why);
  recorder.exit(why, { at: outline.after(written.end), ...(message === undefined ? {} : { message }) });
}

/** Why thinking ended. A run that was stopped from outside leaves a text that is cut, which is no matter of this one. */
function exitOf(why: ExitReason | undefined): { why: ExitReason; message?: string } {
  if (why === undefined) return { why: "truncated", message: "The run that was scored has no end." };
  if (why === "cancelled" || why === "error")
    return { why: "truncated", message: `The run that was scored ended here: ${why}.` };
  return { why };
}
