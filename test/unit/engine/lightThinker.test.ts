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

  async function run(options: Record<string, unknown>): Promise<Trace> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model,
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

  it("compress where the model says so, into all gists or, as AnLLM, into one", async () => {
    const compress = await written();
    const [thought, anllm] = [await run({ compress }), await run({ compress, schedule: "anllm" })];
    assert.deepEqual([kept(thought), kept(anllm)], [new Set([3]), new Set([2])]);
    const gists = (trace: Trace) => trace.positions.filter(({ kind }) => kind === "gist").length;
    assert.equal(gists(thought), 3 * thought.evictions.length);
    assert.equal(gists(anllm), 2 * anllm.evictions.length);
  });

  it("compress every few tokens", async () => {
    const { evictions } = await run({ compress: "<|im_end|>", schedule: "token", every: 6 });
    assert.ok(evictions.length > 2);
    // Six tokens and the one that asks for compression.
    for (const { from, to } of evictions.slice(1)) assert.ok(to - from <= 7);
  });
});
