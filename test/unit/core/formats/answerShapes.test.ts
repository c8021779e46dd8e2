import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import { importTraces } from "../../../../src/core/formats/importTraces";
import { spanText } from "../../../../src/core/measure/metrics";

const THOUGHT = "7 * 8 = 56.";
const REPLY = "There are \\boxed{56} jars.";

function seen(value: unknown) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const { traces } = importTraces({ name: "answer.json", text });
  assert.equal(traces.length, 1);
  const trace = fold(traces[0]!);
  const all = (kind: string) =>
    trace.spans
      .filter((span) => span.kind === kind)
      .map((span) => spanText(trace, span))
      .join("\n");
  return {
    thinking: all("thinking"),
    reply: all("answer"),
    answer: trace.end?.answer,
    exit: trace.exit?.why,
    logprobs: trace.positions.flatMap(({ logprob }) => logprob ?? []),
  };
}

const chat = (message: object, choice: object = {}) => ({
  object: "chat.completion",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop", ...choice }],
});
const chunks = (deltas: object[]) =>
  deltas
    .map((delta) => ({ object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: null }] }))
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    .join("");

describe("reasoning beside the content of a message", () => {
  const cases: [why: string, value: unknown][] = [
    [
      "is not said again by an empty block",
      chat({ reasoning_content: THOUGHT, content: `<think>\n\n</think>\n\n${REPLY}` }),
    ],
    [
      "or by a block in the content",
      chat({ reasoning_content: THOUGHT, content: `<think>\n${THOUGHT}\n</think>\n\n${REPLY}` }),
    ],
    ["or before a closer alone", chat({ reasoning_content: THOUGHT, content: `${THOUGHT}\n</think>\n\n${REPLY}` })],
    ["leaves no closer in the content", chat({ reasoning_content: THOUGHT, content: `\n</think>\n\n${REPLY}` })],
    ["has its own marks taken off", chat({ reasoning_content: `<think>\n${THOUGHT}\n</think>`, content: REPLY })],
    ["or the opener", chat({ reasoning_content: `<think>\n${THOUGHT}`, content: REPLY })],
    ["or the closer", chat({ reasoning_content: `${THOUGHT}\n</think>`, content: REPLY })],
    ["or Harmony's", chat({ reasoning: `<|channel|>analysis<|message|>${THOUGHT}<|end|>`, content: REPLY })],
    ["leaves Harmony's end off the content", chat({ reasoning: THOUGHT, content: `${REPLY}<|return|>` })],
    ["may hold the answer behind its closer", chat({ reasoning_content: `${THOUGHT}</think>${REPLY}`, content: null })],
    ["may hold all of a text", chat({ reasoning_content: `<think>${THOUGHT}</think>\n\n${REPLY}`, content: "" })],
    [
      "stands among a client's own fields",
      chat({ content: REPLY, provider_specific_fields: { reasoning_content: THOUGHT } }),
    ],
    ["is written in one word", chat({ content: REPLY, reasoningContent: THOUGHT })],
    ["is called thoughts", chat({ content: REPLY, thoughts: THOUGHT })],
    ["stands beside the message", chat({ content: REPLY }, { reasoning: THOUGHT })],
    [
      "comes in details that nothing numbers",
      chat({
        content: REPLY,
        reasoning_details: ["7 * 8", " = 56."].map((text) => ({ type: "reasoning.text", text })),
      }),
    ],
    [
      "streams in such details",
      chunks([
        ...["7 * 8", " = 56."].map((text) => ({ reasoning_details: [{ type: "reasoning.text", text }] })),
        { content: REPLY },
      ]),
    ],
    [
      "streams in blocks",
      chunks([
        ...["7 * 8", " = 56."].map((thinking) => ({ thinking_blocks: [{ type: "thinking", thinking }] })),
        { thinking_blocks: [{ type: "thinking", thinking: "", signature: "c2ln" }] },
        { content: REPLY },
      ]),
    ],
    [
      "streams in parts of the content",
      chunks([
        ...["7 * 8", " = 56."].map((text) => ({
          content: [{ type: "reasoning", summary: [{ type: "summary_text", text }] }],
        })),
        { content: [{ type: "text", text: REPLY }] },
      ]),
    ],
  ];
  for (const [why, value] of cases) {
    it(why, () => {
      const { thinking, reply, answer } = seen(value);
      assert.deepEqual({ thinking, reply, answer }, { thinking: THOUGHT, reply: REPLY, answer: "56" });
    });
  }

  it("keeps a mark that it speaks of", () => {
    const thought = "R1 ends its thinking with the </think> tag, so I say that.";
    assert.equal(seen(chat({ reasoning_content: thought, content: REPLY })).thinking, thought);
  });
});

describe("the reason for which a model stopped", () => {
  const unfinished = { reasoning_content: "We multiply and then", content: "" };
  const finished = { reasoning_content: `${THOUGHT} The answer is 56.`, content: null };
  const cases: [reason: unknown, message: object, exit: string][] = [
    ["max_tokens", unfinished, "truncated"],
    ["model_context_window_exceeded", unfinished, "truncated"],
    [{ type: "length", length: 64 }, unfinished, "truncated"],
    [{ type: "stop", matched: 151645 }, finished, "end-of-thinking"],
    ["eos_token", finished, "end-of-thinking"],
  ];
  for (const [reason, message, exit] of cases)
    it(JSON.stringify(reason), () => assert.equal(seen(chat(message, { finish_reason: reason })).exit, exit));
});

describe("outputs of Inspect, which look like a stream of DashScope", () => {
  const output = (content: string, choice: object) => ({
    model: "m",
    output: { choices: [{ message: { role: "assistant", content }, ...choice }], usage: { input_tokens: 12 } },
  });
  const readLines = (...values: object[]) => {
    const text = values.map((value) => JSON.stringify(value)).join("\n");
    const { traces, format } = importTraces({ name: "outputs.jsonl", text });
    return { format, found: traces.map((events) => fold(events)).map(({ end, exit }) => [end?.answer, exit?.why]) };
  };

  it("are answers of their own, with the reason why each ended", () => {
    const cut = `<think>${THOUGHT} And`;
    const { format, found } = readLines(
      output(REPLY, { stop_reason: "stop" }),
      output(cut, { stop_reason: "max_tokens" }),
      output("57", {}),
    );
    assert.equal(format, "OpenAI chat completion");
    assert.deepEqual(found, [
      ["56", "end-of-thinking"],
      [undefined, "truncated"],
      ["57", "end-of-thinking"],
    ]);
  });

  it("are read with their questions from the events of a log", () => {
    const call = (content: string) => ({
      event: "model",
      input: [{ role: "user", content: "How many jars?" }],
      ...output(content, { stop_reason: "stop" }),
    });
    const log = { description: "a log", events: [{ event: "span_begin", id: "s" }, call("56."), call("57.")] };
    const { traces } = importTraces({ name: "log.json", text: JSON.stringify(log) });
    assert.deepEqual(
      traces.map((events) => fold(events)).map(({ header, end }) => [header?.messages[0]?.content, end?.answer]),
      [
        ["How many jars?", "56."],
        ["How many jars?", "57."],
      ],
    );
  });

  it("and pieces that say that they go on are one answer", () => {
    const { format, found } = readLines(
      output("There are ", { finish_reason: "null" }),
      output("\\boxed{56} jars.", { finish_reason: "stop" }),
    );
    assert.deepEqual([format, found], ["DashScope answer", [["56", "end-of-thinking"]]]);
  });

  it("a text that stopped a model is no reason", () =>
    assert.equal(seen(chat({ content: REPLY }, { stop_reason: "length" })).exit, "end-of-thinking"));
});

describe("log-probabilities", () => {
  const tokens = ["There", " are", " \\boxed{", "56", "} jars."];
  const entries = (names: readonly string[], logprob: unknown = -0.5) =>
    names.map((token) => ({ token, logprob, bytes: null }));
  const beside = (names: readonly string[]) =>
    chat({ reasoning_content: THOUGHT, content: REPLY }, { logprobs: { content: entries(names) } });
  const cases: [why: string, value: unknown, count: number][] = [
    ["of a chat", beside(tokens), 5],
    ["of tokens in a table's signs", beside(["There", "Ġare", "Ġ\\boxed{", "56", "}Ġjars."]), 5],
    ["of tokens in SentencePiece's", beside(["▁There", "▁are", "▁\\boxed{", "56", "}▁jars."]), 5],
    ["a little above zero, of rounding", chat({ content: REPLY }, { logprobs: { content: entries(tokens, 1e-7) } }), 5],
    ["of nothing known", chat({ content: REPLY }, { logprobs: { content: entries(tokens, null) } }), 0],
    [
      "of half a character, by its bytes",
      chat(
        { content: "é jars" },
        {
          logprobs: {
            content: [
              { token: "\\xc3", logprob: -0.5, bytes: [0xc3] },
              { token: "\\xa9", logprob: -0.5, bytes: [0xa9] },
              { token: " jars", logprob: -0.5, bytes: [...Buffer.from(" jars")] },
            ],
          },
        },
      ),
      2,
    ],
    [
      "of Ollama",
      { model: "m", message: { role: "assistant", content: REPLY }, logprobs: entries(tokens), done: true },
      5,
    ],
    [
      "of the Responses API",
      {
        object: "response",
        status: "completed",
        output: [
          {
            type: "message",
            role: "assistant",
            content: [{ type: "output_text", text: REPLY, logprobs: entries(tokens) }],
          },
        ],
      },
      5,
    ],
    [
      "of Cohere",
      {
        finish_reason: "COMPLETE",
        message: { role: "assistant", content: [{ type: "text", text: REPLY }] },
        logprobs: tokens.map((text, id) => ({ text, token_ids: [id], logprobs: [-0.5] })),
      },
      5,
    ],
    [
      "of SGLang",
      {
        text: REPLY,
        meta_info: {
          finish_reason: { type: "stop" },
          output_token_logprobs: tokens.map((each, id) => [-0.5, id, each]),
        },
      },
      5,
    ],
  ];
  for (const [why, value, count] of cases) it(why, () => assert.equal(seen(value).logprobs.length, count));
});
