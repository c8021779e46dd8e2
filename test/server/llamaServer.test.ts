/** `npm run test:server`: strategies over llama.cpp's own server with a real model, and a record of the wire if asked for. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Trace } from "../../src/core/trace/fold";
import { traceEvent } from "../../src/core/trace/trace";
import { writeWire, type Exchange } from "../unit/engine/wire";
import { WireProxy } from "../unit/engine/wireProxy";
import { outcome, play, SCENARIOS, type Played, type Scenario } from "../unit/engine/wireScenarios";
import { inEnglish } from "../../src/core/text/l10n";

const upstreams = {
  usual: process.env["THOUGHTLENS_TEST_SERVER"] ?? "",
  reasoning: process.env["THOUGHTLENS_TEST_SERVER_REASONING"] ?? "",
};
const recordInto = process.env["THOUGHTLENS_RECORD_WIRE"];
const secret = process.env["THOUGHTLENS_TEST_SERVER_SECRET"];

const streamsOf = (exchanges: readonly Exchange[]) =>
  exchanges.filter(({ response }) => response.type.includes("event-stream"));

const named = (name: string) => SCENARIOS.find((each) => each.name === name)!;

async function played(proxy: WireProxy, scenario: Scenario): Promise<Played & { exchanges: Exchange[] }> {
  proxy.exchanges = [];
  const result = await play(proxy.url, scenario);
  const exchanges = proxy.exchanges;
  if (recordInto) {
    const header = {
      wire: 1,
      scenario: scenario.name,
      server: "llama.cpp",
      recorded: new Date().toISOString(),
    } as const;
    const text = writeWire({ header, exchanges, outcome: outcome(scenario, result) }, secret ? [secret] : []);
    await mkdir(recordInto, { recursive: true });
    await writeFile(path.join(recordInto, `${scenario.name}.jsonl`), text);
  }
  return { ...result, exchanges };
}

describe("llama.cpp's server", () => {
  let proxy: WireProxy;
  before(async () => {
    assert.ok(upstreams.usual, "Run this by npm run test:server.");
    proxy = await WireProxy.start(upstreams.usual);
  });
  after(() => proxy?.close());

  it("is found out to complete text with log-probabilities", async () => {
    const { info } = await played(proxy, named("capabilities"));
    assert.equal(info.id, "smollm2-135m-instruct");
    assert.equal(info.contextLength, 4096);
    const has = info.capabilities.filter((row) => row.has).map((row) => row.capability);
    assert.deepEqual(has, ["logprobs-only", "prefix-continuation"]);
    for (const id of ["chain-of-thought", "chain-of-draft", "sketch-of-thought", "inftythink", "deer", "budget"]) {
      assert.ok(info.strategies.find((row) => row.id === id)?.runs, id);
    }
    assert.match(
      inEnglish(info.strategies.find((row) => row.id === "coconut")!.reason!),
      /text and log-probabilities only/,
    );
  });

  for (const scenario of SCENARIOS.filter(
    ({ strategy, cancelAfter, reasoning }) => strategy && cancelAfter === undefined && !reasoning,
  )) {
    it(`runs ${scenario.name}, streamed, with log-probabilities`, async () => {
      const { trace, events, exchanges } = await played(proxy, scenario);
      for (const event of events) traceEvent.parse(event);
      assert.ok(trace?.exit && trace.exit.why !== "error" && trace.end);
      const chosen = trace.positions.filter(({ kind }) => kind === "text");
      assert.ok(chosen.length > 5, `${chosen.length} tokens`);
      assert.match(chosen.map(({ text }) => text).join(""), /[a-z]{3}|\d/i);
      // What a server holds back until a character or a stop word is whole, it may send without figures.
      const scored = chosen.filter(({ logprob }) => typeof logprob === "number" && logprob <= 0);
      assert.ok(scored.length > 0.9 * chosen.length, `${scored.length} of ${chosen.length} with log-probabilities`);
      assert.ok(trace.prefills[0]!.tokens > 20);
      const streams = streamsOf(exchanges);
      assert.ok(streams.some(({ response }) => response.pieces.length > 1));
      const wanted = scenario.api === "chat" ? "/v1/chat/completions" : "/v1/completions";
      assert.ok(streams.every(({ request }) => request.path === wanted));
    });
  }

  it("answers trials of DEER with confidences between 0 and 1", async () => {
    const { trace } = await played(proxy, named("deer-words"));
    assert.ok(trace!.checks.length > 0, "there was a word to check before");
    for (const { signals, trial } of trace!.checks) {
      const confidence = signals?.["confidence"];
      assert.ok(confidence! >= 0 && confidence! <= 1);
      assert.ok(trial![1] > trial![0]);
    }
  });

  it("stops working when a run is cancelled", async () => {
    const { trace, exchanges } = await played(proxy, named("cancelled"));
    assert.equal(trace!.exit?.why, "cancelled");
    assert.ok(trace!.positions.length < 400);
    assert.equal(streamsOf(exchanges).at(-1)!.response.ended, false);
    // It has one slot: while that is busy, nothing else is answered.
    const started = performance.now();
    const { trace: next } = await play(proxy.url, { ...named("chain-of-draft"), options: { shots: 0, maxTokens: 4 } });
    assert.ok(next!.positions.length > 0);
    assert.ok(performance.now() - started < 60_000);
  });
});

describe("llama.cpp's server with a template that opens thinking", () => {
  let proxy: WireProxy;
  before(async () => {
    assert.ok(upstreams.reasoning, "Run this by npm run test:server.");
    proxy = await WireProxy.start(upstreams.reasoning);
  });
  after(() => proxy?.close());

  /** All that was written after the prompt, without trials. */
  const written = ({ positions, spans }: Trace): string =>
    positions
      .filter((_, at) => !spans.some(({ kind, from, to }) => kind === "trial" && at >= from && at < to))
      .map(({ text }) => text)
      .join("");

  it("is found to think before it answers, unless it is told not to", async () => {
    const { info } = await played(proxy, named("capabilities-reasoning"));
    const { format, from, opening, off } = info.thinking;
    assert.deepEqual([format.id, from, opening], ["think", "template", "template"]);
    assert.deepEqual(off, { enable_thinking: false });
  });

  for (const name of ["deer-reasoning", "deer-reasoning-chat", "budget-reasoning"]) {
    it(`runs ${name}: thinking is closed once, and an answer follows`, async () => {
      const { trace } = await played(proxy, named(name));
      const text = written(trace!);
      assert.equal(text.split("</think>").length, 2, text);
      assert.ok(!text.split("</think>")[1]!.includes("<think>"), text);
      assert.equal(trace!.header?.think?.opening, "template");
      assert.match(trace!.exit!.why, name === "budget-reasoning" ? /^(budget|end-of-thinking)$/ : /^confidence$/);
      for (const { trial } of trace!.checks) assert.ok(trial![1] > trial![0]);
      assert.ok(trace!.spans.some(({ kind }) => kind === "answer"));
    });
  }

  it("answers at once where no thinking is asked for", async () => {
    const { trace } = await played(proxy, named("no-thinking-reasoning"));
    const text = written(trace!);
    assert.ok(
      text.split("</think>").length <= 2 && !/<think>\s*\S/.test(text.replace("<think>\n\n</think>", "")),
      text,
    );
    assert.ok(!trace!.spans.some(({ kind, from, to }) => kind === "thinking" && to - from > 4), text);
  });
});
