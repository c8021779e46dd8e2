/** The output that shows attention, on the graphs of several exporters. */
import assert from "node:assert/strict";
import { readAttention } from "../../../src/engine/backends/onnx/attentionPass";
import { withAttentionWeights } from "../../../src/engine/backends/onnx/attentionWeights";
import { patchedLayout } from "../../../src/engine/backends/onnx/graphLayout";
import { patchGraph } from "../../../src/engine/backends/onnx/patch/graphPatch";
import { fixtureConfig, open, readFixture, wholeFixtures } from "./fixtures";
import { inEnglish } from "../../../src/core/text/l10n";

const IDS = Array.from({ length: 20 }, (_, place) => (place * 7 + 3) % 40);

describe("attention weights", function () {
  this.timeout(60_000);
  const shown: string[] = [];

  for (const name of wholeFixtures)
    it(`${name}: each row sums to 1 and keeps off what is hidden, or a sentence says why they cannot be read`, async () => {
      const graph = patchGraph(readFixture(name), { config: fixtureConfig(name) });
      const model = withAttentionWeights(graph.model, graph.cache.length / 2);
      if (!(model instanceof Uint8Array)) {
        assert.match(inEnglish(model), /^The .*\.$/);
        return;
      }
      shown.push(graph.attention);
      const session = await open(model);
      let rows = 0;
      await readAttention(session, patchedLayout(graph), IDS, {
        // Row 2 is dropped after it was read by a few, and row 5 is seen by itself alone.
        sees: (query, row) => !(row === 2 && query > 4) && !(row === 5 && query > 5),
        take: (place, weights) => {
          assert.equal(rows++, place);
          assert.equal(weights.length, place + 1);
          assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-3);
          assert.deepEqual(
            [weights[2] ?? 1, weights[5] ?? 1].map((weight) => weight === 0),
            [place > 4, place > 5],
          );
        },
      });
      assert.equal(rows, IDS.length);
      await session.release();
    });

  it("are read where attention came written out, and where the patch wrote it out", () => {
    assert.deepEqual([...new Set(shown)].sort(), ["original", "two-segment"]);
  });

  it("are not read where attention is one operator", () => {
    const graph = patchGraph(readFixture("gqa"), { config: fixtureConfig("gqa"), attention: "fused" });
    assert.match(String(withAttentionWeights(graph.model, graph.cache.length / 2)), /does not put its weights out/);
  });
});
