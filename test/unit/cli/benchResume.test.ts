import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { readBenchFile, resultKey } from "../../../src/core/measure/benchFile";
import { BundledCli } from "./bundledCli";

const MODEL = path.resolve("test/fixtures/models/tiny");
const QUESTIONS = [
  { question: "How many apples are there?", answer: "3" },
  { question: "How many pens are there?", answer: "4" },
  { question: "How many cups are there?", answer: "5" },
];

describe("a bench on the command line", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-bench-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
    await writeFile(path.join(folder, "questions.jsonl"), QUESTIONS.map((row) => JSON.stringify(row)).join("\n"));
  });
  after(() => rm(folder, { recursive: true }));

  const bench = (...args: string[]) => cli.run("bench", ...args);
  const begin = (file: string) =>
    bench(
      ...["--data", "questions.jsonl", "--model", MODEL, "--strategies", "no-thinking,chain-of-thought"],
      ...["--option", "maxTokens=12", "--results", file, "--json"],
    );
  const kept = async (file: string) => readBenchFile(await readFile(path.join(folder, file), "utf8"))!;
  const figuresOf = (out: string) => {
    const { n, rows } = JSON.parse(out) as {
      n: number;
      rows: { strategy: string; model: string; tokens: object; accuracy: number }[];
    };
    return { n, rows: rows.map(({ strategy, model, tokens, accuracy }) => ({ strategy, model, tokens, accuracy })) };
  };

  it("that was cut anywhere goes on from its file, to the same figures", async () => {
    const whole = await begin("whole.bench.jsonl");
    assert.equal(whole.code, 0, whole.err);
    const text = await readFile(path.join(folder, "whole.bench.jsonl"), "utf8");
    const lines = text.split("\n");
    // The header, three results, and half of the fourth.
    await writeFile(path.join(folder, "cut.bench.jsonl"), `${lines.slice(0, 4).join("\n")}\n${lines[4]!.slice(0, 50)}`);

    const resumed = await bench("--resume", "cut.bench.jsonl", "--json");
    assert.equal(resumed.code, 0, resumed.err);
    assert.deepEqual(figuresOf(resumed.out), figuresOf(whole.out));
    const [all, cut] = [await kept("whole.bench.jsonl"), await kept("cut.bench.jsonl")];
    assert.equal(all.results.length, 6);
    assert.deepEqual(cut.results.map(resultKey), all.results.map(resultKey));
    assert.deepEqual(cut.results.slice(0, 3), all.results.slice(0, 3));

    const again = await bench("--resume", "cut.bench.jsonl", "--json");
    assert.deepEqual(figuresOf(again.out), figuresOf(whole.out));
    assert.equal((await kept("cut.bench.jsonl")).results.length, 6);
  });

  it("refuses other questions, another model, a file that is there and one that holds no bench", async () => {
    assert.match((await begin("whole.bench.jsonl")).err, /whole\.bench\.jsonl is there already.*--resume/);
    await writeFile(path.join(folder, "other.jsonl"), JSON.stringify({ question: "How many?", answer: "1" }));
    const other = await bench("--resume", "whole.bench.jsonl", "--data", "other.jsonl");
    assert.equal(other.code, 1);
    assert.match(other.err, /not those that whole\.bench\.jsonl was begun with/);
    const text = await readFile(path.join(folder, "whole.bench.jsonl"), "utf8");
    const changed = text
      .split("\n")
      .slice(0, 3)
      .map((line) =>
        line.startsWith('{"t":"result"') ? line.replace(/("sha256":")[0-9a-f]{64}/, `$1${"0".repeat(64)}`) : line,
      )
      .join("\n");
    await writeFile(path.join(folder, "changed.bench.jsonl"), `${changed}\n`);
    assert.match((await bench("--resume", "changed.bench.jsonl")).err, /The model is not the one/);
    assert.match((await bench("--resume", "questions.jsonl")).err, /holds no results of a bench/);
  });
});
