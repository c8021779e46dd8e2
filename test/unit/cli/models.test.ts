import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BundledCli, hubEnvironment } from "./bundledCli";

describe("the models that the command line lists", function () {
  this.timeout(120_000);
  let folder: string;
  let cli: BundledCli;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "thoughtlens-models-"));
    const snapshot = path.join(folder, "huggingface", "hub", "models--ann--tiny", "snapshots", "c0ffee");
    await mkdir(path.join(snapshot, "..", "..", "refs"), { recursive: true });
    await writeFile(path.join(snapshot, "..", "..", "refs", "main"), "c0ffee");
    await cp("test/fixtures/models/tiny", snapshot, { recursive: true });
    cli = await BundledCli.build(folder, hubEnvironment("http://127.0.0.1:9", folder));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("stand with what they were trained for, how much they read, their size and where they come from", async () => {
    const { code, out } = await cli.run("models");
    assert.equal(code, 0);
    assert.match(out, /^model +trained for +context +files +from$/m);
    assert.match(out, /^pocket:base +\S.* 2048 +\d+(\.\d)? MB +bundled$/m);
    assert.match(out, /^pocket:coconut +coconut +\d+ /m);
    assert.match(out, /^ann\/tiny +– +\d+ +\d+(\.\d)? MB +cache$/m);
  });

  it("are objects for programs", async () => {
    const { out } = await cli.run("models", "--json");
    const { models } = JSON.parse(out) as {
      models: { model: string; from: string; trainedFor: string[]; bytes: number }[];
    };
    assert.deepEqual(models.find(({ model }) => model === "pocket:coconut")?.trainedFor, ["coconut"]);
    assert.ok(models.every(({ bytes }) => bytes > 0));
    assert.equal(models.at(-1)?.from, "cache");
  });
});
