/** `bench`: a dataset under several strategies, with intervals and paired tests. */
import { offeredIn } from "../core/catalogue";
import { BENCH_LIMITS, endSentence, runBench, type BenchEnd } from "../core/measure/benchLoop";
import type { PriceTable } from "../core/measure/prices";
import { thresholdPoints } from "../core/exits/replayCurves";
import { rulesAsked } from "../core/exits/rules";
import type { Pace } from "../core/measure/pace";
import type { RunRequest } from "../core/protocol/engineApi";
import { ActionableError, sentenceOf } from "../core/protocol/rpc";
import { sampleOf } from "../core/votes/sampleOf";
import { BenchLog } from "../disk/benchLog";
import { askQuestion, type Question } from "../engine/runs/datasetRun";
import type { Arguments } from "./arguments";
import { datasetOf } from "./datasetOf";
import { pricesOf } from "./pricesOf";
import { batchContenders, readResponses, unreadSentences, writeRequests, type Batch } from "./batching";
import { begin, demandSameQuestions, KEPT, resumed } from "./benchKept";
import { report } from "./benchReport";
import { paceOf } from "./paced";
import { Session } from "./session";
import type { Contender } from "./sessionModels";
import { demandKnown } from "./strategyChoice";
import { watchOf } from "./watchOf";
import { complain } from "./terminal";

/** Runs the dataset, or what of it is missing in a file of results. @returns the exit code */
export async function bench(given: Arguments): Promise<number> {
  const found = given.resume === undefined ? undefined : await BenchLog.resume(given.resume, KEPT);
  try {
    const args = found ? resumed(given, found) : given;
    const { name, questions } = await datasetOf(args, "bench");
    const named = args.strategies ?? offeredIn("benchmark");
    demandKnown(named, args.options);
    const prices = await pricesOf(args.prices);
    const watchList = await watchOf(args.watch);
    if (found) demandSameQuestions(found, questions, args);
    if (args.writeRequests !== undefined || args.readResponses !== undefined)
      return await batched(args, { name, questions }, found, prices);
    const session = new Session(args);
    session.watchList = watchList;
    const pace = await paceOf(session);
    const contenders = await session.contenders(named);
    await session.demandOutput();
    const log = found ?? (await begin(args, contenders, questions));
    try {
      return await run({ args, data: name, questions, log, session, contenders, pace, prices });
    } finally {
      session.close();
      await log.close();
    }
  } finally {
    await found?.close();
  }
}

/** Writes a batch of requests, or takes the answers to one. */
async function batched(
  args: Arguments,
  { name, questions }: { name: string; questions: readonly Question[] },
  found: BenchLog | undefined,
  prices: PriceTable,
): Promise<number> {
  const { writeRequests: requests, readResponses: responses } = args;
  if (requests !== undefined && responses !== undefined)
    throw new ActionableError(
      "usage",
      "Requests are written before answers are read.",
      "Do the one, and then the other.",
    );
  const strategies = await batchContenders(args);
  const known: Batch["known"] = ({ question, strategy, sample }) => found?.has(question, strategy, sample) ?? false;
  const batch: Batch = { args, questions, strategies, samples: args.samples ?? 1, known };
  if (requests !== undefined) {
    const count = await writeRequests(batch, requests);
    const again = `thoughtlens bench --read-responses FILE with the same --data, --model, --strategies and --option`;
    complain(`${count} requests are in ${requests}. Send them, and read the answers by ${again}.`);
    return 0;
  }
  const log =
    found ??
    (await begin(
      args,
      strategies.map((each) => ({ name: each })),
      questions,
    ));
  try {
    const unread = await readResponses(batch, responses!, log);
    report(args, name, log, prices);
    for (const sentence of unreadSentences(unread)) complain(sentence);
    const failed = log.failures.filter(({ code }) => code === "batch-failed");
    for (const { question, strategy, message } of failed.slice(0, FAILURES_TOLD))
      complain(`Question ${question + 1} under ${strategy} failed: ${message}`);
    if (failed.length > FAILURES_TOLD) complain(`${failed.length - FAILURES_TOLD} more failed.`);
    if (log.file !== undefined && log.failures.length > 0)
      complain(`Write what is missing by thoughtlens bench --resume ${log.file} --write-requests FILE`);
    return log.results.length > 0 ? 0 : 1;
  } finally {
    await log.close();
  }
}

/** One by one. */
const FAILURES_TOLD = 5;

interface Bench {
  args: Arguments;
  /** What the dataset is called. */
  data: string;
  questions: readonly Question[];
  log: BenchLog;
  session: Session;
  contenders: readonly Contender[];
  pace: Pace;
  prices: PriceTable;
}

async function run(bench: Bench): Promise<number> {
  const { args, data, questions, log, session, contenders, pace, prices } = bench;
  const { strategies, samples = 1 } = log.header;
  const known = new Map(contenders.map((contender) => [contender.name, contender]));
  const gone = strategies.find((name) => !known.has(name));
  if (gone !== undefined) {
    const message = `The bench was begun with ${gone}, which there is not any more.`;
    throw new ActionableError("bench-changed", message, "Begin a new bench with --results.");
  }
  const end = await runBench(
    {
      ...{ questions: questions.length, strategies, samples, pace },
      signal: session.signal,
      known: (question, strategy, sample) => log.has(question, strategy, sample),
      run: async (question, name, sample) => {
        const through = Math.floor(log.results.length / (strategies.length * samples));
        const label = `${through + 1}/${questions.length} ${name}${samples > 1 ? `, sample ${sample}` : ""}`;
        const { strategy, model } = known.get(name)!;
        return model.use(async (reference) => {
          const contender = { name, strategy, model: reference, options: args.options };
          const ask = async (request: RunRequest) => (await session.run(request, label)).events;
          const nth = samples > 1 ? { n: sample, of: samples } : undefined;
          return askQuestion(ask, question, questions[question]!, contender, args.seed + sample - 1, nth);
        });
      },
      onResult: async ({ trace, question, strategy, answer, correct, figures }) => {
        const { model, sample } = trace.header ?? {};
        // Over several rules together a threshold means nothing: `rules` asks each of them.
        const replays = rulesAsked(trace.checks).length > 1 ? [] : thresholdPoints(trace);
        if (sample?.n === 1) session.sayIfGreedy(trace);
        const result = { question, strategy, model: model?.id, answer, correct, figures, sha256: model?.sha256 };
        const ofSample = sample ? { sample: sample.n, sureness: sampleOf(trace).sureness } : {};
        await log.add([{ ...result, ...ofSample, ...(replays.length > 0 ? { replays } : {}) }]);
      },
      onFailure: async (failure) => {
        const { question, strategy, message, attempts } = failure;
        const tries = attempts > 1 ? ` (tried ${attempts} times)` : "";
        session.line(`Question ${question + 1} under ${strategy} failed${tries}: ${message}`);
        await log.addFailure(failure);
      },
    },
    { ...BENCH_LIMITS, failuresInRow: args.maxFailures },
  );
  session.clearStatus();
  if (args.concurrency === "auto") session.line(`At most ${pace.limit} at once were found to be fastest.`);
  report(args, data, log, prices);
  const code = conclude(end, log, session);
  if (end.why === "error") await log.closeOrDiscard();
  return code;
}

/** Says how it ended, and how to go on. @returns the exit code */
function conclude(end: BenchEnd, log: BenchLog, session: Session): number {
  const again = log.file === undefined ? undefined : `thoughtlens bench --resume ${log.file}`;
  const said = endSentence(end);
  if (said) complain(`thoughtlens: ${sentenceOf(said)}`);
  if (end.why === "cancelled") {
    if (again) complain(`Stopped. Go on with it by ${again}`);
    return 130;
  }
  const { failures, header } = log;
  if (failures.length > 0) {
    const counts = header.strategies.flatMap((strategy) => {
      const count = failures.filter((failure) => failure.strategy === strategy).length;
      return count > 0 ? [`${count} of ${strategy}`] : [];
    });
    complain(`Left out of the table are runs that failed: ${counts.join(", ")}.`);
  }
  if (again && (failures.length > 0 || (said && log.results.length > 0))) complain(`Try what is missing by ${again}`);
  return said || session.refused ? 1 : 0;
}
