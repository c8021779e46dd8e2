/** A native library that fails in the middle of a prompt: what was there before stands, and the sequence goes on. */
import assert from "node:assert/strict";
import type { InferenceSession } from "onnxruntime-node";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { Batcher } from "../../../src/engine/backends/onnx/batcher";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { CHUNK, OnnxSequence } from "../../../src/engine/backends/onnx/onnxSequence";

describe("a step that fails", () => {
  let model: OnnxModel;
  before(async function () {
    this.timeout(60_000);
    model = await loadOnnxModel(path.resolve("test/fixtures/models/tiny"), { threads: 1 });
  });
  after(() => model.dispose());

  /** A sequence whose native session throws `message` at its next run but `after`. */
  function failing(message: string, after: number): OnnxSequence {
    const { home } = model.newSequence() as unknown as { home: ConstructorParameters<typeof OnnxSequence>[0] };
    const { graph } = model as unknown as { graph: { session: InferenceSession } };
    let runs = 0;
    const session = new Proxy(graph.session, {
      get(target, key) {
        if (key !== "run") return Reflect.get(target, key, target) as unknown;
        return (...args: Parameters<InferenceSession["run"]>) =>
          runs++ === after ? Promise.reject(new Error(message)) : target.run(...args);
      },
    });
    return new OnnxSequence({ ...home, batcher: new Batcher(session, home.layout, 0) });
  }

  const cases: [message: string, code: string][] = [
    ["std::bad_alloc", "out-of-memory"],
    ["Failed to allocate memory for requested buffer of size 8589934592", "out-of-memory"],
    ["Non-zero status code returned while running MatMul node.", "run-failed"],
  ];
  for (const [message, code] of cases) {
    it(`“${message.slice(0, 30)}” is ${code}, one sentence and one action, and leaves nothing half done`, async () => {
      const ids = Array.from({ length: 2 * CHUNK + 5 }, (_, index) => 3 + (index % 300));
      const sequence = failing(message, 2);
      await sequence.feed({ ids: [7] });
      await assert.rejects(sequence.feed({ ids }), (error: ActionableError) => {
        assert.equal(error.code, code);
        for (const sentence of [error.message, error.action!]) assert.match(sentence, /^[A-Z][^\n]{10,200}\.$/);
        return true;
      });
      assert.deepEqual([sequence.rows, sequence.length], [1, 1]);
      const again = (await sequence.feed({ ids })).distributions[0]!.logits.slice();
      const fresh = model.newSequence();
      await fresh.feed({ ids: [7] });
      assert.deepEqual(again, (await fresh.feed({ ids })).distributions[0]!.logits.slice());
    });
  }
});
