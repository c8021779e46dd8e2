import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import { importTraces } from "../../../../src/core/formats/importTraces";
import { measure, spanText } from "../../../../src/core/measure/metrics";

const T = "7 * 8 = 56.";
const A = "There are \\boxed{56} jars.";
const Q = "How many jars on 7 rows of 8?";
const L = (v: unknown[]) => v.map((x) => JSON.stringify(x)).join("\n") + "\n";
const SSE = (v: unknown[], sep = "\n\n") =>
  v.map((x) => "data: " + JSON.stringify(x)).join(sep) + sep + "data: [DONE]" + sep;
const EV = (v: [string, unknown][]) => v.map(([e, x]) => `event: ${e}\ndata: ${JSON.stringify(x)}\n\n`).join("");
const ch = (d: object, more: object = {}, fr: unknown = null) => ({
  id: "s1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: d, finish_reason: fr }],
  ...more,
});
const chs = [
  ch({ role: "assistant", content: "" }),
  ch({ reasoning_content: "7 * 8" }),
  ch({ reasoning_content: " = 56." }),
  ch({ content: "There are " }),
  ch({ content: "\\boxed{56} jars." }),
  ch({}, {}, "stop"),
  {
    id: "s1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [],
    usage: { prompt_tokens: 12, completion_tokens: 30 },
  },
];
const an: [string, unknown][] = [
  [
    "message_start",
    {
      type: "message_start",
      message: {
        id: "m1",
        type: "message",
        role: "assistant",
        model: "m",
        content: [],
        usage: { input_tokens: 12, output_tokens: 1 },
      },
    },
  ],
  [
    "content_block_start",
    { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
  ],
  ["ping", { type: "ping" }],
  [
    "content_block_delta",
    { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "7 * 8" } },
  ],
  [
    "content_block_delta",
    { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: " = 56." } },
  ],
  [
    "content_block_delta",
    { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "QUJD" } },
  ],
  ["content_block_stop", { type: "content_block_stop", index: 0 }],
  ["content_block_start", { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } }],
  ["content_block_delta", { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: A } }],
  ["content_block_stop", { type: "content_block_stop", index: 1 }],
  [
    "message_delta",
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 30 } },
  ],
  ["message_stop", { type: "message_stop" }],
];
const re: [string, { type: string } & Record<string, unknown>][] = [
  [
    "response.created",
    {
      type: "response.created",
      response: { id: "r", object: "response", status: "in_progress", model: "m", output: [] },
    },
  ],
  [
    "response.output_item.added",
    { type: "response.output_item.added", output_index: 0, item: { id: "rs", type: "reasoning", summary: [] } },
  ],
  [
    "response.reasoning_summary_part.added",
    {
      type: "response.reasoning_summary_part.added",
      item_id: "rs",
      output_index: 0,
      summary_index: 0,
      part: { type: "summary_text", text: "" },
    },
  ],
  [
    "response.reasoning_summary_text.delta",
    { type: "response.reasoning_summary_text.delta", item_id: "rs", output_index: 0, summary_index: 0, delta: "7 * 8" },
  ],
  [
    "response.reasoning_summary_text.delta",
    {
      type: "response.reasoning_summary_text.delta",
      item_id: "rs",
      output_index: 0,
      summary_index: 0,
      delta: " = 56.",
    },
  ],
  [
    "response.output_item.added",
    {
      type: "response.output_item.added",
      output_index: 1,
      item: { id: "ms", type: "message", role: "assistant", status: "in_progress", content: [] },
    },
  ],
  [
    "response.content_part.added",
    {
      type: "response.content_part.added",
      item_id: "ms",
      output_index: 1,
      content_index: 0,
      part: { type: "output_text", text: "", annotations: [] },
    },
  ],
  [
    "response.output_text.delta",
    { type: "response.output_text.delta", item_id: "ms", output_index: 1, content_index: 0, delta: A },
  ],
];
const ge = [
  {
    candidates: [{ content: { role: "model", parts: [{ text: "7 * 8", thought: true }] }, index: 0 }],
    usageMetadata: { promptTokenCount: 12 },
    modelVersion: "m",
    responseId: "x",
  },
  {
    candidates: [{ content: { role: "model", parts: [{ text: " = 56.", thought: true }] }, index: 0 }],
    responseId: "x",
  },
  {
    candidates: [{ content: { role: "model", parts: [{ text: A }] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 9, thoughtsTokenCount: 15 },
    responseId: "x",
  },
];
const snake = (v: unknown): unknown =>
  Array.isArray(v)
    ? v.map(snake)
    : v && typeof v === "object"
      ? Object.fromEntries(
          Object.entries(v as object).map(([k, x]) => [k.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase()), snake(x)]),
        )
      : v;
const be = [
  { messageStart: { role: "assistant" } },
  { contentBlockDelta: { delta: { reasoningContent: { text: "7 * 8" } }, contentBlockIndex: 0 } },
  { contentBlockDelta: { delta: { reasoningContent: { text: " = 56." } }, contentBlockIndex: 0 } },
  { contentBlockDelta: { delta: { reasoningContent: { signature: "QUJD" } }, contentBlockIndex: 0 } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { contentBlockDelta: { delta: { text: A }, contentBlockIndex: 1 } },
  { contentBlockStop: { contentBlockIndex: 1 } },
  { messageStop: { stopReason: "end_turn" } },
  { metadata: { usage: { inputTokens: 12, outputTokens: 30, totalTokens: 42 }, metrics: { latencyMs: 5 } } },
];

/** Answers of frameworks and servers by what writes them; `asked`: the file holds the question, `counted`: the tokens of the prompt. */
const cases: [what: string, value: unknown, has?: { asked?: boolean; counted?: boolean }][] = [
  ["sse cr", SSE(chs, "\r\r"), { counted: true }],
  ["sse many comments", ": ping\n\n".repeat(60) + SSE(chs), { counted: true }],
  ["wrapped chunks", { chunks: chs }, { counted: true }],
  [
    "request+chunks",
    { request: { model: "m", messages: [{ role: "user", content: Q }] }, response: chs },
    { asked: true, counted: true },
  ],
  [
    "request+chunks body text",
    { request: { model: "m", messages: [{ role: "user", content: Q }] }, response: { body: SSE(chs) } },
    { asked: true, counted: true },
  ],
  ["array of strings", chs.map((c) => JSON.stringify(c)), { counted: true }],
  [
    "no id no object",
    SSE(chs.map(({ choices, ...r }: { choices: unknown; usage?: unknown }) => ({ choices, usage: r.usage }))),
    { counted: true },
  ],
  [
    "bedrock invoke stream",
    L(an.map(([, x]) => ({ chunk: { bytes: Buffer.from(JSON.stringify(x)).toString("base64") } }))),
    { counted: true },
  ],
  [
    "responses raw text (vllm)",
    EV(
      re.map(
        ([e, x]) =>
          [
            e.replace("reasoning_summary_text", "reasoning_text"),
            {
              ...x,
              type: x.type.replace("reasoning_summary_text", "reasoning_text"),
              summary_index: undefined,
              content_index: 0,
            },
          ] as [string, unknown],
      ),
    ),
  ],
  [
    "responses openai old reasoning_summary.delta",
    EV(
      re.map(
        ([e, x]) =>
          [
            e.replace("reasoning_summary_text", "reasoning_summary"),
            { ...x, type: x.type.replace("reasoning_summary_text", "reasoning_summary") },
          ] as [string, unknown],
      ),
    ),
  ],
  ["responses deltas only", EV(re.filter(([e]) => /delta/.test(e)))],
  [
    "responses done texts only",
    EV([
      re[0]!,
      [
        "response.reasoning_summary_text.done",
        { type: "response.reasoning_summary_text.done", item_id: "rs", output_index: 0, summary_index: 0, text: T },
      ],
      [
        "response.output_text.done",
        { type: "response.output_text.done", item_id: "ms", output_index: 1, content_index: 0, text: A },
      ],
    ]),
  ],
  [
    "gemini snake",
    snake({
      candidates: [
        {
          content: {
            role: "model",
            parts: [
              { text: T, thought: true },
              { text: A, thought: null },
            ],
          },
          finishReason: "STOP",
        },
      ],
      usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 9, thoughtsTokenCount: 15 },
      modelVersion: "m",
      responseId: "x",
    }),
    { counted: true },
  ],
  [
    "gemini snake enum",
    snake({
      sdk_http_response: { headers: {} },
      candidates: [
        {
          content: {
            role: "model",
            parts: [
              { video_metadata: null, thought: true, text: T },
              { thought: null, text: A },
            ],
          },
          finishReason: "FinishReason.STOP",
        },
      ],
      usageMetadata: { promptTokenCount: 12 },
      modelVersion: "m",
    }),
    { counted: true },
  ],
  ["gemini snake stream", L(ge.map(snake)), { counted: true }],
  ["bedrock array", { ResponseMetadata: { RequestId: "x" }, stream: be }, { counted: true }],
  [
    "bedrock typed",
    L(
      be.map((x) => {
        const [k, v] = Object.entries(x)[0]!;
        return { type: k, ...(v as object) };
      }),
    ),
    { counted: true },
  ],
  [
    "ai-sdk ui sse",
    SSE([
      { type: "start", messageId: "m" },
      { type: "start-step" },
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "7 * 8" },
      { type: "reasoning-delta", id: "r", delta: " = 56." },
      { type: "reasoning-end", id: "r" },
      { type: "text-start", id: "t" },
      { type: "text-delta", id: "t", delta: "There are " },
      { type: "text-delta", id: "t", delta: "\\boxed{56} jars." },
      { type: "text-end", id: "t" },
      { type: "finish-step" },
      { type: "finish" },
    ]),
  ],
  [
    "ai-sdk v4 data",
    [
      'f:{"messageId":"m"}',
      'g:"7 * 8"',
      'g:" = 56."',
      '0:"There are "',
      '0:"\\\\boxed{56} jars."',
      'e:{"finishReason":"stop","usage":{"promptTokens":12,"completionTokens":30},"isContinued":false}',
      'd:{"finishReason":"stop","usage":{"promptTokens":12,"completionTokens":30}}',
    ].join("\n") + "\n",
    { counted: true },
  ],
  [
    "ai-sdk fullStream v4",
    L([
      { type: "step-start" },
      { type: "reasoning", textDelta: "7 * 8" },
      { type: "reasoning", textDelta: " = 56." },
      { type: "text-delta", textDelta: "There are " },
      { type: "text-delta", textDelta: "\\boxed{56} jars." },
      { type: "finish", finishReason: "stop", usage: { promptTokens: 12, completionTokens: 30 } },
    ]),
    { counted: true },
  ],
  [
    "ai-sdk fullStream v5",
    L([
      { type: "start" },
      { type: "reasoning-start", id: "0" },
      { type: "reasoning-delta", id: "0", text: "7 * 8" },
      { type: "reasoning-delta", id: "0", text: " = 56." },
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", text: A },
      { type: "finish", finishReason: "stop", totalUsage: { inputTokens: 12, outputTokens: 30, reasoningTokens: 9 } },
    ]),
    { counted: true },
  ],
  [
    "ai-sdk generateText",
    {
      text: A,
      reasoning: [{ type: "reasoning", text: T }],
      reasoningText: T,
      finishReason: "stop",
      usage: { inputTokens: 12, outputTokens: 30, totalTokens: 42, reasoningTokens: 9 },
    },
    { counted: true },
  ],
  [
    "ai-sdk v4 generateText",
    {
      text: A,
      reasoning: T,
      reasoningDetails: [{ type: "text", text: T }],
      finishReason: "stop",
      usage: { promptTokens: 12, completionTokens: 30 },
    },
    { counted: true },
  ],
  [
    "ai-sdk steps",
    {
      steps: [
        {
          content: [
            { type: "reasoning", text: T },
            { type: "text", text: A },
          ],
          finishReason: "stop",
          usage: { inputTokens: 12, outputTokens: 30 },
        },
      ],
    },
    { counted: true },
  ],
  [
    "ai-sdk content",
    {
      content: [
        { type: "reasoning", text: T },
        { type: "text", text: A },
      ],
      finishReason: "stop",
      usage: { inputTokens: 12, outputTokens: 30 },
    },
    { counted: true },
  ],
  [
    "langchain events",
    L([
      {
        event: "on_chat_model_start",
        name: "ChatOpenAI",
        data: { input: { messages: [[{ type: "human", content: Q }]] } },
      },
      {
        event: "on_chat_model_stream",
        data: { chunk: { type: "AIMessageChunk", content: "", additional_kwargs: { reasoning_content: "7 * 8" } } },
      },
      {
        event: "on_chat_model_stream",
        data: { chunk: { type: "AIMessageChunk", content: "", additional_kwargs: { reasoning_content: " = 56." } } },
      },
      { event: "on_chat_model_stream", data: { chunk: { type: "AIMessageChunk", content: A, additional_kwargs: {} } } },
      {
        event: "on_chat_model_end",
        data: { output: { type: "AIMessageChunk", content: A, additional_kwargs: { reasoning_content: T } } },
      },
    ]),
  ],
  [
    "langchain chunks",
    L([
      {
        type: "AIMessageChunk",
        content: "",
        additional_kwargs: { reasoning_content: "7 * 8" },
        response_metadata: {},
        id: "run-1",
      },
      {
        type: "AIMessageChunk",
        content: "",
        additional_kwargs: { reasoning_content: " = 56." },
        response_metadata: {},
        id: "run-1",
      },
      {
        type: "AIMessageChunk",
        content: A,
        additional_kwargs: {},
        response_metadata: { finish_reason: "stop" },
        id: "run-1",
      },
    ]),
  ],
  [
    "langchain dumpd",
    {
      lc: 1,
      type: "constructor",
      id: ["langchain", "schema", "messages", "AIMessage"],
      kwargs: {
        content: A,
        additional_kwargs: { reasoning_content: T },
        response_metadata: { model_name: "m", finish_reason: "stop" },
        usage_metadata: { input_tokens: 12, output_tokens: 30 },
      },
    },
    { counted: true },
  ],
  [
    "langchain AIMessage model_dump",
    {
      content: A,
      additional_kwargs: { reasoning_content: T },
      response_metadata: { model_name: "m", finish_reason: "stop" },
      type: "ai",
      name: null,
      id: "run-1",
      usage_metadata: { input_tokens: 12, output_tokens: 30 },
    },
    { counted: true },
  ],
  [
    "langchain list",
    [
      { type: "human", content: Q },
      { type: "ai", content: A, additional_kwargs: { reasoning_content: T } },
    ],
    { asked: true },
  ],
  [
    "langchain to_dict",
    [
      { type: "human", data: { content: Q, type: "human" } },
      { type: "ai", data: { content: A, additional_kwargs: { reasoning_content: T }, type: "ai" } },
    ],
    { asked: true },
  ],
  [
    "langchain v1 blocks",
    [
      { type: "human", content: Q },
      {
        type: "ai",
        content: [
          { type: "reasoning", reasoning: T },
          { type: "text", text: A },
        ],
      },
    ],
    { asked: true },
  ],
  [
    "langchain messages obj",
    {
      messages: [
        { type: "human", content: Q },
        {
          type: "ai",
          content: [
            { type: "thinking", thinking: T, signature: "x" },
            { type: "text", text: A },
          ],
        },
      ],
    },
    { asked: true },
  ],
  [
    "langchain dumpd list",
    [
      { lc: 1, type: "constructor", id: ["langchain", "schema", "messages", "HumanMessage"], kwargs: { content: Q } },
      {
        lc: 1,
        type: "constructor",
        id: ["langchain", "schema", "messages", "AIMessage"],
        kwargs: { content: A, additional_kwargs: { reasoning_content: T } },
      },
    ],
    { asked: true },
  ],
  [
    "langchain llmresult",
    {
      generations: [
        [
          {
            text: A,
            type: "ChatGeneration",
            message: { content: A, additional_kwargs: { reasoning_content: T }, type: "ai" },
          },
        ],
      ],
      llm_output: { model_name: "m", token_usage: { prompt_tokens: 12 } },
    },
  ],
  [
    "pydantic-ai",
    [
      {
        parts: [
          { content: "Be brief.", part_kind: "system-prompt" },
          { content: Q, part_kind: "user-prompt", timestamp: "2026-01-01T00:00:00Z" },
        ],
        kind: "request",
      },
      {
        parts: [
          { content: T, part_kind: "thinking", id: null, signature: null },
          { content: A, part_kind: "text" },
        ],
        usage: { input_tokens: 12, output_tokens: 30 },
        model_name: "m",
        kind: "response",
        timestamp: "2026-01-01T00:00:00Z",
        finish_reason: "stop",
      },
    ],
    { asked: true },
  ],
  [
    "llamaindex",
    {
      message: {
        role: "assistant",
        additional_kwargs: {},
        blocks: [
          { block_type: "thinking", content: T },
          { block_type: "text", text: A },
        ],
      },
      raw: null,
      delta: null,
    },
  ],
  [
    "dashscope",
    {
      status_code: 200,
      request_id: "r",
      code: "",
      message: "",
      output: {
        text: null,
        finish_reason: null,
        choices: [{ finish_reason: "stop", message: { role: "assistant", content: A, reasoning_content: T } }],
      },
      usage: { input_tokens: 12, output_tokens: 30 },
    },
    { counted: true },
  ],
  [
    "dashscope sse",
    [
      ["7 * 8", ""],
      [" = 56.", ""],
      ["", A],
    ]
      .map(
        ([r, c], i) =>
          `id:${i + 1}\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify({ output: { choices: [{ message: { content: c, reasoning_content: r, role: "assistant" }, finish_reason: i === 2 ? "stop" : "null" }] }, usage: { input_tokens: 12, output_tokens: 30 }, request_id: "r" })}\n\n`,
      )
      .join(""),
    { counted: true },
  ],
  [
    "dashscope cumulative",
    [
      ["7 * 8", ""],
      ["7 * 8 = 56.", ""],
      ["7 * 8 = 56.", A],
    ]
      .map(
        ([r, c], i) =>
          `id:${i + 1}\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify({ output: { choices: [{ message: { content: c, reasoning_content: r, role: "assistant" }, finish_reason: i === 2 ? "stop" : "null" }] }, usage: { input_tokens: 12, output_tokens: 30 }, request_id: "r" })}\n\n`,
      )
      .join(""),
    { counted: true },
  ],
  [
    "tencent",
    {
      Response: {
        RequestId: "r",
        Id: "i",
        Created: 1,
        Choices: [{ Index: 0, FinishReason: "stop", Message: { Role: "assistant", Content: A, ReasoningContent: T } }],
        Usage: { PromptTokens: 12, CompletionTokens: 30, TotalTokens: 42 },
      },
    },
    { counted: true },
  ],
  [
    "watsonx",
    {
      model_id: "m",
      created_at: "x",
      results: [
        {
          generated_text: `<think>${T}</think>${A}`,
          generated_token_count: 30,
          input_token_count: 12,
          stop_reason: "eos_token",
        },
      ],
    },
    { counted: true },
  ],
  [
    "workers ai",
    {
      result: { response: `<think>${T}</think>\n\n${A}`, usage: { prompt_tokens: 12, completion_tokens: 30 } },
      success: true,
      errors: [],
      messages: [],
    },
  ],
  [
    "replicate",
    {
      id: "r",
      model: "m",
      version: "v",
      input: { prompt: Q },
      output: ["<think>", T, "</think>", A],
      status: "succeeded",
      metrics: { predict_time: 1 },
    },
    { asked: true },
  ],
  [
    "hf pipeline chat",
    [
      {
        generated_text: [
          { role: "user", content: Q },
          { role: "assistant", content: `<think>${T}</think>${A}` },
        ],
      },
    ],
    { asked: true },
  ],
  [
    "bedrock batch",
    L([
      {
        recordId: "1",
        modelInput: {
          anthropic_version: "bedrock-2023-05-31",
          messages: [{ role: "user", content: [{ type: "text", text: Q }] }],
        },
        modelOutput: {
          id: "m",
          type: "message",
          role: "assistant",
          model: "m",
          content: [
            { type: "thinking", thinking: T },
            { type: "text", text: A },
          ],
          stop_reason: "end_turn",
          usage: { input_tokens: 12 },
        },
      },
    ]),
    { asked: true, counted: true },
  ],
  [
    "mistral conversations",
    {
      object: "conversation.response",
      conversation_id: "c",
      outputs: [
        {
          object: "entry",
          type: "message.output",
          role: "assistant",
          content: [
            { type: "thinking", thinking: [{ type: "text", text: T }] },
            { type: "text", text: A },
          ],
          model: "m",
        },
      ],
      usage: { prompt_tokens: 12, completion_tokens: 30 },
    },
    { counted: true },
  ],
  [
    "openai output array only",
    [
      { id: "rs", type: "reasoning", summary: [{ type: "summary_text", text: T }] },
      { id: "msg", type: "message", role: "assistant", content: [{ type: "output_text", text: A, annotations: [] }] },
    ],
  ],
  [
    "responses no object",
    {
      id: "r",
      output: [
        { type: "reasoning", content: [{ type: "reasoning_text", text: T }] },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: A }] },
      ],
      usage: { input_tokens: 12 },
    },
    { counted: true },
  ],
  ["message only", { role: "assistant", content: A, reasoning_content: T }],
  ["message only think", { role: "assistant", content: `<think>${T}</think>${A}` }],
  ["message in key", { message: { role: "assistant", content: A, reasoning_content: T } }],
  [
    "anthropic content list only",
    [
      { type: "thinking", thinking: T, signature: "x" },
      { type: "text", text: A },
    ],
  ],
  [
    "anthropic no type",
    {
      role: "assistant",
      model: "m",
      content: [
        { type: "thinking", thinking: T, signature: "x" },
        { type: "text", text: A },
      ],
      stop_reason: "end_turn",
      usage: { input_tokens: 12 },
    },
  ],
];

describe("an answer in another tool's words", () => {
  for (const [what, value, { asked = false, counted = false } = {}] of cases) {
    it(`${what}: question, thought and answer each in its place`, () => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const { traces, problems } = importTraces({ name: "answer.json", text });
      assert.deepEqual([traces.length, problems], [1, []]);
      const trace = fold(traces[0]!);
      const all = (kind: string) =>
        trace.spans
          .filter((span) => span.kind === kind)
          .map((span) => spanText(trace, span))
          .join("\n");
      assert.deepEqual([all("thinking"), all("answer"), trace.end?.answer], [T, A, "56"]);
      if (asked) assert.equal(trace.header!.messages.findLast(({ role }) => role === "user")?.content, Q);
      if (counted) assert.equal(measure(trace).tokens.prompt, 12);
    });
  }
});
