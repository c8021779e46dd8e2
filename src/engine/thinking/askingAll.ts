/**
 * Every exit rule asked at one place: each rule's check stands in the trace as if it had asked alone, at its own price. What a
 * survey records of a run, and a scoring of a text that is there already.
 */
import { agreementExit } from "../../core/exits/answerAgreement";
import { convergenceExit } from "../../core/exits/answerConvergence";
import { deerExit } from "../../core/exits/deer";
import { entropyExit } from "../../core/exits/entropyAfterThinking";
import type { ExitRule } from "../../core/exits/rule";
import { settingsFrom } from "../../core/exits/setting";
import { thinkBrakeExit } from "../../core/exits/thinkBrake";
import { closingAfter } from "../../core/text/thinkFormat";
import type { LocalDecoder } from "../decoding/localDecoder";
import { AnswerReading } from "./answerReading";
import { Checker, type Reading } from "./checker";
import { readingMargin } from "./closingMargin";
import { readingEntropy } from "./entropyReading";
import type { RunContext } from "./runContext";
import { formatOf } from "./thinkProgress";
import { readTrials, type TrialOptions } from "./trialCheck";

/**
 * @param options how answers are tried, and DEER's own settings; the other rules are recorded at their defaults
 * @returns what asks every rule that reads no probe where the decoder stands
 */
export function askingAll(context: RunContext, decoder: LocalDecoder, options: TrialOptions): () => Promise<void> {
  const { recorder } = context;
  const usual = <Settings, State>(rule: ExitRule<Settings, State>) =>
    new Checker(recorder, rule, settingsFrom(rule.settings, {}));
  const deer = new Checker(recorder, deerExit, options);
  const [agreement, convergence] = [usual(agreementExit), usual(convergenceExit)];
  const [entropy, brake] = [usual(entropyExit), usual(thinkBrakeExit)];
  const answers = new AnswerReading(recorder);
  const readMargin = readingMargin(context, decoder);
  const readEntropy = readingEntropy(context, decoder);
  return async () => {
    const { at } = recorder;
    // What costs nothing is read first: trials move the decoder, and bring it back.
    brake.check(at, readMargin());
    const trial = await readTrials(context, decoder, options);
    deer.check(at, trial);
    const agreeing: Reading = { ...trial, signals: answers.take(trial.answer) };
    agreement.check(at, agreeing);
    convergence.check(at, agreeing);
    entropy.check(at, await readEntropy());
  };
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
