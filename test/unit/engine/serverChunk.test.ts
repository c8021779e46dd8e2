/** What servers send, word for word, and what is read from it. */
import assert from "node:assert/strict";
import { readChunk, tokensWithText } from "../../../src/engine/backends/remote/serverChunk";

const delta = (fields: object) => ({ choices: [{ index: 0, delta: fields, finish_reason: null }] });
const completion = (fields: object) => ({ choices: [{ index: 0, text: " 9", finish_reason: null, ...fields }] });

describe("a chunk of a completion", () => {
  const thoughts: [server: string, fields: object][] = [
    ["vLLM, SGLang, llama.cpp", { reasoning_content: "12 - 3" }],
    ["vLLM from 0.11, Ollama", { reasoning: "12 - 3", content: "" }],
    ["Ollama's own", { thinking: "12 - 3" }],
    [
      "OpenRouter",
      {
        reasoning_details: [
          { type: "reasoning.text", text: "12 " },
          { type: "reasoning.text", text: "- 3" },
        ],
      },
    ],
    ["OpenRouter's summaries", { reasoning_details: [{ type: "reasoning.summary", summary: "12 - 3" }, null, 4] }],
  ];
  for (const [server, fields] of thoughts) {
    it(`holds a thought as ${server} writes it`, () => {
      const { thinking, text } = readChunk(delta(fields));
      assert.deepEqual([thinking, text], ["12 - 3", ""]);
    });
  }

  const logprobs: [server: string, value: unknown, id: number | undefined][] = [
    [
      "vLLM, in parallel arrays",
      { tokens: [" 9"], token_logprobs: [-0.25], top_logprobs: [{ " 9": -0.25 }] },
      undefined,
    ],
    [
      "llama.cpp, in content[] on this path as well",
      { content: [{ id: 24, token: " 9", bytes: [32, 57], logprob: -0.25, top_logprobs: [] }] },
      24,
    ],
  ];
  for (const [server, value, id] of logprobs) {
    it(`holds log-probabilities as from ${server}`, () => {
      const { tokens } = readChunk(completion({ logprobs: value }));
      assert.deepEqual(tokens, [{ id, text: " 9", logprob: -0.25 }]);
    });
  }

  const usages: [server: string, fields: object, usage: unknown][] = [
    ["any", { usage: { prompt_tokens: 9, completion_tokens: 4 } }, { prompt: 9, cached: 0, completion: 4 }],
    [
      "OpenAI, vLLM",
      { usage: { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 6 } } },
      { prompt: 9, cached: 6, completion: 4 },
    ],
    [
      "DeepSeek",
      { usage: { prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 3 } },
      { prompt: 9, cached: 6, completion: 4 },
    ],
    ["llama.cpp", { timings: { cache_n: 6, prompt_n: 3, predicted_n: 4 } }, { prompt: 9, cached: 6, completion: 4 }],
    [
      "one that has more cached than there is",
      { usage: { prompt_tokens: 2, completion_tokens: 1, prompt_cache_hit_tokens: 6 } },
      { prompt: 2, cached: 2, completion: 1 },
    ],
    ["one that tells half", { usage: { prompt_tokens: 9 } }, undefined],
    ["one that tells nonsense", { usage: { prompt_tokens: -9, completion_tokens: "4" } }, undefined],
    ["one that does not count yet", { usage: null }, undefined],
  ];
  for (const [server, fields, usage] of usages) {
    it(`holds what was read and written as from ${server}`, () =>
      assert.deepEqual(readChunk({ ...completion({}), ...fields }).usage, usage));
  }

  it("goes on while TGI's reason is empty, and ends with any other", () => {
    assert.equal(readChunk(completion({ finish_reason: "" })).finish, undefined);
    assert.equal(readChunk(completion({ finish_reason: "eos_token" })).finish, "eos_token");
  });

  it("holds an error as an object or as text", () => {
    assert.equal(readChunk({ error: { message: "CUDA out of memory", code: 500 } }).error, "CUDA out of memory");
    assert.equal(readChunk({ error: "Request failed", error_type: "generation" }).error, "Request failed");
    assert.equal(readChunk({ error: {} }).error, "an unknown error");
  });

  for (const garbage of [
    null,
    4,
    "text",
    [],
    {},
    { choices: 4 },
    { choices: [null] },
    { choices: [{ logprobs: [] }] },
  ]) {
    it(`says nothing where there is nothing: ${JSON.stringify(garbage)}`, () => {
      const { thinking, text, tokens, finish, error } = readChunk(garbage);
      assert.deepEqual([thinking, text, tokens, finish, error], ["", "", [], undefined, undefined]);
    });
  }

  it("believes no log-probability that is none", () => {
    for (const logprob of [-9999, null, "-1", 0.5, Number.NaN]) {
      const [token] = readChunk(completion({ logprobs: { content: [{ token: " 9", logprob }] } })).tokens;
      assert.equal(token!.logprob, undefined);
    }
  });

  it("gives names of tokens that are not the text to the first of them", () => {
    const chunk = readChunk(completion({ logprobs: { tokens: ["Ġ", "bytes:\\x39"], token_logprobs: [-1, -2] } }));
    assert.deepEqual(
      tokensWithText(chunk, " 9").map(({ text, logprob }) => [text, logprob]),
      [
        [" 9", -1],
        ["", -2],
      ],
    );
  });
});
