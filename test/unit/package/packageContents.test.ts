/** The check of a finished package: nothing that is needed may be missing, and nothing else may be in it. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { strToU8, zipSync } from "fflate";
import { checkPackage } from "../../harness/packageContents.mjs";
import { binariesOf, ownTarget } from "../../harness/packageTargets.mjs";

describe("the check of a package", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-package-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function packageOf(names: readonly string[], texts: Record<string, string> = {}): Promise<string> {
    const file = path.join(folder, "some.vsix");
    const entries = names.map((name) => [`extension/${name}`, strToU8(texts[name] ?? " ")]);
    await writeFile(file, zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>, { level: 0 }));
    return file;
  }

  /** What the check asks for, by its own words. */
  async function needed(): Promise<string[]> {
    const file = await packageOf([]);
    try {
      checkPackage(file, undefined);
    } catch (error) {
      return /lacks (.*): see/.exec((error as Error).message)![1]!.split(", ");
    }
    throw new Error("an empty package passed");
  }

  it("takes one that holds what is needed, and counts its files", async () => {
    const names = await needed();
    assert.match(checkPackage(await packageOf(names), undefined), new RegExp(`^some\\.vsix: ${names.length} files, `));
  });

  for (const name of ["dist/ThirdPartyNotices.txt", "dist/engine.cjs"]) {
    it(`refuses one without ${name}`, async () => {
      const file = await packageOf((await needed()).filter((each) => each !== name));
      assert.throws(() => checkPackage(file, undefined), new RegExp(`lacks ${name}:`));
    });
  }

  it("refuses one that has an engine and no model", async () => {
    const binaries = binariesOf(ownTarget);
    const file = await packageOf([...(await needed()), ...binaries]);
    assert.throws(() => checkPackage(file, ownTarget), /lacks models\/pocket\/base\/onnx\/model\.onnx:/);
  });

  it("refuses one that is too large", async () => {
    const large = " ".repeat(46e6);
    const file = await packageOf(await needed(), { "media/icon.png": large });
    assert.throws(() => checkPackage(file, undefined), /has \d+\.\d MB, more than 45/);
  });

  for (const name of ["src/extension.ts", "dist/engine.cjs.map", "training/model.py", "bench/data/x.jsonl"]) {
    it(`refuses one with ${name}`, async () => {
      const file = await packageOf([...(await needed()), name]);
      assert.throws(() => checkPackage(file, undefined), new RegExp(`should not hold ${name}`));
    });
  }

  it("refuses one without a part that a bundle asks for", async () => {
    const texts = { "dist/cli.cjs": 'var a=require("node:fs"),b=require("./engine-chunk-ABC.cjs");b.run(a)' };
    const names = await needed();
    const without = await packageOf(names, texts);
    assert.throws(() => checkPackage(without, undefined), /lacks dist\/engine-chunk-ABC\.cjs:/);
    checkPackage(await packageOf([...names, "dist/engine-chunk-ABC.cjs"], texts), undefined);
  });

  it("refuses binaries where no engine is wanted", async () => {
    const binary = "node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node";
    const file = await packageOf([...(await needed()), binary]);
    assert.throws(() => checkPackage(file, undefined), /should not hold .*onnxruntime_binding/);
  });
});
