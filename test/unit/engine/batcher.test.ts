/** Several runs at once on one model of this machine: steps that wait together are one pass, and nothing of them changes. */
import assert from "node:assert/strict";
import path from "node:path";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { Trace } from "../../../src/core/trace/fold";
import { Batcher } from "../../../src/engine/backends/onnx/batcher";
import { loadOnnxModel, type OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { CHUNK, type OnnxSequence, type SequenceHome } from "../../../src/engine/backends/onnx/onnxSequence";
import { recordRun } from "./branchedRuns";

/** A model whose passes are counted by how many sequences they take, and may be made to fail or to differ. */
interface Watched {
  model: OnnxModel;
  /** Sequences of each pass of single tokens. */
  sizes: number[];
  /** What a pass of several sequences puts out in place of what it would. */
  spoil?: (outputs: Record<string, Tensor>) => void;
}

const POCKET = path.resolve("models/pocket/base");
const TINY = path.resolve("test/fixtures/models/tiny");

async function watched(folder: string): Promise<Watched> {
  const model = await loadOnnxModel(folder, { threads: 1 });
  const found: Watched = { model, sizes: [] };
  const { graph } = model as unknown as { graph: { session: InferenceSession } };
  const { session } = graph;
  const run = async (...given: Parameters<InferenceSession["run"]>) => {
    const [count = 0, ids = 0] = given[0]["input_ids"]!.dims;
    const outputs = (await session.run(...given)) as Record<string, Tensor>;
    if (ids === 1) found.sizes.push(count);
    if (count > 1) found.spoil?.(outputs);
    return outputs;
  };
  const { layout } = model.newSequence()["home" as never] as SequenceHome;
  const batcher = new Batcher(
    Object.create(session, { run: { value: run } }) as InferenceSession,
    layout,
    model.facts.contextLength - CHUNK,
  );
  Object.assign(model, { batcher });
  return found;
}

/** What of a trace does not depend on time: tokens, their figures, checks and the answer. */
const written = ({ positions, checks, end }: Trace): unknown => ({
  tokens: positions.map(({ id, text, logprob }) => [id, text, logprob]),
  checks: checks.map(({ at, answer, confidence }) => [at, answer, confidence]),
  answer: end?.answer,
});

const QUESTIONS = [3, 17, 8, 25, 40].map(
  (books) =>
    `Stella has ${books} books. On Tuesday she picks up ${books + 4} books. On Wednesday Stella loses 2 books. How many books does Stella have after Wednesday?`,
);

async function asked({ model }: Watched, strategy: string, options: Record<string, unknown>, atOnce: boolean) {
  const one = async (question: string, seed: number): Promise<unknown> => {
    const leave = model.join();
    try {
      const { trace } = await recordRun(model, strategy, {
        seed,
        options,
        messages: [{ role: "user", content: question }],
      });
      return written(trace);
    } finally {
      leave();
    }
  };
  if (atOnce) return Promise.all(QUESTIONS.map(one));
  const each: unknown[] = [];
  for (const [seed, question] of QUESTIONS.entries()) each.push(await one(question, seed));
  return each;
}

describe("runs that go on at once on one model", function () {
  this.timeout(60_000);
  for (const [strategy, options] of [
    ["chain-of-thought", { maxTokens: 60 }],
    ["chain-of-thought", { maxTokens: 40, temperature: 0.8 }],
    ["deer", { maxTokens: 90 }],
    ["entropy-after-thinking", { maxTokens: 40 }],
    ["survey", { maxTokens: 40 }],
    ["inftythink", { maxTokens: 60 }],
  ] as const)
    it(`come to what they come to one after the other: ${strategy} ${JSON.stringify(options)}`, async () => {
      const found = await watched(POCKET);
      const alone = await asked(found, strategy, options, false);
      assert.ok(found.sizes.every((size) => size === 1));
      assert.deepEqual(await asked(found, strategy, options, true), alone);
      const together = found.sizes.filter((size) => size > 1);
      assert.ok(together.length > 20, `${together.length} passes of several`);
      assert.ok(Math.max(...together) >= QUESTIONS.length - 1, `${Math.max(...together)} at once`);
      await found.model.dispose();
    });

  it("read a beginning that they have in common once", async () => {
    const { model } = await watched(POCKET);
    const ids = Array.from({ length: 4 * CHUNK }, (_, at) => 5 + (at % 90));
    const leave = [model.join(), model.join(), model.join()];
    const steps = await Promise.all([7, 8, 9].map((last) => model.newSequence().feed({ ids: [...ids, last] })));
    assert.deepEqual(
      steps.map(({ reused }) => reused),
      [0, ids.length, ids.length],
    );
    leave.forEach((each) => each());
    await model.dispose();
  });

  it("go one after the other where a pass of several differs in a bit", async () => {
    const found = await watched(TINY);
    found.spoil = ({ logits }) => void ((logits!.data as Float32Array)[0]! += 1e-6);
    const alone = await asked(found, "chain-of-thought", { maxTokens: 40 }, false);
    const at = found.sizes.length;
    assert.deepEqual(await asked(found, "chain-of-thought", { maxTokens: 40 }, true), alone);
    const tried = found.sizes.slice(at).filter((size) => size > 1);
    assert.ok(tried.length > 0 && tried.length < QUESTIONS.length, `${tried.length} tried`);
    await found.model.dispose();
  });

  it("go on one after the other where a pass of several fails", async () => {
    const found = await watched(TINY);
    let passes = 0;
    found.spoil = () => {
      if (++passes > 3) throw new Error("std::bad_alloc");
    };
    const alone = await asked(found, "chain-of-thought", { maxTokens: 40 }, false);
    assert.deepEqual(await asked(found, "chain-of-thought", { maxTokens: 40 }, true), alone);
    assert.equal(passes, 4);
    await found.model.dispose();
  });

  it("say of whom a step failed, and leave the others alone", async () => {
    const found = await watched(TINY);
    const sequence = (): OnnxSequence => found.model.newSequence();
    const leave = [found.model.join(), found.model.join()];
    const [good, bad] = [sequence(), sequence()];
    await Promise.all([good.feed({ ids: [5, 6] }), bad.feed({ ids: [7] })]);
    const results = await Promise.allSettled([good.feed({ ids: [8] }), bad.feed({ ids: [1e9] })]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected"],
    );
    leave.forEach((each) => each());
    await found.model.dispose();
  });
});
