/**
 * `npm run bench:engine`: decoding and prefill speed and peak memory of our engine, transformers.js and llama.cpp on one
 * model, each measurement in a process of its own and the engines taking turns, and beside them the limit that memory
 * bandwidth sets, the cost of checks, and that of recording the trace. It needs a machine that does nothing else.
 *
 *   --model DIR           a folder in Hugging Face layout; for llama.cpp with model.gguf in it
 *                         (default SmolLM2-135M-Instruct at four bits, which is made on first use)
 *   --dtype NAME          which graph of the folder
 *   --contexts A,B        tokens in the cache                                      (default 64,512,2048)
 *   --steps N             tokens decoded in one measurement                        (default 48)
 *   --rounds N            times the engines take turns; the best round counts      (default 3)
 *   --threads N           of each engine                                           (default 1)
 *   --thoughts N          recorded thoughts in which checks are timed              (default 5)
 *   --thought-tokens N    of each of them                                          (default 2048)
 *   --only A,B            which engines
 *   --json                one object: { model, rows, checks, recording, asItCame, limit }; of recording its share of the time,
 *                         by how much alternatives make the trace longer, and the share that looking for loops takes
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { smolLm2 } from "../test/harness/smolLm2.mjs";
import { bandwidthLimit } from "./engine/bandwidth";
import { costOfChecks, recordedThoughts } from "./engine/checks";
import { whyNoLlamaCpp } from "./engine/llamaCpp";
import { measureAlone } from "./engine/measureAlone";
import type { Measured, Measurement } from "./engine/measurement";
import { betterOf, ENGINES } from "./engine/measurement";
import { reportMarkdown, type EngineReport } from "./engine/report";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    dtype: { type: "string" },
    contexts: { type: "string", default: "64,512,2048" },
    steps: { type: "string", default: "48" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "1" },
    thoughts: { type: "string", default: "5" },
    "thought-tokens": { type: "string", default: "2048" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const model = values.model === undefined ? await smolLm2() : path.resolve(values.model);
const contexts = values.contexts.split(",").map(Number);
const threads = Number(values.threads);
const { dtype } = values;
const engines = ENGINES.filter((engine) => values.only?.split(",").includes(engine) ?? true).filter((engine) => {
  const why = engine === "llama.cpp" ? whyNoLlamaCpp(model) : undefined;
  if (why) process.stderr.write(`llama.cpp is left out: ${why}.\n`);
  return !why;
});

const AS_IT_CAME: Measured = "the graph as it came";
const best = new Map<string, Measurement>();
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const context of contexts) {
    for (const engine of [...engines, AS_IT_CAME]) {
      process.stderr.write(`round ${round} of ${values.rounds}: ${engine} at ${context}\n`);
      const measured = measure(engine, context);
      const key = `${engine} ${context}`;
      const known = best.get(key);
      if (measured) best.set(key, known ? betterOf(known, measured) : measured);
    }
  }
}
const rows = contexts.flatMap((context) =>
  engines.flatMap((engine) => {
    const measured = best.get(`${engine} ${context}`);
    return measured ? [{ engine, context, ...measured }] : [];
  }),
);
const most = (key: "recordingShare" | "alternativesGrowth" | "loopsShare"): number | undefined => {
  const values = rows.flatMap((row) => row[key] ?? []);
  return values.length > 0 ? Math.max(...values) : undefined;
};
const [growth, loops] = [most("alternativesGrowth"), most("loopsShare")];
const report: EngineReport = {
  model: path.basename(model),
  rows,
  checks: await costOfChecks(model, {
    dtype,
    threads,
    thoughts: recordedThoughts(Number(values.thoughts)),
    thoughtTokens: Number(values["thought-tokens"]),
  }),
  recording: {
    share: most("recordingShare") ?? null,
    ...(growth === undefined ? {} : { growth }),
    ...(loops === undefined ? {} : { loops }),
  },
  asItCame: contexts.flatMap((context) => {
    const measured = best.get(`${AS_IT_CAME} ${context}`);
    return measured ? [{ context, tokensPerSecond: measured.tokensPerSecond }] : [];
  }),
  limit: { contexts, ...(await bandwidthLimit(model, dtype, contexts)) },
};
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : reportMarkdown(report));
process.exit(0);

function measure(engine: Measured, context: number): Measurement | undefined {
  return measureAlone({ engine, model, dtype, threads, context, steps: Number(values.steps) });
}
