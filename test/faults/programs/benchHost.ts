/**
 * A host as the editor is one, for tests that kill it or its engine: an engine of its own, results and traces as they
 * come. It says on stdout, a line of JSON each, which engine runs and what has been kept.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { runBench } from "../../../src/core/measure/benchLoop";
import { measure } from "../../../src/core/measure/metrics";
import { toErrorShape } from "../../../src/core/protocol/rpc";
import { fold } from "../../../src/core/trace/fold";
import { BenchLog, hashOfQuestions } from "../../../src/disk/benchLog";
import { TraceWriter } from "../../../src/disk/traceWriter";
import { EngineProcess } from "../../../src/editor/host/engineProcess";
import { LiveRun } from "../../../src/editor/store/liveRun";

export interface HostTask {
  engine: string;
  results: string;
  traces: string;
  questions: { question: string; answer: string }[];
  strategies: string[];
}
export type HostWord =
  | { t: "engine"; pid: number }
  | { t: "kept"; results: number }
  /** Events of one run that are on disk. */
  | { t: "trace"; run: string; events: number }
  | { t: "through"; failures: number };

const say = (word: HostWord) => process.stdout.write(`${JSON.stringify(word)}\n`);
const { engine: entry, results, traces, questions, strategies } = JSON.parse(process.argv[2]!) as HostTask;

const kept = { elsewhere: "name another place" };
const model = { kind: "pocket" } as const;
const log = existsSync(results)
  ? await BenchLog.resume(results, kept)
  : await BenchLog.begin(
      results,
      {
        data: "questions",
        questions: questions.length,
        sha256: hashOfQuestions(questions),
        model: "pocket",
        strategies,
        options: {},
        seed: 0,
        started: new Date().toISOString(),
      },
      kept,
    );
const engine = new EngineProcess(entry);
const live = new Map<string, LiveRun>();
engine.on("events", ({ run, events }) => live.get(run)?.append(events));
engine.on("state", (state) => state === "starting" && say({ t: "engine", pid: engine.pid! }));

async function ask(question: number, strategy: string) {
  const id = randomUUID();
  const { question: content, answer: gold } = questions[question]!;
  const request = {
    ...{ id, model, strategy, gold, seed: 0, options: { maxTokens: 12 } },
    messages: [{ role: "user" as const, content }],
  };
  const run = new LiveRun(request, {
    openWriter: ({ id: name }) =>
      new TraceWriter(path.join(traces, `${name}.thoughts.jsonl`), {
        elsewhere: "name another folder",
        onRefused: ({ message }) => process.stderr.write(`${message}\n`),
      }),
    onAppend: () => undefined,
  });
  live.set(id, run);
  try {
    await engine.call("run", request);
    run.close();
    const trace = fold(run.events);
    const figures = measure(trace);
    const { answer, correct } = figures;
    const { id: name, sha256 } = trace.header?.model ?? {};
    return { question, strategy, model: name, answer, correct, figures, sha256, trace: id };
  } catch (error) {
    run.close(toErrorShape(error));
    throw error;
  } finally {
    await run.settled();
    say({ t: "trace", run: id, events: run.events.length });
  }
}

const end = await runBench(
  {
    questions: questions.length,
    strategies,
    signal: new AbortController().signal,
    known: (question, strategy) => log.has(question, strategy),
    run: ask,
    onResult: async (result) => {
      await log.add([result]);
      say({ t: "kept", results: log.results.length });
    },
    onFailure: (failure) => log.addFailure(failure),
  },
  // An engine that is killed again and again is no reason to give up.
  { attempts: Number.POSITIVE_INFINITY, pause: 0, failuresInRow: 1 },
);
await log.close();
engine.dispose();
if (end.why === "error") throw end.error;
say({ t: "through", failures: log.failures.length });
process.exit(0);
