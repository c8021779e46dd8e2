/** LightThinker's schedules on a tiny model, with a token that it happens to write in the place of its own. */
import assert from "node:assert/strict";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { runStrategy } from "../../../src/engine/runs/runStrategy";

describe("LightThinker's schedules", function () {
  this.timeout(60_000);
  let model: LanguageModel;
  before(async () => {
    model = await loadOnnxModel(path.resolve("test/fixtures/models/tiny"), { threads: 1 });
    // Its words carry the space before them, which names of special tokens do not.
    const { tokenizer } = model;
    const idOf = tokenizer.idOf.bind(tokenizer);
    tokenizer.idOf = (name) => idOf(name) ?? tokenizer.encode(` ${name}`)[0];
    Object.defineProperty(model, "manifest", { value: { methods: { lightthinker: { go: "<|im_start|>" } } } });
  });
  after(() => model.dispose());

  async function run(options: Record<string, unknown>, backend = model): Promise<Trace> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend,
      request: {
        ...{ id: "run", strategy: "lightthinker", model: { kind: "folder", path: "tiny" } },
        messages: [{ role: "user", content: "How many apples?" }],
        options: { maxTokens: 60, gists: ["</think>", "<think>"], ...options },
      },
      route: () => Promise.reject(new Error("Nobody is to be routed.")),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    return fold(events);
  }

  /** A word that the model writes by itself. */
  async function written(): Promise<string> {
    const { positions } = await run({ compress: "<|im_end|>" });
    return positions[10]!.text.trim();
  }

  const kept = ({ evictions }: Trace) => new Set(evictions.map((each) => each.kept));

  it("compress where the model says so, into all gists or, as AnLLM, into the one that it writes", async () => {
    const compress = await written();
    const [thought, anllm] = [await run({ compress }), await run({ gists: [compress], schedule: "anllm" })];
    assert.deepEqual([kept(thought), kept(anllm)], [new Set([3]), new Set([1])]);
    const gists = (trace: Trace) => trace.positions.filter(({ kind }) => kind === "gist").length;
    assert.equal(gists(thought), 3 * thought.evictions.length);
    assert.equal(gists(anllm), anllm.evictions.length);
  });

  it("record what AnLLM's gists see: their thought, and nothing before it", async () => {
    const anchored = await loadOnnxModel(path.resolve("test/fixtures/official/anllm"), { threads: 1 });
    const { masks, evictions, attention, notes, positions } = await run(
      { maxTokens: 120, gists: ["<|o_0|>"] },
      anchored,
    );
    await anchored.dispose();
    assert.ok(evictions.length > 0);
    for (const [index, { at, from, to }] of evictions.entries()) {
      assert.deepEqual([at, positions[to]!.kind], [to + 1, "gist"]);
      const kept = evictions[index - 1] ? index : 0;
      // The prompt and the gists before it stand in the cache all the same.
      assert.equal(masks[index]!.rows - masks[0]!.rows, kept);
      assert.deepEqual([masks[index]!.from, masks[index]!.to], [to, at]);
      assert.equal(from, evictions[index - 1]?.at ?? 0);
    }
    assert.deepEqual(
      [attention.length, notes.filter(({ message }) => /attention/.test(message))],
      [evictions.length + 1, []],
    );
    for (const { prompt = 0, to } of attention)
      assert.ok(Math.abs(prompt + to.reduce((sum, [, weight]) => sum + weight, 0) - 1) < 1e-3);
  });

  it("compress every few tokens", async () => {
    const { evictions } = await run({ compress: "<|im_end|>", schedule: "token", every: 6 });
    assert.ok(evictions.length > 2);
    // Six tokens and the one that asks for compression.
    for (const { from, to } of evictions.slice(1)) assert.ok(to - from <= 7);
  });
});
