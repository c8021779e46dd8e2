/**
 * `npm run bench:engine -- --model DIR`: decoding and prefill speed and peak memory of our engine, transformers.js and
 * llama.cpp on one model, each measurement in a process of its own and the engines taking turns, and beside them the
 * limit that memory bandwidth sets, the cost of checks, and that of recording the trace.
 *
 *   --model DIR       a folder in Hugging Face layout; for llama.cpp with model.gguf in it   (default models/pocket/base)
 *   --dtype NAME      which graph of the folder
 *   --contexts A,B    tokens in the cache                                                    (default 64,512,2048)
 *   --steps N         tokens decoded in one measurement                                      (default 48)
 *   --rounds N        times the engines take turns; the best round counts                    (default 3)
 *   --threads N       of each engine                                                         (default 1)
 *   --only A,B        which engines
 *   --json            one object: { model, rows, checks, recording, limit }
 */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { table } from "../src/cli/table";
import { bandwidthLimit } from "./engine/bandwidth";
import { costOfChecks } from "./engine/checks";
import { whyNoLlamaCpp } from "./engine/llamaCpp";
import type { EngineName, Measurement, Task } from "./engine/measurement";
import { ENGINES } from "./engine/measurement";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "models/pocket/base" },
    dtype: { type: "string" },
    contexts: { type: "string", default: "64,512,2048" },
    steps: { type: "string", default: "48" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "1" },
    questions: { type: "string", default: "20" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const model = path.resolve(values.model);
const contexts = values.contexts.split(",").map(Number);
const engines = ENGINES.filter((engine) => values.only?.split(",").includes(engine) ?? true).filter((engine) => {
  const why = engine === "llama.cpp" ? whyNoLlamaCpp(model) : undefined;
  if (why) process.stderr.write(`llama.cpp is left out: ${why}.\n`);
  return !why;
});

const best = new Map<string, Measurement>();
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const context of contexts) {
    for (const engine of engines) {
      process.stderr.write(`round ${round}: ${engine} at ${context}\n`);
      keepBest(`${engine} ${context}`, measure(engine, context));
    }
  }
}
const rows = contexts.flatMap((context) =>
  engines.flatMap((engine) => {
    const measured = best.get(`${engine} ${context}`);
    return measured ? [{ engine, context, ...measured }] : [];
  }),
);
const limit = await bandwidthLimit(model, values.dtype, contexts);
const { dtype } = values;
const checks = await costOfChecks(
  { kind: "folder", path: model, ...(dtype ? { dtype } : {}) },
  Number(values.questions),
);
const recording = { share: Math.max(...rows.map((row) => row.recordingShare ?? 0)) };
const report = { model: path.basename(model), rows, checks, recording, limit };
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : text());
process.exit(0);

/** A measurement that fails, as of a context beyond the model's, is told and left out. */
function measure(engine: EngineName, context: number): Measurement | undefined {
  const task: Task = {
    engine,
    model,
    dtype: values.dtype,
    threads: Number(values.threads),
    context,
    steps: Number(values.steps),
  };
  try {
    const script = fileURLToPath(new URL("engine/measure.ts", import.meta.url));
    const printed = execFileSync(process.execPath, ["--import=tsx", script, JSON.stringify(task)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return JSON.parse(printed.trim().split("\n").at(-1)!) as Measurement;
  } catch (error) {
    const [line] = String((error as { stderr?: string }).stderr ?? error).match(/^\w*Error.*$/m) ?? ["it failed"];
    process.stderr.write(`  not measured: ${line}\n`);
    return undefined;
  }
}

function keepBest(key: string, measured: Measurement | undefined): void {
  if (!measured) return;
  const known = best.get(key);
  best.set(key, {
    ...measured,
    tokensPerSecond: Math.max(measured.tokensPerSecond, known?.tokensPerSecond ?? 0),
    prefillTokensPerSecond: Math.max(measured.prefillTokensPerSecond, known?.prefillTokensPerSecond ?? 0),
    peakRssMiB: Math.min(measured.peakRssMiB, known?.peakRssMiB ?? Infinity),
  });
}

function text(): string {
  const ratio = (context: number, other: EngineName) => {
    const [ours, theirs] = [best.get(`thoughtlens ${context}`), best.get(`${other} ${context}`)];
    return ours && theirs ? `${(ours.tokensPerSecond / theirs.tokensPerSecond).toFixed(2)} × ${other}` : "";
  };
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return [
    table(
      ["context", "engine", "tokens/s", "prefill tokens/s", "peak MiB", "thoughtlens is"],
      rows.map(({ context, engine, tokensPerSecond, prefillTokensPerSecond, peakRssMiB }) => [
        String(context),
        engine,
        tokensPerSecond.toFixed(1),
        prefillTokensPerSecond.toFixed(0),
        peakRssMiB.toFixed(0),
        engine === "thoughtlens" ? "" : ratio(context, engine),
      ]),
    ),
    `Memory reads ${(limit.bytesPerSecond / 1e9).toFixed(1)} GB/s, which allows ${contexts
      .map((context, index) => `${limit.tokensPerSecond[index]!.toFixed(0)} tokens/s at ${context}`)
      .join(", ")}.`,
    `${checks.checks} checks of ${checks.msPerCheck.toFixed(1)} ms took ${percent(checks.share)} of the time of thinking; recording took ${percent(recording.share)} of decoding.`,
    "",
  ].join("\n\n");
}
