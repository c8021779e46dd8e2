/** What a run over a server says that it processed: the server's own count, or nothing. */
import assert from "node:assert/strict";
import type { Work } from "../../../src/core/trace/trace";
import type { Decoder } from "../../../src/engine/decoding/decoder";
import { Recorder } from "../../../src/engine/decoding/recorder";
import { Structure } from "../../../src/engine/decoding/structure";
import type { Dialect } from "./loopbackServer";
import { MESSAGES, ServerBench } from "./serverBench";

const SCRIPT = "Mia has 12. 12 - 3 = 9. It is 9.";

describe("the work of a server", () => {
  let bench: ServerBench;
  before(async () => {
    bench = await ServerBench.open();
  });
  after(() => bench.model.dispose());
  beforeEach(() => bench.reset());
  afterEach(() => bench.server?.close());

  async function start(dialect: Dialect): Promise<{ decoder: Decoder; recorder: Recorder }> {
    const recorder = new Recorder((batch) => bench.events.push(...batch), new Structure("step"));
    const connected = await bench.connect(dialect);
    bench.server.script = () => SCRIPT;
    bench.server.reportsAsItGoes = dialect === "vllm";
    return { decoder: connected.decoder(recorder, bench.decoderOptions()), recorder };
  }

  const length = (text: string): number => bench.model.tokenizer.encode(text).length;

  for (const dialect of ["llama.cpp", "vllm", "tgi", "ollama", "openai"] as const) {
    it(`${dialect}: is what it reports of every request`, async () => {
      const { decoder, recorder } = await start(dialect);
      await decoder.prefill(MESSAGES);
      await decoder.generate({ maxTokens: 5 });
      const prompt = decoder.promptTokens;
      const once: Work = { processed: prompt + 5, reused: 0, warm: 0, generated: 5 };
      assert.deepEqual(recorder.work.figures, once);
      // A second prompt of the same run, which the server has in part.
      bench.server.cached = 7;
      await decoder.prefill(MESSAGES);
      await decoder.generate({ maxTokens: 3 });
      const { reused, generated, processed } = { ...once, reused: 7, generated: 8, processed: 2 * prompt + 8 - 7 };
      assert.deepEqual(recorder.work.figures, { processed, reused, warm: 0, generated });
      const prefills = recorder.trace.prefills.map((prefill) => [prefill.tokens, prefill.reused, prefill.later]);
      assert.deepEqual(prefills, [
        [prompt, 0, undefined],
        [prompt, 7, true],
      ]);
    });
  }

  it("takes what the first prompt found in a cache for what earlier runs had left", async () => {
    const { decoder, recorder } = await start("vllm");
    bench.server.cached = 6;
    await decoder.prefill(MESSAGES);
    await decoder.generate({ maxTokens: 4 });
    const { promptTokens } = decoder;
    assert.deepEqual(recorder.work.figures, {
      ...{ processed: promptTokens - 6 + 4, reused: 6, warm: 6, generated: 4 },
    });
  });

  it("counts what is sent again as often as it is read", async () => {
    const { decoder, recorder } = await start("vllm");
    await decoder.prefill(MESSAGES);
    await decoder.generate({ maxTokens: 5 });
    const standing = decoder.promptTokens + length(decoder.text);
    await decoder.force(" Wait,");
    await decoder.generate({ maxTokens: 3 });
    assert.deepEqual(recorder.work.figures, {
      processed: decoder.promptTokens + 5 + standing + length(" Wait,") + 3,
      ...{ reused: 0, warm: 0, generated: 8 },
    });
  });

  it("is known of an answer that is left early where the server reports as it goes", async () => {
    const { decoder, recorder } = await start("vllm");
    await decoder.prefill(MESSAGES);
    const { tokens } = await decoder.generate({ maxTokens: 100, stop: (text) => text.includes("12.") });
    const figures = recorder.work.figures!;
    assert.equal(figures.generated, tokens.length);
  });

  const unknown: [what: string, dialect: Dialect, prepare: () => void, stop: boolean][] = [
    ["an answer is left before the server has reported", "openai", () => undefined, true],
    ["the server refuses to report", "openai", () => (bench.server.takesUsage = false), false],
    ["its stream breaks", "llama.cpp", () => (bench.server.misbehaviour = { how: "cut", times: 1, after: 2 }), false],
  ];
  for (const [what, dialect, prepare, stop] of unknown) {
    it(`is not known where ${what}, and is not taken for 0`, async () => {
      const { decoder, recorder } = await start(dialect);
      prepare();
      await decoder.prefill(MESSAGES);
      await decoder.generate({ maxTokens: 20, ...(stop ? { stop: (text: string) => text.includes("12.") } : {}) });
      assert.equal(recorder.work.figures, undefined);
      // What follows does not make it known.
      await decoder.prefill(MESSAGES);
      await decoder.generate({ maxTokens: 3 });
      assert.equal(recorder.work.figures, undefined);
    });
  }
});
