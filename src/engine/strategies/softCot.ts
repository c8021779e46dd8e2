/** SoftCoT (2502.12134): a small assistant's hidden states, projected, stand as soft tokens in a frozen model's prompt. */
import * as z from "zod";
import { seededRandom, shuffled } from "../../core/measure/random";
import { LONGEST_INSTRUCTION } from "../../core/prompt/instruction";
import { ActionableError } from "../../core/protocol/rpc";
import { halfPrecisionBase64 } from "../../core/trace/vector";
import type { LocalDecoder } from "../decoding/localDecoder";
import type { LanguageModel } from "../decoding/model";
import { recordProjection } from "../projection/latentProjection";
import { Pace } from "../projection/pace";
import { readVocabulary } from "../projection/vocabulary";
import type { RunContext } from "../thinking/runContext";
import { generateToEnd } from "../thinking/think";
import { closedBlock } from "../thinking/thinkProgress";
import prompts from "./prompts.json";
import { strategy } from "./strategy";
import { l10n } from "../../core/text/l10n";

const options = z.object({
  file: z.string().default("softcot.onnx").describe("The assistant's graph in the model's folder."),
  placeholder: z.string().default("<soft>").describe("The token that soft tokens replace."),
  lead: z.string().max(2000).default("").describe("Text before the question, which the assistant does not read."),
  before: z.string().max(2000).default("").describe("Text between the question and the soft tokens."),
  after: z.string().max(2000).default("").describe("Text behind the soft tokens."),
  tokens: z.int().min(1).max(64).default(4).describe("Soft tokens (N)."),
  thinking: z.boolean().default(false).describe("Whether the model also thinks in words."),
  assistantTokenizer: z
    .string()
    .default("")
    .describe("The folder of the assistant's tokenizer in the model's folder; empty where it is the model's own."),
  assistantPlaceholder: z
    .string()
    .default("")
    .describe("The token at whose places the assistant's states are taken; empty is the model's placeholder."),
  assistantPrompt: z
    .string()
    .max(LONGEST_INSTRUCTION)
    .default("{question}{soft}")
    .describe("What the assistant reads: {question} stands for the question and {soft} for the placeholders."),
  control: z
    .enum(["none", "no-soft", "shuffled"])
    .default("none")
    .describe("no-soft leaves them out; shuffled keeps their norms and destroys their directions."),
  nearest: z.int().min(0).max(20).default(5).describe("Nearest vocabulary entries recorded for each."),
});
type Options = z.output<typeof options>;

export const softCot = strategy({
  id: "softcot",
  name: "SoftCoT",
  title: "SoftCoT",
  summary: "A small assistant's hidden states, projected, prompt the frozen model.",
  paper: "2502.12134",
  needs: ["soft-tokens"],
  trainedFor: true,
  stepKind: "step",
  options,
  published: { thinking: true, temperature: 1, topK: 50, maxTokens: 1024 },
  words: ({ thinking }) => prompts[thinking ? "chain-of-thought" : "no-thinking"].system,
  async run(context, options) {
    const decoder = context.localDecoder();
    const { model } = decoder;
    const placeholder = model.tokenizer.idOf(options.placeholder);
    if (placeholder === undefined) {
      throw new ActionableError(
        "token-missing",
        l10n.later`The model's vocabulary has no token ${options.placeholder}.`,
        "Name its own placeholder in the options of SoftCoT.",
      );
    }
    const prefix = options.thinking ? "" : closedBlock(context.thinking);
    if (options.control === "no-soft") {
      await decoder.prefill(context.prompt(), prefix);
    } else {
      const marks = options.placeholder.repeat(options.tokens);
      const last = context.messages.findLastIndex((message) => message.role === "user");
      const question = context.messages[last]!.content;
      const vectors = await assist(context, decoder, question, options);
      const content = options.lead + question + options.before + marks + options.after;
      const messages = context.messages.map((message, index) => (index === last ? { ...message, content } : message));
      const ids = decoder.chatIds(context.prompt({}, messages));
      await decoder.prefillIds(withPlaces(ids, placeholder, options.tokens), vectors);
      await decoder.force(prefix);
    }
    await generateToEnd(context, decoder);
    return decoder.text;
  },
  afterRun: (context) => recordProjection(context.model(), context.recorder, context.signal),
});

/**
 * Marks where soft tokens go. Placeholders are found by their id, as where a template puts them is its own business; of
 * more than were appended, a prompt brought the first ones itself.
 */
function withPlaces(ids: readonly number[], placeholder: number, count: number): number[] {
  const places = ids.flatMap((id, index) => (id === placeholder ? [index] : [])).slice(-count);
  return ids.map((id, index) => (places.includes(index) ? -1 : id));
}

/** Runs the assistant and records its soft tokens. @returns [tokens, hidden] */
async function assist(
  context: RunContext,
  decoder: LocalDecoder,
  question: string,
  options: Options,
): Promise<Float32Array> {
  const { model } = decoder;
  const width = model.facts.hiddenSize!;
  const marks = (options.assistantPlaceholder || options.placeholder).repeat(options.tokens);
  const text = options.assistantPrompt.replaceAll("{soft}", () => marks).replaceAll("{question}", () => question);
  const own = options.assistantTokenizer;
  const tokenizer = own === "" ? model.tokenizer : await model.assistantTokenizer(own);
  const ids = tokenizer.encode(text);
  const { vectors, ms } = await decoder.softTokens(options.file, ids);
  if (vectors.length !== options.tokens * width) {
    throw new ActionableError(
      "assistant-mismatch",
      l10n.later`The assistant gives ${vectors.length / width} soft tokens and ${options.tokens} were asked for.`,
      "Set the option tokens to what the assistant gives, or take its placeholder out of the question.",
    );
  }
  context.recorder.note("info", `The assistant read ${ids.length} tokens in ${ms.toFixed(1)} ms.`);
  if (options.control === "shuffled") shuffleRows(vectors, width);
  await recordSoftTokens(context, model, vectors, options.nearest);
  return vectors;
}

/** Permutes the components of every row: the norm stays, the direction goes. */
function shuffleRows(vectors: Float32Array, width: number): void {
  const random = seededRandom(1);
  for (let row = 0; row < vectors.length; row += width)
    vectors.set(shuffled([...vectors.subarray(row, row + width)], random), row);
}

/** Writes each soft token with the vocabulary entries nearest to it by cosine. */
async function recordSoftTokens(
  context: RunContext,
  model: LanguageModel,
  vectors: Float32Array,
  count: number,
): Promise<void> {
  const width = model.facts.hiddenSize!;
  const wanted = { nearest: count, sample: 0 };
  const { nearest } = await readVocabulary(model, vectors, wanted, new Pace(context.signal));
  nearest.forEach((words, index) => {
    const vector = vectors.slice(index * width, (index + 1) * width);
    context.recorder.event({
      t: "soft",
      index,
      norm: Math.hypot(...vector),
      nearest: words.map(([id, cosine]) => [model.tokenizer.decode([id]), cosine]),
      vector: halfPrecisionBase64(vector),
    });
  });
}
