/** LightThinker (2502.15589): a finished thought is compressed into gist tokens, and its rows leave the KV cache. */
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";
import type { LocalDecoder } from "../decoding/localDecoder";
import { recordGistAttention } from "../thinking/gistAttention";
import type { RunContext } from "../thinking/runContext";
import { finish } from "../thinking/think";
import { openingPrefix, ThinkProgress } from "../thinking/thinkProgress";
import { stepByStep, strategy } from "./strategy";
import { l10n } from "../../core/text/l10n";

const options = z.object({
  compress: z.string().default("<w>").describe("The token that the model writes when a thought is finished."),
  gists: z
    .array(z.string())
    .min(1)
    .default(["<c1>", "<c2>"])
    .describe("The cache tokens that take the thought in; AnLLM uses the first, which the model writes itself."),
  go: z.string().default("<o>").describe("The token after which thinking goes on."),
  schedule: z
    .enum(["thought", "token", "anllm"])
    .default("thought")
    .describe(
      "Compress where the model says so; every few tokens; or, as AnLLM, where the model writes a gist token, which sees its thought alone.",
    ),
  opener: z
    .boolean()
    .default(true)
    .describe("Whether thinking is opened for the model; the authors' models open it themselves."),
  every: z.int().min(1).default(6).describe("Tokens between compressions on the token schedule."),
});
type Options = z.output<typeof options>;

/** What is fed where a thought ends. */
interface Compression {
  /** The token that the model writes there: the first of those that are fed. */
  mark: number;
  /** Whether the mark belongs to the thought and leaves the cache with it; as AnLLM, it is the gist itself. */
  isDropped: boolean;
  /** Behind the mark. */
  rest: number[];
  names: string[];
}

export const lightThinker = strategy({
  id: "lightthinker",
  name: "LightThinker",
  title: "LightThinker",
  summary: "Compresses each finished thought into gist tokens and evicts it from the KV cache.",
  paper: "2502.15589",
  needs: ["cache-evict", "attention-mask"],
  trainedFor: true,
  stepKind: "step",
  thinks: "on",
  options,
  words: stepByStep,
  async run(context, options) {
    const decoder = context.localDecoder();
    const compression = compressionOf(decoder, options);
    await decoder.prefill(context.prompt(), options.opener ? openingPrefix(context.thinking) : "");
    const progress = new ThinkProgress(context.thinking, decoder);
    let thoughtRow = decoder.sequence.rows;
    let thoughtAt = context.recorder.at;
    let left = context.maxTokens;
    while (left > 0) {
      const byToken = options.schedule === "token" && progress.isUnderWay;
      const generated = await decoder.generate({
        maxTokens: Math.min(left, decoder.room, byToken ? options.every : left),
        sampling: context.sampling,
        before: [compression.mark],
      });
      left -= generated.tokens.length;
      const finished =
        generated.stoppedBy === "transition" || (byToken && generated.stoppedBy === "budget" && left > 0);
      if (!finished) {
        await finish(context, decoder, generated);
        return decoder.text;
      }
      await compressThought(context, decoder, compression, thoughtRow, thoughtAt, generated.stoppedBy === "budget");
      left -= compression.names.length;
      thoughtRow = decoder.sequence.rows;
      thoughtAt = context.recorder.at;
    }
    context.recorder.exit("budget", { message: "The token budget was used up." });
    return decoder.text;
  },
  async afterRun({ model, decoders, recorder, signal }) {
    for (const { promptIds } of decoders) await recordGistAttention(model(), promptIds, recorder, signal);
  },
});

function compressionOf(decoder: LocalDecoder, { compress, gists, go, schedule }: Options): Compression {
  const isDropped = schedule !== "anllm";
  const names = isDropped ? [compress, ...gists, go] : gists.slice(0, 1);
  const [mark, ...rest] = names.map((token) => {
    const found = decoder.model.tokenizer.idOf(token);
    if (found !== undefined) return found;
    throw new ActionableError(
      "token-missing",
      l10n.later`The model's vocabulary has no token ${token}.`,
      "Name its own tokens in the options of LightThinker.",
    );
  });
  return { mark: mark!, isDropped, rest, names };
}

/**
 * Feeds what ends a thought in one forward pass and drops the thought. LightThinker (§3.3): [w, gists, o]; the gists see the thought,
 * which goes with its w; the row of o, and all rows after it, see only the gists. AnLLM (2402.07616, §3.2) as LightThinker's authors
 * train it: [gist] alone, which sees its thought and nothing before it.
 * @param isForced whether the model did not ask for it
 */
async function compressThought(
  { recorder }: RunContext,
  decoder: LocalDecoder,
  { mark, isDropped, rest, names }: Compression,
  thoughtRow: number,
  thoughtAt: number,
  isForced: boolean,
): Promise<void> {
  const markRow = decoder.sequence.rows;
  const to = isDropped ? markRow + 1 : markRow;
  const ids = [mark, ...rest];
  const last = ids.length - 1;
  const isHidden = (query: number, row: number): boolean =>
    query === last && (isDropped ? row >= thoughtRow && row < to : row < thoughtRow);
  const started = performance.now();
  await decoder.feed({ ids }, { sees: (query, row) => row <= markRow + query && !isHidden(query, row) });
  const ms = (performance.now() - started) / ids.length;
  if (isDropped) recorder.token({ id: mark, text: names[0]!, kind: isForced ? "forced" : "text", ms });
  const gistAt = recorder.at;
  recorder.begin("gist");
  ids.forEach((id, index) => {
    if (index > 0 || !isDropped) recorder.token({ id, text: names[index]!, kind: "gist", ms });
  });
  recorder.finish("gist");
  const rows = isDropped ? to - thoughtRow : thoughtRow;
  recorder.event({ t: "masked", from: recorder.at - 1, to: recorder.at, rows });
  // The peak lies here, before the eviction: prompt, gists so far, the thought, and what was just fed.
  decoder.recordContext();
  decoder.sequence.evict(thoughtRow, to);
  recorder.event({ t: "evict", at: recorder.at, from: thoughtAt, to: gistAt, kept: recorder.at - gistAt });
  decoder.recordContext();
}
