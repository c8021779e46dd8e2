/** A bench that keeps many requests in flight at a server that does what servers do: nothing is counted twice, nothing is lost. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readBenchFile } from "../../../src/core/measure/benchFile";
import { BundledCli } from "./bundledCli";

const COUNT = 40;
const QUESTIONS = Array.from({ length: COUNT }, (_, n) => ({ question: `What is number ${n}?`, answer: `${n}` }));

/** One request to answer: which of all, how many are under way with it, and what is asked. */
interface Asked {
  nth: number;
  inFlight: number;
  number: number;
  /** How often this question was asked by now. */
  tries: number;
}

type Behaviour = (asked: Asked, response: ServerResponse, answer: () => void) => void | Promise<void>;

const refuse = (response: ServerResponse, status: number): void =>
  void response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "0" }).end('{"error":{}}');

/** Every third number is answered wrongly, so that the table says something. */
const answerTo = (number: number) => ({
  object: "chat.completion",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: `It is \\boxed{${number % 3 === 2 ? number + 1 : number}}.` },
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 20, completion_tokens: 5 + (number % 7), total_tokens: 25 + (number % 7) },
});

/** The same answer as events, the last of them twice, and the end twice. */
function streamTwice(response: ServerResponse, number: number): void {
  const { choices, usage } = answerTo(number);
  const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
  const said = choices[0]!.message.content;
  const chunk = (delta: object, finish: string | null) =>
    event({ object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] });
  const last = event({ object: "chat.completion.chunk", choices: [], usage });
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.end(
    `${chunk({ role: "assistant", content: said }, null)}${chunk({}, "stop")}${last}${last}data: [DONE]\n\ndata: [DONE]\n\n`,
  );
}

class CrowdedServer {
  private asked = 0;
  private inFlight = 0;
  most = 0;
  private readonly tries = new Map<number, number>();
  private constructor(
    private readonly server: Server,
    private readonly behave: Behaviour,
  ) {}

  static async start(behave: Behaviour, port = 0): Promise<CrowdedServer> {
    const server = createServer();
    const crowded = new CrowdedServer(server, behave);
    server.on("request", (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => void crowded.take(request.url ?? "", Buffer.concat(parts).toString(), response));
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return crowded;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async take(url: string, body: string, response: ServerResponse): Promise<void> {
    const send = (value: object) =>
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (url === "/v1/models") return void send({ object: "list", data: [{ id: "crowd", object: "model" }] });
    if (url !== "/v1/chat/completions") return refuse(response, 404);
    const number = Number(/number (\d+)\?/.exec(body)?.[1]);
    // What the server is asked to find out what it can do is no question.
    if (Number.isNaN(number)) return void send(answerTo(0));
    this.inFlight += 1;
    this.most = Math.max(this.most, this.inFlight);
    const tries = (this.tries.get(number) ?? 0) + 1;
    this.tries.set(number, tries);
    response.on("close", () => (this.inFlight -= 1));
    const asked = { nth: ++this.asked, inFlight: this.inFlight, number, tries };
    await this.behave(asked, response, () => void send(answerTo(number)));
  }
}

const calm: Behaviour = (_asked, _response, answer) => answer();

describe("a bench with many requests in flight", function () {
  this.timeout(120_000);
  let folder: string;
  let cli: BundledCli;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-crowd-"));
    cli = await BundledCli.build(folder, { XDG_CACHE_HOME: path.join(folder, "cache") });
    await writeFile(path.join(folder, "many.jsonl"), QUESTIONS.map((row) => JSON.stringify(row)).join("\n"));
  });
  after(() => rm(folder, { recursive: true }));

  interface Table {
    n: number;
    rows: { accuracy: number; tokens: object; failed: number }[];
    failures: object[];
  }
  const tableOf = (out: string) => {
    const { n, rows, failures } = JSON.parse(out) as Table;
    return { n, failures, rows: rows.map(({ accuracy, tokens }) => ({ accuracy, tokens })) };
  };
  const bench = async (server: CrowdedServer, ...args: string[]) => {
    const data = ["--data", "many.jsonl", "--model", server.url, "--strategies", "chain-of-thought"];
    return cli.run("bench", ...data, "--json", ...args);
  };
  const resultsIn = async (name: string) =>
    readBenchFile(await readFile(path.join(folder, name), "utf8"))!.results.map(({ question }) => question);
  const everyOne = QUESTIONS.map((_, index) => index);
  const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);

  let expected: object;
  before(async () => {
    const server = await CrowdedServer.start(calm);
    const { code, out, err } = await bench(server);
    server.close();
    assert.equal(code, 0, err);
    expected = tableOf(out);
  });

  const rows: [what: string, behave: Behaviour, args: string[]][] = [
    [
      "answers out of order",
      async ({ number }, _response, answer) => {
        await pause((number * 29) % 60);
        answer();
      },
      ["--concurrency", "16"],
    ],
    [
      "refuses more than 8 in flight",
      async ({ inFlight }, response, answer) => {
        if (inFlight > 8) return refuse(response, 429);
        await pause(10);
        answer();
      },
      ["--concurrency", "auto"],
    ],
    [
      "refuses every fifth as overloaded, once",
      ({ nth, tries }, response, answer) => (nth % 5 === 0 && tries === 1 ? refuse(response, 503) : answer()),
      ["--concurrency", "8"],
    ],
    [
      "lets the connection go in the middle of every fourth answer, once",
      ({ number, tries }, response, answer) => {
        if (number % 4 !== 0 || tries > 1) return answer();
        response.writeHead(200, { "Content-Type": "application/json" });
        response.write(JSON.stringify(answerTo(number)).slice(0, 40));
        setTimeout(() => response.destroy(), 5);
      },
      ["--concurrency", "8"],
    ],
    [
      "fails at half, and comes back",
      ({ nth }, response, answer) => (nth >= COUNT / 2 && nth < COUNT / 2 + 6 ? void response.destroy() : answer()),
      ["--concurrency", "8"],
    ],
    [
      "says the end of each answer twice",
      ({ number }, response) => streamTwice(response, number),
      ["--concurrency", "8"],
    ],
  ];
  for (const [index, [what, behave, args]] of rows.entries())
    it(`comes to the whole table where the server ${what}`, async () => {
      const server = await CrowdedServer.start(behave);
      const file = `crowd-${index}.bench.jsonl`;
      const { code, out, err } = await bench(server, "--results", file, ...args);
      server.close();
      assert.equal(code, 0, err);
      assert.deepEqual(tableOf(out), expected, err);
      assert.deepEqual(sorted(await resultsIn(file)), everyOne);
    });

  it("goes on to the same table where the server broke at half for good", async () => {
    const half = await CrowdedServer.start(({ nth }, response, answer) =>
      nth > COUNT / 2 ? refuse(response, 500) : answer(),
    );
    const port = Number(new URL(half.url).port);
    const first = await bench(half, "--results", "half.bench.jsonl", "--concurrency", "8", "--max-failures", "3");
    half.close();
    assert.equal(first.code, 1, first.err);
    const before = await resultsIn("half.bench.jsonl");
    assert.ok(before.length >= COUNT / 4 && before.length < COUNT, `${before.length} were kept`);
    assert.equal(new Set(before).size, before.length, "none twice");

    const whole = await CrowdedServer.start(calm, port);
    const { code, out, err } = await cli.run("bench", "--resume", "half.bench.jsonl", "--json", "--concurrency", "8");
    whole.close();
    assert.equal(code, 0, err);
    assert.deepEqual(tableOf(out), expected);
    assert.deepEqual(sorted(await resultsIn("half.bench.jsonl")), everyOne);
  });

  it("draws a thousand samples of one question", async () => {
    const server = await CrowdedServer.start(async (_asked, _response, answer) => {
      await pause(50);
      answer();
    });
    await writeFile(path.join(folder, "one.prompt.md"), "# One\n\nWhat is number 7?\n");
    const asked = ["--model", server.url, "--strategy", "chain-of-thought", "--option", "temperature=1"];
    const { code, out, err } = await cli.run(
      ...["run", "one.prompt.md", ...asked, "--samples", "1000", "--concurrency", "32", "--json"],
    );
    server.close();
    assert.equal(code, 0, err);
    const { groups } = JSON.parse(out) as {
      groups: { drawn: number; answers: { samples: number[] }[]; runs: { n: number; seed: number }[] }[];
    };
    const [group] = groups;
    assert.deepEqual([group!.drawn, group!.answers.length, group!.answers[0]!.samples.length], [1000, 1, 1000]);
    assert.deepEqual(
      sorted(group!.runs.map(({ n }) => n)),
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
    assert.equal(new Set(group!.runs.map(({ seed }) => seed)).size, 1000);
    assert.ok(server.most > 8, `${server.most} were in flight`);
  });
});
