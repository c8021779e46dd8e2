/** The strategies as they are set for an instruct model that was not trained to think. */
import type { ModelReference } from "../src/core/protocol/engineApi";
import type { Message } from "../src/core/trace/trace";
import type { Contender } from "../src/engine/runs/datasetRun";
import { answerOnly } from "../src/engine/strategies/answerOnly";
import { budget } from "../src/engine/strategies/budget";
import { chainOfDraft } from "../src/engine/strategies/chainOfDraft";
import { chainOfThought } from "../src/engine/strategies/chainOfThought";
import { deer } from "../src/engine/strategies/deer";
import { effort } from "../src/engine/strategies/effort";
import { entropyAfterThinking } from "../src/engine/strategies/entropyAfterThinking";
import { inftyThink } from "../src/engine/strategies/inftyThink";
import { noThinking } from "../src/engine/strategies/noThinking";
import { probe as probeStrategy } from "../src/engine/strategies/probe";
import { survey } from "../src/engine/strategies/survey";
import { sketchOfThought } from "../src/engine/strategies/sketchOfThought";

export interface ContenderSettings {
  model: ModelReference;
  /** Most tokens of one answer, thinking included. */
  maxTokens: number;
  /** The trained probe's file, where there is one. */
  probe: string | undefined;
  /** Share of exits that the probe may turn wrong, the one that was fixed beforehand; undefined where no threshold of its file is proven to keep it. */
  risk: number | undefined;
  /** 0 is greedy. */
  temperature: number;
}

/** Chain of Draft and Sketch-of-Thought at the length at which their papers ask for them: rules, what to leave out, the form of the end. */
const LONGER = {
  draft:
    "Work the question out one step at a time, and write each step as a draft of five words or fewer: an equation where there is one, else the key words. Restate nothing from the question, explain nothing, and do not write full sentences. One draft a line. When the last draft holds the result, write #### and behind it the final answer alone, as a number without units.",
  sketch:
    "You reason in chunked symbolism. Between <think> and </think>, first name each quantity of the question as a variable with its value and unit, then write the equations that lead from them to what is asked, one a line, with symbols in place of words and each result on its line. Write no sentences, restate nothing, and keep every step small enough to be checked at a glance. After </think> give the final answer in \\boxed{}.",
};

/** A round short enough that a question of a few steps takes more than one. */
const ROUND = { roundTokens: 96, summaryTokens: 64, maxRounds: 4 };

/**
 * The baseline first. Such a model writes no “Wait”, so whether it may stop is asked at line ends. Strategies with one
 * prompt follow each other: its beginning is then computed once.
 */
export function contenders({ model, maxTokens, probe, risk, temperature }: ContenderSettings): Contender[] {
  const sampling = temperature > 0 ? { temperature } : {};
  const contender = (strategy: string, options: Record<string, unknown> = {}, name = strategy): Contender => ({
    name,
    strategy,
    model,
    options: { maxTokens, ...sampling, ...options },
  });
  return [
    contender(chainOfThought.id),
    contender(deer.id, { checkAt: "line" }),
    contender(entropyAfterThinking.id, { checkAt: "line" }),
    ...(probe === undefined ? [] : [contender(probeStrategy.id, { file: probe })]),
    ...(probe === undefined || risk === undefined
      ? []
      : [contender(probeStrategy.id, { file: probe, risk }, `${probeStrategy.id} at most ${100 * risk} % wrong`)]),
    contender(survey.id, { checkAt: "line", ...(probe === undefined ? {} : { file: probe }) }),
    ...["low", "high"].map((level) => contender(effort.id, { by: "instruction", level }, `${effort.id} ${level}`)),
    contender(noThinking.id),
    contender(answerOnly.id),
    contender(chainOfDraft.id),
    contender(chainOfDraft.id, { instruction: LONGER.draft }, `${chainOfDraft.id} longer`),
    contender(sketchOfThought.id),
    contender(sketchOfThought.id, { instruction: LONGER.sketch }, `${sketchOfThought.id} longer`),
    contender(inftyThink.id, ROUND),
  ];
}

/** DEER's control: thinking cut at one length for all questions, whatever the model is sure of. */
export function cutContender({ model, maxTokens, temperature }: ContenderSettings, tokens: number): Contender {
  const sampling = temperature > 0 ? { temperature } : {};
  return {
    name: `budget of ${tokens}`,
    strategy: budget.id,
    model,
    options: { maxTokens, ...sampling, tokens },
  };
}

/** Three questions thought through. Chain of Draft shows the same three, in its own style. */
const WORKED = [
  {
    question: "A shelf holds 34 books. Nora takes away 9 and later puts back 4. How many books are on the shelf?",
    thought: [
      "The shelf holds 34 books at first.",
      "Nora takes away 9, so 34 - 9 = 25 books are left.",
      "Later she puts back 4, so there are 25 + 4 = 29 books.",
    ],
    answer: "29",
  },
  {
    question: "Tickets cost $6 each. Omar buys 5 tickets and pays with two $20 notes. How much change does he get?",
    thought: [
      "Five tickets at $6 each cost 5 * 6 = 30 dollars.",
      "Omar pays with two $20 notes, which is 2 * 20 = 40 dollars.",
      "He gets 40 - 30 = 10 dollars of change.",
    ],
    answer: "10",
  },
  {
    question: "A train covers 180 km in 3 hours. At the same speed, how far does it go in 5 hours?",
    thought: ["In one hour the train covers 180 / 3 = 60 km.", "In 5 hours it goes 60 * 5 = 300 km."],
    answer: "300",
  },
];
const WITHOUT_THOUGHT = [noThinking.id, answerOnly.id];
const OWN_EXAMPLES = [chainOfDraft.id, sketchOfThought.id];

/**
 * Example turns before each question. A model that was not trained to think between tags does so once it has seen it
 * done; strategies that bring examples of their own get no others, and without thinking the examples have none either.
 */
export function examples(strategy: string): Message[] {
  if (OWN_EXAMPLES.includes(strategy)) return [];
  return WORKED.flatMap(({ question, thought, answer }): Message[] => {
    const inside = WITHOUT_THOUGHT.includes(strategy) ? "" : thought.join("\n");
    return [
      { role: "user", content: question },
      { role: "assistant", content: `<think>\n${inside}\n</think>\n\n\\boxed{${answer}}` },
    ];
  });
}
