/** Which family a model is of, told by its own files, and what that family's card advises. */
import assert from "node:assert/strict";
import { advisedSampling, presetOf, samplingWords, type ModelSigns } from "../../../../src/core/prompt/presets";
import { noThinkFacts, type ThinkFacts } from "../../../../src/core/text/thinkFacts";
import { thinkFormat } from "../../../../src/core/text/thinkFormat";

const facts = (format: string, more: Partial<ThinkFacts> = {}): ThinkFacts => ({
  ...noThinkFacts(thinkFormat(format)!),
  ...more,
});
const SWITCH: ThinkFacts["switches"] = [{ name: "enable_thinking", kind: "switch", values: [true, false] }];
const R1 = "<｜begin▁of▁sentence｜><｜User｜>1+1=<｜Assistant｜><think>\n";
const CHATML = "<|im_start|>user\n1+1=<|im_end|>\n<|im_start|>assistant\n";

const CASES: [
  what: string,
  signs: Partial<ModelSigns>,
  thinking: ThinkFacts,
  preset: string | undefined,
  sampling: string | undefined,
][] = [
  [
    "R1 distilled into Qwen2",
    { types: ["qwen2", "Qwen2ForCausalLM"], prompt: R1 },
    facts("think", { opening: "template" }),
    "deepseek-r1",
    "temperature 0.6, top-p 0.95",
  ],
  ["R1 distilled into Llama", { types: ["llama"], prompt: R1 }, facts("think"), "deepseek-r1", undefined],
  ["R1 distilled into Qwen3", { types: ["qwen3"], prompt: R1 }, facts("think"), "deepseek-r1", undefined],
  [
    "DeepSeek V3.1, which has a switch",
    { types: ["deepseek_v3"], prompt: R1 },
    facts("think", { switches: SWITCH }),
    undefined,
    undefined,
  ],
  [
    "QwQ",
    { types: ["qwen2"], prompt: `${CHATML}<think>\n` },
    facts("think", { opening: "template" }),
    "qwq",
    "temperature 0.6, top-p 0.95, top-k 20",
  ],
  ["Qwen2.5, which does not think", { types: ["qwen2"], prompt: CHATML }, facts("none"), undefined, undefined],
  [
    "Qwen3",
    { types: ["qwen3", "Qwen3ForCausalLM"], prompt: CHATML },
    facts("think", { switches: SWITCH }),
    "qwen3",
    "temperature 0.6, top-p 0.95, top-k 20",
  ],
  ["Qwen3 of experts", { types: ["qwen3_moe"] }, facts("think"), "qwen3", undefined],
  [
    "Qwen3.5, by its language model",
    { types: ["qwen3_5_text", "Qwen3_5ForConditionalGeneration"], prompt: CHATML },
    facts("think", { opening: "template", switches: SWITCH }),
    "qwen3.5",
    "temperature 1, top-p 0.95, top-k 20",
  ],
  ["gpt-oss", { types: ["gpt_oss"] }, facts("none"), "gpt-oss", "temperature 1"],
  ["gpt-oss on a server, by its channels", {}, facts("harmony"), "gpt-oss", undefined],
  ["SmolLM3", { types: ["smollm3"] }, facts("think"), "smollm3", "temperature 0.6, top-p 0.95"],
  ["SmolLM2", { types: ["llama"], prompt: CHATML }, facts("none"), undefined, undefined],
  ["Gemma 3", { types: ["gemma3_text"] }, facts("none"), "gemma", "temperature 1, top-p 0.95, top-k 64"],
  ["Gemma 4 on a server, by its turns", { prompt: "<|turn>user\n1+1=<turn|>" }, facts("gemma"), "gemma", undefined],
  ["Gemma 2", { types: ["gemma2"] }, facts("none"), "gemma-2", undefined],
  ["LFM2", { types: ["lfm2"] }, facts("none"), "lfm2", "temperature 0.3, min-p 0.15"],
  ["a model whose type only begins like one", { types: ["gemmasutra"] }, facts("none"), undefined, undefined],
  ["nothing known", {}, facts("none"), undefined, undefined],
];

describe("the family of a model", () => {
  for (const [what, signs, thinking, preset, sampling] of CASES)
    it(`${what}: ${preset ?? "none"}`, () => {
      const known = presetOf({ types: [], prompt: undefined, generation: {}, ...signs }, thinking);
      assert.equal(known.preset?.id, preset);
      if (sampling === undefined) return;
      assert.equal(samplingWords(advisedSampling(known, false)!), sampling);
    });

  const QWEN3 = presetOf({ types: ["qwen3"], prompt: undefined, generation: {} }, facts("think"));
  it("samples otherwise where thinking is off", () =>
    assert.equal(samplingWords(advisedSampling(QWEN3, true)!), "temperature 0.7, top-p 0.8, top-k 20"));

  it("says nothing against the model's own file", () => {
    const generation = { temperature: 0.1, topK: 50 };
    assert.deepEqual(advisedSampling({ ...QWEN3, generation }, false), { ...generation, topP: 0.95, minP: 0 });
    assert.deepEqual(advisedSampling({ preset: undefined, generation }, false), generation);
  });

  it("advises none where neither says a temperature", () => {
    assert.equal(advisedSampling({ preset: undefined, generation: { topK: 50 } }, false), undefined);
    const gemma2 = presetOf({ types: ["gemma2"], prompt: undefined, generation: {} }, facts("none"));
    assert.equal(advisedSampling(gemma2, false), undefined);
  });
});
