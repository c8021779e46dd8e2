/** A bench over a server that fails now and then, or for good. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { readBenchFile } from "../../../src/core/measure/benchFile";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { LoopbackServer } from "../engine/loopbackServer";
import { BundledCli } from "./bundledCli";

const QUESTIONS = Array.from({ length: 8 }, (_, index) => ({ question: `How many is ${index}?`, answer: `${index}` }));

interface Report {
  n: number;
  rows: { strategy: string; failed: number }[];
  failures: { question: number; strategy: string; code: string; attempts: number }[];
}

describe("a bench over a server that fails", function () {
  this.timeout(60_000);
  let folder: string;
  let cli: BundledCli;
  let model: OnnxModel;
  let server: LoopbackServer;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-failing-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
    model = await loadOnnxModel("test/fixtures/models/tiny", { threads: 1 });
    await writeFile(path.join(folder, "eight.jsonl"), QUESTIONS.map((row) => JSON.stringify(row)).join("\n"));
  });
  beforeEach(async () => {
    server = await LoopbackServer.start(model, "openai");
  });
  afterEach(() => server.close());
  after(async () => {
    await model.dispose();
    await rm(folder, { recursive: true });
  });
  const bench = (...args: string[]) =>
    cli.run(
      ...["bench", "--data", "eight.jsonl", "--model", server.url, "--strategies", "chain-of-thought"],
      ...["--option", "maxTokens=4", ...args],
    );
  /** Answers to questions that hold one of the texts fail with that status, so often each. */
  const failOn = (texts: string[], status: number, times = Infinity) => {
    const left = new Map(texts.map((text) => [text, times]));
    server.refuse = (prompt) => {
      const text = texts.find((each) => prompt.includes(each) && left.get(each)! > 0);
      if (text === undefined) return undefined;
      left.set(text, left.get(text)! - 1);
      return status;
    };
  };

  it("tries again what passes, and comes to the whole table", async () => {
    failOn(["is 2?", "is 5?"], 500, 2);
    const { code, out, err } = await bench("--json");
    const { n, failures } = JSON.parse(out) as Report;
    assert.deepEqual([code, n, failures], [0, 8, []], err);
  });

  it("counts what stays, says how to go on, and goes on", async () => {
    failOn(["is 2?", "is 5?"], 500);
    const first = await bench("--results", "stays.bench.jsonl", "--json");
    const { n, rows, failures } = JSON.parse(first.out) as Report;
    assert.deepEqual([first.code, n, rows[0]!.failed], [0, 6, 2]);
    assert.deepEqual(
      failures.map(({ question, code, attempts }) => ({ question, code, attempts })),
      [2, 5].map((question) => ({ question, code: "server-failed", attempts: 3 })),
    );
    assert.match(
      first.err,
      /Question 3 under chain-of-thought failed \(tried 3 times\): The server at .* failed \(500\)/,
    );
    assert.match(first.err, /Left out of the table are runs that failed: 2 of chain-of-thought\./);
    assert.match(first.err, /Try what is missing by thoughtlens bench --resume stays\.bench\.jsonl/);

    failOn([], 500);
    const second = await cli.run("bench", "--resume", "stays.bench.jsonl", "--json");
    assert.deepEqual([second.code, (JSON.parse(second.out) as Report).n], [0, 8], second.err);
    const reading = readBenchFile(await readFile(path.join(folder, "stays.bench.jsonl"), "utf8"))!;
    assert.deepEqual([reading.results.length, reading.failures], [8, []]);
    assert.ok(reading.results.every(({ model: name }) => name === "tiny"));
  });

  it("shows failures in the table of a terminal", async () => {
    failOn(["is 2?"], 500);
    const { out } = await bench();
    assert.match(out, /^eight\.jsonl, 7 questions\nstrategy .* failed /);
  });

  it("stops where nothing comes any more, with the table and the hint", async () => {
    failOn(["is 3?", "is 4?", "is 5?", "is 6?", "is 7?"], 500);
    const { code, out, err } = await bench("--results", "stops.bench.jsonl", "--max-failures", "2");
    assert.equal(code, 1);
    assert.match(out, /^eight\.jsonl, 3 questions\nstrategy/);
    assert.match(err, /The bench stopped because 2 runs of chain-of-thought in a row failed: The server/);
    assert.match(err, /--resume stops\.bench\.jsonl/);
  });

  it("keeps a key that stands in its address out of what it says and writes", async () => {
    const address = server.url.replace("//", "//me:planted-secret@");
    for (const model of [address, `${server.url}?api_key=planted-secret`, `${server.url}#key=planted-secret`]) {
      const file = path.join(folder, "keys.bench.jsonl");
      const { code, out, err } = await cli.run(
        ...["bench", "--data", "eight.jsonl", "--model", model, "--results", "keys.bench.jsonl", "--json"],
      );
      assert.equal(code, 1);
      assert.match(err, /^thoughtlens: |\nthoughtlens: /);
      assert.doesNotMatch(out + err, /planted-secret/);
      // Nothing was answered, so that the name is free again.
      await assert.rejects(readFile(file));
    }
  });

  it("ends at once where the key is wrong", async () => {
    failOn(["is 0?"], 401);
    const { code, err } = await bench("--results", "key.bench.jsonl");
    assert.equal(code, 1);
    assert.doesNotMatch(err, /--resume/);
    assert.match(err, /wants another key\. Set the server's API key\./);
    assert.equal(server.requests.filter(({ body }) => JSON.stringify(body).includes("How many is")).length, 1);
  });

  it("asks as many questions at once as it is told, with the same table as one by one", async () => {
    const figures = (out: string) =>
      (JSON.parse(out) as { rows: { accuracy: number; tokens: object }[] }).rows.map(({ accuracy, tokens }) => ({
        accuracy,
        tokens,
      }));
    const alone = await bench("--json");
    const many = await bench("--json", "--concurrency", "4");
    assert.deepEqual([many.code, figures(many.out)], [0, figures(alone.out)], many.err);
    const kept = await bench("--results", "many.bench.jsonl", "--concurrency", "8", "--json");
    const { results } = readBenchFile(await readFile(path.join(folder, "many.bench.jsonl"), "utf8"))!;
    assert.deepEqual(
      [kept.code, results.map(({ question }) => question).toSorted((a, b) => a - b)],
      [0, QUESTIONS.map((_, index) => index)],
    );
  });

  it("finds by trying how many it may ask at once, with the same table", async () => {
    const alone = await bench("--json", "--samples", "4", "--option", "temperature=1");
    const found = await bench("--json", "--samples", "4", "--option", "temperature=1", "--concurrency", "auto");
    const tokens = (out: string) => (JSON.parse(out) as { rows: { tokens: object }[] }).rows[0]!.tokens;
    assert.deepEqual([found.code, tokens(found.out)], [0, tokens(alone.out)], found.err);
    assert.match(found.err, /At most \d+ at once were found to be fastest\./);
  });

  it("shares the work among several servers, and goes on with the others when one dies", async () => {
    const second = await LoopbackServer.start(model, "openai");
    const asked = (each: LoopbackServer) =>
      each.requests.filter(({ body }) => JSON.stringify(body).includes("How many is")).length;
    const both = `${server.url},${second.url}`;
    const share = (...args: string[]) =>
      cli.run(
        ...["bench", "--data", "eight.jsonl", "--model", both, "--strategies", "chain-of-thought"],
        ...["--option", "maxTokens=4", "--concurrency", "4", "--json", ...args],
      );
    const shared = await share("--results", "shared.bench.jsonl");
    assert.deepEqual([shared.code, (JSON.parse(shared.out) as Report).n], [0, 8], shared.err);
    // Each is asked while the other is busy; who is quicker gets more.
    assert.equal(asked(server) + asked(second), 8);
    assert.ok(Math.min(asked(server), asked(second)) >= 2, `${asked(server)} and ${asked(second)}`);
    second.refuse = (prompt) => (prompt.includes("How many is") ? 500 : undefined);
    const half = await share();
    const { n, failures } = JSON.parse(half.out) as Report;
    assert.deepEqual([half.code, n, failures], [0, 8, []], half.err);
    const { results } = readBenchFile(await readFile(path.join(folder, "shared.bench.jsonl"), "utf8"))!;
    assert.deepEqual(
      results.map(({ question }) => question).toSorted((a, b) => a - b),
      QUESTIONS.map((_, index) => index),
    );
    second.close();
    const gone = await share();
    assert.deepEqual([gone.code, (JSON.parse(gone.out) as Report).n], [0, 8], gone.err);
    assert.match(gone.err, /The others are asked in its place: The server at .* does not answer/);
  });

  it("holds all requests back when one is told to wait, and comes to the whole table", async () => {
    let refusals = 0;
    server.refuse = (prompt) => (prompt.includes("How many is") && refusals++ < 3 ? 429 : undefined);
    const { code, out, err } = await bench("--json", "--concurrency", "8");
    const { n, failures } = JSON.parse(out) as Report;
    assert.deepEqual([code, n, failures], [0, 8, []], err);
    const asked = server.requests.filter(({ body }) => JSON.stringify(body).includes("How many is")).length;
    assert.ok(asked <= 8 + 8, `${asked} requests`);
  });

  it("is not asked at once with a model of this machine, and says why", async () => {
    const { code, err } = await bench("--model", "pocket", "--concurrency", "4");
    assert.equal(code, 2);
    assert.match(err, /Servers and models of this machine are not asked at once/);
    const most = await bench("--concurrency", "0");
    assert.deepEqual([most.code, /--concurrency takes 1 to 256/.test(most.err)], [2, true]);
  });
});
