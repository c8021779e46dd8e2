/**
 * Thinking in positions that are no text (Coconut, 2412.06769): the last hidden state is fed back as the next input, or,
 * as its control, a fixed pause token; then the answer in words.
 */
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";
import { halfPrecisionBase64 } from "../../core/trace/vector";
import type { LocalDecoder } from "../decoding/localDecoder";
import { GREEDY } from "../decoding/sampling";
import { latentLength, lengthOptions } from "./latentLength";
import type { RunContext } from "./runContext";
import { recordEnd } from "./think";
import { l10n } from "../../core/text/l10n";

export const latentOptions = z.object({
  ...lengthOptions,
  begin: z.string().default("<bot>").describe("The token that opens latent thinking."),
  end: z.string().default("<eot>").describe("The token that closes it."),
  pause: z.string().default("<pause>").describe("The token that the pause control feeds in place of hidden states."),
  answers: z
    .boolean()
    .default(false)
    .describe("Also try the answer before the first latent and after each; the trials are counted."),
  lens: z.int().min(0).max(50).default(10).describe("Vocabulary entries recorded for each latent (logit lens)."),
});
type Options = z.output<typeof latentOptions>;

interface Mode {
  /** Whether hidden states are fed back, or a fixed token in their place. */
  feeds: "latent" | "pause";
  /** Whose checks trial answers are: the strategy's id. */
  by: string;
}

export async function thinkInLatents(context: RunContext, asked: Options, mode: Mode): Promise<string> {
  const length = await latentLength(context, asked);
  const options = { ...asked, steps: length.most };
  const decoder = context.localDecoder({ hidden: true });
  await decoder.prefill(context.prompt());
  await decoder.force(options.begin);
  if (options.answers && options.steps > 0) await tryAnswer(context, decoder, options, mode, 0);
  for (let step = 1; step <= options.steps; step++) {
    await think(context, decoder, options, mode, step);
    if (!length.enough(decoder)) continue;
    context.recorder.exit("probe");
    break;
  }
  context.recorder.exit("end-of-thinking");
  await decoder.force(options.end);
  context.recorder.begin("answer");
  const generated = await decoder.generate({
    maxTokens: Math.min(context.maxTokens, decoder.room),
    sampling: context.sampling,
  });
  context.recorder.finish("answer");
  if (generated.stoppedBy !== "end") recordEnd(context, generated);
  return generated.text;
}

/** One continuous thought, the `step`th: feeds it, and records its vector, its norm and what the vocabulary head reads in it. */
async function think(
  context: RunContext,
  decoder: LocalDecoder,
  options: Options,
  mode: Mode,
  step: number,
): Promise<void> {
  const started = performance.now();
  const vector = decoder.hidden;
  if (mode.feeds === "latent") {
    if (!vector)
      throw new ActionableError(
        "hidden-missing",
        "The model gave no hidden state.",
        "Choose a model whose graph could be patched.",
      );
    await decoder.feed({ ids: [-1], soft: vector });
  } else {
    const id = decoder.model.tokenizer.idOf(options.pause);
    if (id === undefined)
      throw new ActionableError(
        "token-missing",
        l10n.later`The model's vocabulary has no token ${options.pause}.`,
        "Name its own pause token in the options.",
      );
    await decoder.feed({ ids: [id] });
  }
  const { recorder } = context;
  const at = recorder.at;
  const distribution = decoder.next;
  const top = distribution
    .top(options.lens)
    .map(([id, logprob]): [string, number] => [decoder.model.tokenizer.decode([id]), Math.exp(logprob)]);
  const entropy = distribution.entropy();
  recorder.begin("latent");
  recorder.token({ text: "", kind: mode.feeds, entropy, ms: performance.now() - started });
  recorder.finish("latent");
  const hidden = decoder.hidden;
  const answer = options.answers ? await tryAnswer(context, decoder, options, mode, step) : undefined;
  recorder.event({
    t: "latent",
    at,
    entropy,
    top,
    ...(hidden ? { vector: halfPrecisionBase64(hidden), norm: Math.hypot(...hidden) } : {}),
    ...(answer === undefined ? {} : { answer }),
  });
}

/** The answer that would come out if latent thinking stopped here, after `thoughts`; the branch is taken back. */
async function tryAnswer(
  context: RunContext,
  decoder: LocalDecoder,
  options: Options,
  mode: Mode,
  thoughts: number,
): Promise<string | undefined> {
  const { recorder } = context;
  const mark = decoder.mark();
  const at = recorder.at;
  recorder.begin("trial");
  await decoder.force(options.end);
  const { text } = await decoder.generate({ maxTokens: Math.min(32, decoder.room), sampling: GREEDY, aside: true });
  recorder.finish("trial");
  decoder.rewind(mark);
  const { answer = text.trim() || undefined, correct } = context.grade(text);
  recorder.event({
    t: "check",
    at,
    by: mode.by,
    trial: [at, recorder.at],
    why: `after ${thoughts} of ${options.steps}`,
    ...(answer === undefined ? {} : { answer }),
    ...(correct === undefined ? {} : { correct }),
  });
  return answer;
}
