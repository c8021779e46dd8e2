/** The settings `paper`: what a strategy's authors publish, where nothing else is asked for. */
import assert from "node:assert/strict";
import * as z from "zod";
import path from "node:path";
import { loadOnnxModel, type OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { checkPublished, decodingOptions, parseOptions, withPublished } from "../../../src/engine/decoding/options";
import { loadRouter } from "../../../src/engine/routing/paradigmRouter";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { THINK_FORMATS } from "../../../src/core/text/thinkFormat";
import type { RunThinking } from "../../../src/core/text/thinkFacts";
import { closedBlock } from "../../../src/engine/thinking/thinkProgress";
import { STRATEGIES } from "../../../src/engine/strategies";
import type { TraceEvent } from "../../../src/core/trace/trace";

describe("published settings", () => {
  const publishing = STRATEGIES.filter(({ published }) => published !== undefined);
  let model: OnnxModel;
  let router: Awaited<ReturnType<typeof loadRouter>>;
  before(async () => {
    model = await loadOnnxModel(path.resolve("models/pocket/base"));
    router = await loadRouter(path.resolve("models/pocket/router/router.json"));
  });
  after(() => model.dispose());

  async function eventsOfRun(strategy: string, options: Record<string, unknown>): Promise<TraceEvent[]> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model,
      request: {
        ...{ id: "r", strategy, seed: 1, model: { kind: "folder", path: model.folder } as const },
        messages: [
          {
            role: "user",
            content: "Mia has 4 apples. On Monday she buys 3 apples. How many apples does Mia have now?",
          },
        ],
        options: { maxTokens: 24, ...options },
      },
      route: (question) => Promise.resolve(router(question)),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    return events;
  }
  async function optionsOfRun(strategy: string, options: Record<string, unknown>): Promise<Record<string, unknown>> {
    const events = await eventsOfRun(strategy, options);
    return events.find((event) => event.t === "run")!.options;
  }

  for (const { id, options, published } of publishing) {
    it(`of ${id} fit its options, and differ from the defaults`, () => {
      const schema = z.object({ ...options.shape, ...decodingOptions.shape });
      const usual = parseOptions(schema, {}, {}) as Record<string, unknown>;
      const set = parseOptions(schema, {}, withPublished(published, { settings: "paper" })) as Record<string, unknown>;
      for (const [name, value] of Object.entries(published!)) {
        assert.deepEqual(set[name], value);
        assert.notDeepEqual(usual[name], value, `${name} is the default anyway`);
      }
      assert.deepEqual(
        Object.keys(published!).filter((name) => !Object.hasOwn(schema.shape, name)),
        [],
      );
    });
  }

  it("stand behind what is asked for, before what a model says of itself, and in the trace", async () => {
    const paper = await optionsOfRun("sketch-of-thought", { settings: "paper" });
    assert.deepEqual([paper["temperature"], paper["settings"]], [0.5, "paper"]);
    // The included model's own are examples, which its authors' prompt has too: these stay.
    assert.equal(paper["shots"], 0);
    const own = await optionsOfRun("sketch-of-thought", {
      paradigm: "chunked_symbolism",
      settings: "paper",
      temperature: 0.2,
    });
    assert.equal(own["temperature"], 0.2);
    const rounds = await optionsOfRun("inftythink", { settings: "paper", roundTokens: 64 });
    assert.deepEqual([rounds["roundTokens"], rounds["topP"]], [64, 0.95]);
  });

  it("of more tokens than the model has are refused, with what to do", async () => {
    await assert.rejects(optionsOfRun("inftythink", { settings: "paper" }), {
      code: "preset-beyond-context",
      message: "The paper's settings ask for roundTokens 8192, and the model has 2048 tokens of context.",
      action: "Set roundTokens yourself, or choose a model with a longer context.",
    });
    assert.doesNotThrow(() => checkPublished({ maxTokens: 4096 }, { settings: "paper" }, undefined));
    assert.doesNotThrow(() => checkPublished({ maxTokens: 4096 }, {}, 2048));
  });

  it("say that thinking is over in the model's own marks", () => {
    const block = STRATEGIES.find(({ id }) => id === "no-thinking")!.published!["prefill" as never] as string;
    const format = THINK_FORMATS.find(({ opener }) => opener === "[THINK]")!;
    const at = (opening: "model" | "template") => closedBlock({ format, opening } as RunThinking, block);
    assert.equal(at("model"), "[THINK]\nOkay, I think I have finished thinking.\n[/THINK]\n\n");
    assert.equal(at("template"), "Okay, I think I have finished thinking.\n[/THINK]\n\n");
  });

  it("that a strategy has none of are said to be none", async () => {
    const events = await eventsOfRun("chain-of-thought", { settings: "paper" });
    const notes = events.filter((event) => event.t === "note").map(({ message }) => message);
    assert.ok(notes.includes("There are no published settings of this strategy that differ from the usual ones."));
  });

  it("change nothing where they are not asked for", async () => {
    const usual = await optionsOfRun("sketch-of-thought", { paradigm: "chunked_symbolism" });
    assert.deepEqual([usual["temperature"], "settings" in usual], [0, false]);
  });
});
