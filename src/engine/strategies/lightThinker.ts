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
    .describe("The cache tokens that take the thought in; AnLLM uses the first."),
  go: z.string().default("<o>").describe("The token after which thinking goes on."),
  schedule: z
    .enum(["thought", "token", "anllm"])
    .default("thought")
    .describe("Compress where the model says so; every few tokens; or, as AnLLM, each thought into one gist token."),
  opener: z
    .boolean()
    .default(true)
    .describe("Whether thinking is opened for the model; the authors' models open it themselves."),
  every: z.int().min(1).default(6).describe("Tokens between compressions on the token schedule."),
});
type Options = z.output<typeof options>;

/** The ids behind the options' token names. */
interface Compression {
  compress: number;
  gists: number[];
  go: number;
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
  async run(context, asked) {
    const options = asked.schedule === "anllm" ? { ...asked, gists: asked.gists.slice(0, 1) } : asked;
    const decoder = context.localDecoder();
    const ids = compression(decoder, options);
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
        before: [ids.compress],
      });
      left -= generated.tokens.length;
      const finished =
        generated.stoppedBy === "transition" || (byToken && generated.stoppedBy === "budget" && left > 0);
      if (!finished) {
        await finish(context, decoder, generated);
        return decoder.text;
      }
      await compressThought(context, decoder, ids, thoughtRow, thoughtAt, options);
      left -= 1 + ids.gists.length + 1;
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

function compression(decoder: LocalDecoder, { compress, gists, go }: Options): Compression {
  const id = (token: string): number => {
    const found = decoder.model.tokenizer.idOf(token);
    if (found !== undefined) return found;
    throw new ActionableError(
      "token-missing",
      l10n.later`The model's vocabulary has no token ${token}.`,
      "Name its own tokens in the options of LightThinker.",
    );
  };
  return { compress: id(compress), gists: gists.map(id), go: id(go) };
}

/**
 * Feeds [w, gists, o] in one forward pass and drops the thought and its w (§3.3). The gists see the thought; the row
 * of o, and all rows after it, see only the gists.
 */
async function compressThought(
  context: RunContext,
  decoder: LocalDecoder,
  ids: Compression,
  thoughtRow: number,
  thoughtAt: number,
  names: Options,
): Promise<void> {
  const { recorder } = context;
  const wRow = decoder.sequence.rows;
  const wAt = recorder.at;
  const fed = [ids.compress, ...ids.gists, ids.go];
  const goQuery = fed.length - 1;
  const started = performance.now();
  await decoder.feed(
    { ids: fed },
    { sees: (query, row) => row <= wRow + query && !(query === goQuery && row >= thoughtRow && row <= wRow) },
  );
  const ms = (performance.now() - started) / fed.length;
  recorder.token({ id: ids.compress, text: names.compress, kind: names.schedule === "token" ? "forced" : "text", ms });
  recorder.begin("gist");
  ids.gists.forEach((id, index) => recorder.token({ id, text: names.gists[index]!, kind: "gist", ms }));
  const goAt = recorder.at;
  recorder.token({ id: ids.go, text: names.go, kind: "gist", ms });
  recorder.finish("gist");
  recorder.event({ t: "masked", from: goAt, to: goAt + 1, rows: wRow + 1 - thoughtRow });
  // The peak lies here, before the eviction: prompt, gists so far, the thought, and what was just fed.
  decoder.recordContext();
  decoder.sequence.evict(thoughtRow, wRow + 1);
  recorder.event({ t: "evict", at: recorder.at, from: thoughtAt, to: wAt + 1, kept: ids.gists.length + 1 });
  decoder.recordContext();
}
