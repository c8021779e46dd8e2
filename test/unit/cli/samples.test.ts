/** Several samples, several models and several processes on the command line. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { readBenchFile } from "../../../src/core/measure/benchFile";
import { fold } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";
import { BundledCli } from "./bundledCli";

const TINY = path.resolve("test/fixtures/models/tiny");
const QUESTIONS = Array.from({ length: 4 }, (_, index) => ({ question: `How many is ${index}?`, answer: `${index}` }));

interface Group {
  name: string;
  drawn: number;
  stopped: number;
  answers: { answer: string | null; samples: number[]; share: number }[];
  tokens: number;
  lengths: { least: number; most: number };
  votes: { vote: string }[];
  vote?: { title: string };
  runs: { n: number; seed: number; tokens: { total: number; thinking: number }; work: { reused: number } | null }[];
}

describe("samples on the command line", function () {
  this.timeout(120_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-samples-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
    await writeFile(path.join(folder, "one.prompt.md"), "# Apples\n\nHow many apples are 3 and 4 apples?\n");
    await writeFile(path.join(folder, "four.jsonl"), QUESTIONS.map((row) => JSON.stringify(row)).join("\n"));
  });
  after(() => rm(folder, { recursive: true }));

  const SHORT = ["--model", TINY, "--option", "maxTokens=24", "--option", "temperature=1"];
  const drawn = async (...args: string[]) => {
    const { code, out, err } = await cli.run("run", "one.prompt.md", ...SHORT, "--json", ...args);
    const { groups } = JSON.parse(out) as { groups: Group[] };
    return { code, err, groups, group: groups[0]! };
  };

  it("are runs of one group with numbers and seeds of their own, and the prompt is read once", async () => {
    const kept = path.join(folder, "kept");
    const { group } = await drawn("--samples", "5", "--seed", "7", "--out", kept);
    assert.deepEqual(
      group.runs.map(({ n, seed }) => [n, seed]),
      [1, 2, 3, 4, 5].map((n) => [n, 6 + n]),
    );
    assert.ok(group.runs.slice(1).every(({ work }) => work!.reused > 0));
    const counted = group.answers.reduce((sum, { samples }) => sum + samples.length, 0);
    assert.deepEqual([group.drawn, counted], [5, 5]);
    const traces = await Promise.all(
      (await readdir(kept)).map(async (name) => fold(readTrace(await readFile(path.join(kept, name), "utf8")).events)),
    );
    assert.equal(new Set(traces.map(({ header }) => header!.group)).size, 1);
    assert.deepEqual(traces.map(({ header }) => header!.sample!.n).toSorted(), [1, 2, 3, 4, 5]);
    assert.ok(traces.every(({ header }) => header!.sample!.of === 5 && header!.seed === 6 + header!.sample!.n));
  });

  it("are the same one by one, in one pass, and over processes", async () => {
    const tokens = ({ runs }: Group) => runs.toSorted((a, b) => a.n - b.n).map((run) => [run.n, run.seed, run.tokens]);
    const alone = await drawn("--samples", "6");
    for (const several of [
      ["--concurrency", "6"],
      ["--workers", "2"],
      ["--workers", "2", "--concurrency", "auto"],
    ]) {
      const shared = await drawn("--samples", "6", ...several);
      assert.equal(shared.code, alone.code, shared.err);
      assert.deepEqual(tokens(shared.group), tokens(alone.group), several.join(" "));
      assert.deepEqual(shared.group.answers, alone.group.answers);
    }
  });

  it("say as text what they answer, how long they are and what votes come to", async () => {
    const { out, err } = await cli.run("run", "one.prompt.md", ...SHORT, "--samples", "3");
    assert.match(
      out,
      /^Apples\nchain-of-thought: 3 samples; \d+ to \d+ tokens, \d+ in the middle, \d+ in all; half of them have parted/,
    );
    assert.match(out, /^answer +samples +share +right$/m);
    assert.match(out, /^majority /m);
    assert.doesNotMatch(err, /At temperature 0/);
    const greedy = await cli.run("run", "one.prompt.md", "--model", TINY, "--option", "maxTokens=8", "--samples", "2");
    assert.match(greedy.err, /At temperature 0 all samples are alike: give --option temperature=0\.7/);
  });

  it("are stopped where a vote does not need them, which comes to what all of them would have", async () => {
    const whole = await drawn("--samples", "6", "--option", "maxTokens=60");
    const live = await drawn("--samples", "6", "--option", "maxTokens=60", "--vote", "short-1");
    const spent = ({ runs }: Group) => runs.reduce((sum, run) => sum + run.tokens.total, 0);
    assert.ok(spent(live.group) <= spent(whole.group));
    assert.equal(live.group.vote!.title, "shortest 1");
    assert.deepEqual(live.group.votes, []);
    const inAll = live.group.runs.reduce((sum, run) => sum + run.tokens.total, 0);
    assert.equal(live.group.tokens, inAll, "what was written before it was stopped counts");
    const least = (group: Group) => Math.min(...group.runs.map((run) => run.tokens.thinking));
    assert.equal(least(live.group), least(whole.group));
  });

  it("of a bench have a table of votes, and go on where they were cut", async () => {
    const bench = (...args: string[]) => cli.run("bench", ...args, "--json");
    const asked = ["--data", "four.jsonl", ...SHORT, "--strategies", "no-thinking,chain-of-thought", "--samples", "3"];
    const first = await bench(...asked, "--results", "samples.bench.jsonl");
    assert.equal(first.code, 0, first.err);
    const file = path.join(folder, "samples.bench.jsonl");
    const text = await readFile(file, "utf8");
    const reading = readBenchFile(text)!;
    assert.equal(reading.results.length, 4 * 2 * 3);
    assert.equal(reading.header.samples, 3);
    const { votes, n } = JSON.parse(first.out) as { n: number; votes: Record<string, { questions: number }> };
    assert.deepEqual([n, votes["chain-of-thought"]!.questions], [4, 4]);
    await writeFile(path.join(folder, "cut.bench.jsonl"), `${text.split("\n").slice(0, 9).join("\n")}\n`);
    const again = await bench("--resume", "cut.bench.jsonl");
    const table = (out: string) =>
      (JSON.parse(out) as { rows: { strategy: string; accuracy: number; tokens: object }[] }).rows.map(
        ({ strategy, accuracy, tokens }) => ({ strategy, accuracy, tokens }),
      );
    assert.deepEqual(table(again.out), table(first.out));
  });

  it("have several models side by side, each strategy on each, in a comparison as in a bench", async () => {
    const models = ["--model", TINY, "--model", "pocket"];
    const bench = await cli.run(
      ...["bench", "--data", "four.jsonl", "--limit", "2", ...models, "--strategies", "no-thinking,chain-of-draft"],
      ...["--option", "maxTokens=8", "--results", "models.bench.jsonl", "--json"],
    );
    assert.equal(bench.code, 0, bench.err);
    const names = (out: string) =>
      (JSON.parse(out) as { rows: { strategy: string }[] }).rows.map((row) => row.strategy);
    const expected = [TINY, "pocket"].flatMap((model) =>
      ["no-thinking", "chain-of-draft"].map((strategy) => `${strategy} on ${model}`),
    );
    assert.deepEqual(names(bench.out), expected);
    const again = await cli.run("bench", "--resume", "models.bench.jsonl", "--json");
    assert.deepEqual([again.code, names(again.out)], [0, expected], again.err);
    const compared = await cli.run(
      ...["compare", "one.prompt.md", ...models, "--strategies", "no-thinking", "--option", "maxTokens=8", "--json"],
    );
    const { runs } = JSON.parse(compared.out) as { runs: { model: string }[] };
    assert.deepEqual(
      runs.map(({ model }) => model),
      ["tiny", "pocket:base"],
    );
  });

  it("of a bench over processes come to the same table as one by one, also where a process is killed", async () => {
    const asked = ["--data", "four.jsonl", ...SHORT, "--option", "maxTokens=160", "--strategies", "chain-of-thought"];
    const table = (out: string) =>
      (JSON.parse(out) as { rows: { accuracy: number; tokens: object }[] }).rows.map(({ accuracy, tokens }) => ({
        accuracy,
        tokens,
      }));
    const alone = await cli.run("bench", ...asked, "--samples", "4", "--json");
    const child = cli.start(
      "bench",
      ...asked,
      "--samples",
      "4",
      "--workers",
      "2",
      "--json",
      "--results",
      "k.bench.jsonl",
    );
    let [out, err, killed] = ["", "", false];
    child.stdout.on("data", (part: Buffer) => (out += String(part)));
    child.stderr.on("data", (part: Buffer) => {
      err += String(part);
      const [worker] = killed ? [] : childrenOf(child.pid!);
      if (worker === undefined) return;
      killed = true;
      process.kill(worker, "SIGKILL");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual([code, killed], [0, true], err);
    assert.deepEqual(table(out), table(alone.out));
    const { results } = readBenchFile(await readFile(path.join(folder, "k.bench.jsonl"), "utf8"))!;
    assert.equal(results.length, 16, "nothing was counted twice or lost");
  });

  const refused: [why: string, args: string[], said: RegExp][] = [
    ["a vote over one sample", ["run", "one.prompt.md", "--vote", "short-1"], /A vote needs several samples/],
    ["a vote that there is not", ["run", "one.prompt.md", "--samples", "3", "--vote", "loud"], /--vote takes short-1/],
    [
      "a vote that would stop nothing",
      ["run", "one.prompt.md", "--samples", "3", "--vote", "short-3"],
      /--vote short-3 stops nothing among 3 samples: it writes the first 3 whole\. Give --samples 4 or more\./,
    ],
    [
      "first samples that are all",
      ["run", "one.prompt.md", "--samples", "4", "--vote", "deepconf"],
      /stops nothing among 4/,
    ],
    ["no samples", ["run", "one.prompt.md", "--samples", "0"], /--samples takes 1 to 1000/],
    [
      "workers for a server",
      ["run", "one.prompt.md", "--model", "http://127.0.0.1:9", "--workers", "2"],
      /Workers run models/,
    ],
    ["too many workers", ["run", "one.prompt.md", "--workers", "900"], /--workers takes 1 to 64/],
    ["several models for a score", ["score", "x.jsonl", "--model", "pocket", "--model", TINY], /score takes one model/],
  ];
  for (const [why, args, said] of refused)
    it(`refuse ${why}`, async () => {
      const { code, err } = await cli.run(...args);
      assert.deepEqual([code, said.test(err)], [2, true], err);
    });
});

/** Processes that a process has started. */
const childrenOf = (pid: number): number[] => {
  try {
    return execFileSync("ps", ["-o", "pid=", "--ppid", `${pid}`], { encoding: "utf8" })
      .split("\n")
      .map(Number)
      .filter((each) => each > 0);
  } catch {
    return [];
  }
};
