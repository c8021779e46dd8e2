/** What one run takes of the words and the sampling that its strategy, its model's card and the person have for it. */
import type * as z from "zod";
import type { Conversation } from "../../core/prompt/conversation";
import { presetWanted, resolveInstruction } from "../../core/prompt/instruction";
import { advisedSampling, samplingWords, type AdvisedSampling } from "../../core/prompt/presets";
import { ActionableError } from "../../core/protocol/rpc";
import type { RunThinking, TemplateVariables, ThinkFacts } from "../../core/text/thinkFacts";
import type { ThinkFormat } from "../../core/text/thinkFormat";
import type { Instruction, Message } from "../../core/trace/trace";
import type { Backend } from "../decoding/model";
import type { decodingOptions } from "../decoding/options";
import type { Sampling } from "../decoding/sampling";
import { withoutMarks, type Strategy } from "../strategies/strategy";
import { l10n } from "../../core/text/l10n";

type Decoding = z.output<typeof decodingOptions>;
type Advised = Pick<Backend, "facts" | "preset">;

/**
 * The sampling that the option `sampling` asks for; undefined where the options of decoding say it themselves.
 * @throws ActionableError `option-invalid`, `preset-missing`
 */
export function samplingAsked(
  wanted: string,
  { facts, preset: known }: Advised,
  { opening, isOff }: RunThinking,
): AdvisedSampling | undefined {
  if (wanted === "options") return undefined;
  // A model of no known family may say its sampling itself.
  const byFile = wanted === "model" && known.generation.temperature !== undefined;
  const preset = byFile ? known.preset : presetWanted(wanted, known, facts.name, "sampling");
  if (!byFile && !preset)
    throw new ActionableError(
      "option-invalid",
      l10n.later`“${wanted.slice(0, 60)}” is no sampling.`,
      "Choose options, model or model:NAME.",
    );
  const isOwn = preset === known.preset;
  const sampling = advisedSampling(
    { preset, generation: isOwn ? known.generation : {} },
    isOff === true || opening === "closed",
  );
  if (sampling) return sampling;
  throw new ActionableError(
    "preset-missing",
    l10n.later`The card of ${preset?.name ?? facts.name} advises no sampling.`,
    "Set temperature, topP and topK yourself, with sampling=options.",
  );
}

/** Greedy decoding of a model whose card advises against it is said. */
export function greedyNotes({ temperature }: Pick<Decoding, "temperature">, { preset: known }: Advised): string[] {
  const { preset } = known;
  if (temperature > 0 || !preset?.notGreedy) return [];
  const sampling = advisedSampling(known, false);
  const advised = sampling ? ` (${samplingWords(sampling)}, with sampling=model)` : "";
  return [`Decoding is greedy, which the card of ${preset.name} advises against${advised}.`];
}

/**
 * How the conversation is written out.
 * @throws ActionableError `conversation-unsupported`
 */
export function conversationOf(
  wanted: Decoding["conversation"],
  { facts, hasTemplate, conversations }: Pick<Backend, "facts" | "hasTemplate" | "conversations">,
): Conversation {
  if (wanted === "auto") return hasTemplate ? "template" : "turns";
  if (wanted === "template" && !hasTemplate)
    throw new ActionableError(
      "conversation-unsupported",
      l10n.later`${facts.name} has no chat template.`,
      "Set conversation to turns, chatml or plain.",
    );
  if (conversations.includes(wanted)) return wanted;
  throw new ActionableError(
    "conversation-unsupported",
    l10n.later`Conversations with ${facts.name} are written out by its server, which takes no ${wanted} form.`,
    "Set conversation to template, or name a server that completes text.",
  );
}

/** How a model thinks in a conversation that its template does not write: nothing is opened for it, and no variable heeded. */
export function withoutTemplate(
  { format, from }: Pick<ThinkFacts, "format" | "from">,
  variables: TemplateVariables,
  named: ThinkFormat | undefined,
): RunThinking {
  const notes = Object.keys(variables).map(
    (name) => `Without a chat template there is nothing that heeds ${name}: it was left out.`,
  );
  return { format: named ?? format, from: named ? "option" : from, opening: "model", variables: {}, notes };
}

export const samplingOf = ({ temperature, topP, topK, minP }: Decoding): Sampling => ({
  temperature,
  topP,
  topK,
  minP,
});

/**
 * The instruction of a run, with notes on it.
 * @throws ActionableError of `resolveInstruction`
 */
export function instructionOf(
  strategy: Strategy,
  options: Record<string, unknown>,
  decoding: Decoding,
  messages: readonly Message[],
  { facts, preset }: Advised,
  hasOwnMarks: boolean,
): { instruction: Instruction; notes: string[] } {
  const words = strategy.words?.(options, {});
  const house = {
    title: strategy.title,
    words: hasOwnMarks && words !== undefined ? withoutMarks(words) : words,
    isMethod: strategy.isMethodOfWords?.(options) ?? false,
    hasExamples: (strategy.examples?.(options, {}).length ?? 0) > 0,
    hasSystem: messages.some(({ role }) => role === "system"),
  };
  return resolveInstruction(decoding, house, preset, facts.name);
}
