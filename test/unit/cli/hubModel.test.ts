import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { LoopbackHub } from "../engine/loopbackHub";
import { BundledCli, hubEnvironment } from "./bundledCli";

const ID = "owner/tiny-ONNX";

describe("the command line on a model of the hub", () => {
  let folder: string;
  let cli: BundledCli;
  let hub: LoopbackHub;
  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-cli-"));
    await writeFile(path.join(folder, "apples.prompt.md"), "# Apples\n\nHow many apples are there?\n");
    hub = await LoopbackHub.start(ID, path.resolve("test/fixtures/models/tiny"));
    cli = await BundledCli.build(folder, hubEnvironment(hub.url, folder));
  });
  after(async () => {
    await hub.close();
    await rm(folder, { recursive: true });
  });

  const compare = (...more: string[]) =>
    cli.run(
      "compare",
      "apples.prompt.md",
      "--model",
      ID,
      "--strategies",
      "chain-of-thought,deer",
      "--json",
      "--option",
      "maxTokens=20",
      ...more,
    );

  it("downloads it, patches it, traces it; and needs no hub the next time", async function () {
    this.timeout(60_000);
    const first = await compare();
    assert.match(first.err, /owner\/tiny-ONNX: 0\.2 of 0\.2 MB/, first.err);
    interface Report {
      runs: { strategy: string; model: string; tokens: { total: number } }[];
    }
    const report = JSON.parse(first.out) as Report | [Report];
    const { runs } = Array.isArray(report) ? report[0] : report;
    assert.deepEqual(
      runs.map((run) => run.strategy),
      ["chain-of-thought", "deer"],
    );
    assert.ok(runs.every((run) => run.model === ID && run.tokens.total > 0));
    const transfers = hub.transfers.length;
    assert.equal((await compare()).out.length > 0, true);
    assert.equal(hub.transfers.length, transfers);
  });

  it("says what is wrong where the hub has no such variant or model", async function () {
    this.timeout(60_000);
    const variant = await compare("--dtype", "q8");
    assert.equal(variant.code, 1);
    assert.match(variant.err, /has no q8 variant on the hub, only fp32\. Choose fp32\./);
    const absent = await cli.run("run", "apples.prompt.md", "--model", "owner/none");
    assert.equal(absent.code, 1);
    assert.match(absent.err, /The hub at \S+ has no owner\/none/);
  });
});
