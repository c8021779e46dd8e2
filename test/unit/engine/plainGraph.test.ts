import assert from "node:assert/strict";
import path from "node:path";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { inEnglish } from "../../../src/core/text/l10n";

const TINY = path.resolve("test/fixtures/models/tiny");

describe("a graph that runs as it came", () => {
  let plain: OnnxModel;
  let patched: OnnxModel;
  let ids: number[];
  before(async () => {
    plain = await loadOnnxModel(TINY, { threads: 1, patch: false });
    patched = await loadOnnxModel(TINY, { threads: 1 });
    ids = plain.tokenizer.encode("Mia has twelve apples and gives three of them to her brother. ".repeat(5));
  });
  after(async () => {
    await plain.dispose();
    await patched.dispose();
  });

  it("has logits and rewinds, and says why it has nothing else", () => {
    const has = plain.capabilities.filter((row) => row.has).map((row) => row.capability);
    assert.deepEqual(has.toSorted(), ["cache-rewind", "logits", "logprobs-only", "prefix-continuation"]);
    const { reason } = plain.capabilities.find((row) => row.capability === "soft-tokens")!;
    assert.equal(inEnglish(reason), "The graph runs as it came, as was asked for.");
  });

  it("gives the same distributions as the patched graph, over rewinds and forks", async () => {
    const sequences = [plain.newSequence(), patched.newSequence()] as const;
    const both = async (next: readonly number[], count = 1) => {
      const [a, b] = [
        await sequences[0].feed({ ids: next }, { distributions: count }),
        await sequences[1].feed({ ids: next }, { distributions: count }),
      ];
      assert.equal(a.distributions.length, count);
      a.distributions.forEach((each, index) => {
        const other = b.distributions[index]!;
        assert.equal(each.argmax(), other.argmax());
        assert.ok(Math.abs(each.entropy() - other.entropy()) < 1e-3);
        assert.deepEqual(
          each.top(5).map(([id]) => id),
          other.top(5).map(([id]) => id),
        );
      });
    };
    await both(ids, 3);
    const marks = sequences.map((sequence) => sequence.mark());
    await both([5, 6, 7]);
    await both([8]);
    sequences.forEach((sequence, index) => sequence.rewind(marks[index]!));
    await both([9]);
    const forks = sequences.map((sequence) => sequence.fork());
    await both([10]);
    const [left, right] = [await forks[0]!.feed({ ids: [11] }), await forks[1]!.feed({ ids: [11] })];
    assert.equal(left.distributions[0]!.argmax(), right.distributions[0]!.argmax());
  });

  const wants: [string, (model: OnnxModel) => Promise<unknown>][] = [
    ["hidden states", (model) => model.newSequence().feed({ ids: [1] }, { hidden: true })],
    ["soft tokens", (model) => model.newSequence().feed({ ids: [-1], soft: new Float32Array(32) })],
    ["positions", (model) => model.newSequence().feed({ ids: [1] }, { positions: [4] })],
    ["a mask", (model) => model.newSequence().feed({ ids: [1] }, { sees: () => true })],
    ["embeddings", (model) => model.embed([1])],
    ["an eviction", async (model) => model.newSequence().evict(0, 0)],
  ];
  for (const [what, act] of wants) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(act(plain), { code: "capability-missing" });
      await act(patched);
    });
  }
});
