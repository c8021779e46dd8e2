/** What a prompt file says of decoding reaches the run: stop sequences, seed, temperature; the command line has the last word. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { BundledCli } from "./bundledCli";

const TINY = path.resolve("test/fixtures/models/tiny");

describe("parameters of a prompt file", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-parameters-"));
    cli = await BundledCli.build("parameters", folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
  });
  after(() => rm(folder, { recursive: true }));

  async function traced(parameters: string, ...args: string[]): Promise<Trace> {
    const file = path.join(folder, "asked.prompty");
    const out = await mkdtemp(path.join(folder, "out-"));
    const front = `---\nname: Asked\nmodel:\n  api: chat\n  parameters:\n${parameters}\n---\nuser:\nHow many apples does Mia have?\n`;
    await writeFile(file, front);
    const result = await cli.run("run", file, "--model", TINY, "--out", out, "--option", "maxTokens=24", ...args);
    assert.equal(result.err.includes("thoughtlens:"), false, result.err);
    const [name] = await readdir(out);
    return fold(readTrace(await readFile(path.join(out, name!), "utf8")).events);
  }
  const textOf = (trace: Trace) => trace.positions.map(({ text }) => text).join("");

  it("end the text before a stop sequence", async () => {
    const plain = textOf(await traced("    temperature: 0"));
    const stop = plain.slice(14, 19);
    const trace = await traced(`    stop: ${JSON.stringify([stop])}`);
    assert.equal(textOf(trace), plain.slice(0, plain.indexOf(stop)));
    assert.deepEqual([trace.exit?.why, trace.header?.options["stop"]], ["stop-sequence", [stop]]);
  });

  it("seed the sampling, unless the command line does", async () => {
    const seed = async (...args: string[]) => (await traced("    seed: 7\n    temperature: 0.7", ...args)).header!.seed;
    assert.equal(await seed(), 7);
    assert.equal(await seed("--seed", "0"), 0);
    assert.equal((await traced("    temperature: 0.7")).header!.seed, 0);
  });
});
