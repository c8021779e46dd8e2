import assert from "node:assert/strict";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { BundledCli } from "./bundledCli";

const SAMPLE = path.resolve("media/traces/deer.thoughts.jsonl");

describe("thoughtlens check", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-check-"));
    cli = await BundledCli.build(folder, {});
    await copyFile(SAMPLE, path.join(folder, "whole.thoughts.jsonl"));
    const text = await readFile(SAMPLE, "utf8");
    await writeFile(path.join(folder, "cut.thoughts.jsonl"), text.slice(0, -100));
    await writeFile(path.join(folder, "empty.thoughts.jsonl"), "");
    await writeFile(path.join(folder, "headless.bench.jsonl"), '{"t":"result"}\n');
  });
  after(() => rm(folder, { recursive: true }));
  const read = (name: string) => readFile(path.join(folder, name), "utf8");

  it("says what is wrong and changes nothing with --dry-run", async () => {
    const before = await read("cut.thoughts.jsonl");
    const { code, out } = await cli.run("check", "--dry-run", "whole.thoughts.jsonl", "cut.thoughts.jsonl");
    assert.match(out, /^whole\.thoughts\.jsonl: whole \(1 run, \d+ events\)\.\n/);
    assert.match(out, /\ncut\.thoughts\.jsonl: to be mended \([^)]+\)\. Its last line was cut off\. 1 run did not end/);
    assert.deepEqual([code, await read("cut.thoughts.jsonl")], [1, before]);
  });

  it("mends, and keeps the file as it was beside it", async () => {
    const before = await read("cut.thoughts.jsonl");
    const first = await cli.run("check", "cut.thoughts.jsonl", "--json");
    const { files } = JSON.parse(first.out) as { files: { state: string; before: string }[] };
    assert.deepEqual([first.code, files[0]!.state, files[0]!.before], [0, "mended", "cut.thoughts.jsonl.before"]);
    assert.equal(await read("cut.thoughts.jsonl.before"), before);
    assert.equal(before.startsWith(await read("cut.thoughts.jsonl")), true);
    const second = await cli.run("check", "cut.thoughts.jsonl");
    assert.match(second.out, /: whole /);
    assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith("cut")).sort(), [
      "cut.thoughts.jsonl",
      "cut.thoughts.jsonl.before",
    ]);
  });

  const hopeless: [name: string, says: RegExp][] = [
    ["empty.thoughts.jsonl", /: not mended\. It is empty: delete it, nothing is lost\./],
    ["headless.bench.jsonl", /: not mended\. It begins with no header of a trace or of results/],
    ["nowhere.jsonl", /: not mended\. It cannot be read \(ENOENT\)\. Check its name\./],
    [".", /: not mended\. It is no file\./],
  ];
  for (const [name, says] of hopeless)
    it(`says why it cannot mend ${name}`, async () => {
      const { code, out } = await cli.run("check", name);
      assert.match(out, says);
      assert.equal(code, 1);
    });

  it("wants a file", async () => {
    const { code, err } = await cli.run("check");
    assert.deepEqual([code, err], [2, "thoughtlens: No file was named. Run thoughtlens check FILE….\n"]);
  });
});
