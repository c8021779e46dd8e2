/** What a run says that it processed, against a count of what the runtime was fed. */
import assert from "node:assert/strict";
import { copyFile, cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { measure, type Figures } from "../../../src/core/measure/metrics";
import { processedAlone } from "../../../src/core/measure/work";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { loadOnnxModel, type OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { InferenceSession } from "../../../src/engine/backends/onnx/runtime";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { countingFeeds } from "./feedCount";

const QUESTION =
  "Ada has 12 pens and buys 7 more. Then Ada gives 5 pens to a friend and loses 3 of them. How many pens does Ada have now?";

interface Case {
  strategy: string;
  /** A folder in `models/pocket`. */
  model: string;
  options?: Record<string, unknown>;
  /** Whether all that is fed after the first prompt stands on the axis or in an event, so that dependency can be recounted. */
  tellsAll: boolean;
}
const CASES: readonly Case[] = [
  { strategy: "chain-of-thought", model: "base", tellsAll: true },
  { strategy: "no-thinking", model: "base", tellsAll: true },
  { strategy: "budget", model: "base", options: { tokens: 20 }, tellsAll: true },
  { strategy: "chain-of-draft", model: "base", tellsAll: true },
  { strategy: "sketch-of-thought", model: "base", tellsAll: true },
  { strategy: "deer", model: "base", options: { checkAt: "line", parallel: false }, tellsAll: false },
  { strategy: "deer", model: "base", options: { checkAt: "line", parallel: true }, tellsAll: false },
  { strategy: "entropy-after-thinking", model: "base", options: { checkAt: "line" }, tellsAll: false },
  { strategy: "probe", model: "base", tellsAll: false },
  { strategy: "softcot", model: "base", tellsAll: true },
  {
    strategy: "inftythink",
    model: "base",
    options: { protocol: "trained", roundTokens: 32, summaryTokens: 16, maxRounds: 3 },
    tellsAll: true,
  },
  {
    strategy: "inftythink",
    model: "base",
    options: { protocol: "prompt", roundTokens: 16, summaryTokens: 8, maxRounds: 2 },
    tellsAll: true,
  },
  { strategy: "lightthinker", model: "lightthinker", tellsAll: true },
  { strategy: "coconut", model: "coconut", options: { answers: true }, tellsAll: true },
  { strategy: "coconut-pause", model: "coconut-pause", tellsAll: true },
];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("what a run processed", function () {
  this.timeout(60_000);
  const models = new Map<string, OnnxModel>();
  before(async () => {
    for (const name of new Set(CASES.map(({ model }) => model)))
      models.set(name, await loadOnnxModel(path.resolve("models/pocket", name), { threads: 1 }));
  });
  after(async () => {
    for (const model of models.values()) await model.dispose();
  });

  async function run(
    model: OnnxModel,
    strategy: string,
    options: Record<string, unknown> = {},
    routed: { by: string; tokens?: number } = { by: "test" },
  ): Promise<Trace> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model,
      request: {
        ...{ id: "run", strategy, model: { kind: "folder", path: model.folder }, gold: "11" },
        messages: [{ role: "user", content: QUESTION }],
        options: { maxTokens: 120, ...options },
      },
      route: () => Promise.resolve({ ...routed, scores: [["chunked_symbolism", 1]] }),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    return fold(events);
  }

  /** A run from an empty cache, with both counts. */
  async function counted({ strategy, model: name, options }: Case) {
    const model = models.get(name)!;
    (Reflect.get(model, "memory") as { clear(): void }).clear();
    const { result: trace, fed } = await countingFeeds(() => run(model, strategy, options));
    return { trace, fed, figures: measure(trace) };
  }

  for (const each of CASES) {
    const { strategy, options = {}, tellsAll } = each;
    it(`${strategy} ${JSON.stringify(options)}: as many positions as the runtime was fed`, async () => {
      const { trace, fed, figures } = await counted(each);
      const { work, tokens, context } = figures;
      assert.equal(work!.processed, fed.positions);
      assert.equal(work!.warm, 0, "nothing was left by earlier runs");
      assert.equal(trace.end!.peak, context.peak, "the last line says the peak that the whole trace comes to");
      assert.ok(work!.generated > 0 && work!.generated <= work!.processed);
      const [first] = trace.prefills;
      if (!tellsAll) return;
      // Everything but the first prompt is in the total, and attended to what the masks of its passes say.
      const soft = first!.soft ?? [];
      assert.equal(tokens.total, fed.positions - first!.tokens + soft.length);
      const ofPrompt = (first!.tokens * (first!.tokens + 1)) / 2 - sum(soft.map((place) => place + 1));
      assert.equal(context.dependency, fed.attended - ofPrompt);
    });
  }

  const figuresOf = async (strategy: string, index = 0): Promise<Figures & { trace: Trace }> => {
    const { figures, trace } = await counted(CASES.filter((each) => each.strategy === strategy)[index]!);
    return { ...figures, trace };
  };

  it("holds what InftyThink's rounds read again", async () => {
    for (const protocol of [0, 1]) {
      const { tokens, trace } = await figuresOf("inftythink", protocol);
      const later = trace.prefills.slice(1);
      assert.ok(later.length > 0 && later.every((prefill) => prefill.later));
      assert.equal(tokens.reread, sum(later.map((prefill) => prefill.tokens - prefill.reused)));
      assert.equal(tokens.total, trace.positions.length + tokens.reread!);
    }
  });

  it("holds SoftCoT's assistant and its soft tokens", async () => {
    const { tokens, trace } = await figuresOf("softcot");
    const read = models.get("base")!.tokenizer.encode(QUESTION + "<soft>".repeat(4)).length;
    assert.deepEqual([tokens.auxiliary, tokens.latent], [read, 4]);
    assert.deepEqual(
      trace.auxiliaries.map(({ by, tokens: count }) => [by, count]),
      [["assistant", read]],
    );
    const { tokens: without } = measure(await run(models.get("base")!, "softcot", { control: "no-soft" }));
    assert.deepEqual([without.auxiliary, without.latent], [undefined, 0]);
  });

  it("holds what a classifier read to route the question, each token of which sees all others", async () => {
    const model = models.get("base")!;
    const plain = measure(await run(model, "sketch-of-thought"));
    const routed = measure(await run(model, "sketch-of-thought", {}, { by: "classifier", tokens: 9 }));
    assert.deepEqual([plain.tokens.auxiliary, routed.tokens.auxiliary], [undefined, 9]);
    assert.equal(routed.tokens.total, plain.tokens.total + 9);
    assert.equal(processedAlone(routed.work!), processedAlone(plain.work!) + 9);
    assert.equal(routed.context.dependency, plain.context.dependency + 81);
  });

  it("does not count LightThinker's [o] as seeing the thought that its mask hides", async () => {
    const { trace, context } = await figuresOf("lightthinker");
    assert.ok(trace.evictions.length > 0);
    assert.deepEqual(
      trace.masks.map(({ from, to, rows }) => [from, to, rows]),
      trace.evictions.map(({ at, from, to }) => [at - 1, at, to - from]),
    );
    const seeing = measure({ ...trace, masks: [] }).context.dependency;
    assert.equal(seeing - context.dependency, sum(trace.masks.map(({ rows }) => rows)));
  });

  it("tells apart what earlier runs have left in the cache", async () => {
    const model = models.get("base")!;
    const { work: cold } = await figuresOf("chain-of-draft");
    const work = measure(await run(model, "chain-of-draft")).work!;
    assert.ok(work.warm > 0, "the second run found the beginning of its prompt");
    assert.deepEqual([work.reused, work.processed], [work.warm, cold!.processed - work.warm]);
    assert.equal(processedAlone(work), processedAlone(cold!));
    assert.equal(work.generated, cold!.generated);
  });

  it("is not there in a trace that does not tell it", async () => {
    const { trace } = await figuresOf("no-thinking");
    const { work: _, ...end } = trace.end!;
    assert.ok(!("work" in measure({ ...trace, end })));
  });
});

describe("SoftCoT's assistant", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-assistant-"));
    await cp(path.resolve("models/pocket/base"), folder, { recursive: true });
  });
  after(() => rm(folder, { recursive: true }));

  it("is loaded once, kept between runs, and released with its model", async () => {
    const model = await loadOnnxModel(folder, { threads: 1 });
    const ids = model.tokenizer.encode(QUESTION + "<soft>".repeat(4));
    const { create } = InferenceSession;
    const started: string[] = [];
    let released = 0;
    InferenceSession.create = (async (...given: Parameters<typeof create>) => {
      started.push(path.basename(String(given[0])));
      const session = await create.apply(InferenceSession, given);
      const release = session.release.bind(session);
      session.release = () => {
        released += 1;
        return release();
      };
      return session;
    }) as typeof create;
    try {
      const before = model.bytes;
      const [first, beside] = await Promise.all([
        model.softTokens("softcot.onnx", ids),
        model.softTokens("softcot.onnx", ids),
      ]);
      const again = await model.softTokens("softcot.onnx", ids);
      assert.deepEqual([beside.vectors, again.vectors], [first.vectors, first.vectors]);
      assert.deepEqual(started, ["softcot.onnx"]);
      assert.ok(model.bytes > before, "it counts to the memory that its model takes");
      await assert.rejects(model.softTokens("none.onnx", ids), { code: "assistant-missing" });
      await copyFile(path.join(folder, "softcot.onnx"), path.join(folder, "other.onnx"));
      await model.softTokens("other.onnx", ids);
      assert.deepEqual(started, ["softcot.onnx", "other.onnx"]);
      assert.equal(released, 0);
    } finally {
      InferenceSession.create = create;
      await model.dispose();
    }
    assert.equal(released, 2);
  });
});
