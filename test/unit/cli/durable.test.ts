/** What is written survives: processes that are killed, files that are deleted, disks that are full, a second process. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { readBenchFile } from "../../../src/core/measure/benchFile";
import { readTrace } from "../../../src/core/trace/traceFile";
import { BundledCli } from "./bundledCli";

const MODEL = path.resolve("test/fixtures/models/tiny");
const MANY = 400;

describe("what the command line writes", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-durable-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
    const rows = Array.from({ length: MANY }, (_, index) => ({
      question: `How many is ${index}?`,
      answer: `${index}`,
    }));
    await writeFile(path.join(folder, "many.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
    await writeFile(path.join(folder, "prompts.prompt.md"), "# One\n\nHow many?\n\n# Two\n\nHow many more?\n");
  });
  after(() => rm(folder, { recursive: true }));

  const begin = (results: string) => [
    ...["bench", "--data", "many.jsonl", "--model", MODEL, "--strategies", "no-thinking"],
    ...["--option", "maxTokens=8", "--results", results],
  ];
  const kept = async (file: string) =>
    readBenchFile(await readFile(path.join(folder, file), "utf8").catch(() => ""))?.results.length ?? 0;
  const come = async (file: string, count: number) => {
    while ((await kept(file)) < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it("is not computed twice by two processes on one file of results", async () => {
    const first = cli.start(...begin("two.bench.jsonl"));
    await come("two.bench.jsonl", 1);
    for (const args of [["bench", "--resume", "two.bench.jsonl"], begin("two.bench.jsonl")]) {
      const second = await cli.run(...args);
      assert.match(second.err, /^thoughtlens: The results in two\.bench\.jsonl are being written by process \d+ on /);
      assert.deepEqual([second.code, second.out], [1, ""]);
    }
    first.kill("SIGINT");
    const [code] = (await once(first, "exit")) as [number];
    assert.equal(code, 130);
  });

  it("goes on after a kill, and leaves no lock", async () => {
    const first = cli.start(...begin("killed.bench.jsonl"));
    await come("killed.bench.jsonl", 3);
    first.kill("SIGKILL");
    await once(first, "exit");
    const found = await kept("killed.bench.jsonl");
    const second = cli.start("bench", "--resume", "killed.bench.jsonl");
    await come("killed.bench.jsonl", found + 2);
    second.kill("SIGINT");
    await once(second, "exit");
    const names = (await readdir(folder)).filter((name) => name.includes("killed"));
    assert.deepEqual(names, ["killed.bench.jsonl"]);
  });

  it("notices that its results were deleted, and writes them anew with their header", async () => {
    const child = cli.start(...begin("gone.bench.jsonl"));
    let err = "";
    child.stderr.on("data", (part: Buffer) => (err += String(part)));
    await come("gone.bench.jsonl", 3);
    await rm(path.join(folder, "gone.bench.jsonl"));
    await come("gone.bench.jsonl", 4);
    child.kill("SIGINT");
    await once(child, "exit");
    assert.match(err, /gone\.bench\.jsonl was deleted meanwhile: it has been written anew with all results\./);
  });

  it("is there of a comparison that is killed, as far as it came", async () => {
    const traces = path.join(folder, "traces");
    const child = cli.start(
      ...["compare", "prompts.prompt.md", "--model", MODEL, "--strategies", "no-thinking"],
      ...["--option", "maxTokens=300", "--out", "traces"],
    );
    const events = async () => {
      const names = (await readdir(traces).catch(() => [])).filter((name) => !name.startsWith("."));
      const texts = await Promise.all(names.map((name) => readFile(path.join(traces, name), "utf8")));
      return texts.map((text) => readTrace(text).events);
    };
    for (;;) {
      const [trace = []] = await events();
      if (trace.some(({ t }) => t === "tokens")) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    for (const trace of await events()) assert.equal(trace[0]?.t, "run");
  });

  it("is refused before anything runs where the folder of traces is a file", async () => {
    await writeFile(path.join(folder, "file"), "mine");
    const { code, err } = await cli.run("compare", "prompts.prompt.md", "--model", MODEL, "--out", "file");
    assert.match(err, /^thoughtlens: The traces could not be written because [^\n]+ --out\.\n$/);
    assert.equal(code, 1);
  });

  describe("on a disk that is full", () => {
    const mount = "mount -t tmpfs -o size=32k tmpfs small";
    const canMount = spawnSync("unshare", ["-rm", "bash", "-c", `mkdir -p small && ${mount}`], { cwd: os.tmpdir() });
    const onSmallDisk = async (script: string) => {
      const child = spawn("unshare", ["-rm", "bash", "-c", `mkdir -p small && ${mount} && ${script}`], { cwd: folder });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (output += String(part)));
      const [code] = (await once(child, "close")) as [number];
      return { code, output };
    };

    // Elsewhere a test may not have a disk of its own.
    (canMount.status === 0 ? it : it.skip)("says so, keeps whole lines only, and shows the table", async () => {
      const args = begin("small/full.bench.jsonl").map((each) => (each === "no-thinking" ? "chain-of-thought" : each));
      const bench = cli.command(...args);
      const { output } = await onSmallDisk(`${bench}; cat small/full.bench.jsonl > kept; ls -A small`);
      assert.match(output, /The results could not be written because the disk is full\. Free some space, or name/);
      assert.match(output, /strategy +model +accuracy/);
      assert.match(output, /--resume small\/full\.bench\.jsonl/);
      assert.match(output, /\nfull\.bench\.jsonl\n$/);
      const reading = readBenchFile(await readFile(path.join(folder, "kept"), "utf8"))!;
      assert.ok(reading.results.length > 5);
      assert.deepEqual([reading.unreadable, reading.whole], [0, true]);
    });

    (canMount.status === 0 ? it : it.skip)("already at the header leaves nothing behind", async () => {
      const fill = "dd if=/dev/zero of=small/filler bs=1k count=64 2>/dev/null";
      const { output } = await onSmallDisk(`${fill}; ${cli.command(...begin("small/none.bench.jsonl"))}; ls -A small`);
      assert.match(
        output,
        /^thoughtlens: The results could not be written because the disk is full\. [^\n]+\nfiller\n$/,
      );
    });
  });
});
