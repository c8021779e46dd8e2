/**
 * `*.bench.jsonl`: the results of a dataset run, one a line under a header that says what was asked. A run that was cut
 * anywhere goes on from its file; a line that was cut is asked again.
 */
import { z } from "zod";
import type { BenchRun } from "./benchTable";
import { EXIT_REASONS, phases, tokenCounts } from "../trace/trace";

/** Readers take files of this version and older ones. */
const BENCH_VERSION = 1;

const header = z.object({
  t: z.literal("bench"),
  v: z.number().int().max(BENCH_VERSION),
  /** Where the dataset is: a path, or in the editor a URI. */
  data: z.string(),
  /** How many of its first questions are asked. */
  questions: z.number().int().min(1),
  /** Of `questionsText` of those questions, hex. */
  sha256: z.string(),
  /** As a person named it. */
  model: z.string(),
  dtype: z.string().optional(),
  /** The baseline first. */
  strategies: z.array(z.string()).min(1),
  /** Of all strategies, or by strategy. */
  options: z.record(z.string(), z.unknown()).default({}),
  seed: z.number().int(),
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
  steps: count,
  overruns: count,
  checks: count,
});

const replayPoint = z.object({
  setting: z.number(),
  outcome: z.enum(["check", "budget", "end", "beyond"]),
  tokens: z.number(),
  thinking: z.number(),
  ms: z.number(),
  correct: z.boolean().optional(),
});

const result = z.object({
  t: z.literal("result"),
  question: count,
  strategy: z.string(),
  model: z.string().optional(),
  answer: z.string().optional(),
  correct: z.boolean(),
  figures,
  replays: z.array(replayPoint).optional(),
  /** Hash of the model that answered, where it has one. */
  sha256: z.string().optional(),
  /** The run whose trace was kept. */
  trace: z.string().optional(),
});

/** One run as it is kept. */
export interface KeptResult extends BenchRun {
  /** Hash of the model that answered, where it has one. */
  sha256?: string | undefined;
  /** The id of the run whose trace was kept. */
  trace?: string | undefined;
}

export interface BenchReading {
  header: BenchHeader;
  /** In the order of the file; of two results of one question under one strategy the first counts. */
  results: KeptResult[];
  /** Whether the file ends in a line break: else the next line begins with one. */
  whole: boolean;
}

/** What tells one set of questions from another, to be hashed. */
export function questionsText(questions: readonly { question: string; answer: string }[]): string {
  return JSON.stringify(questions.map(({ question, answer }) => [question, answer]));
}

/** The first line, with its line break. */
export function headerLine(fields: Omit<BenchHeader, "t" | "v">): string {
  return `${JSON.stringify({ t: "bench", v: BENCH_VERSION, ...fields })}\n`;
}

/** One line, with its line break. */
export function resultLine({
  question,
  strategy,
  model,
  answer,
  correct,
  figures,
  replays,
  sha256,
  trace,
}: KeptResult): string {
  return `${JSON.stringify({ t: "result", question, strategy, model, answer, correct, figures, replays, sha256, trace })}\n`;
}

function parsed<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** @returns undefined where the text does not begin with a header; lines that are no results of it are passed over */
export function readBenchFile(text: string): BenchReading | undefined {
  const [first = "", ...lines] = text.replace(/^\uFEFF/, "").split("\n");
  const about = parsed(header, first);
  if (!about) return undefined;
  const results = new Map<string, KeptResult>();
  for (const line of lines) {
    const found = line.trim() === "" ? undefined : parsed(result, line);
    if (!found || found.question >= about.questions || !about.strategies.includes(found.strategy)) continue;
    const key = resultKey(found);
    const { question, strategy, answer, correct, figures, replays, sha256, trace } = found;
    // A field that is undefined has no place in JSON.
    const whole = { ...figures, answer: figures.answer, correct: figures.correct, exit: figures.exit };
    const optional = { ...(replays && { replays }), ...(sha256 && { sha256 }), ...(trace && { trace }) };
    if (!results.has(key)) results.set(key, { question, strategy, answer, correct, figures: whole, ...optional });
  }
  return { header: about, results: [...results.values()], whole: text.endsWith("\n") };
}

/** One run of a bench, as a key. */
export function resultKey({ question, strategy }: { question: number; strategy: string }): string {
  return `${question} ${strategy}`;
}
