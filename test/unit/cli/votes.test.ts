import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { BundledCli } from "./bundledCli";

const TRACE = path.resolve("test/fixtures/traces-0.1.0/chain-of-thought.thoughts.jsonl");

describe("thoughtlens votes", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-cli-"));
    cli = await BundledCli.build(folder, {});
    const [head = "", ...lines] = (await readFile(TRACE, "utf8")).split("\n");
    for (const seed of [1, 2, 3]) {
      const run = { ...(JSON.parse(head) as object), id: `r${seed}`, seed };
      await writeFile(path.join(folder, `${seed}.thoughts.jsonl`), [JSON.stringify(run), ...lines].join("\n"));
    }
  });
  after(() => rm(folder, { recursive: true }));

  it("counts the samples of a question in a folder, by every vote", async () => {
    const { code, out } = await cli.run("votes", folder);
    assert.equal(code, 0);
    assert.match(out, /^1 question with 3 samples or more, model pocket:base\n/);
    assert.match(out, /majority +3 +/);
    assert.match(out, /DeepConf, mean/);
    assert.match(out, /pass@k/);
  });

  it("refuses a single run, and says how samples are recorded", async () => {
    const { code, err } = await cli.run("votes", TRACE);
    assert.equal(code, 1);
    assert.match(err, /more than one sample/);
    assert.match(err, /--samples N/);
  });
});
