import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { BundledCli } from "./bundledCli";

describe("thoughtlens grade", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-cli-"));
    cli = await BundledCli.build(folder, {});
  });
  after(() => rm(folder, { recursive: true }));

  const cases: [args: string[], code: number, out: string][] = [
    [["--answer", "\\frac{1}{2}", "--gold", "0.5"], 0, "right"],
    [["--answer", "-5", "--gold", "-5.0"], 0, "right"],
    [["--answer=5 kg", "--gold", "5 pounds"], 1, "wrong"],
    [["--answer", "1,234", "--gold", "1.234"], 3, "unknown"],
    [["--answer", "72", "--gold", "48 + 24 = 72\n#### 72"], 0, "right"],
    [["--text", "So it is \\boxed{7}.", "--gold", "7"], 0, "right: 7"],
    [["--text", "The answer is 8.", "--gold", "7"], 1, "wrong: 8"],
    [["--text", "I do not know.", "--gold", "7"], 1, "wrong: no answer is marked in the text"],
  ];
  for (const [args, code, out] of cases) {
    it(`${args.join(" ")}: ${code}`, async () => {
      assert.deepEqual(await cli.run("grade", ...args), { code, out: `${out}\n`, err: "" });
    });
  }

  it("prints one JSON object where it is asked to", async () => {
    const { out } = await cli.run("grade", "--text", "The answer is 3 million.", "--gold", "3000000", "--json");
    assert.deepEqual(JSON.parse(out), { verdict: "right", answer: "3 million", gold: "3000000", from: "phrase" });
  });
});
