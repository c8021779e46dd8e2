/** Every strategy on a tiny model with random weights: what holds whatever a model says. */
import assert from "node:assert/strict";
import path from "node:path";
import { scoreOf } from "../../../src/core/exits/rules";
import type { RunRequest } from "../../../src/core/protocol/engineApi";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { measure, purposes } from "../../../src/core/measure/metrics";
import { traceEvent, type TraceEvent } from "../../../src/core/trace/trace";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { strategyInfos } from "../../../src/engine/strategies";
import { ELSEWHERE, OPTIONS, TOKENS } from "./shortRuns";

const QUESTION = "Mia has 12 apples and gives 3 of them to her brother. How many apples does she have?";

let model: LanguageModel;
before(async () => {
  const tiny = await loadOnnxModel(path.resolve("test/fixtures/models/tiny"), { threads: 1 });
  const methods = Object.fromEntries(strategyInfos().map(({ id }) => [id, TOKENS]));
  model = new Proxy(tiny, { get: (target, key) => (key === "manifest" ? { methods } : bound(target, key)) });
});

/** Private fields are reached through the object that has them. */
function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}

async function run(
  strategy: string,
  request: Partial<RunRequest> = {},
  signal?: AbortSignal,
  emit?: (events: TraceEvent[]) => void,
) {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend: model,
    request: {
      id: "run",
      model: { kind: "folder", path: "tiny" },
      strategy,
      messages: [{ role: "user", content: QUESTION }],
      gold: "9",
      ...request,
      options: { maxTokens: 60, ...OPTIONS[strategy], ...request.options },
    },
    route: () => Promise.resolve({ by: "test", scores: [["chunked_symbolism", 1]] }),
    emit: (batch) => {
      events.push(...batch);
      emit?.(batch);
    },
    signal: signal ?? new AbortController().signal,
  });
  return { events, trace: fold(events) };
}

/** Text that stands: without trials, which were taken back. */
function standing(trace: Trace): string {
  const purpose = purposes(trace);
  return trace.positions.map(({ text }, at) => (purpose[at] === "trial" ? "" : text)).join("");
}

describe("every strategy", function () {
  this.timeout(60_000);
  for (const { id } of strategyInfos().filter((info) => !ELSEWHERE.includes(info.id))) {
    it(`${id}: a whole trace, counted once, and the same again`, async () => {
      const { events, trace } = await run(id);
      assert.equal(events[0]?.t, "run");
      assert.equal(events.at(-1)?.t, "end");
      for (const event of events) traceEvent.parse(event);
      assert.ok(trace.exit, "says why thinking ended");
      assert.ok(trace.positions.length > 0);
      for (const { from, to } of trace.spans)
        assert.ok(from < to && to <= trace.positions.length, "spans lie on the axis");
      const { tokens, context } = measure(trace);
      const { thinking, answer, trial, summary, gist, latent, reread = 0, total } = tokens;
      assert.equal(thinking + answer + trial + summary + gist + latent + reread, total);
      assert.equal(total, trace.positions.length + reread);
      assert.ok(context.peak <= model.facts.contextLength);
      const again = await run(id);
      assert.deepEqual(
        again.trace.positions.map(({ text }) => text),
        trace.positions.map(({ text }) => text),
      );
    });
  }

  it("is cancelled within a token, and says so", async () => {
    const controller = new AbortController();
    let seen = 0;
    const { trace } = await run("chain-of-thought", { options: { maxTokens: 400 } }, controller.signal, (batch) => {
      seen += batch.filter((event) => event.t === "tokens").length;
      if (seen > 0) controller.abort();
    });
    assert.equal(trace.exit?.why, "cancelled");
    assert.ok(trace.end);
    assert.ok(trace.positions.length < 60, `${trace.positions.length} tokens after a cancel at the first`);
  });

  it("samples the same with the same seed and otherwise with another", async () => {
    const sampled = async (seed: number) =>
      standing((await run("chain-of-thought", { seed, options: { temperature: 1 } })).trace);
    assert.equal(await sampled(1), await sampled(1));
    assert.notEqual(await sampled(1), await sampled(2));
  });
});

describe("branches are taken back", function () {
  this.timeout(60_000);
  /** A word that the model writes in its plain chain of thought, to check before. */
  async function wordOf(trace: Trace): Promise<string> {
    const words = trace.positions.slice(5).map(({ text }) => text.trim());
    return words.find((word) => /^\p{L}{2,}$/u.test(word)) ?? words.find((word) => /^\p{L}+$/u.test(word))!;
  }

  it("DEER that is never sure writes the chain of thought", async () => {
    const plain = (await run("chain-of-thought")).trace;
    const word = await wordOf(plain);
    const { trace } = await run("deer", { options: { threshold: 1, transitions: [word], thinkRatio: 1 } });
    assert.ok(trace.checks.length > 0, `checks before “${word}”`);
    assert.ok(standing(trace).startsWith(standing(plain).trimEnd()), "the same text");
    for (const { trial, at } of trace.checks) assert.ok(trial![0] === at && trial![1] > at);
  });

  it("trials beside the thought find the same answers, at the same places, in the same text", async () => {
    const word = await wordOf((await run("chain-of-thought")).trace);
    const options = { threshold: 1, transitions: [word], thinkRatio: 1 };
    const apart = (await run("deer", { options })).trace;
    const beside = (await run("deer", { options: { ...options, parallel: true } })).trace;
    assert.equal(standing(beside), standing(apart));
    assert.ok(beside.checks.length > 0);
    const told = (trace: Trace) => trace.checks.map((check) => [check.answer, scoreOf(check)?.value.toFixed(4)]);
    assert.deepEqual(told(beside), told(apart));
    assert.deepEqual(
      beside.spans.filter(({ kind }) => kind === "trial").map(({ from, to }) => to - from),
      apart.spans.filter(({ kind }) => kind === "trial").map(({ from, to }) => to - from),
    );
  });

  it("a sure trial beside the thought drops both branches, and counts what was thought meanwhile", async () => {
    const word = await wordOf((await run("chain-of-thought")).trace);
    const options = { threshold: 0, transitions: [word] };
    const apart = (await run("deer", { options })).trace;
    const beside = (await run("deer", { options: { ...options, parallel: true } })).trace;
    assert.equal(standing(beside), standing(apart));
    assert.ok(measure(beside).tokens.trial > measure(apart).tokens.trial);
  });

  it("DEER that is always sure stops at the first check, and its exit stands there", async () => {
    const plain = (await run("chain-of-thought")).trace;
    const { trace } = await run("deer", { options: { threshold: 0, transitions: [await wordOf(plain)] } });
    assert.equal(trace.checks.length, 1);
    assert.equal(trace.exit?.why, "confidence");
    assert.equal(trace.exit?.at, trace.checks[0]!.at);
  });

  it("Coconut answers the same whether or not answers are tried on the way", async () => {
    const tried = (await run("coconut")).trace;
    const plain = (await run("coconut", { options: { answers: false } })).trace;
    assert.ok(measure(tried).tokens.trial > 0);
    assert.equal(measure(plain).tokens.trial, 0);
    assert.equal(standing(tried), standing(plain));
    assert.equal(tried.latents.length, 3);
    assert.deepEqual(
      tried.checks.map(({ by, why }) => `${by} ${why}`),
      [0, 1, 2, 3].map((thoughts) => `coconut after ${thoughts} of 3`),
    );
    for (const { at, trial } of tried.checks) assert.equal(trial![0], at);
    assert.deepEqual(
      tried.latents.map(({ answer }) => answer),
      tried.checks.slice(1).map(({ answer }) => answer),
    );
    assert.ok(tried.latents.every(({ vector, top }) => vector && top.length > 0));
    const [projection, ...more] = tried.projections;
    assert.equal(more.length, 0);
    assert.deepEqual([projection!.of, projection!.method, projection!.points.length], ["latent", "pca", 3]);
    assert.ok(projection!.nearest.every((words) => words.length > 0));
  });
});

describe("LightThinker", () => {
  it("drops each thought's rows and keeps its gists", async () => {
    const { trace } = await run("lightthinker");
    const { gist } = measure(trace).tokens;
    assert.ok(trace.evictions.length >= 2);
    assert.equal(gist, trace.evictions.length * 2, "one gist and one go-on token each");
    const plain = (await run("chain-of-thought")).trace;
    assert.ok(measure(trace).context.peak < measure(plain).context.peak);
  });

  it("an evicted cache gives what a whole pass under the mask gives", async () => {
    const ids = model.tokenizer.encode("one two three four five six seven");
    const [thoughtFrom, thoughtTo] = [2, 5];
    const sees = (query: number, row: number) =>
      row <= query && !(query >= thoughtTo && row >= thoughtFrom && row < thoughtTo);
    const whole = model.newSequence();
    const expected = (await whole.feed({ ids }, { sees })).distributions[0]!.copy();
    const evicted = model.newSequence();
    await evicted.feed({ ids: ids.slice(0, thoughtTo) });
    evicted.evict(thoughtFrom, thoughtTo);
    assert.equal(evicted.rows, thoughtTo - (thoughtTo - thoughtFrom));
    assert.equal(evicted.length, thoughtTo);
    const actual = (await evicted.feed({ ids: ids.slice(thoughtTo) })).distributions[0]!;
    const worst = expected.logits.reduce(
      (most, logit, index) => Math.max(most, Math.abs(logit - actual.logits[index]!)),
      0,
    );
    assert.ok(worst < 1e-4, `logits differ by ${worst}`);
  });
});

describe("requests that cannot be run", () => {
  const cases: { name: string; request: Partial<RunRequest>; code: string }[] = [
    { name: "an empty prompt", request: { messages: [{ role: "user", content: " \n" }] }, code: "prompt-empty" },
    { name: "an unknown strategy", request: { strategy: "telepathy" }, code: "strategy-unknown" },
    { name: "an option out of range", request: { options: { temperature: -1 } }, code: "option-invalid" },
    {
      name: "a prompt longer than the context",
      request: { messages: [{ role: "user", content: "word ".repeat(4000) }] },
      code: "context-full",
    },
  ];
  for (const { name, request, code } of cases) {
    it(name, async () => {
      await assert.rejects(run("chain-of-thought", request), (error: { code: string; action?: string }) => {
        assert.equal(error.code, code);
        assert.ok(error.action, "says what to do");
        return true;
      });
    });
  }
});
