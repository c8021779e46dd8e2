import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";

const MODELS = path.resolve("test/fixtures/models");
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"4d".repeat(32)}\nsize 12345\n`;

describe("model folders", () => {
  let folder: string;
  let cacheFolder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-model-"));
    cacheFolder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-cache-"));
    await cp(path.join(MODELS, "tiny"), folder, { recursive: true });
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(cacheFolder, { recursive: true });
  });

  const inFolder = (name: string) => path.join(folder, name);
  const useGraphOf = (name: string) => cp(path.join(MODELS, name, "onnx"), inFolder("onnx"), { recursive: true });
  const edit = async (name: string, change: (value: Record<string, unknown>) => void) => {
    const value = JSON.parse(await readFile(inFolder(name), "utf8")) as Record<string, unknown>;
    change(value);
    await writeFile(inFolder(name), JSON.stringify(value));
  };

  const refusals: [what: string, code: string, message: RegExp, damage: () => Promise<unknown>, dtype?: string][] = [
    ["no folder", "model-folder-missing", /no model folder/, () => rm(folder, { recursive: true })],
    ["no config.json", "model-config-missing", /no config\.json/, () => rm(inFolder("config.json"))],
    [
      "half a config.json",
      "model-file-broken",
      /config\.json .* not a JSON object/,
      () => truncate(inFolder("config.json"), 40),
    ],
    ["no tokenizer.json", "tokenizer-missing", /no tokenizer\.json/, () => rm(inFolder("tokenizer.json"))],
    ["no .onnx file", "graph-missing", /no onnx\/model\.onnx/, () => rm(inFolder("onnx"), { recursive: true })],
    ["no file of the dtype", "model-dtype-missing", /no q4 variant, only fp32/, async () => undefined, "q4"],
    [
      "half an .onnx file",
      "graph-cut-off",
      /incomplete or damaged/,
      () => truncate(inFolder("onnx/model.onnx"), 90_000),
    ],
    ["an empty .onnx file", "graph-not-onnx", /not an ONNX/i, () => truncate(inFolder("onnx/model.onnx"), 0)],
    [
      "a page of HTML as .onnx file",
      "graph-not-onnx",
      /not an ONNX/i,
      () => writeFile(inFolder("onnx/model.onnx"), "<!doctype html><title>404</title>"),
    ],
    [
      "no external data",
      "graph-weights-missing",
      /model\.onnx_data/,
      () => useGraphOf("tiny-external").then(() => rm(inFolder("onnx/model.onnx_data"))),
    ],
    [
      "half the external data",
      "graph-weights-missing",
      /missing or incomplete/,
      () => useGraphOf("tiny-external").then(() => truncate(inFolder("onnx/model.onnx_data"), 70_000)),
    ],
    ...["config.json", "tokenizer.json", "onnx/model.onnx"].map((name): (typeof refusals)[number] => [
      `a pointer of Git LFS as ${name}`,
      "model-file-pointer",
      /is a pointer of Git LFS/,
      () => writeFile(inFolder(name), POINTER),
    ]),
    [
      "a pointer of Git LFS as external data",
      "model-file-pointer",
      /model\.onnx_data in .* is a pointer of Git LFS/,
      () => useGraphOf("tiny-external").then(() => writeFile(inFolder("onnx/model.onnx_data"), POINTER)),
    ],
    ["a classifier", "graph-no-causal-lm", /not a causal language model/, () => useGraphOf("classifier")],
    [
      "the tokenizer of another model",
      "model-vocabulary-mismatch",
      /tokenizer has 400 tokens and the model only 386/,
      () =>
        edit("tokenizer.json", (value) => {
          const [first] = value["added_tokens"] as object[];
          (value["added_tokens"] as object[]).push({ ...first, id: 399, content: "<one too many>" });
        }),
    ],
  ];
  for (const [what, code, message, damage, dtype] of refusals) {
    it(`${what}: ${code}, one sentence and one action`, async () => {
      await damage();
      await assert.rejects(
        loadOnnxModel(folder, { threads: 1, ...(dtype ? { dtype } : {}) }),
        (error: ActionableError) => {
          assert.equal(error.code, code, error.stack);
          assert.match(error.message, message);
          for (const sentence of [error.message, error.action!]) assert.match(sentence, /^[^\n]{10,300}\.$/);
          return true;
        },
      );
    });
  }

  it("reads settings that begin with a mark of the order of bytes", async () => {
    for (const name of ["config.json", "tokenizer_config.json"])
      await writeFile(inFolder(name), `\ufeff${await readFile(inFolder(name), "utf8")}`);
    await (await loadOnnxModel(folder, { threads: 1 })).dispose();
  });

  it("reads weights from the file beside the graph, and hashes both", async () => {
    const inline = await loadOnnxModel(folder, { threads: 1 });
    await useGraphOf("tiny-external");
    const external = await loadOnnxModel(folder, { threads: 1 });
    assert.notEqual(external.facts.sha256, inline.facts.sha256);
    const logits = [];
    for (const model of [inline, external]) {
      logits.push((await model.newSequence().feed({ ids: [5, 6, 7] })).distributions[0]!.logits.slice());
      await model.dispose();
    }
    assert.deepEqual(logits[1], logits[0]);
  });

  it("follows links to weights, as the Hugging Face cache has them", async () => {
    await useGraphOf("tiny-external");
    const direct = await loadOnnxModel(folder, { threads: 1 });
    await mkdir(inFolder("blobs"));
    for (const [name, blob] of [
      ["model.onnx", "b1"],
      ["model.onnx_data", "b2"],
    ] as const) {
      await rename(inFolder(`onnx/${name}`), inFolder(`blobs/${blob}`));
      await symlink(`../blobs/${blob}`, inFolder(`onnx/${name}`));
    }
    const linked = await loadOnnxModel(folder, { threads: 1 });
    assert.equal(linked.facts.sha256, direct.facts.sha256);
    assert.ok(linked.has("soft-tokens"));
    assert.deepEqual(await linked.embed([3, 4]), await direct.embed([3, 4]));
    await linked.dispose();
    await direct.dispose();
  });

  it("remembers hashes and proofs, and notices that a file changed", async () => {
    const first = await loadOnnxModel(folder, { threads: 1, cacheFolder });
    await first.dispose();
    const again = await loadOnnxModel(folder, { threads: 1, cacheFolder });
    assert.equal(again.facts.sha256, first.facts.sha256);
    await again.dispose();
    const remembered = JSON.parse(await readFile(path.join(cacheFolder, "hashes.json"), "utf8")) as Record<
      string,
      string
    >;
    assert.deepEqual(Object.values(remembered), [first.facts.sha256]);
    // The producer's name is the first text of the file; one other letter makes it another file.
    const graph = await readFile(inFolder("onnx/model.onnx"));
    graph.write("T", graph.indexOf("thoughtlens-tests"));
    await writeFile(inFolder("onnx/model.onnx"), graph);
    const changed = await loadOnnxModel(folder, { threads: 1, cacheFolder });
    assert.notEqual(changed.facts.sha256, first.facts.sha256);
    await changed.dispose();
  });

  it("reads the methods a model was trained for", async () => {
    await writeFile(
      inFolder("thoughtlens.json"),
      JSON.stringify({ v: 1, name: "Tiny", methods: { coconut: { latents: 6 } } }),
    );
    const model = await loadOnnxModel(folder, { threads: 1 });
    assert.deepEqual(model.manifest, { name: "Tiny", methods: { coconut: { latents: 6 } } });
    assert.deepEqual([model.facts.id, model.facts.name], [path.basename(folder), "Tiny"]);
    await model.dispose();
  });

  it("takes the context length of a nested configuration", async () => {
    await edit("config.json", (value) => {
      value["text_config"] = { max_position_embeddings: 99 };
    });
    const model = await loadOnnxModel(folder, { threads: 1 });
    assert.equal(model.facts.contextLength, 99);
    await model.dispose();
  });
});
