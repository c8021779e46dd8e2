/** What sequences do with a patched graph, against the original: steps, going back, and going two ways from one place. */
import type { InferenceSession } from "onnxruntime-node";
import { Batcher } from "./batcher";
import { patchedLayout } from "./graphLayout";
import type { CacheLimits } from "./modelCache";
import type { SequenceHome } from "./onnxSequence";
import { CHUNK, OnnxSequence } from "./onnxSequence";
import type { PatchedGraph } from "./patch/patchedGraph";
import { PrefixMemory } from "./prefixMemory";
import type { Reference } from "./proofReference";
import { distance } from "./proofReference";
import type { StepResult } from "./proofStep";

/** With room for snapshots, and with none: then what was gone back over is read again. */
const means: CacheLimits[] = [{}, { snapshotBytes: 0, slack: 0 }];

/** @returns the largest difference of logits; what a cache of rows does by one means it does by the other as well */
export async function followSequences(
  session: InferenceSession,
  graph: PatchedGraph,
  reference: Reference,
  contextLength: number,
): Promise<number> {
  const onlyRows = graph.cache.every(({ kind }) => kind === "rows");
  const layout = patchedLayout(graph);
  const batcher = new Batcher(session, layout, contextLength - CHUNK);
  let worst = 0;
  for (const limits of means.slice(0, onlyRows ? 1 : means.length))
    worst = Math.max(worst, await follow({ batcher, layout, contextLength, limits }, reference));
  return worst;
}

async function follow(
  home: Omit<SequenceHome, "vocabularySize" | "memory">,
  { texts, single, other, step }: Reference,
): Promise<number> {
  const memory = new PrefixMemory(CHUNK, 0);
  const sequence = new OnnxSequence({ ...home, vocabularySize: Infinity, memory });
  let worst = 0;
  const read = async (on: OnnxSequence, ids: readonly number[], expected: readonly StepResult[]): Promise<void> => {
    const { distributions } = await on.feed({ ids }, { distributions: ids.length });
    const logits = Float32Array.from(distributions.flatMap((each) => [...each.logits]));
    const original = Float32Array.from(expected.flatMap((each) => [...each.logits]));
    worst = Math.max(worst, distance(logits, original));
  };
  await sequence.feed({ ids: texts.prefix }, { distributions: 0 });
  const mark = sequence.mark();
  for (const [index, id] of texts.later.entries()) await read(sequence, [id], [single[index]!]);
  sequence.rewind(mark);
  await read(sequence, texts.other, [other]);
  sequence.rewind(mark);
  const branch = sequence.fork();
  await read(branch, texts.later, [step]);
  await read(sequence, texts.other, [other]);
  sequence.release(mark);
  return worst;
}
