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
