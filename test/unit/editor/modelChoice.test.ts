import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { modelFor, pocketVariants, shortModelName } from "../../../src/editor/modelChoice";

describe("model choice", () => {
  let pocket: string;
  before(async () => {
    pocket = await mkdtemp(path.join(tmpdir(), "thoughtlens-pocket-"));
    const variants: [string, object][] = [
      ["softcot", { methods: { softcot: {} } }],
      ["base", { methods: { "chain-of-thought": {}, deer: {} } }],
      ["coconut", { methods: { coconut: { steps: 6 }, "no-thinking": {} } }],
    ];
    for (const [name, manifest] of variants) {
      await mkdir(path.join(pocket, name));
      await writeFile(path.join(pocket, name, "config.json"), "{}");
      await writeFile(path.join(pocket, name, "thoughtlens.json"), JSON.stringify(manifest));
    }
    await mkdir(path.join(pocket, "not-a-model"));
  });
  after(() => rm(pocket, { recursive: true, force: true }));

  it("lists the variants, the base first", async () => {
    assert.deepEqual(
      (await pocketVariants(pocket)).map(({ name }) => name),
      ["base", "coconut", "softcot"],
    );
    assert.deepEqual(await pocketVariants(path.join(pocket, "nowhere")), []);
  });

  const folder = (name: string) => ({ kind: "folder", path: name });
  const CASES: [setting: string, strategy: string, expected: () => object][] = [
    ["pocket", "deer", () => folder(path.join(pocket, "base"))],
    ["pocket", "coconut", () => folder(path.join(pocket, "coconut"))],
    ["pocket", "unheard-of", () => folder(path.join(pocket, "base"))],
    ["pocket:softcot", "deer", () => folder(path.join(pocket, "softcot"))],
    ["/models/mine", "deer", () => folder("/models/mine")],
    ["~/mine", "deer", () => folder(path.join(homedir(), "mine"))],
    ["http://127.0.0.1:8080/v1", "deer", () => ({ kind: "server", url: "http://127.0.0.1:8080/v1" })],
    ["onnx-community/Qwen3-0.6B-ONNX", "deer", () => ({ kind: "hub", id: "onnx-community/Qwen3-0.6B-ONNX" })],
    ["a/b@main:q4", "deer", () => ({ kind: "hub", id: "a/b", revision: "main", dtype: "q4" })],
  ];
  for (const [setting, strategy, expected] of CASES) {
    it(`${setting} for ${strategy}`, async () => {
      assert.deepEqual(await modelFor(setting, strategy, pocket), expected());
    });
  }

  for (const setting of ["no model", "pocket:../../etc", "models/../../etc", "../etc", "ftp://host/x", ""]) {
    it(`refuses “${setting}”`, async () => {
      await assert.rejects(modelFor(setting, "deer", pocket), { code: "model-name" });
    });
  }

  it("shortens names for the status bar", () => {
    assert.equal(shortModelName("/models/mine/"), "mine");
    assert.equal(shortModelName("onnx-community/Qwen3-0.6B-ONNX"), "Qwen3-0.6B-ONNX");
    assert.equal(shortModelName("http://127.0.0.1:8080/v1"), "127.0.0.1:8080");
  });
});
