/** The attention that LightThinker's later thoughts pay to earlier gists, against weights worked out in another way. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { GraphEditor } from "../../../src/engine/backends/onnx/graph/graphEdit";
import { elementTypes, readGraph } from "../../../src/engine/backends/onnx/graph/graphView";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import prompts from "../../../src/engine/strategies/prompts.json";
import { instructed } from "../../../src/engine/strategies/strategy";

const TINY = path.resolve("test/fixtures/models/tiny");
const MESSAGES = [{ role: "user" as const, content: "How many apples?" }];
/** Of the tiny model. */
const [LAYERS, KV_HEADS, HEAD_SIZE] = [2, 2, 8];

describe("the attention to gists", function () {
  this.timeout(60_000);
  let model: LanguageModel;
  before(async () => {
    model = await loadOnnxModel(TINY, { threads: 1 });
    const methods = { lightthinker: { compress: "<think>", gists: ["</think>"], go: "<|im_start|>" } };
    Object.defineProperty(model, "manifest", { value: { methods } });
  });
  after(() => model.dispose());

  async function run(strategy: string, options: Record<string, unknown> = {}, on = model): Promise<Trace> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: on,
      request: {
        ...{ id: "run", strategy, model: { kind: "folder", path: "tiny" }, messages: MESSAGES },
        options: { maxTokens: 60, ...options },
      },
      route: () => Promise.reject(new Error("Nobody is to be routed.")),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    assert.equal(events.at(-1)?.t, "end");
    return fold(events);
  }

  const promptIds = () => {
    const messages = instructed(MESSAGES, prompts["chain-of-thought"].system);
    return model.tokenizer.encode(model.tokenizer.chat(messages));
  };

  it("is what a token-by-token pass over the unpatched graph pays, with the rows dropped from its cache", async () => {
    const trace = await run("lightthinker", { schedule: "token", every: 6 });
    const { attention, evictions, positions } = trace;
    assert.ok(evictions.length >= 4);
    assert.equal(attention.length, evictions.length + 1, "each dropped thought, and what comes after the last");
    const paid = await decoded(promptIds(), trace);
    for (const { at, until, prompt, to } of attention) {
      const expected = new Map<number, number>();
      for (let query = at; query < until!; query++)
        for (const [row, weight] of paid[query]!) {
          const part = partStart(trace, row);
          expected.set(part, (expected.get(part) ?? 0) + weight / (until! - at));
        }
      const actual = new Map([[-1, prompt!], ...to]);
      assert.deepEqual([...actual.keys()].sort(ascending), [...expected.keys()].sort(ascending), `targets at ${at}`);
      for (const [part, weight] of expected)
        assert.ok(Math.abs(weight - actual.get(part)!) < 2e-4, `${at} to ${part}: ${actual.get(part)}, not ${weight}`);
      const sum = [...actual.values()].reduce((total, weight) => total + weight, 0);
      assert.ok(Math.abs(sum - 1) < 1e-3, `the shares at ${at} come to ${sum}`);
      const dropped = new Set(evictions.filter((each) => each.at <= at).map(({ from }) => from));
      assert.ok(
        to.every(([target]) => !dropped.has(target)),
        "nothing goes to a thought that was dropped",
      );
    }
    const gists = new Set(evictions.map((each) => each.to));
    assert.equal(attention.at(-1)!.to.filter(([target]) => gists.has(target)).length, gists.size);
    assert.equal(attention.at(-1)!.until, positions.length);
  });

  it("gives every row of attention once, and none to what is hidden", async () => {
    const ids = model.tokenizer.encode("one two three four five six seven ".repeat(6));
    assert.ok(ids.length > 64, "more than are fed at once");
    const hidden = (query: number, row: number) => query >= 9 && row >= 3 && row < 7;
    const places: number[] = [];
    await model.readAttention(ids, {
      sees: (query, row) => !hidden(query, row),
      take: (place, weights) => {
        places.push(place);
        assert.equal(weights.length, place + 1);
        assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-3);
        weights.forEach((weight, row) => {
          if (hidden(place, row)) assert.equal(weight, 0);
        });
      },
    });
    assert.deepEqual(places, [...ids.keys()]);
  });

  it("is in no trace of a run that drops nothing", async () => {
    const { attention, notes } = await run("chain-of-thought");
    assert.deepEqual([attention, notes], [[], []]);
  });

  it("is said to be missing where the graph does not show it", async () => {
    const plain = await loadOnnxModel(TINY, { threads: 1, patch: false });
    try {
      const blind = Object.create(model, {
        readAttention: { value: plain.readAttention.bind(plain) },
      }) as LanguageModel;
      const { attention, notes } = await run("lightthinker", { schedule: "token", every: 6 }, blind);
      assert.deepEqual(attention, []);
      assert.match(notes.at(-1)!.message, /^The attention to the gists is not recorded: /);
    } finally {
      await plain.dispose();
    }
  });

  /** Where the thought or the gist block begins that holds a position; −1 before the first thought. */
  function partStart({ evictions }: Trace, at: number): number {
    const starts = evictions.flatMap((each) => [each.from, each.to, each.at]);
    return starts.findLast((start) => start <= at) ?? -1;
  }

  /** @returns for each position what it pays to each position, −1 for the whole prompt: the mean of heads and layers */
  async function decoded(prompt: readonly number[], trace: Trace): Promise<Map<number, number>[]> {
    const editor = new GraphEditor(readGraph(new Uint8Array(readFileSync(path.join(TINY, "onnx/model.onnx")))));
    const outputs = Array.from({ length: LAYERS }, (_, layer) => `model.layers.${layer}/weights`);
    for (const name of outputs) editor.addOutput(name, elementTypes.float, ["b", "h", "s", "t"]);
    const session = await InferenceSession.create(editor.write(), { intraOpNumThreads: 1 });
    const names = Array.from({ length: LAYERS }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
    let cache = names.map(() => [] as Float32Array[]);
    // Positions of the axis that the cache's rows stand for.
    let rows: number[] = [];
    const paid: Map<number, number>[] = [];
    const whole = [...prompt, ...trace.positions.map(({ id }) => id!)];
    for (const [place, id] of whole.entries()) {
      const at = place - prompt.length;
      // The last token fed with the gists sees the thought no more.
      const gone = trace.evictions.find((each) => each.at - 1 === at);
      if (gone) {
        const kept = rows.flatMap((row, index) => (row >= gone.from && row < gone.to ? [] : [index]));
        rows = kept.map((index) => rows[index]!);
        cache = cache.map((each) => kept.map((index) => each[index]!));
      }
      const feeds: Record<string, Tensor> = {
        input_ids: new Tensor("int64", [BigInt(id)], [1, 1]),
        position_ids: new Tensor("int64", [BigInt(place)], [1, 1]),
        attention_mask: new Tensor("int64", new BigInt64Array(rows.length + 1).fill(1n), [1, rows.length + 1]),
      };
      names.forEach((name, index) => (feeds[`past_key_values.${name}`] = byHead(cache[index]!)));
      const results = await session.run(feeds);
      names.forEach((name, index) => cache[index]!.push(lastRow(results[`present.${name}`]!)));
      rows.push(Math.max(at, -1));
      const to = new Map<number, number>();
      for (const name of outputs) {
        const weights = results[name]!.data as Float32Array;
        const heads = weights.length / rows.length;
        weights.forEach((weight, index) => {
          const row = rows[index % rows.length]!;
          to.set(row, (to.get(row) ?? 0) + weight / heads / LAYERS);
        });
      }
      if (at >= 0) paid[at] = to;
    }
    await session.release();
    return paid;
  }

  /** Rows [heads, size] each as the tensor [1, heads, rows, size]. */
  function byHead(rows: readonly Float32Array[]): Tensor {
    const values = Array.from({ length: KV_HEADS }, (_, head) =>
      rows.flatMap((row) => [...row.subarray(head * HEAD_SIZE, (head + 1) * HEAD_SIZE)]),
    );
    return new Tensor("float32", values.flat(), [1, KV_HEADS, rows.length, HEAD_SIZE]);
  }

  function lastRow({ data, dims }: Tensor): Float32Array {
    const length = dims[2]!;
    const values = data as Float32Array;
    const heads = Array.from({ length: KV_HEADS }, (_, head) => {
      const end = (head + 1) * length * HEAD_SIZE;
      return [...values.subarray(end - HEAD_SIZE, end)];
    });
    return Float32Array.from(heads.flat());
  }

  const ascending = (a: number, b: number): number => a - b;
});
