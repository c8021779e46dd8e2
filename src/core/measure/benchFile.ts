/**
 * `*.bench.jsonl`: the results of a dataset run, one a line under a header that says what was asked. A run that was cut
 * anywhere goes on from its file; a line that was cut is asked again.
 */
import * as z from "zod";
import type { BenchRun } from "./benchTable";
import { EXIT_REASONS } from "../trace/kinds";
import { billed, markCounts, phases, tokenCounts, work, type Message } from "../trace/trace";

/** Readers take files of this version and older ones. */
const BENCH_VERSION = 1;

const header = z.object({
  t: z.literal("bench"),
  v: z.number().int().max(BENCH_VERSION),
  /** Where the dataset is: a path, or in the editor a URI. */
  data: z.string(),
  /** Where the instructions are that stand before each question, named as `data` is. */
  instructions: z.string().optional(),
  /** How many of its first questions are asked. */
  questions: z.number().int().min(1),
  /** Of `questionsText` of those questions, hex. */
  sha256: z.string(),
  /** As a person named it. */
  model: z.string(),
  dtype: z.string().optional(),
  /** All models, where there are several: then each strategy is named with its own, as `contenders.ts` does. */
  models: z.array(z.string()).min(2).optional(),
  /** The baseline first. */
  strategies: z.array(z.string()).min(1),
  /** Of each question under each strategy, where there are several. */
  samples: z.int().min(2).optional(),
  /** Of all strategies, or by strategy. */
  options: z.record(z.string(), z.unknown()).default({}),
  seed: z.number().int(),
  /** Runs that went on at once, where it was more than one: their seconds are those of runs that share the machine. */
  atOnce: z.int().min(2).optional(),
  started: z.string(),
  /** What the traces of the runs carry as their group. */
  group: z.string().optional(),
});
/** What a dataset run asks of what. */
export type BenchHeader = z.infer<typeof header>;

const count = z.number().int().min(0);
const figures = z.object({
  tokens: tokenCounts,
  ms: phases,
  tokensPerSecond: z.number().min(0),
  context: z.object({ peak: z.number().min(0), dependency: z.number().min(0) }),
  answer: z.string().optional(),
  correct: z.boolean().optional(),
  exit: z.enum(EXIT_REASONS).optional(),
  work: work.optional(),
  billed: billed.optional(),
  steps: count,
  overruns: count,
  checks: count,
  marks: markCounts.optional(),
});

const replayPoint = z.object({
  setting: z.number(),
  outcome: z.enum(["check", "budget", "end", "beyond"]),
  tokens: z.number(),
  thinking: z.number(),
  ms: z.number(),
  correct: z.boolean().optional(),
});

const sampleNumber = z.int().min(1).optional();

const result = z.object({
  t: z.literal("result"),
  question: count,
  strategy: z.string(),
  /** From 1, where there are several of the question. */
  sample: sampleNumber,
  /** How sure the model was of its thinking, where votes are to read it. */
  sureness: z.object({ mean: z.number(), lowest: z.number(), tail: z.number() }).optional(),
  model: z.string().optional(),
  answer: z.string().optional(),
  correct: z.boolean().optional(),
  figures,
  replays: z.array(replayPoint).optional(),
  /** Hash of the model that answered, where it has one. */
  sha256: z.string().optional(),
  /** The run whose trace was kept. */
  trace: z.string().optional(),
});

const failure = z.object({
  t: z.literal("failure"),
  question: count,
  strategy: z.string(),
  sample: sampleNumber,
  /** Of the error, as `server-busy`. */
  code: z.string(),
  /** One sentence for the person. */
  message: z.string(),
  /** How often it was tried. */
  attempts: z.number().int().min(1),
});

/** One run as it is kept. */
export interface KeptResult extends BenchRun {
  /** In nats, of one of several samples whose model showed it. */
  sureness?: { mean: number; lowest: number; tail: number } | undefined;
  /** Hash of the model that answered, where it has one. */
  sha256?: string | undefined;
  /** The id of the run whose trace was kept. */
  trace?: string | undefined;
}

/** A run that came to no result, after all that was tried. */
export type KeptFailure = z.infer<typeof failure>;

export type BenchHeaderFields = Omit<BenchHeader, "t" | "v">;
/** One line of the file. */
export type BenchEntry = BenchHeader | ({ t: "result" } & KeptResult) | KeptFailure;

export interface BenchReading {
  header: BenchHeader;
  /** In the order of the file; of two results of one question under one strategy the first counts. */
  results: KeptResult[];
  /** The last failure of each run that has no result. */
  failures: KeptFailure[];
  /** Lines that are nothing of this bench. */
  unreadable: number;
  /** Whether the file ends in a line break. */
  whole: boolean;
}

/** A question of a dataset with its answer, and what its conversation begins with, as the instructions of a skill. */
export interface BenchQuestion {
  question: string;
  answer: string;
  before?: readonly Message[];
}

/** What tells one set of questions from another, to be hashed. */
export function questionsText(questions: readonly BenchQuestion[]): string {
  return JSON.stringify(
    questions.map(({ question, answer, before = [] }) => [question, answer, ...before.map(({ content }) => content)]),
  );
}

export function benchHeader(fields: BenchHeaderFields): BenchHeader {
  return { t: "bench", v: BENCH_VERSION, ...fields };
}

export function resultEntry(result: KeptResult): BenchEntry {
  const { question, strategy, sample, sureness, model, answer, correct, figures, replays, sha256, trace } = result;
  return {
    t: "result",
    question,
    strategy,
    ...(sample === undefined ? {} : { sample }),
    ...(sureness === undefined ? {} : { sureness }),
    model,
    answer,
    correct,
    figures,
    ...(replays ? { replays } : {}),
    sha256,
    trace,
  };
}

/** One line, with its line break. */
export function entryLine(entry: BenchEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function parsed<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

const entry = z.discriminatedUnion("t", [result, failure]);

/** @returns undefined where the text does not begin with a header; lines that are nothing of its bench are passed over */
export function readBenchFile(text: string): BenchReading | undefined {
  const [first = "", ...lines] = text.replace(/^\uFEFF/, "").split("\n");
  const about = parsed(header, first);
  if (!about) return undefined;
  const results = new Map<string, KeptResult>();
  const failures = new Map<string, KeptFailure>();
  let unreadable = 0;
  for (const line of lines) {
    if (line.trim() === "") continue;
    const found = parsed(entry, line);
    if (!found || !isOf(about, found)) unreadable += 1;
    else if (found.t === "failure") failures.set(resultKey(found), found);
    else if (!results.has(resultKey(found))) results.set(resultKey(found), keptResult(found));
  }
  return {
    header: about,
    results: [...results.values()],
    failures: [...failures].flatMap(([key, each]) => (results.has(key) ? [] : [each])),
    unreadable,
    whole: text.endsWith("\n"),
  };
}

const isOf = ({ questions, strategies, samples = 1 }: BenchHeader, { question, strategy, sample = 1 }: RunName) =>
  question < questions && strategies.includes(strategy) && sample <= samples;

function keptResult({ t: _, figures, answer, correct, ...found }: z.infer<typeof result>): KeptResult {
  // A field that is undefined has no place in JSON.
  const whole = { ...figures, answer: figures.answer, correct: figures.correct, exit: figures.exit };
  const { replays, ...rest } = found;
  return { ...rest, answer, correct, figures: whole, ...(replays ? { replays } : {}) };
}

/** What names one run of a bench. */
export interface RunName {
  question: number;
  strategy: string;
  sample?: number | undefined;
}

/** With the number of its sample said. */
export type NthRun = RunName & { sample: number };

/** One run of a bench, as a key. */
export function resultKey({ question, strategy, sample = 1 }: RunName): string {
  return sample === 1 ? `${question} ${strategy}` : `${question} ${strategy} ${sample}`;
}
