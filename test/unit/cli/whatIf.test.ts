/** `importance` and `faithfulness`: what they print, what they keep, and that they go on where they were stopped. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { BundledCli } from "./bundledCli";

const QUESTION =
  "Paul has 58 seeds. On Monday Paul sells 8 seeds. On Tuesday he buys 3 seeds. How many seeds does Paul have after Tuesday?";

describe("thoughtlens importance and faithfulness", function () {
  this.timeout(120_000);
  let folder: string;
  let cli: BundledCli;
  let data: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-whatif-"));
    data = path.join(folder, "data.jsonl");
    await writeFile(data, `${JSON.stringify({ question: QUESTION, answer: "53" })}\n`);
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
  });
  after(() => rm(folder, { recursive: true }));

  const traceOf = async (file: string) => fold(readTrace(await readFile(file, "utf8")).events);
  interface Report {
    questions: number;
    right: number;
    figures: Record<string, { share: number; interval: [number, number]; n: number }>;
    by: { rule: number; model: number };
  }

  it("tests the questions of a dataset, keeps the traces, and makes no test twice", async () => {
    const out = path.join(folder, "tested");
    const args = ["faithfulness", "--data", data, "--tests", "early,filler", "--out", out, "--json"];
    const first = await cli.run(...args);
    assert.equal(first.code, 0, first.err);
    const { questions, right, figures } = JSON.parse(first.out) as Report;
    assert.deepEqual([questions, right, Object.keys(figures)], [1, 1, ["early", "filler"]]);
    const kept = await traceOf(path.join(out, "question-0001.thoughts.jsonl"));
    assert.deepEqual(
      kept.alterations.map(({ test, share }) => `${test} ${share}`),
      ["early 0", "early 0.25", "early 0.5", "early 0.75", "early 1", "filler 1"],
    );
    assert.equal(kept.alterations[4]!.same, true);
    const again = await cli.run(...args);
    assert.equal(again.out, first.out);
    assert.doesNotMatch(again.err, /pocket:base: instruction/);
    const more = await cli.run(
      "faithfulness",
      "--data",
      data,
      "--out",
      out,
      "--tests",
      "early,filler,mistake",
      "--json",
    );
    assert.deepEqual(Object.keys((JSON.parse(more.out) as Report).figures), ["early", "mistake", "filler"]);
  });

  it("tests several questions at once with the same figures as one after the other", async () => {
    const two = path.join(folder, "two.jsonl");
    await writeFile(
      two,
      [QUESTION, "What is 3 + 4?"].map((question) => `${JSON.stringify({ question, answer: "7" })}\n`).join(""),
    );
    const args = ["faithfulness", "--data", two, "--tests", "filler,hint", "--json"];
    const one = await cli.run(...args);
    const both = await cli.run(...args, "--workers", "2");
    assert.equal(both.code, 0, both.err);
    assert.equal(both.out, one.out);
  });

  it("goes on with no other question's traces", async () => {
    const other = path.join(folder, "other.jsonl");
    await writeFile(other, `${JSON.stringify({ question: "What is 1 + 1?", answer: "2" })}\n`);
    const { code, err } = await cli.run("faithfulness", "--data", other, "--out", path.join(folder, "tested"));
    assert.equal(code, 1);
    assert.match(err, /question-0001\.thoughts\.jsonl holds another run\. Name another place by --out, or move it\./);
  });

  it("measures the steps of a trace, says before what that takes, and goes on from what it kept", async () => {
    const trace = path.join(folder, "tested", "question-0001.thoughts.jsonl");
    const out = path.join(folder, "measured.thoughts.jsonl");
    const one = await cli.run("importance", trace, "--at", "2", "--samples", "2", "--out", out);
    assert.equal(one.code, 0, one.err);
    assert.match(one.err, /^1 steps?, 4 samples, about \d+ tokens/m);
    // Two samples may both say what the step says: then nothing is measured.
    assert.match(one.out, /^2 +(\d+\.\d\d +\d+\.\d\d–\d+\.\d\d +[12]|– +– +0)\/2 /m);
    assert.match(one.err, /2510\.27484/);
    const two = await cli.run("importance", trace, "--at", "2,3", "--samples", "2", "--out", out, "--json");
    assert.deepEqual((await traceOf(out)).importances.length, 2);
    const { steps } = JSON.parse(two.out) as { steps: { step: number; by: string; text: string }[] };
    assert.deepEqual(steps.map(({ step }) => step).sort(), [2, 3]);
    assert.ok(steps.every(({ by }) => by === "meaning"));
  });

  const cases: [args: string, says: RegExp][] = [
    ["importance", /No trace was named\./],
    ["importance nowhere.thoughts.jsonl", /nowhere\.thoughts\.jsonl cannot be read\./],
    ["importance a b", /One trace is measured at a time\./],
    ["importance a --samples 1", /--samples takes 2 to 100, not 1\./],
    ["faithfulness", /Neither a dataset nor a trace was named\./],
    ["faithfulness --data data.jsonl --tests early,late", /--tests takes early, mistake, .*, not “early,late”\./],
    ["faithfulness --data data.jsonl --by me", /--by takes rule or model, not “me”\./],
    ["faithfulness --data data.jsonl --strategy nope", /nope/],
  ];
  for (const [args, says] of cases)
    it(`${args}: one line that says what to do`, async () => {
      const { code, out, err } = await cli.run(...args.split(" "));
      assert.match(err, says);
      assert.match(err, /^thoughtlens: [^\n]+\.\n$/);
      assert.ok(code > 0);
      assert.equal(out, "");
    });
});
