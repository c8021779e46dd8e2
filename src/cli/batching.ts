/** `bench --write-requests` and `--read-responses`: a dataset as a batch of requests that somebody else sends. */
import { createReadStream } from "node:fs";
import path from "node:path";
import { offeredIn } from "../core/catalogue";
import { readAnswer, requestLine, requestName } from "../core/measure/batchFile";
import { resultKey, type NthRun, type RunName } from "../core/measure/benchFile";
import type { RunRequest } from "../core/protocol/engineApi";
import { pocketNamed, serverNamed } from "../core/protocol/modelName";
import { ActionableError, toErrorShape } from "../core/protocol/rpc";
import type { TraceEvent } from "../core/trace/trace";
import { sampleOf } from "../core/votes/sampleOf";
import { hashOfQuestions, type BenchLog } from "../disk/benchLog";
import { diskError } from "../disk/diskError";
import { createFile } from "../disk/wholeFile";
import { BATCH_PATH, batchModel } from "../engine/backends/remote/batchModel";
import { Routers } from "../engine/routing/routers";
import { askQuestion, type Question } from "../engine/runs/datasetRun";
import { runStrategy } from "../engine/runs/runStrategy";
import { contendersOf, strategyRows } from "../engine/strategies";
import type { Arguments } from "./arguments";
import { POCKET_FOLDER } from "./bundlePlaces";
import { complain } from "./terminal";

/** Requests that OpenAI takes in one file. */
const MOST_IN_A_FILE = 50_000;
/** Characters of one line of answers. */
const LONGEST_LINE = 16e6;

/** The model as requests name it. @throws ActionableError `usage` */
function batchModelName({ model, models }: Arguments): string {
  if (models.length > 1) {
    throw new ActionableError("usage", "A batch has one model.", "Write a file for each --model.");
  }
  const server = serverNamed(model);
  if (!server && !pocketNamed(model)) return model;
  if (server?.model !== undefined) return server.model;
  throw new ActionableError("usage", "A batch names its model itself.", "Give --model NAME as the server calls it.");
}

/** The strategies that need one request a question. @throws ActionableError `strategy-unsupported` for others that were named */
export async function batchContenders(args: Arguments): Promise<string[]> {
  const backend = await batchModel(batchModelName(args), () => ({}));
  const rows = strategyRows(backend);
  if (args.strategies === undefined) {
    const offered = offeredIn("benchmark").filter((name) => rows.some(({ id, runs }) => id === name && runs));
    const asked = await Promise.all(offered.map(async (name) => ((await asksOnce(args, name)) ? [name] : [])));
    return asked.flat();
  }
  const named = contendersOf(args.strategies, rows, args.options);
  for (const name of named) if (!(await asksOnce(args, name))) throw notInBatch(name);
  return named;
}

const QUESTION: Question = { question: "How many are 1 and 1?", answer: "2" };

/** Whether a strategy asks a single time, and nothing that only a model here or a server can do. */
async function asksOnce(args: Arguments, strategy: string): Promise<boolean> {
  let requests = 0;
  const batch: Batch = { args, questions: [QUESTION], strategies: [strategy], samples: 1, known: () => false };
  const run = await running(batch, () => {
    requests += 1;
    return EMPTY;
  });
  try {
    await asking(batch, { question: 0, strategy, sample: 1 })(run);
  } catch (error) {
    if (["strategy-unsupported", "server-cannot-continue"].includes(toErrorShape(error).code)) return false;
    throw error;
  }
  return requests === 1;
}

const notInBatch = (name: string) =>
  new ActionableError(
    "strategy-unsupported",
    `${name} needs more than one request a question, or what a chat does not show.`,
    "Choose strategies that only prompt, such as chain-of-thought, chain-of-draft or sketch-of-thought.",
  );

export interface Batch {
  args: Arguments;
  questions: readonly Question[];
  strategies: readonly string[];
  samples: number;
  /** Whether a result is there already. */
  known(run: RunName): boolean;
}

/** What runs a strategy over answers that are there, or finds out what it would ask. */
async function running({ args }: Batch, answerOf: (body: object) => unknown) {
  const backend = await batchModel(batchModelName(args), answerOf);
  const { route } = new Routers(path.join(POCKET_FOLDER, "router", "router.json"));
  return async (request: RunRequest): Promise<TraceEvent[]> => {
    const events: TraceEvent[] = [];
    const signal = new AbortController().signal;
    await runStrategy({ backend, request, route, emit: (more) => void events.push(...more), signal });
    return events;
  };
}

/** Every run that has no result yet, question by question. */
function* missing({ questions, strategies, samples, known }: Batch): Generator<NthRun> {
  for (const question of questions.keys())
    for (const strategy of strategies)
      for (let sample = 1; sample <= samples; sample++) {
        const run = { question, strategy, sample };
        if (!known(run)) yield run;
      }
}

const asking = ({ args, samples, questions }: Batch, { question, strategy, sample }: NthRun) => {
  const contender = { name: strategy, strategy, model: { kind: "pocket" as const }, options: args.options };
  const nth = samples > 1 ? { n: sample, of: samples } : undefined;
  return (run: (request: RunRequest) => Promise<TraceEvent[]>) =>
    askQuestion(run, question, questions[question]!, contender, args.seed + sample - 1, nth);
};

/** Nothing was said, and it was meant to end there. */
const EMPTY = { choices: [{ message: { role: "assistant", content: "" }, finish_reason: "stop" }] };

/** Writes the requests of all runs that have no result yet. @returns how many */
export async function writeRequests(batch: Batch, file: string): Promise<number> {
  let bodies: object[] = [];
  const run = await running(batch, (body) => {
    bodies.push(body);
    return EMPTY;
  });
  const sha256 = hashOfQuestions(batch.questions);
  const lines: string[] = [];
  for (const name of missing(batch)) {
    bodies = [];
    await asking(batch, name)(run);
    if (bodies.length !== 1) throw notInBatch(name.strategy);
    lines.push(requestLine(requestName(sha256, name), BATCH_PATH, bodies[0]!));
  }
  try {
    await createFile(file, lines.join(""));
  } catch (error) {
    throw diskError(error, file, { what: "The requests", code: "file", elsewhere: "name another by --write-requests" });
  }
  if (lines.length > MOST_IN_A_FILE)
    complain(`OpenAI takes ${MOST_IN_A_FILE} requests in a file: ask --limit questions at a time, or cut it.`);
  return lines.length;
}

/** What a file of answers held that gave no result. */
export interface Unread {
  /** Answers to the same request as one before. */
  repeated: number;
  /** Lines that are no answers, answers without a name of ours, and those to other questions. */
  lines: number;
  names: number;
  questions: number;
  /** Runs of the batch that have no line. */
  missing: number;
}

/** Takes the answers of a file into a log; of two answers to one request the first that is good counts. */
export async function readResponses(batch: Batch, file: string, log: BenchLog): Promise<Unread> {
  const sha256 = hashOfQuestions(batch.questions);
  const wanted = new Map([...missing(batch)].map((run) => [resultKey(run), run]));
  const unread: Unread = { repeated: 0, lines: 0, names: 0, questions: 0, missing: 0 };
  const problems = new Map<string, string>();
  const told = new Set<string>();
  let body: unknown;
  const run = await running(batch, () => body);
  for await (const line of linesOf(file)) {
    if (line.trim() === "") continue;
    const read = readAnswer(line, sha256);
    if ("foreign" in read) {
      unread[read.foreign === "line" ? "lines" : read.foreign === "name" ? "names" : "questions"] += 1;
      continue;
    }
    const key = resultKey(read.run);
    if (told.has(key)) unread.repeated += 1;
    else if (!wanted.has(key)) unread.names += batch.known(read.run) ? 0 : 1;
    if (told.has(key) || !wanted.has(key)) continue;
    if ("problem" in read) {
      problems.set(key, read.problem);
      continue;
    }
    body = read.body;
    try {
      const result = await asking(batch, read.run)(run);
      if (!result) continue;
      const { trace, question, strategy, answer, correct, figures } = result;
      const ofSample = batch.samples > 1 ? { sample: read.run.sample, sureness: sampleOf(trace).sureness } : {};
      await log.add([{ question, strategy, answer, correct, figures, model: trace.header?.model.id, ...ofSample }]);
      told.add(key);
    } catch (error) {
      const { code, message } = toErrorShape(error);
      if (!code.startsWith("server-")) throw error;
      problems.set(key, message);
    }
  }
  for (const [key, { sample, ...name }] of wanted) {
    if (told.has(key)) continue;
    const problem = problems.get(key);
    if (problem === undefined) unread.missing += 1;
    await log.addFailure({
      ...{ t: "failure", ...name, attempts: 1, ...(batch.samples > 1 ? { sample } : {}) },
      code: problem === undefined ? "batch-missing" : "batch-failed",
      message: problem ?? "The file holds no answer to it.",
    });
  }
  return unread;
}

/** A line that is longer than any answer comes as an empty text in braces, which is none. @throws ActionableError `file-missing` */
async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, "utf8");
  let [rest, isTooLong] = ["", false];
  try {
    for await (const part of stream) {
      rest += String(part);
      for (let at = rest.indexOf("\n"); at >= 0; at = rest.indexOf("\n")) {
        yield isTooLong ? NO_ANSWER : rest.slice(0, at);
        [rest, isTooLong] = [rest.slice(at + 1), false];
      }
      if (rest.length > LONGEST_LINE) [rest, isTooLong] = ["", true];
    }
    if (isTooLong || rest !== "") yield isTooLong ? NO_ANSWER : rest;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ActionableError("file-missing", `The file ${file} cannot be read (${code}).`, "Check its name.");
  } finally {
    stream.destroy();
  }
}

const NO_ANSWER = "{}";

/** What of a file of answers gave no result, one sentence each. */
export function unreadSentences({ repeated, lines, names, questions, missing }: Unread): string[] {
  const count = (n: number, one: string, many: string) => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`]);
  return [
    ...count(repeated, "answer came again, and the first one counts.", "answers came again, and the first ones count."),
    ...count(lines, "line is no answer of a batch.", "lines are no answers of a batch."),
    ...count(names, "answer names no run of this bench.", "answers name no run of this bench."),
    ...count(questions, "answer is to other questions.", "answers are to other questions."),
    ...count(missing, "request has no answer yet.", "requests have no answer yet."),
  ];
}
