import assert from "node:assert/strict";
import path from "node:path";
import { fold } from "../../../src/core/trace/fold";
import type { EngineNotifications, RunRequest } from "../../../src/core/protocol/engineApi";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Engine } from "../../../src/engine/engine";
import { ServerClient } from "../../../src/engine/backends/remote/serverClient";
import { eventData } from "../../../src/engine/backends/remote/serverEvents";
import { ServerModel } from "../../../src/engine/backends/remote/serverModel";
import type { ServerApi } from "../../../src/engine/backends/remote/serverDiscovery";
import type { Dialect } from "./loopbackServer";
import { MESSAGES, ServerBench, TINY } from "./serverBench";
import { inEnglish } from "../../../src/core/text/l10n";

describe("completion servers", () => {
  let bench: ServerBench;
  before(async () => {
    bench = await ServerBench.open();
  });
  after(() => bench.model.dispose());
  beforeEach(() => bench.reset());
  afterEach(() => bench.server?.close());

  const has = (connected: ServerModel) => connected.capabilities.filter((row) => row.has).map((row) => row.capability);

  describe("are asked what they can do", () => {
    const expected: [Dialect, ServerApi | undefined, ServerApi, number, string[]][] = [
      ["llama.cpp", undefined, "completions", 512, ["logprobs-only", "prefix-continuation"]],
      ["llama.cpp", "chat", "chat", 512, ["logprobs-only", "prefix-continuation"]],
      ["vllm", undefined, "completions", 512, ["logprobs-only", "prefix-continuation"]],
      ["vllm", "chat", "chat", 512, ["logprobs-only", "prefix-continuation"]],
      ["tgi", undefined, "completions", 512, ["prefix-continuation"]],
      ["tgi", "chat", "chat", 512, ["logprobs-only", "prefix-continuation"]],
      ["ollama", undefined, "chat", 512, ["prefix-continuation"]],
      ["openai", undefined, "chat", Infinity, ["logprobs-only"]],
    ];
    for (const [dialect, wanted, api, context, capabilities] of expected) {
      it(`${dialect}${wanted ? ` by ${wanted}` : ""}`, async () => {
        const connected = await bench.connect(dialect, wanted);
        assert.equal(connected.facts.id, "tiny");
        assert.equal(connected.facts.provider, dialect === "openai" ? "server" : dialect);
        assert.equal(connected.facts.contextLength, context);
        assert.deepEqual(has(connected), capabilities);
        assert.ok(connected.capabilities.every((row) => /^[A-Z].*\.$/.test(inEnglish(row.reason))));
        const paths = new Set(bench.server.requests.map((request) => request.path));
        assert.ok(paths.has(api === "chat" ? "/v1/chat/completions" : "/v1/completions"));
        assert.ok(bench.server.requests.every((request) => request.authorization === "Bearer sk-test"));
      });
    }

    for (const status of [405, 501]) {
      it(`and may say ${status} of paths that they do not have`, async () => {
        const server = await bench.start("openai");
        server.unknownPath = status;
        const client = new ServerClient(server.url, undefined, { attempts: 1 });
        assert.equal((await ServerModel.connect(client, {}, bench.controller.signal)).facts.id, "tiny");
      });
    }
  });

  describe("write what the same model writes here", () => {
    const ways: [Dialect, ServerApi][] = [
      ["llama.cpp", "completions"],
      ["vllm", "completions"],
      ["tgi", "completions"],
      ["llama.cpp", "chat"],
      ["vllm", "chat"],
      ["ollama", "chat"],
    ];
    for (const [dialect, api] of ways) {
      it(`${dialect}, ${api}: text, log-probabilities, counts, given text, and going back`, async () => {
        const [here, there] = [bench.local(), await bench.decoder(dialect, api)];
        const asked = bench.server.requests.length;
        for (const each of [here, there]) await each.prefill(MESSAGES);
        const both = async (maxTokens: number) => {
          const [a, b] = [await here.generate({ maxTokens }), await there.generate({ maxTokens })];
          assert.equal(b.text, a.text);
          assert.equal(b.stoppedBy, a.stoppedBy);
          assert.equal(b.tokens.length, a.tokens.length);
          if (dialect === "ollama" || dialect === "tgi") return;
          a.tokens.forEach((token, index) => {
            assert.ok(Math.abs(token.logprob! - b.tokens[index]!.logprob!) < 1e-4);
          });
        };
        await both(12);
        assert.equal(there.promptTokens, here.promptTokens);
        const marks = [here.mark(), there.mark()] as const;
        for (const each of [here, there]) await each.force("\n**Final Answer**\n\\boxed{");
        await both(6);
        here.rewind(marks[0]);
        there.rewind(marks[1]);
        assert.equal(there.text, here.text);
        await both(4);
        assert.equal(there.text, here.text);
        assert.equal(bench.server.requests.length - asked, 3, "a request for each answer, and no other");
      });
    }

    const prefillOf = () => bench.events.filter((event) => event.t === "prefill");
    const text = "Mia has 12. 12 - 3 = 9. It is 9.";

    it("counts a prompt by a later answer where the first was left early", async () => {
      const [here, there] = [bench.local(), await bench.decoder("vllm")];
      bench.server.script = () => text;
      for (const each of [here, there]) await each.prefill(MESSAGES);
      const mark = there.mark();
      assert.equal((await there.generate({ maxTokens: 100, stop: (so) => so.includes("12.") })).stoppedBy, "stop");
      there.rewind(mark);
      assert.deepEqual(prefillOf().slice(1), []);
      await there.generate({ maxTokens: 100 });
      const [, prefill] = prefillOf();
      assert.deepEqual([prefill!.at, prefill!.tokens], [0, here.promptTokens]);
      const contexts = bench.events.filter((event) => event.t === "context" && event.at > 0);
      assert.ok(contexts.every((event) => event.t === "context" && event.cached === here.promptTokens));
    });

    it("estimates a prompt that no answer told of, at the end", async () => {
      const there = await bench.decoder("openai");
      bench.server.script = () => text;
      await there.prefill(MESSAGES);
      await there.generate({ maxTokens: 100, stop: (so) => so.includes("12.") });
      assert.deepEqual(prefillOf(), []);
      there.dispose();
      assert.equal(prefillOf().length, 1);
      assert.ok(prefillOf()[0]!.tokens > 5);
    });

    it("does without the count of a server that refuses to give it", async () => {
      const there = await bench.decoder("openai");
      bench.server.takesUsage = false;
      await there.prefill(MESSAGES);
      assert.equal((await there.generate({ maxTokens: 5 })).tokens.length, 5);
      assert.ok(prefillOf()[0]!.tokens > 5);
      assert.ok(bench.events.some((event) => event.t === "note" && /does not tokenize/.test(event.message)));
      const asked = bench.server.requests.length;
      await there.prefill(MESSAGES);
      await there.generate({ maxTokens: 5 });
      assert.equal(bench.server.requests.length - asked, 1, "it is not asked again");
    });

    it("records what is sent again where it goes on, and not what is given anew", async () => {
      const there = await bench.decoder("llama.cpp");
      await there.prefill(MESSAGES, "So,");
      const first = await there.generate({ maxTokens: 5 });
      await there.force(" Wait,");
      await there.generate({ maxTokens: 3 });
      const given = bench.model.tokenizer.encode("So,").length;
      const sent = bench.events.flatMap((event) => (event.t === "resent" ? event.tokens : []));
      assert.deepEqual(sent, [there.promptTokens + given + first.tokens.length]);
    });

    it("records the prompt, tokens and live rows as a local run does", async () => {
      const there = await bench.decoder("llama.cpp");
      await there.prefill(MESSAGES, "So,");
      await there.generate({ maxTokens: 5 });
      const prefill = bench.events.find((event) => event.t === "prefill")!;
      assert.deepEqual([prefill.at, prefill.tokens], [0, there.promptTokens]);
      assert.ok(prefill.ms > 0);
      const context = bench.events.find((event) => event.t === "context")!;
      assert.deepEqual([context.at, context.cached], [0, there.promptTokens]);
      const forced = bench.events.find((event) => event.t === "tokens" && event.kind === "forced")!;
      assert.ok(forced.t === "tokens" && forced.text.join("") === "So,");
      assert.equal(forced.ids?.length, bench.model.tokenizer.encode("So,").length);
    });
  });

  it("stops on a word, on a rule and at the budget, and ends the request", async () => {
    const there = await bench.decoder("llama.cpp");
    bench.server.script = () => "Mia has 12. 12 - 3 = 9. Wait, let me check. It is 9.";
    await there.prefill(MESSAGES);
    const first = await there.generate({ maxTokens: 100, transitions: ["Wait", "Alternatively"] });
    assert.equal(first.stoppedBy, "transition");
    assert.equal(first.text, "Mia has 12. 12 - 3 = 9.");
    assert.equal(first.held.map((token) => token.text).join(""), " Wait");
    assert.equal(there.text, first.text);
    await there.accept(first.held);
    assert.equal(there.text, `${first.text} Wait`);
    const ruled = await there.generate({ maxTokens: 100, stop: (text) => text.includes("12.") });
    assert.deepEqual([ruled.stoppedBy, ruled.text], ["stop", "Mia has 12."]);
    const budget = await there.generate({ maxTokens: 3 });
    assert.deepEqual([budget.stoppedBy, budget.tokens.length], ["budget", 3]);
    const end = await there.generate({ maxTokens: 100 });
    assert.equal(end.stoppedBy, "end");
    // The server was told that we had heard enough: after the word, the rule, or both.
    await bench.abandoned(1);
  });

  const fields: [Dialect, string][] = [
    ["llama.cpp", "reasoning_content"],
    ["ollama", "reasoning"],
    ["openai", "reasoning_details"],
  ];
  for (const [dialect, field] of fields) {
    it(`reads thoughts from ${field} as if they stood between tags`, async () => {
      const there = await bench.decoder(dialect, "chat");
      bench.server.script = () => "<think>12 - 3 = 9.</think>It is 9.";
      await there.prefill(MESSAGES);
      const { text } = await there.generate({ maxTokens: 100 });
      assert.equal(text, "<think>12 - 3 = 9.</think>It is 9.");
    });
  }

  it("asks for what the person chose: temperature, top-p, top-k, min-p, seed", async () => {
    const there = await bench.decoder("vllm");
    await there.prefill(MESSAGES);
    await there.generate({ maxTokens: 2, sampling: { temperature: 0.7, topP: 0.95, topK: 20, minP: 0.05 } });
    const { body } = bench.server.requests.at(-1)!;
    const { temperature, top_p, top_k, min_p, seed, max_tokens, stream } = body;
    assert.deepEqual(
      { temperature, top_p, top_k, min_p, seed, max_tokens, stream },
      { temperature: 0.7, top_p: 0.95, top_k: 20, min_p: 0.05, seed: 7, max_tokens: 2, stream: true },
    );
  });

  it("refuses to put text into the mouth of a server that only chats", async () => {
    const there = await bench.decoder("openai");
    await there.prefill(MESSAGES);
    await assert.rejects(there.force("So,"), { code: "server-cannot-continue" });
  });

  it("ends the request when cancelled", async () => {
    const there = await bench.decoder("llama.cpp");
    await there.prefill(MESSAGES);
    const generating = there.generate({ maxTokens: 300, onToken: () => bench.controller.abort() });
    await assert.rejects(generating, { name: "AbortError" });
    await bench.abandoned(1);
  });

  it("reads events however they are cut, with either line end and with comments", async () => {
    const bytes = new TextEncoder().encode(
      'data: {"a":"ü🧠"}\r\n\r\n: keep alive\n\nevent: x\ndata:two\ndata: lines\n\ndata: [DONE]',
    );
    for (const size of [1, 2, 3, 7, 100]) {
      async function* parts() {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      }
      const read: string[] = [];
      for await (const data of eventData(parts())) read.push(data);
      assert.deepEqual(read, ['{"a":"ü🧠"}', "two\nlines", "[DONE]"], `pieces of ${size}`);
    }
  });

  it("runs strategies through the engine, and says which it cannot", async () => {
    const server = await bench.start("openai");
    const notified: EngineNotifications["events"][] = [];
    const engine = new Engine({
      pocketFolder: path.dirname(TINY),
      notify: (name, params) => void (name === "events" && notified.push(params as EngineNotifications["events"])),
    });
    const reference = { kind: "server", url: `${server.url}/v1/` } as const;
    engine.setServerKey({ url: reference.url, key: "sk-mine" });
    const info = await engine.loadModel({ model: reference });
    assert.equal(info.name, `tiny at ${new URL(server.url).host}`);
    assert.equal(info.contextLength, undefined);
    const runs = (id: string) => info.strategies.find((row) => row.id === id)!;
    assert.ok(runs("chain-of-thought").runs && runs("chain-of-draft").runs);
    assert.match(inEnglish(runs("deer").reason!), /given beginning/);
    assert.match(inEnglish(runs("coconut").reason!), /text and log-probabilities only/);
    const request: RunRequest = {
      id: "r",
      model: reference,
      strategy: "chain-of-thought",
      options: { maxTokens: 20 },
      messages: MESSAGES,
      seed: 3,
    };
    await engine.run(request);
    const all = notified.flatMap((batch) => batch.events);
    assert.equal(all[0]!.t, "run");
    assert.equal(all.at(-1)!.t, "end");
    assert.ok(!JSON.stringify(all).includes("sk-mine"), "no key in a trace");
    assert.equal(server.requests.at(-1)!.authorization, "Bearer sk-mine");
    assert.equal(server.requests.at(-1)!.body["seed"], 3);
  });

  it("keeps to the context that a run was given, as a local model does", async () => {
    const server = await bench.start("llama.cpp");
    let events: TraceEvent[] = [];
    const engine = new Engine({
      pocketFolder: path.dirname(TINY),
      notify: (name, params) =>
        void (name === "events" && events.push(...(params as EngineNotifications["events"]).events)),
    });
    const run = async (contextTokens: number) => {
      events = [];
      const options = { maxTokens: 20, contextTokens };
      const model = { kind: "server", url: server.url } as const;
      await engine.run({ id: "c", model, strategy: "chain-of-thought", options, messages: MESSAGES });
      return fold(events);
    };
    const whole = await run(0);
    const prompt = whole.prefills[0]!.tokens;
    assert.ok(whole.positions.length > 5);
    const cut = await run(prompt + 5);
    assert.equal(cut.positions.length, 5);
    assert.deepEqual(
      cut.positions.map(({ text }) => text),
      whole.positions.slice(0, 5).map(({ text }) => text),
    );
    await assert.rejects(run(prompt - 1), { code: "context-full", message: new RegExp(`needs ${prompt} tokens`) });
  });

  it("runs DEER over a server that completes text: trials and thoughts as here", async () => {
    const server = await bench.start("llama.cpp");
    const whole = "<think>\n12 - 3 = 9.\nWait, 9 + 3 = 12.\n</think>\n\nThe answer is 9.";
    server.script = (prompt) => {
      if (prompt.endsWith("\\boxed{")) return "9}";
      for (let written = whole.length; ; written--) {
        if (prompt.endsWith(whole.slice(0, written))) return whole.slice(written);
      }
    };
    const trace: TraceEvent[] = [];
    const engine = new Engine({
      pocketFolder: path.dirname(TINY),
      notify: (name, params) =>
        void (name === "events" && trace.push(...(params as EngineNotifications["events"]).events)),
    });
    const model_ = { kind: "server", url: server.url } as const;
    await engine.run({ id: "d", model: model_, strategy: "deer", options: { maxTokens: 120 }, messages: MESSAGES });
    assert.ok(trace.some((event) => event.t === "check" && event.by === "deer" && event.signals!["confidence"]! > 0));
    assert.ok(trace.some((event) => event.t === "span" && event.kind === "trial"));
    const check = trace.find((event) => event.t === "check")!;
    assert.equal(check.answer, "9");
  });
});
