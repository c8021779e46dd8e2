/**
 * `npx tsx bench/batched.ts`: what several sequences in one pass of the graph would bring. The graph as a hub has it takes one
 * token of each of 1, 2, 4 and 8 sequences of equal length, on inputs that stay the same: nothing is chosen, kept or recorded. And
 * whether a sequence's figures depend on how many stand beside it: by how much its logits differ from those of it alone. It needs a
 * machine that does nothing else.
 *
 *   --model DIR       a folder in Hugging Face layout (default SmolLM2-135M-Instruct at four bits, which is made on first use)
 *   --contexts A,B    tokens in the cache (default 64,512)
 *   --threads N       (default 1)
 *   --steps N         passes, of which the median counts (default 40)
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { plainLayout } from "../src/engine/backends/onnx/graphLayout";
import { readModelFolder } from "../src/engine/files/modelFolder";
import { smolLm2 } from "../test/harness/smolLm2.mjs";
import { seededRandom } from "../src/core/measure/random";
import { median, promptIds } from "./engine/measurement";
import { markdownTable } from "./markdownTable";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    contexts: { type: "string", default: "64,512" },
    threads: { type: "string", default: "1" },
    steps: { type: "string", default: "40" },
  },
});
const AT_ONCE = [1, 2, 4, 8];
const folder = values.model === undefined ? await smolLm2() : path.resolve(values.model);
const { graphFile, config } = await readModelFolder(folder, undefined);
const session = await InferenceSession.create(graphFile, { intraOpNumThreads: Number(values.threads) });
const layout = plainLayout(session, config, graphFile);

const filled = (count: number, value: bigint): BigInt64Array => new BigInt64Array(count).fill(value);

/** Inputs of one token for each of `batch` sequences of `rows` tokens; the first is the same in every batch. */
function feedsOf(batch: number, rows: number): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  const random = seededRandom(rows);
  for (const { past, heads, headSize } of layout.cache) {
    const one = Float32Array.from({ length: heads * rows * headSize }, () => random() - 0.5);
    const all = new Float32Array(batch * one.length);
    for (let sequence = 0; sequence < batch; sequence++) all.set(one, sequence * one.length);
    feeds[past] = new Tensor("float32", all, [batch, heads, rows, headSize]);
  }
  const ids = promptIds(batch).map(BigInt);
  const inputs: Record<string, Tensor> = {
    input_ids: new Tensor("int64", BigInt64Array.from(ids), [batch, 1]),
    position_ids: new Tensor("int64", filled(batch, BigInt(rows)), [batch, 1]),
    attention_mask: new Tensor("int64", filled(batch * (rows + 1), 1n), [batch, rows + 1]),
    num_logits_to_keep: new Tensor("int64", filled(1, 1n), []),
  };
  for (const name of layout.inputs) if (inputs[name]) feeds[name] = inputs[name];
  return feeds;
}

interface Measured {
  /** Tokens a second over all sequences. */
  perSecond: number;
  /** Of the first sequence, [vocabulary]. */
  logits: Float32Array;
}

async function measured(batch: number, rows: number): Promise<Measured> {
  const feeds = feedsOf(batch, rows);
  const passes: number[] = [];
  let logits = new Float32Array();
  for (let pass = 0; pass < Number(values.steps); pass++) {
    const started = performance.now();
    const found = (await session.run(feeds, ["logits"]))["logits"]!;
    passes.push(performance.now() - started);
    logits = (found.data as Float32Array).slice(0, found.dims.at(-1));
  }
  return { perSecond: (batch * 1000) / median(passes.slice(2)), logits };
}

const largest = (differences: Float32Array): number =>
  differences.reduce((most, each) => Math.max(most, Math.abs(each)), 0);

const rows: string[][] = [];
for (const context of values.contexts.split(",").map(Number)) {
  const figures: Measured[] = [];
  for (const batch of AT_ONCE) figures.push(await measured(batch, context));
  const [alone] = figures;
  for (const [index, { perSecond, logits }] of figures.entries()) {
    const times = perSecond / alone!.perSecond;
    const apart = largest(logits.map((logit, token) => logit - alone!.logits[token]!));
    rows.push([`${context}`, `${AT_ONCE[index]}`, perSecond.toFixed(1), times.toFixed(2), apart.toPrecision(2)]);
  }
}
process.stdout.write(
  markdownTable(["context", "sequences", "tokens/s", "times one", "logits differ by at most"], rows, [0, 1, 2, 3, 4]),
);
process.exit(0);
