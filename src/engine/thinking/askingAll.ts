/**
 * Every exit rule asked at one place: each rule's check stands in the trace as if it had asked alone, at its own price. What a
 * survey records of a run, and a scoring of a text that is there already.
 */
import { deerExit } from "../../core/exits/deer";
import { RULES } from "../../core/exits/rules";
import { closingAfter } from "../../core/text/thinkFormat";
import type { LocalDecoder } from "../decoding/localDecoder";
import { AnswerReading } from "./answerReading";
import type { Reading } from "./checker";
import { askingRules, type SignalReader } from "./askingRules";
import { readingMargin } from "./closingMargin";
import { readingEntropy } from "./entropyReading";
import type { RunContext } from "./runContext";
import { formatOf } from "./thinkProgress";
import { readingSimilarity } from "./stepSimilarity";
import { readTrials, type TrialOptions } from "./trialCheck";

/**
 * @param options how answers are tried, and DEER's own settings; the other rules are recorded at their defaults
 * @param window of `readingSimilarity`; undefined where the model shows no hidden states
 * @returns what asks every rule that reads no probe where the decoder stands
 */
export function askingAll(
  context: RunContext,
  decoder: LocalDecoder,
  options: TrialOptions,
  window: number | undefined,
): () => Promise<void> {
  const answers = new AnswerReading(context.recorder);
  let tried: Reading;
  // What costs nothing is read first: trials move the decoder, and bring it back.
  const readers: SignalReader[] = [
    { gives: ["margin"], read: readingMargin(context, decoder) },
    ...(window === undefined ? [] : [{ gives: ["similarity"] as const, read: readingSimilarity(decoder, window) }]),
    { gives: ["confidence"], read: async () => (tried = await readTrials(context, decoder, options)) },
    // Of the same trial.
    {
      gives: ["agreeing", "hesitates"],
      read: () => ({ ...tried, signals: answers.take(tried.closed ? tried.answer : undefined) }),
    },
    { gives: ["entropy"], read: readingEntropy(context, decoder) },
  ];
  const rules = RULES.map((rule) => (rule.id === deerExit.id ? { rule, settings: { ...options } } : { rule }));
  return askingRules(context.recorder, readers, rules);
}

/** Rows of the context that asking takes at most: those of the longest trial answer, or of what closes thinking. */
export function roomOfAsking(
  { thinking }: RunContext,
  { model }: LocalDecoder,
  { inducers, trialTokens }: TrialOptions,
): number {
  const lengthOf = (text: string): number => model.tokenizer.encode(text).length;
  return Math.max(trialTokens + Math.max(...inducers.map(lengthOf)), lengthOf(closingAfter(formatOf(thinking), " ")));
}
