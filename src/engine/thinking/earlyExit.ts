/** Thinking that is interrupted at checkpoints to ask whether it may stop: the loop that DEER, the probe and EAT share. */
import { THINK_FORMATS } from "../../core/text/thinkFormat";
import { trailingSpace } from "../../core/text/trim";
import * as z from "zod";
import type { ExitReason } from "../../core/trace/trace";
import type { ChosenToken, Decoder, Generated } from "../decoding/decoder";
import type { Recorder } from "../decoding/recorder";
import type { BesideTrial } from "./besideTrial";
import type { Checker, Reading } from "./checker";
import type { RunContext } from "./runContext";
import { answerNow, answerRoom, recordEnd } from "./think";
import { ThinkProgress } from "./thinkProgress";

const TRANSITION_WORDS = ["Wait", "Alternatively"];

/** Options of every early exit: where to ask, how often, and how long to think at most. */
export const earlyExitOptions = {
  checkAt: z
    .enum(["transition", "paragraph", "line"])
    .default("transition")
    .describe("Ask before a transition word, after each paragraph, or after each line of thinking."),
  transitions: z.array(z.string()).default(TRANSITION_WORDS).describe("Words before which to ask."),
  maxChecks: z.int().min(0).default(10).describe("Most checks in one run."),
  thinkRatio: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.9)
    .describe(
      "Share of the token budget that thinking may use; DEER takes 0.6 for R1 distillations and 0.8 for Qwen3.",
    ),
};
type EarlyExitOptions = z.output<z.ZodObject<typeof earlyExitOptions>>;
/** Where a probe is asked: as the other rules are, or where a chunk of paragraphs has ended. */
export type ProbedUnit = EarlyExitOptions["checkAt"] | "chunk";

/** Whether to stop; or how many tokens the decoder has gone on by meanwhile, those held back included. */
export type Verdict = boolean | { wrote: number };

/** What was read at a checkpoint; where it was read beside the continued thought, one of the two is dropped afterwards. */
export interface CheckpointReading extends Reading {
  beside?: Pick<BesideTrial, "goOn" | "stop">;
}

/** What asks a rule at each checkpoint and records what it was asked. */
export function askingRule<Settings, State>(
  checker: Checker<Settings, State>,
  recorder: Recorder,
  read: (held: readonly ChosenToken[]) => Promise<CheckpointReading>,
): (held: readonly ChosenToken[]) => Promise<Verdict> {
  return async (held) => {
    const { at } = recorder;
    const reading = await read(held);
    const stops = checker.check(at, reading);
    if (!reading.beside) return stops;
    if (!stops) return { wrote: reading.beside.goOn().length };
    reading.beside.stop();
    return true;
  };
}

/**
 * Thinks, asks `mayStop` at each checkpoint, and answers.
 * @param mayStop leaves the decoder as it found it, or goes on itself from the tokens held back; records its own check
 * @param mayEnd called where a chunk may have ended: whether it has is known, and `mayStop` asked, once the next paragraph
 *   turns to checking. It leaves the decoder as it found it
 * @returns the decoder's text
 */
export async function thinkWithChecks(
  context: RunContext,
  decoder: Decoder,
  options: Omit<EarlyExitOptions, "checkAt"> & { checkAt: ProbedUnit },
  why: ExitReason,
  mayStop: (held: readonly ChosenToken[]) => Promise<Verdict>,
  mayEnd: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  await decoder.prefill(context.prompt());
  const budget = Math.floor(context.maxTokens * options.thinkRatio);
  const reserve = answerRoom(decoder);
  const progress = new ThinkProgress(context.thinking, decoder);
  let used = 0;
  let checks = 0;
  /** Whether this paragraph is the next after one that may have ended a chunk. */
  let isNext = false;
  for (;;) {
    const asking = checks < options.maxChecks;
    const generated = await decoder.generate({
      maxTokens: Math.max(1, Math.min(budget - used, decoder.room - reserve)),
      sampling: context.sampling,
      transitions: asking && options.checkAt === "transition" ? options.transitions : [],
      stop: (text) =>
        progress.isOver ||
        (asking &&
          progress.isUnderWay &&
          (endsUnit(text, options.checkAt, progress.format.opener) || (isNext && turnsToChecking(text)))),
    });
    used += generated.tokens.length;
    const checkpoint = generated.stoppedBy === "transition" || (generated.stoppedBy === "stop" && !progress.isOver);
    if (checkpoint && options.checkAt === "chunk") {
      const turns: boolean = isNext && turnsToChecking(generated.text);
      isNext = !turns && progress.isUnderWay;
      if (isNext) await mayEnd();
      if (!turns) continue;
    }
    if (!checkpoint) {
      endOfThinking(context, generated, used < budget ? "The context was full." : "The thinking budget was used up.");
      if (generated.stoppedBy === "end") return decoder.text;
      break;
    }
    checks += 1;
    const at = context.recorder.at;
    const asked = () => context.kept?.decision(at) ?? mayStop(generated.held);
    const verdict = progress.isUnderWay ? await asked() : false;
    if (verdict === true) {
      context.recorder.exit(why, { at });
      break;
    }
    if (verdict === false) await decoder.accept(generated.held);
    used += verdict === false ? generated.held.length : verdict.wrote;
  }
  await answerNow(context, decoder, context.maxTokens - used);
  return decoder.text;
}

/** What begins a chunk, wherever it stands in a paragraph (2504.05419, §3.1). */
const CHECKING = /\b(?:wait|double-check|alternatively|make sure|another way|verify|to confirm)\b/i;

/** Whether a paragraph turns to checking what was thought before, which is then a chunk by itself. */
export const turnsToChecking = (paragraph: string): boolean => CHECKING.test(paragraph);

const OPENERS: ReadonlySet<string> = new Set(THINK_FORMATS.map(({ opener }) => opener));

/**
 * Whether a paragraph (a chunk may end with each) or a line with something on it has just been finished in what was thought since the last check.
 * @param opener of the model's own format, which is no thought, as those of the known ones are none
 */
export function endsUnit(text: string, unit: ProbedUnit, opener = ""): boolean {
  const thought = text.trim();
  if (unit === "transition" || thought === "" || thought === opener || OPENERS.has(thought)) return false;
  const space = trailingSpace(text);
  return unit === "line" ? space.includes("\n") : space.indexOf("\n") !== space.lastIndexOf("\n");
}

function endOfThinking(context: RunContext, generated: Generated, message: string): void {
  if (generated.stoppedBy === "budget") context.recorder.exit("budget", { message });
  else recordEnd(context, generated);
}
