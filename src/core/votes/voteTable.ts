/** What each vote comes to over many questions, for every number of samples: replays of recorded runs, no model runs. */
import { seededRandom } from "../measure/random";
import { wilson } from "../measure/statistics";
import { inEnglish } from "../text/l10n";
import type { Trace } from "../trace/fold";
import { AnswerGroups } from "./answerGroups";
import { deepConf } from "./deepConf";
import { majority } from "./majority";
import { passAtK } from "./passAtK";
import { sampleOf } from "./sampleOf";
import { shortest } from "./shortest";
import type { Sample, Vote } from "./vote";

/** Every vote that is offered. */
export const VOTES: readonly Vote[] = [
  majority,
  shortest(1),
  shortest(3),
  deepConf("mean"),
  deepConf("lowest"),
  deepConf("tail"),
];

/** Samples of one question. */
export interface SampledQuestion {
  title: string;
  /** Whose samples they are, where it is known. */
  model?: string;
  samples: readonly Sample[];
}

interface VoteRow {
  vote: string;
  /** English, as tables of the command line are. */
  title: string;
  /** Samples that vote. */
  k: number;
  /** Mean over draws of k samples of each question, with its 95 % Wilson interval over questions. */
  accuracy: number;
  interval: readonly [low: number, high: number];
  /** Means over questions. */
  tokens: number;
  ms: number;
}

export interface VoteTable {
  questions: number;
  /** Whose samples vote, as far as it is known. */
  models: readonly string[];
  /** Fewest samples of a question. */
  samples: number;
  rows: readonly VoteRow[];
  /** Why a vote is left out. */
  missing: readonly string[];
  pass: readonly { k: number; share: number }[];
}

/** Draws of k samples out of those of a question: which were drawn first is chance. */
const DRAWS = 20;

/** Runs of the same model, strategy and conversation are samples of one question; those of one seed are one sample. */
export function sampledQuestions(traces: readonly Trace[]): SampledQuestion[] {
  const groups = new Map<string, { title: string; model: string; samples: Map<string, Sample> }>();
  for (const trace of traces) {
    const { header } = trace;
    if (header?.gold === undefined) continue;
    const asked = header.messages.map(({ role, content }) => [role, content]);
    const key = JSON.stringify([header.model.sha256 ?? header.model.id, header.strategy, asked]);
    const title = header.prompt.title ?? header.messages.findLast(({ role }) => role === "user")?.content ?? "";
    const group = groups.get(key) ?? { title, model: header.model.id, samples: new Map<string, Sample>() };
    groups.set(key, group);
    const seed = header.seed === undefined ? `run ${header.id}` : `seed ${header.seed}`;
    group.samples.set(seed, sampleOf(trace));
  }
  return [...groups.values()].map(({ samples, ...group }) => ({
    ...group,
    samples: withMeanings([...samples.values()]),
  }));
}

/** Answers compared once, and not for every vote and draw again. */
export function withMeanings(samples: readonly Sample[]): Sample[] {
  const answers = new AnswerGroups();
  return samples.map((sample) => ({ ...sample, meaning: answers.take(sample.answer) }));
}

/** 1, 2, 4, … and the number itself. */
function sizesUpTo(most: number): number[] {
  const powers = Array.from({ length: 12 }, (_, power) => 2 ** power).filter((size) => size < most);
  return [...powers, most];
}

/** `k` of the samples, which is chance but the same each time. */
function drawn(samples: readonly Sample[], k: number, random: () => number): Sample[] {
  if (k >= samples.length) return [...samples];
  const left = [...samples];
  return Array.from({ length: k }, () => left.splice(Math.floor(random() * left.length), 1)[0]!);
}

/** What a vote over k samples of each question comes to, over draws of them. */
export function voteRow(vote: Vote, questions: readonly SampledQuestion[], k: number): VoteRow {
  const random = seededRandom(k);
  const draws = questions.map(({ samples }) => {
    const times = k >= samples.length ? 1 : DRAWS;
    const outcomes = Array.from({ length: times }, () => vote.decide(drawn(samples, k, random)));
    const mean = (value: (outcome: (typeof outcomes)[number]) => number) =>
      outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / times;
    return {
      right: mean(({ correct }) => Number(correct === true)),
      tokens: mean((o) => o.tokens),
      ms: mean((o) => o.ms),
    };
  });
  const over = (value: (draw: (typeof draws)[number]) => number) =>
    draws.reduce((sum, draw) => sum + value(draw), 0) / Math.max(1, draws.length);
  const accuracy = over(({ right }) => right);
  return {
    vote: vote.id,
    title: inEnglish(vote.title),
    k,
    accuracy,
    interval: wilson(accuracy * draws.length, draws.length),
    tokens: over(({ tokens }) => tokens),
    ms: over(({ ms }) => ms),
  };
}

/** @param questions those with a single sample say nothing of votes and are left out */
export function voteTable(all: readonly SampledQuestion[]): VoteTable {
  const questions = all.filter(({ samples }) => samples.length > 1);
  const most = questions.reduce((fewest, { samples }) => Math.min(fewest, samples.length), Infinity);
  const sizes = questions.length === 0 ? [] : sizesUpTo(most);
  const hasSureness = questions.some(({ samples }) => samples.some(({ sureness }) => sureness !== undefined));
  const votes = VOTES.filter(({ readsSureness }) => hasSureness || readsSureness !== true);
  const pass = (k: number) =>
    questions.reduce((sum, { samples }) => {
      const right = samples.filter(({ correct }) => correct === true).length;
      return sum + passAtK(samples.length, right, k);
    }, 0) / Math.max(1, questions.length);
  return {
    questions: questions.length,
    models: [...new Set(questions.flatMap(({ model }) => model ?? []))],
    samples: questions.length === 0 ? 0 : most,
    rows: votes.flatMap((vote) => sizes.map((k) => voteRow(vote, questions, k))),
    missing: hasSureness ? [] : ["The runs do not hold how sure the model was of its tokens, so DeepConf cannot vote."],
    pass: sizes.map((k) => ({ k, share: pass(k) })),
  };
}
