/** A bench whose requests and answers go through files. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { BundledCli } from "./bundledCli";

const QUESTIONS = Array.from({ length: 3 }, (_, index) => ({ question: `How many is ${index}?`, answer: `${index}` }));

interface Request {
  custom_id: string;
  method: string;
  url: string;
  body: {
    model: string;
    messages: { role: string; content: string }[];
    max_tokens: number;
    temperature: number;
    seed: number;
  };
}

describe("a bench as a batch", function () {
  this.timeout(120_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-batch-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
    await writeFile(path.join(folder, "three.jsonl"), QUESTIONS.map((row) => JSON.stringify(row)).join("\n"));
  });
  after(() => rm(folder, { recursive: true }));

  const ASKED = ["--data", "three.jsonl", "--model", "some-model", "--strategies", "chain-of-thought,chain-of-draft"];
  const bench = (...args: string[]) => cli.run("bench", ...args);
  const written = async (file: string): Promise<Request[]> =>
    (await readFile(path.join(folder, file), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Request);
  /** The answer of a model that thinks in a field of its own, and is right. */
  const answerTo = ({ custom_id, body }: Request) => {
    const said = /How many is (\d)/.exec(body.messages.at(-1)!.content)![1];
    const message = {
      role: "assistant",
      reasoning_content: "Let me count them.",
      content: `The answer is \\boxed{${said}}.`,
    };
    const usage = { prompt_tokens: 40, completion_tokens: 20, total_tokens: 60 };
    const answer = { object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }], usage };
    return { id: "x", custom_id, response: { status_code: 200, request_id: "r", body: answer }, error: null };
  };
  const lines = (values: readonly (object | string)[]) =>
    values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("\n");

  it("writes a request a line, each with a name of its own, and asks nobody", async () => {
    const { code, err } = await bench(
      ...ASKED,
      "--option",
      "temperature=0.6",
      "--samples",
      "2",
      "--write-requests",
      "r.jsonl",
    );
    assert.equal(code, 0, err);
    assert.match(
      err,
      /^12 requests are in r\.jsonl\. Send them, and read the answers by thoughtlens bench --read-responses FILE/m,
    );
    const requests = await written("r.jsonl");
    assert.equal(new Set(requests.map(({ custom_id }) => custom_id)).size, 12);
    for (const { method, url, body, custom_id } of requests) {
      assert.deepEqual(
        [method, url, body.model, body.temperature],
        ["POST", "/v1/chat/completions", "some-model", 0.6],
      );
      assert.ok(body.max_tokens > 0 && body.messages.length > 1 && !("stream" in body), custom_id);
      assert.equal(body.seed, custom_id.includes("-s2-") ? 1 : 0);
    }
    const again = await bench(...ASKED, "--write-requests", "r.jsonl");
    assert.match(again.err, /r\.jsonl is there already\. Move that file away, or name another by --write-requests/);
  });

  it("reads answers in any order into the table of a bench, with what was thought apart", async () => {
    await bench(...ASKED, "--write-requests", "whole.jsonl");
    const answers = (await written("whole.jsonl")).map(answerTo).reverse();
    await writeFile(path.join(folder, "answers.jsonl"), lines(answers));
    const { code, out, err } = await bench(...ASKED, "--read-responses", "answers.jsonl", "--json");
    assert.equal(code, 0, err);
    const { n, rows, failures } = JSON.parse(out) as {
      n: number;
      rows: { strategy: string; model: string; accuracy: number; tokens: { thinking: number }; billed: object }[];
      failures: object[];
    };
    assert.deepEqual([n, failures], [3, []]);
    assert.deepEqual(
      rows.map(({ strategy, model, accuracy }) => [strategy, model, accuracy]),
      ["chain-of-thought", "chain-of-draft"].map((strategy) => [strategy, "some-model", 1]),
    );
    for (const { tokens, billed } of rows) {
      assert.ok(tokens.thinking >= 5);
      assert.deepEqual(billed, { input: 40, cached: 0, output: 20 });
    }
  });

  it("says what is repeated, failed, missing or foreign, counts nothing twice, and asks for what is missing", async () => {
    await bench(...ASKED, "--write-requests", "some.jsonl");
    const [first, second, third, ...rest] = await written("some.jsonl");
    const failed = { custom_id: second!.custom_id, response: null, error: { code: "expired", message: "It expired." } };
    const refused = {
      custom_id: third!.custom_id,
      response: { status_code: 429, body: { error: { message: "Too many." } } },
    };
    const other = { ...answerTo(first!), custom_id: first!.custom_id.replace(/[0-9a-f]{8}/, "00000000") };
    const wrong = structuredClone(answerTo(first!));
    wrong.response.body.choices[0]!.message.content = "The answer is \\boxed{77}.";
    const file = [answerTo(first!), wrong, failed, refused, "{cut", other, { custom_id: "mine", response: {} }];
    await writeFile(path.join(folder, "bad.jsonl"), lines([...file, answerTo(rest[0]!)]));
    const { code, out, err } = await bench(
      ...ASKED,
      "--read-responses",
      "bad.jsonl",
      "--results",
      "b.bench.jsonl",
      "--json",
    );
    assert.equal(code, 0, err);
    const said = JSON.parse(out) as { failures: { code: string; message: string }[]; rows: { accuracy: number }[] };
    assert.deepEqual(said.failures.map((failure) => failure.message).toSorted(), [
      "It expired.",
      "The file holds no answer to it.",
      "The file holds no answer to it.",
      "Too many.",
    ]);
    assert.ok(said.rows.every(({ accuracy }) => accuracy === 1));
    for (const sentence of [
      "1 answer came again, and the first one counts.",
      "1 line is no answer of a batch.",
      "1 answer names no run of this bench.",
      "1 answer is to other questions.",
      "2 requests have no answer yet.",
      "Question 1 under chain-of-draft failed: It expired.",
      "Write what is missing by thoughtlens bench --resume b.bench.jsonl --write-requests FILE",
    ])
      assert.ok(err.includes(sentence), `${sentence}\n${err}`);

    const more = await bench("--resume", "b.bench.jsonl", "--write-requests", "more.jsonl");
    assert.equal(more.code, 0, more.err);
    const missing = await written("more.jsonl");
    assert.equal(missing.length, 4);
    await writeFile(path.join(folder, "late.jsonl"), lines(missing.map(answerTo)));
    const whole = await bench("--resume", "b.bench.jsonl", "--read-responses", "late.jsonl", "--json");
    const { n, failures } = JSON.parse(whole.out) as { n: number; failures: object[] };
    assert.deepEqual([whole.code, n, failures], [0, 3, []], whole.err);
  });

  it("writes every strategy that needs one request a question, where none is named", async () => {
    const { code, err } = await bench(
      "--data",
      "three.jsonl",
      "--model",
      "m",
      "--limit",
      "1",
      "--write-requests",
      "all.jsonl",
    );
    assert.equal(code, 0, err);
    const names = (await written("all.jsonl")).map(({ custom_id }) => custom_id.split("-s1-")[1]);
    assert.ok(names.includes("chain-of-thought") && names.includes("chain-of-draft"), names.join());
    assert.ok(!names.includes("deer") && !names.includes("coconut"));
  });

  const refused: [why: string, args: string[], said: RegExp][] = [
    [
      "strategies that ask more than once",
      ["--model", "m", "--strategies", "deer"],
      /deer needs more than one request/,
    ],
    ["several models", ["--model", "m", "--model", "n"], /A batch has one model/],
    ["no model", [], /A batch names its model itself/],
    ["both ways at once", ["--model", "m", "--read-responses", "a.jsonl"], /written before answers are read/],
  ];
  for (const [why, args, said] of refused)
    it(`refuses ${why}`, async () => {
      const { code, err } = await bench("--data", "three.jsonl", ...args, "--write-requests", "never.jsonl");
      assert.ok(code > 0 && said.test(err), err);
    });

  it("refuses a file of answers that is not there", async () => {
    const { code, err } = await bench(...ASKED, "--read-responses", "gone.jsonl");
    assert.deepEqual([code, /gone\.jsonl cannot be read/.test(err)], [1, true], err);
  });
});
