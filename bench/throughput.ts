/**
 * `npm run bench:throughput`: questions a second of the built command line, one at a time on one thread against all of this
 * machine and against servers that take several at once; and the memory of one engine beside transformers.js. It needs a machine
 * that does nothing else.
 *
 *   --questions N     asked of each model on this machine, three times as many of the pocket family    (default 24)
 *   --only A,B        of pocket, smollm2, loopback, llama, memory
 *   --json            one object: { rows, memory }
 *
 * THOUGHTLENS_LLAMA_SERVER names a llama-server, which then is asked with four slots; THOUGHTLENS_SMOLLM2 a folder of SmolLM2-135M
 * with model.gguf in it.
 */
import { parseArgs } from "node:util";
import { smolLm2 } from "../test/harness/smolLm2.mjs";
import { measureAlone } from "./engine/measureAlone";
import { markdownTable } from "./markdownTable";
import { asked, dataset, type Asked } from "./throughput/asked";
import { llamaServer, waitingServer, type WaitingServer } from "./throughput/servers";

const { values } = parseArgs({
  options: {
    questions: { type: "string", default: "24" },
    only: { type: "string", default: "pocket,smollm2,loopback,llama,memory" },
    json: { type: "boolean", default: false },
  },
});
const only = values.only.split(",");
const questions = Number(values.questions);
/** Milliseconds that the loopback server takes for an answer, and how many it is asked at once. */
const LATENCY_MS = 200;
const AT_ONCE = 32;
const SLOTS = 4;
/** Questions for each of those: the first and the last of them are not asked beside as many others. */
const WAVES = 30;

interface Row {
  what: string;
  one: Asked;
  many: Asked;
  /** How many times as many questions a second there have to be; undefined where there is no bar. */
  bar: number | undefined;
  /** Requests that the server had under way on the average while many were asked, where it counts them. */
  inFlight?: number;
}

const rows: Row[] = [];
const pair = async (
  what: string,
  bar: number | undefined,
  one: string[],
  many: string[],
  counts: [number, number],
  server?: WaitingServer,
  known?: Asked,
): Promise<Asked> => {
  process.stderr.write(`${what}\n`);
  const alone = known ?? (await asked(dataset(counts[0]), one));
  server?.inFlight();
  const together = await asked(dataset(counts[1]), many);
  rows.push({ what, bar, one: alone, many: together, ...(server ? { inFlight: server.inFlight() } : {}) });
  return alone;
};
const local = (model: string, tokens: number) => ["--model", model, "--option", `maxTokens=${tokens}`];

/** A model of this machine: in a process for each core, several in one pass of the graph, and both. */
const onThisMachine = async (what: string, args: string[], count: number) => {
  const [workers, passes] = [
    ["--workers", "auto"],
    ["--concurrency", "auto"],
  ];
  const counts: [number, number] = [count, count];
  const alone = await pair(`${what}, a process for each core`, 1.7, args, [...args, ...workers], counts);
  await pair(`${what}, eight in one pass`, 1.3, args, [...args, ...passes], counts, undefined, alone);
  await pair(`${what}, both`, undefined, args, [...args, ...workers, ...passes], counts, undefined, alone);
};
if (only.includes("pocket")) await onThisMachine("pocket", local("pocket", 400), 3 * questions);
if (only.includes("smollm2")) await onThisMachine("SmolLM2-135M", local(await smolLm2(), 96), questions);
if (only.includes("loopback")) {
  const server = await waitingServer(LATENCY_MS);
  const args = ["--model", server.url];
  await pair(
    `a server with ${LATENCY_MS} ms a request, ${AT_ONCE} at once`,
    0.9 * AT_ONCE,
    args,
    [...args, "--concurrency", String(AT_ONCE)],
    [15, WAVES * AT_ONCE],
    server,
  );
  const found = [...args, "--concurrency", "auto"];
  await pair("the same, found by trying", undefined, args, found, [15, WAVES * AT_ONCE], server);
  server.close();
}
if (only.includes("llama")) {
  const server = await llamaServer(await smolLm2(), SLOTS);
  if (server) {
    const args = [...local(server.url, 96)];
    await pair(
      `llama-server with ${SLOTS} slots`,
      undefined,
      args,
      [...args, "--concurrency", String(SLOTS)],
      [questions, questions],
    );
    server.close();
  } else process.stderr.write("llama-server is left out: THOUGHTLENS_LLAMA_SERVER names none.\n");
}

const memory: { context: number; engine: string; peakRssMiB: number }[] = [];
if (only.includes("memory")) {
  const model = await smolLm2();
  for (const context of [64, 512])
    for (const engine of ["thoughtlens", "transformers.js"] as const) {
      process.stderr.write(`memory of ${engine} at ${context}\n`);
      const measured = measureAlone({ engine, model, dtype: undefined, threads: 1, context, steps: 16 });
      if (measured) memory.push({ context, engine, peakRssMiB: measured.peakRssMiB });
    }
}

if (values.json) process.stdout.write(`${JSON.stringify({ rows, memory })}\n`);
else process.stdout.write(`${throughputTable()}\n${memoryTable()}`);
process.exit(0);

function throughputTable(): string {
  const head = [
    "asked",
    "questions/s, one at a time",
    "questions/s, all at once",
    "times",
    "bar",
    "met",
    "in flight",
    "same answers",
  ];
  const cells = rows.map(({ what, one, many, bar, inFlight }) => {
    const times = many.perSecond / one.perSecond;
    const shared = one.answers.every((answer, question) => answer === many.answers[question]);
    return [
      what,
      one.perSecond.toFixed(2),
      many.perSecond.toFixed(2),
      times.toFixed(2),
      bar === undefined ? "" : `≥ ${bar.toFixed(1)}`,
      bar === undefined ? "" : times >= bar ? "yes" : "no",
      inFlight === undefined ? "" : inFlight.toFixed(1),
      shared ? "yes" : "no",
    ];
  });
  return markdownTable(head, cells, [1, 2, 3, 4, 6]);
}

function memoryTable(): string {
  const of = (engine: string, context: number) =>
    memory.find((row) => row.engine === engine && row.context === context)?.peakRssMiB;
  const cells = [64, 512].flatMap((context) => {
    const [ours, theirs] = [of("thoughtlens", context), of("transformers.js", context)];
    if (ours === undefined || theirs === undefined) return [];
    const times = ours / theirs;
    return [
      [`${context}`, ours.toFixed(0), theirs.toFixed(0), times.toFixed(2), "≤ 1.10", times <= 1.1 ? "yes" : "no"],
    ];
  });
  const head = ["context", "peak RSS MiB, ours", "transformers.js", "times", "bar", "met"];
  return cells.length > 0 ? `SmolLM2-135M at four bits\n\n${markdownTable(head, cells, [0, 1, 2, 3, 4])}` : "";
}
