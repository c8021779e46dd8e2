/**
 * What can be read at a place in thinking where somebody asks whether it may stop. A check records its signals by name, so
 * that every rule that reads them can be asked again of a recorded run.
 */

export type Unit = "probability" | "nats" | "nats²" | "tokens" | "answers" | "cosine" | "yes or no";

interface Signal {
  readonly title: string;
  readonly unit: Unit;
  /** Whether it is read from an answer that was tried there. */
  readonly ofAnswer?: true;
}

const rows = <Name extends string>(signals: Readonly<Record<Name, Signal>>) => signals;

export const SIGNALS = rows({
  /** Of a trial answer: how sure the model was of the tokens in the box (DEER, 2504.15895, §3.2). 0 to 1. */
  confidence: { title: "confidence", unit: "probability", ofAnswer: true },
  /** That the answer reached by now is right, by a hidden-state probe (2504.05419). 0 to 1. */
  probability: { title: "probability", unit: "probability" },
  /** Of the first token after the end of thinking, if thinking ended here (EAT, 2509.26522). */
  entropy: { title: "entropy", unit: "nats" },
  /** Of that entropy over the checks so far, exponentially weighted. */
  variance: { title: "variance of the entropy", unit: "nats²" },
  /** Log-probability of the likeliest next token less that of the one that closes thinking (ThinkBrake, 2510.00546). */
  margin: { title: "margin of going on", unit: "nats" },
  /** Checks in a row, this one the last, whose trial answers are the same; 0 where this one has none. */
  agreeing: { title: "equal answers in a row", unit: "answers", ofAnswer: true },
  /** Whether the words of the trial answer take something back or put it off (Dynasor, 2412.20993), 0 or 1. */
  hesitates: { title: "hesitation in the answer", unit: "yes or no", ofAnswer: true },
  /** Of the hidden state at the end of a step with those of steps before it, the likest of them (after PUMA, 2605.17672). 0 to 1. */
  similarity: { title: "similarity to an earlier step", unit: "cosine" },
  /** Thinking tokens so far. */
  tokens: { title: "thinking tokens", unit: "tokens" },
  /** Whether a sentence or a line has just ended, 0 or 1. */
  sentenceEnd: { title: "end of a sentence", unit: "yes or no" },
});

export type SignalName = keyof typeof SIGNALS;

/** What was read at one place. */
export type Signals = Readonly<Partial<Record<SignalName, number>>>;
