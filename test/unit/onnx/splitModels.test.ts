/** Models whose embeddings are looked up by a graph of their own, as transformers.js has those that see pictures too. */
import assert from "node:assert/strict";
import { cp, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { toErrorShape } from "../../../src/core/protocol/rpc";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { fixtureFolder } from "./fixtures";
import { CHECKS, Comparison } from "./graphChecks";
import { GraphOracle } from "./graphOracle";
import { kindConfig, KindFolders } from "./kindFolders";

describe("a model in two graphs", function () {
  this.timeout(60_000);
  const folders = new KindFolders();
  after(() => folders.remove());

  for (const [name, type] of [
    ["kinds-recurrent", "float32"],
    ["kinds-window", "float32"],
    ["kinds-conv", "float16"],
  ] as const)
    it(`gives what ${name} gives in one, with embeddings in ${type}`, async () => {
      const model = await loadOnnxModel(await folders.split(name, type), { threads: 1, openEnded: true });
      const oracle = await GraphOracle.open(path.join(fixtureFolder, `${name}.onnx`), kindConfig);
      for (const check of ["prefill", "rewind"]) {
        const comparison = new Comparison(oracle);
        await CHECKS[check]!(model, comparison);
        assert.ok(comparison.tokens > 0);
        assert.deepEqual(comparison.differences, []);
      }
      const refused = model.capabilities.filter(({ has }) => !has).map(({ capability }) => capability);
      assert.deepEqual(refused.toSorted(), ["attention-mask", "cache-evict"]);
      await oracle.release();
      await model.dispose();
    });

  it("is hashed with both", async () => {
    const folder = await folders.split("kinds-conv");
    const hashOf = async (): Promise<string | undefined> => {
      const model = await loadOnnxModel(folder, { threads: 1 });
      await model.dispose();
      return model.facts.sha256;
    };
    const whole = await hashOf();
    const onnx = path.join(folder, "onnx");
    const other = path.join(await folders.split("kinds-conv", "float16"), "onnx/embed_tokens.onnx");
    await rename(other, path.join(onnx, "embed_tokens.onnx"));
    assert.notEqual(await hashOf(), whole);
  });

  const faults: [what: string, change: (onnx: string) => Promise<void>, code: string, said: RegExp][] = [
    [
      "without the look-up",
      (onnx) => rm(path.join(onnx, "embed_tokens.onnx")),
      "graph-embedding-missing",
      /^decoder_model_merged\.onnx takes embeddings, and nothing in its folder looks them up\.$/,
    ],
    [
      "with another graph in place of the look-up",
      (onnx) => rename(path.join(onnx, "decoder_model_merged.onnx"), path.join(onnx, "embed_tokens.onnx")),
      "graph-missing",
      /no onnx\/model\.onnx/,
    ],
    [
      "with a web page in place of the look-up",
      (onnx) => writeFile(path.join(onnx, "embed_tokens.onnx"), "<!DOCTYPE html><html>not found</html>"),
      "graph-embedding-unusable",
      /^embed_tokens\.onnx: the file is not an ONNX model\.$/,
    ],
    [
      "with the graph of a whole model in place of the look-up",
      async (onnx) => cp(path.join(fixtureFolder, "kinds-conv.onnx"), path.join(onnx, "embed_tokens.onnx")),
      "graph-embedding-unusable",
      /^embed_tokens\.onnx: the graph that looks embeddings up is none that/,
    ],
  ];
  for (const [what, change, code, said] of faults)
    it(`${what}: ${code}, one sentence and one action`, async () => {
      const folder = await folders.split("kinds-conv");
      await change(path.join(folder, "onnx"));
      await assert.rejects(loadOnnxModel(folder, { threads: 1 }), (error) => {
        const shape = toErrorShape(error);
        assert.equal(shape.code, code);
        assert.match(shape.message, said);
        assert.match(shape.action!, /^[A-Z].*\.$/);
        return true;
      });
    });
});
