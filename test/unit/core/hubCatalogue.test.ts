import assert from "node:assert/strict";
import { catalogueWords, HUB_CATALOGUE, catalogueModel, sizeWords } from "../../../src/core/protocol/hubCatalogue";
import { DTYPES, hubNamed } from "../../../src/core/protocol/modelName";
import { thinkFormat } from "../../../src/core/text/thinkFormat";

describe("the catalogue of models of the hub", () => {
  it("names each model once, by an id that the hub can have, and families together", () => {
    const ids = HUB_CATALOGUE.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.equal(hubNamed(id)?.id, id);
    const families = HUB_CATALOGUE.map(({ family }) => family);
    const blocks = families.filter((family, at) => family !== families[at - 1]);
    assert.deepEqual(blocks, [...new Set(families)]);
  });

  for (const model of HUB_CATALOGUE) {
    it(`${model.name}: known format, types and kinds`, () => {
      assert.ok(thinkFormat(model.think), model.think);
      assert.ok(model.licence !== "" && model.name !== "" && model.cache.length > 0);
      for (const kind of model.cache) assert.ok(["rows", "window", "state"].includes(kind));
      for (const [dtype, bytes] of Object.entries(model.bytes ?? {})) {
        assert.ok(DTYPES.includes(dtype as (typeof DTYPES)[number]), dtype);
        assert.ok(Number.isInteger(bytes) && bytes > 1e6);
      }
      // Whoever does not think opens and turns off nothing.
      if (model.think === "none") assert.deepEqual([model.opening, model.off, model.on], Array(3).fill(undefined));
      for (const switched of [model.off, model.on]) assert.match(switched ?? "a=b", /^\w+=\w+$/);
    });
  }

  it("says in one line how a model thinks, its size, its licence and what it can run", () => {
    assert.equal(
      catalogueWords(catalogueModel("onnx-community/Qwen3-0.6B-ONNX")!),
      "thinks in <think> … </think>, off by enable_thinking=false · 919 MB in q4 · licence apache-2.0 · every strategy that needs no training",
    );
    assert.match(
      catalogueWords(catalogueModel("LiquidAI/LFM2.5-350M-ONNX")!),
      /^not trained to think · .*without evict/,
    );
    const unknown = { ...HUB_CATALOGUE[0]!, bytes: undefined } as unknown as (typeof HUB_CATALOGUE)[number];
    assert.doesNotMatch(catalogueWords(unknown), /[MG]B/);
    assert.deepEqual([sizeWords(1_340_000_000), sizeWords(135_658_354)], ["1.3 GB", "136 MB"]);
  });
});
