import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { BundledCli } from "./bundledCli";

const TRACE = path.resolve("test/fixtures/traces-0.1.0/deer.thoughts.jsonl");

describe("thoughtlens rules", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-cli-"));
    cli = await BundledCli.build(folder, {});
    await mkdir(path.join(folder, "kept"));
    await copyFile(TRACE, path.join(folder, "kept", "a.thoughts.jsonl"));
    await mkdir(path.join(folder, "empty"));
    await writeFile(path.join(folder, "open.txt"), "<think>Two and two.</think>4");
  });
  after(() => rm(folder, { recursive: true }));

  it("asks every rule of the traces of a folder, and says which signals they lack", async () => {
    const { code, out } = await cli.run("rules", path.join(folder, "kept"));
    assert.equal(code, 0);
    assert.match(out, /^1 question, model pocket:base\n/);
    assert.match(out, /DEER, as usual +confidence 0\.95/);
    assert.match(out, /ThinkBrake +not recorded: margin of going on/);
    assert.match(out, /oracle/);
    assert.match(out, /A check costs: DEER \d+\.\d tokens, \d+\.\d ms; all at one place /);
  });

  it("prints one JSON object, with the runs that an exit turned wrong by name", async () => {
    const { out } = await cli.run("rules", path.join(folder, "kept"), "--json", "--risk", "0.1");
    const said = JSON.parse(out) as {
      questions: number;
      models: string[];
      rules: { rule: string; points: { falseExits: string[] }[] }[];
    };
    assert.deepEqual([said.questions, said.models], [1, ["pocket:base"]]);
    const deer = said.rules.find(({ rule }) => rule === "deer")!;
    assert.ok(deer.points.length > 5);
    assert.ok(deer.points.every(({ falseExits }) => Array.isArray(falseExits)));
  });

  const refused: [why: string, args: () => string[], said: RegExp][] = [
    ["nothing that was named", () => [], /^thoughtlens: No trace was named\./],
    ["a folder without traces", () => [path.join(folder, "empty")], /holds no traces/],
    ["traces without an expected answer", () => [path.join(folder, "open.txt")], /expected answer/],
    ["a file that is not there", () => [path.join(folder, "gone.jsonl")], /cannot be read/],
    ["a risk that is no share", () => [TRACE, "--risk", "5"], /--risk takes a share between 0 and 1/],
  ];
  for (const [why, args, said] of refused) {
    it(`refuses ${why}, with what to do`, async () => {
      const { code, err } = await cli.run("rules", ...args());
      assert.ok(code > 0);
      assert.match(err, said);
    });
  }
});
