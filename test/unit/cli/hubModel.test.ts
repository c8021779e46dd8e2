import { build } from "esbuild";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { LoopbackHub } from "../engine/loopbackHub";

const BUNDLE = path.resolve(".cache/test/cli/dist/cli.cjs");
const ID = "owner/tiny-ONNX";

describe("the command line on a model of the hub", () => {
  let folder: string;
  let hub: LoopbackHub;
  before(async function () {
    this.timeout(20_000);
    await build({
      entryPoints: ["src/cli/main.ts"],
      outfile: BUNDLE,
      bundle: true,
      platform: "node",
      format: "cjs",
      external: ["onnxruntime-node"],
      define: { "import.meta.url": "importMetaUrl" },
      banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
      logLevel: "error",
    });
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-cli-"));
    await writeFile(path.join(folder, "apples.prompt.md"), "# Apples\n\nHow many apples are there?\n");
    hub = await LoopbackHub.start(ID, path.resolve("test/fixtures/models/tiny"));
  });
  after(async () => {
    await hub.close();
    await rm(folder, { recursive: true });
  });

  async function thoughtlens(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const child = spawn(process.execPath, [BUNDLE, ...args], {
      cwd: folder,
      env: {
        ...process.env,
        HF_ENDPOINT: hub.url,
        HF_HOME: path.join(folder, "huggingface"),
        HF_HUB_CACHE: "",
        XDG_CACHE_HOME: path.join(folder, "cache"),
      },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (part: Buffer) => (out += String(part)));
    child.stderr.on("data", (part: Buffer) => (err += String(part)));
    const [code] = (await once(child, "close")) as [number];
    return { code, out, err };
  }
  const compare = (...more: string[]) =>
    thoughtlens(
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
    this.timeout(30_000);
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
    this.timeout(30_000);
    const variant = await compare("--dtype", "q8");
    assert.equal(variant.code, 1);
    assert.match(variant.err, /has no q8 variant on the hub, only fp32\. Choose fp32\./);
    const absent = await thoughtlens("run", "apples.prompt.md", "--model", "owner/none");
    assert.equal(absent.code, 1);
    assert.match(absent.err, /The hub has no owner\/none/);
  });
});
