/** One question and its answer as each tool writes them: what a file of each format looks like, in small. */

/** Said in every one of the files: the same question, thought and answer. */
export const SAID = {
  asked: "How many jars on 7 rows of 8?",
  thought: "7 * 8 = 56.",
  answer: "There are \\boxed{56} jars.",
};
const { asked, thought, answer } = SAID;

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const events = (values: readonly unknown[]): string =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join("");
const json = (value: unknown): string => JSON.stringify(value, null, 1);
/** A text in pieces, as streams send it. */
const halves = (text: string): [string, string] => [text.slice(0, 4), text.slice(4)];

const user = { role: "user", content: asked };
const typed = [
  { type: "thinking", thinking: thought, signature: "c2ln" },
  { type: "text", text: answer },
];
const anthropicUsage = { input_tokens: 12, output_tokens: 30 };
const anthropicMessage = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content: typed,
  stop_reason: "end_turn",
  usage: anthropicUsage,
};
const responseItems = [
  { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: thought }], encrypted_content: "gAAAA" },
  { type: "message", role: "assistant", content: [{ type: "output_text", text: answer }] },
];
const response = {
  id: "resp_1",
  object: "response",
  model: "m",
  status: "completed",
  output: responseItems,
  usage: { input_tokens: 12, output_tokens: 30, output_tokens_details: { reasoning_tokens: 9 } },
};
const geminiParts = [{ text: thought, thought: true }, { text: answer }];
const geminiUsage = { promptTokenCount: 12, candidatesTokenCount: 9, thoughtsTokenCount: 15 };
const bedrockContent = [
  { reasoningContent: { reasoningText: { text: thought, signature: "c2ln" } } },
  { text: answer },
];

const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;
const claudeLine = (fields: object, second: number) => ({
  uuid: `u${second}`,
  sessionId: "s",
  timestamp: at(second),
  ...fields,
});

/** The body of a streamed answer as recorders of HTTP keep it. */
const recorded = events([
  ...[{ reasoning_content: thought }, { content: answer }].map((delta) => ({
    object: "chat.completion.chunk",
    model: "m",
    choices: [{ index: 0, delta }],
  })),
  { object: "chat.completion.chunk", model: "m", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
  { object: "chat.completion.chunk", model: "m", choices: [], usage: { prompt_tokens: 12, completion_tokens: 20 } },
]);

/** Whole files, by the id of the importer that reads them; several where it reads several forms. */
export const FILES: Record<string, Record<string, string>> = {
  openai: {
    "completion.json": json({
      id: "c1",
      object: "chat.completion",
      model: "m",
      choices: [
        {
          index: 0,
          message: { role: "assistant", reasoning_content: thought, content: answer },
          finish_reason: "stop",
        },
      ],
      usage: { prompt_tokens: 12, completion_tokens: 20 },
      messages: [user],
    }),
    "stream.txt": events([
      ...[
        { role: "assistant" },
        ...halves(thought).map((reasoning) => ({ reasoning })),
        ...halves(answer).map((content) => ({ content })),
      ].map((delta) => ({ id: "c1", object: "chat.completion.chunk", model: "m", choices: [{ index: 0, delta }] })),
      {
        id: "c1",
        object: "chat.completion.chunk",
        model: "m",
        choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
      },
      {
        id: "c1",
        object: "chat.completion.chunk",
        model: "m",
        choices: [],
        usage: { prompt_tokens: 12, completion_tokens: 20 },
      },
    ]),
    "mistral.jsonl": lines(
      [
        ...halves(thought).map((text) => [{ type: "thinking", thinking: [{ type: "text", text }] }]),
        ...halves(answer),
      ].map((content, index) => ({
        id: "c1",
        object: "chat.completion.chunk",
        model: "m",
        choices: [{ index: 0, delta: { content }, finish_reason: index === 3 ? "stop" : null }],
        usage: { prompt_tokens: 12 },
      })),
    ),
  },
  "openai-responses": {
    "response.json": json({ ...response, input: [user] }),
    "stream.sse": events([
      { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
      { type: "response.output_item.added", output_index: 0, item: { type: "reasoning", id: "rs_1", summary: [] } },
      ...halves(thought).map((delta) => ({
        type: "response.reasoning_summary_text.delta",
        output_index: 0,
        summary_index: 0,
        delta,
      })),
      {
        type: "response.output_item.added",
        output_index: 1,
        item: { type: "message", role: "assistant", content: [] },
      },
      ...halves(answer).map((delta) => ({
        type: "response.output_text.delta",
        output_index: 1,
        content_index: 0,
        delta,
      })),
      { type: "response.completed", response },
    ]),
  },
  anthropic: {
    "message.json": json({ request: { system: "Be brief.", messages: [user] }, response: anthropicMessage }),
    "stream.sse": events([
      { type: "message_start", message: { ...anthropicMessage, content: [], stop_reason: null } },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "" } },
      ...halves(thought).map((thinking) => ({
        type: "content_block_delta",
        index: 0,
        delta: { type: "thinking_delta", thinking },
      })),
      { type: "ping" },
      { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
      ...halves(answer).map((text) => ({ type: "content_block_delta", index: 1, delta: { type: "text_delta", text } })),
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 30 } },
      { type: "message_stop" },
    ]),
  },
  gemini: {
    "answer.json": json({
      request: { contents: [{ role: "user", parts: [{ text: asked }] }] },
      response: {
        candidates: [{ content: { role: "model", parts: geminiParts }, finishReason: "STOP" }],
        usageMetadata: geminiUsage,
        modelVersion: "m",
      },
    }),
    "stream.txt": events(
      [...halves(thought).map((text) => ({ text, thought: true })), ...halves(answer).map((text) => ({ text }))].map(
        (part, index) => ({
          candidates: [{ content: { role: "model", parts: [part] }, ...(index === 3 ? { finishReason: "STOP" } : {}) }],
          usageMetadata: geminiUsage,
          modelVersion: "m",
          responseId: "r1",
        }),
      ),
    ),
  },
  "gemini-interactions": {
    "interaction.json": json({
      id: "v1",
      object: "interaction",
      model: "m",
      status: "completed",
      input: asked,
      steps: [
        { type: "thought", summary: [{ type: "text", text: thought }] },
        { type: "model_output", content: [{ type: "text", text: answer }] },
      ],
      usage: { total_input_tokens: 12, total_output_tokens: 9, total_thought_tokens: 15 },
    }),
    "stream.jsonl": lines([
      { event_type: "interaction.created", interaction: { id: "v1", object: "interaction", model: "m" } },
      { event_type: "step.start", index: 0, step: { type: "thought" } },
      ...halves(thought).map((text) => ({
        event_type: "step.delta",
        index: 0,
        delta: { type: "thought_summary", content: { type: "text", text } },
      })),
      { event_type: "step.start", index: 1, step: { type: "model_output" } },
      ...halves(answer).map((text) => ({ event_type: "step.delta", index: 1, delta: { type: "text", text } })),
      {
        event_type: "interaction.completed",
        interaction: { id: "v1", status: "completed", usage: { total_input_tokens: 12 } },
      },
    ]),
  },
  bedrock: {
    "converse.json": json({
      messages: [{ role: "user", content: [{ text: asked }] }],
      model: "m",
      response: {
        output: { message: { role: "assistant", content: bedrockContent } },
        stopReason: "end_turn",
        usage: { inputTokens: 12, outputTokens: 30 },
      },
    }),
    "stream.jsonl": lines([
      { messageStart: { role: "assistant" } },
      ...halves(thought).map((text) => ({
        contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text } } },
      })),
      { contentBlockStop: { contentBlockIndex: 0 } },
      ...halves(answer).map((text) => ({ contentBlockDelta: { contentBlockIndex: 1, delta: { text } } })),
      { messageStop: { stopReason: "end_turn" } },
      { metadata: { usage: { inputTokens: 12, outputTokens: 30 }, metrics: { latencyMs: 900 } } },
    ]),
  },
  cohere: {
    "chat.json": json({
      id: "c1",
      model: "m",
      messages: [user],
      finish_reason: "COMPLETE",
      message: { role: "assistant", content: typed },
      usage: { billed_units: { input_tokens: 12, output_tokens: 30 } },
    }),
    "stream.jsonl": lines([
      { type: "message-start", id: "c1", delta: { message: { role: "assistant", content: [] } } },
      { type: "content-start", index: 0, delta: { message: { content: { type: "thinking", thinking: "" } } } },
      ...halves(thought).map((thinking) => ({
        type: "content-delta",
        index: 0,
        delta: { message: { content: { thinking } } },
      })),
      { type: "content-start", index: 1, delta: { message: { content: { type: "text", text: "" } } } },
      ...halves(answer).map((text) => ({ type: "content-delta", index: 1, delta: { message: { content: { text } } } })),
      { type: "message-end", delta: { finish_reason: "COMPLETE", usage: { tokens: { input_tokens: 12 } } } },
    ]),
  },
  ollama: {
    "chat.json": json({
      model: "m",
      created_at: at(1),
      request: { messages: [user] },
      message: { role: "assistant", thinking: thought, content: answer },
      done: true,
      done_reason: "stop",
      prompt_eval_count: 12,
    }),
    "stream.ndjson": lines([
      ...halves(thought).map((thinking) => ({
        model: "m",
        message: { role: "assistant", content: "", thinking },
        done: false,
      })),
      ...halves(answer).map((content) => ({ model: "m", message: { role: "assistant", content }, done: false })),
      {
        model: "m",
        message: { role: "assistant", content: "" },
        done: true,
        done_reason: "stop",
        prompt_eval_count: 12,
      },
    ]),
    "generate.ndjson": lines([
      ...halves(thought).map((thinking) => ({ model: "m", response: "", thinking, done: false })),
      ...halves(answer).map((text) => ({ model: "m", response: text, done: false })),
      { model: "m", response: "", done: true, done_reason: "stop", prompt_eval_count: 12 },
    ]),
  },
  "llama.cpp": {
    "completion.json": json({
      content: `<think>${thought}</think>${answer}`,
      stop: true,
      stop_type: "eos",
      model: "m",
      prompt: asked,
      tokens_evaluated: 12,
    }),
    "stream.txt": events([
      ...halves(`<think>${thought}</think>${answer}`).map((content) => ({ content, stop: false })),
      { content: "", stop: true, stop_type: "eos", model: "m", prompt: asked, tokens_evaluated: 12 },
    ]),
  },
  sglang: {
    "generate.json": json({
      model: "m",
      prompt: asked,
      text: `<think>${thought}</think>${answer}`,
      meta_info: { id: "1", finish_reason: { type: "stop", matched: 2 }, prompt_tokens: 12, completion_tokens: 30 },
    }),
    // Each piece holds all that was written so far.
    "stream.txt": events([
      ...[8, 15].map((length) => ({
        text: `<think>${thought}</think>${answer}`.slice(0, length),
        meta_info: { finish_reason: null, prompt_tokens: 12 },
      })),
      {
        text: `<think>${thought}</think>${answer}`,
        meta_info: { finish_reason: { type: "stop" }, prompt_tokens: 12 },
      },
    ]),
  },
  dashscope: {
    "answer.json": json({
      request_id: "1",
      model: "m",
      messages: [user],
      output: {
        choices: [
          { finish_reason: "stop", message: { role: "assistant", content: answer, reasoning_content: thought } },
        ],
      },
      usage: { input_tokens: 12, output_tokens: 30 },
    }),
    // Each piece holds all that was written so far.
    "stream.txt": [
      [thought.slice(0, 4), ""],
      [thought, ""],
      [thought, answer],
    ]
      .map(([reasoning_content, content], index) => ({
        output: {
          choices: [
            {
              message: { role: "assistant", content, reasoning_content },
              finish_reason: index === 2 ? "stop" : "null",
            },
          ],
        },
        usage: { input_tokens: 12 },
        request_id: "1",
      }))
      .map((value, index) => `id:${index}\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify(value)}\n\n`)
      .join(""),
  },
  "ai-sdk": {
    "result.json": json({
      messages: [user],
      text: answer,
      reasoning: [{ type: "reasoning", text: thought }],
      finishReason: "stop",
      usage: { inputTokens: 12, outputTokens: 30 },
      response: { id: "1", modelId: "m" },
    }),
    "stream.txt": events([
      { type: "start" },
      { type: "reasoning-start", id: "r" },
      ...halves(thought).map((delta) => ({ type: "reasoning-delta", id: "r", delta })),
      { type: "reasoning-end", id: "r" },
      { type: "text-start", id: "t" },
      ...halves(answer).map((delta) => ({ type: "text-delta", id: "t", delta })),
      { type: "text-end", id: "t" },
      { type: "finish" },
    ]),
    "fullstream.jsonl": lines([
      ...halves(thought).map((textDelta) => ({ type: "reasoning", textDelta })),
      ...halves(answer).map((textDelta) => ({ type: "text-delta", textDelta })),
      { type: "finish", finishReason: "stop", usage: { promptTokens: 12, completionTokens: 30 } },
    ]),
  },
  langchain: {
    "stream.jsonl": lines([
      ...halves(thought).map((reasoning_content) => ({
        type: "AIMessageChunk",
        id: "run-1",
        content: "",
        additional_kwargs: { reasoning_content },
      })),
      ...halves(answer).map((content) => ({ type: "AIMessageChunk", id: "run-1", content, additional_kwargs: {} })),
    ]),
  },
  reply: {
    "reply-stream.json": json({
      type: "ai",
      content: answer,
      additional_kwargs: { reasoning_content: thought },
      response_metadata: { model_name: "m", finish_reason: "stop" },
      usage_metadata: { input_tokens: 12, output_tokens: 30 },
    }),
  },
  "chat-export": {
    "claude.json": json([
      {
        uuid: "1",
        name: "Jars",
        model: "m",
        chat_messages: [
          { sender: "human", text: asked, content: [{ type: "text", text: asked }] },
          { sender: "assistant", text: answer, content: typed },
        ],
      },
    ]),
    "chatgpt.json": json([
      {
        title: "Jars",
        current_node: "e",
        mapping: {
          a: { parent: null, children: ["b"], message: null },
          b: {
            parent: "a",
            children: ["c"],
            message: { author: user, content: { content_type: "text", parts: [asked] } },
          },
          x: {
            parent: "b",
            children: [],
            message: {
              author: { role: "assistant" },
              content: { content_type: "text", parts: ["An answer that was not kept."] },
            },
          },
          c: {
            parent: "b",
            children: ["d"],
            message: {
              author: { role: "assistant" },
              content: { content_type: "thoughts", thoughts: [{ summary: "Multiply", content: thought }] },
              metadata: { model_slug: "m" },
            },
          },
          d: {
            parent: "c",
            children: ["e"],
            message: {
              author: { role: "assistant" },
              content: { content_type: "reasoning_recap", content: "Thought" },
            },
          },
          e: {
            parent: "d",
            children: [],
            message: { author: { role: "assistant" }, content: { content_type: "text", parts: [answer] } },
          },
        },
      },
    ]),
    "deepseek.json": json([
      {
        id: "1",
        title: "Jars",
        mapping: {
          root: { parent: null, children: ["1"], message: null },
          "1": { parent: "root", children: ["2"], message: { fragments: [{ type: "REQUEST", content: asked }] } },
          "2": {
            parent: "1",
            children: [],
            message: {
              model: "m",
              fragments: [
                { type: "THINK", content: thought },
                { type: "RESPONSE", content: answer },
              ],
            },
          },
        },
      },
    ]),
    "open-webui.json": json([
      {
        id: "1",
        title: "Jars",
        chat: {
          history: {
            currentId: "b",
            messages: {
              a: { parentId: null, childrenIds: ["b"], role: "user", content: asked },
              b: {
                parentId: "a",
                childrenIds: [],
                role: "assistant",
                model: "m",
                content: `<details type="reasoning" done="true" duration="4">\n<summary>Thought</summary>\n&gt; ${thought}\n</details>\n${answer}`,
              },
            },
          },
        },
      },
    ]),
    "librechat.json": json({
      conversationId: "1",
      title: "Jars",
      messages: [
        { sender: "User", text: asked, isCreatedByUser: true },
        {
          sender: "M",
          model: "m",
          text: "",
          isCreatedByUser: false,
          content: [
            { type: "think", think: thought },
            { type: "text", text: answer },
          ],
        },
      ],
    }),
    "ai-studio.json": json({
      runSettings: { model: "m" },
      chunkedPrompt: {
        chunks: [
          { text: asked, role: "user" },
          { text: thought, role: "model", isThought: true },
          { text: answer, role: "model", finishReason: "STOP" },
        ],
      },
    }),
    "gemini-cli.json": json({
      sessionId: "1",
      messages: [
        { type: "user", content: asked },
        { type: "gemini", content: answer, thoughts: [{ description: thought }], tokens: { input: 12 }, model: "m" },
      ],
    }),
    "opencode.json": json({
      info: { id: "1" },
      messages: [
        { info: { role: "user" }, parts: [{ type: "text", text: asked }] },
        {
          info: { role: "assistant", modelID: "m" },
          parts: [{ type: "step-start" }, { type: "reasoning", text: thought }, { type: "text", text: answer }],
        },
      ],
    }),
    "continue.json": json({
      sessionId: "1",
      model: "m",
      history: [
        { message: user, contextItems: [] },
        { message: { role: "thinking", content: thought }, contextItems: [] },
        { message: { role: "assistant", content: answer }, contextItems: [] },
      ],
    }),
    "tavern.jsonl": lines([
      { user_name: "U", character_name: "C", chat_metadata: {} },
      { name: "U", is_user: true, mes: asked },
      { name: "C", is_user: false, mes: answer, extra: { reasoning: thought, model: "m" } },
    ]),
    "lm-studio.json": json({
      name: "Jars",
      model: "m",
      messages: [
        { versions: [{ role: "user", content: [{ type: "text", text: asked }] }], currentlySelected: 0 },
        {
          versions: [
            {
              role: "assistant",
              steps: [
                { content: [{ type: "text", text: thought }], style: { type: "thinking" } },
                { content: [{ type: "text", text: answer }] },
              ],
            },
          ],
          currentlySelected: 0,
        },
      ],
    }),
  },
  "marked-texts": {
    "texts-stream.jsonl": lines([{ text: `<think>${thought}</think>${answer}` }]),
  },
  "text-generation": {
    "generate.json": json({
      inputs: asked,
      model: "m",
      generated_text: `<think>${thought}</think>${answer}`,
      details: { finish_reason: "eos_token" },
    }),
    "stream.txt": events([
      ...halves(`<think>${thought}</think>${answer}`).map((text, index) => ({
        index,
        token: { id: index, text, logprob: -0.5 },
        generated_text: null,
      })),
      { index: 2, token: { id: 2, text: "</s>", special: true }, generated_text: `<think>${thought}</think>${answer}` },
    ]),
  },
  "claude-code": {
    "session.jsonl": lines([
      { type: "summary", summary: "Jars" },
      claudeLine({ type: "user", message: { role: "user", content: asked } }, 1),
      claudeLine({ type: "assistant", message: { id: "m1", role: "assistant", model: "m", content: [typed[0]] } }, 2),
      claudeLine(
        {
          type: "assistant",
          message: {
            id: "m1",
            role: "assistant",
            model: "m",
            content: [typed[1]],
            stop_reason: "end_turn",
            usage: anthropicUsage,
          },
        },
        3,
      ),
    ]),
    "export.json": json({
      loglines: [
        { type: "user", timestamp: at(1), message: user },
        {
          type: "assistant",
          timestamp: at(2),
          message: { role: "assistant", model: "m", content: typed, usage: anthropicUsage },
        },
      ],
    }),
    "stream-json.jsonl": lines([
      { type: "system", subtype: "init", session_id: "s", model: "m" },
      { type: "user", session_id: "s", message: { role: "user", content: [{ type: "text", text: asked }] } },
      {
        type: "assistant",
        session_id: "s",
        message: { id: "m1", role: "assistant", model: "m", content: typed, usage: anthropicUsage },
      },
      { type: "result", session_id: "s", result: answer },
    ]),
  },
  codex: {
    "rollout-new.jsonl": lines([
      { timestamp: at(0), type: "session_meta", payload: { id: "s", instructions: "Be brief." } },
      { timestamp: at(1), type: "turn_context", payload: { model: "m" } },
      {
        timestamp: at(1),
        type: "response_item",
        payload: { type: "message", role: "user", content: [{ type: "input_text", text: asked }] },
      },
      { timestamp: at(2), type: "event_msg", payload: { type: "agent_reasoning", text: thought } },
      ...responseItems.map((payload) => ({ timestamp: at(2), type: "response_item", payload })),
      {
        timestamp: at(3),
        type: "event_msg",
        payload: {
          type: "token_count",
          info: { last_token_usage: { input_tokens: 12, output_tokens: 30, reasoning_output_tokens: 9 } },
        },
      },
    ]),
    // The editor's extension puts what is open before what is asked.
    "rollout-editor.jsonl": lines([
      { timestamp: at(0), type: "session_meta", payload: { id: "s" } },
      { timestamp: at(1), type: "turn_context", payload: { model: "m" } },
      {
        timestamp: at(1),
        type: "response_item",
        payload: {
          type: "message",
          role: "user",
          content: [
            {
              type: "input_text",
              text: `# Context from my IDE setup:\n\n## Active file: a.ts\n\n## My request for Codex:\n${asked}\n`,
            },
          ],
        },
      },
      ...responseItems.map((payload) => ({ timestamp: at(2), type: "response_item", payload })),
    ]),
    "rollout-old.jsonl": lines([
      { id: "s", timestamp: at(0), instructions: null },
      { record_type: "state" },
      { type: "message", role: "user", content: [{ type: "input_text", text: asked }] },
      ...responseItems,
    ]),
    "exec.jsonl": lines([
      { type: "thread.started", thread_id: "s" },
      { type: "turn.started" },
      { type: "item.completed", item: { id: "item_0", type: "reasoning", text: thought } },
      { type: "item.completed", item: { id: "item_1", type: "agent_message", text: answer } },
      { type: "turn.completed", usage: { input_tokens: 12, output_tokens: 30 } },
    ]),
  },
  "copilot-cli": {
    "events.jsonl": lines([
      { type: "session.start", id: "e0", timestamp: at(0), data: { sessionId: "s", selectedModel: "m" } },
      { type: "user.message", id: "e1", timestamp: at(1), data: { content: asked } },
      {
        type: "assistant.message",
        id: "e2",
        timestamp: at(2),
        data: { content: answer, reasoningText: thought, reasoningOpaque: "AAAA", toolRequests: [], outputTokens: 30 },
      },
    ]),
    "reasoning.jsonl": lines([
      { type: "session.start", id: "e0", data: { sessionId: "s", selectedModel: "m" } },
      { type: "user.message", id: "e1", data: { content: asked } },
      { type: "assistant.reasoning", id: "e2", data: { content: thought } },
      { type: "assistant.message", id: "e3", data: { content: answer, toolRequests: [] } },
    ]),
  },
  atif: {
    "trajectory.json": json({
      schema_version: "ATIF-v1.4",
      session_id: "s",
      agent: { name: "a", version: "1", model_name: "m" },
      steps: [
        { step_id: 1, source: "system", message: "Be brief." },
        { step_id: 2, source: "user", message: asked },
        {
          step_id: 3,
          source: "agent",
          model_name: "m",
          message: answer,
          reasoning_content: thought,
          metrics: { prompt_tokens: 12, completion_tokens: 30 },
        },
      ],
    }),
  },
  "mini-swe-agent": {
    "jars.traj.json": json({
      trajectory_format: "mini-swe-agent-1.1",
      info: { config: { model: { model_name: "m" } }, exit_status: "Submitted" },
      messages: [user, { role: "assistant", reasoning_content: thought, content: answer }],
    }),
    "jars.traj": json({
      history: [user],
      trajectory: [{ thought, action: "", observation: answer }],
      info: { model_name: "m" },
    }),
  },
  promptfoo: {
    "results.json": json({
      evalId: "e",
      results: {
        version: 3,
        results: [
          {
            id: "r1",
            prompt: { raw: asked, label: "jars" },
            provider: { id: "m" },
            response: {
              output: `Thinking: ${thought}\nSignature: c2ln\n\n${answer}`,
              tokenUsage: { prompt: 12, completion: 30 },
            },
            success: true,
            gradingResult: {
              pass: true,
              reason: "All assertions passed",
              componentResults: [{ pass: true, assertion: { type: "contains", value: "56" } }],
            },
            testCase: { vars: {}, assert: [{ type: "contains", value: "56" }] },
          },
        ],
      },
    }),
  },
  langfuse: {
    "observations.json": json({
      data: [
        {
          id: "1",
          traceId: "t",
          type: "GENERATION",
          model: "m",
          input: JSON.stringify([user]),
          output: JSON.stringify({ role: "assistant", content: `<think>${thought}</think>${answer}` }),
        },
      ],
      meta: { page: 1 },
    }),
    "trace.json": json({
      trace: { id: "t", name: "ask", scores: [{ name: "right", value: 1, dataType: "BOOLEAN" }] },
      observations: [
        { id: "s", type: "SPAN", input: null, output: null },
        {
          id: "o",
          type: "GENERATION",
          model: "m",
          input: JSON.stringify([user]),
          output: JSON.stringify({ role: "assistant", content: typed }),
          startTime: at(1),
          endTime: at(2),
          usageDetails: { input: 12, output: 30 },
        },
      ],
    }),
  },
  langsmith: {
    "runs.json": json({
      runs: [
        {
          id: "root",
          run_type: "chain",
          inputs: {},
          outputs: {},
          child_runs: [
            {
              id: "r",
              trace_id: "root",
              run_type: "llm",
              inputs: {
                messages: [
                  [
                    {
                      lc: 1,
                      type: "constructor",
                      id: ["langchain", "schema", "HumanMessage"],
                      kwargs: { content: asked },
                    },
                  ],
                ],
              },
              outputs: {
                generations: [
                  [
                    {
                      text: answer,
                      message: {
                        lc: 1,
                        type: "constructor",
                        id: ["x", "AIMessage"],
                        kwargs: { content: answer, additional_kwargs: { reasoning_content: thought } },
                      },
                    },
                  ],
                ],
              },
              extra: { metadata: { ls_model_name: "m" } },
              start_time: at(1),
              end_time: at(2),
              prompt_tokens: 12,
            },
          ],
        },
      ],
    }),
    // What an SDK sends: the run as it began, and what its end added.
    "batch.json": json({
      post: [
        {
          id: "r",
          trace_id: "r",
          dotted_order: "1r",
          name: "ChatOpenAI",
          run_type: "llm",
          start_time: 1728803138291,
          extra: { metadata: { ls_model_name: "m" } },
          inputs: { messages: [user] },
        },
      ],
      patch: [
        {
          trace_id: "r",
          dotted_order: "1r",
          end_time: 1728803148730,
          outputs: {
            object: "chat.completion",
            model: "m",
            choices: [{ index: 0, message: { role: "assistant", reasoning: thought, content: answer } }],
            usage: { prompt_tokens: 12, completion_tokens: 20 },
          },
        },
      ],
    }),
  },
  openinference: {
    "phoenix-columns.json": json([
      {
        name: "ChatCompletion",
        "context.span_id": "s",
        "attributes.llm.model_name": "m",
        "attributes.llm.input_messages": [{ "message.role": "user", "message.content": asked }],
        "attributes.llm.output_messages": [
          { "message.role": "assistant", "message.content": `<think>${thought}</think>${answer}` },
        ],
      },
    ]),
    "spans.jsonl": lines([
      {
        name: "ChatCompletion",
        context: { trace_id: "0x1", span_id: "0x2" },
        start_time: at(1),
        end_time: at(2),
        attributes: {
          "openinference.span.kind": "LLM",
          "llm.model_name": "m",
          "llm.token_count.prompt": 12,
          "llm.input_messages.0.message.role": "user",
          "llm.input_messages.0.message.content": asked,
          "llm.output_messages.0.message.role": "assistant",
          "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
          "llm.output_messages.0.message.contents.0.message_content.text": thought,
          "llm.output_messages.0.message.contents.1.message_content.type": "text",
          "llm.output_messages.0.message.contents.1.message_content.text": answer,
        },
      },
    ]),
    // The attributes of a span alone.
    "attributes.json": json({
      "openinference.span.kind": "LLM",
      "llm.model_name": "m",
      "llm.token_count.prompt": 12,
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.contents.0.message_content.type": "text",
      "llm.input_messages.0.message.contents.0.message_content.text": asked,
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.reasoning_content": thought,
      "llm.output_messages.0.message.content": answer,
    }),
    "phoenix.json": json([
      {
        name: "ChatCompletion",
        span_kind: "LLM",
        parent_id: null,
        context: { trace_id: "1", span_id: "2" },
        attributes: {
          openinference: { span: { kind: "LLM" } },
          llm: {
            model_name: "m",
            token_count: { prompt: 12 },
            input_messages: [{ message: { role: "user", content: asked } }],
            output_messages: [{ message: { role: "assistant", reasoning_content: thought, content: answer } }],
          },
        },
      },
    ]),
  },
  otel: {
    "tempo.json": json({
      trace: {
        batches: [
          {
            scope_spans: [
              {
                spans: [
                  {
                    trace_id: "t",
                    span_id: "s",
                    name: "chat",
                    attributes: [
                      { key: "gen_ai.request.model", value: { string_value: "m" } },
                      { key: "gen_ai.prompt.0.role", value: { string_value: "user" } },
                      { key: "gen_ai.prompt.0.content", value: { string_value: asked } },
                      {
                        key: "gen_ai.completion.0.content",
                        value: { string_value: `<think>${thought}</think>${answer}` },
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    }),
    "mlflow.json": json({
      info: { request_id: "tr-1" },
      data: {
        spans: [
          {
            name: "ChatOpenAI",
            context: { span_id: "s", trace_id: "t" },
            parent_id: null,
            attributes: {
              "mlflow.spanType": '"CHAT_MODEL"',
              "mlflow.spanInputs": JSON.stringify({ model: "m", messages: [user] }),
              "mlflow.spanOutputs": JSON.stringify({
                choices: [{ message: { role: "assistant", content: answer, reasoning_content: thought } }],
              }),
            },
          },
        ],
      },
    }),
    "logfire.json": json({
      span_id: "s",
      name: "chat m",
      attributes: {
        "gen_ai.request.model": "m",
        events: JSON.stringify([
          { "event.name": "gen_ai.user.message", ...user },
          {
            "event.name": "gen_ai.choice",
            index: 0,
            message: { role: "assistant", content: `<think>${thought}</think>${answer}` },
          },
        ]),
      },
    }),
    "otlp.json": json({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  traceId: "0",
                  spanId: "1",
                  name: "chat m",
                  attributes: [
                    { key: "gen_ai.request.model", value: { stringValue: "m" } },
                    { key: "gen_ai.usage.input_tokens", value: { intValue: "12" } },
                    {
                      key: "gen_ai.input.messages",
                      value: {
                        stringValue: JSON.stringify([{ role: "user", parts: [{ type: "text", content: asked }] }]),
                      },
                    },
                    {
                      key: "gen_ai.output.messages",
                      value: {
                        stringValue: JSON.stringify([
                          {
                            role: "assistant",
                            parts: [
                              { type: "reasoning", content: thought },
                              { type: "text", content: answer },
                            ],
                            finish_reason: "stop",
                          },
                        ]),
                      },
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    }),
    "attributes.json": json({
      input: "what a framework keeps beside",
      output: "of every span",
      "gen_ai.operation.name": "chat",
      "gen_ai.response.model": "m",
      "gen_ai.usage.input_tokens": 12,
      "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: asked }] }]),
      "gen_ai.output.messages": JSON.stringify([
        {
          role: "assistant",
          parts: [
            { type: "reasoning", content: thought },
            { type: "text", content: answer },
          ],
        },
      ]),
    }),
    "attributes-old.json": json({
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "m",
      "gen_ai.usage.input_tokens": 12,
      "gen_ai.prompt": JSON.stringify([user]),
      "gen_ai.completion": JSON.stringify({ text: `<think>${thought}</think>${answer}`, finish_reason: "stop" }),
    }),
    // Python's console exporter: indented objects, one after another.
    "console.txt": [1, 2]
      .map((place) =>
        json({
          name: place === 1 ? "invoke_agent" : "chat m",
          context: { trace_id: "0x1", span_id: `0x${place}` },
          parent_id: place === 1 ? null : "0x1",
          start_time: at(place),
          end_time: at(place + 1),
          attributes:
            place === 1
              ? {}
              : {
                  "gen_ai.request.model": "m",
                  "gen_ai.usage.input_tokens": 12,
                  "gen_ai.prompt.0.role": "user",
                  "gen_ai.prompt.0.content": asked,
                  "gen_ai.completion.0.role": "assistant",
                  "gen_ai.completion.0.reasoning": thought,
                  "gen_ai.completion.0.content": answer,
                },
          events: [],
        }),
      )
      .join("\n"),
    "ai-sdk.json": json([
      {
        name: "ai.generateText.doGenerate",
        context: { trace_id: "1", span_id: "2" },
        attributes: {
          "ai.model.id": "m",
          "ai.prompt.messages": JSON.stringify([user]),
          "ai.response.text": answer,
          "ai.response.reasoning": thought,
          "ai.usage.promptTokens": 12,
        },
      },
    ]),
    "jaeger.json": json({
      data: [
        {
          spans: [
            {
              traceID: "1",
              spanID: "2",
              operationName: "chat m",
              startTime: 1_760_000_000_000_000,
              duration: 1000,
              tags: Object.entries({
                "gen_ai.request.model": "m",
                "gen_ai.usage.input_tokens": 12,
                "gen_ai.prompt": JSON.stringify([user]),
                "gen_ai.completion": JSON.stringify([{ role: "assistant", content: typed }]),
              }).map(([key, value]) => ({ key, value })),
            },
          ],
        },
      ],
    }),
  },
  "openai-evals": {
    "log.jsonl": lines([
      { spec: { completion_fns: ["m"], eval_name: "jars", run_id: "1" } },
      {
        run_id: "1",
        event_id: 0,
        sample_id: "jars.0",
        type: "sampling",
        data: { prompt: [user], sampled: [`<think>${thought}</think>${answer}`] },
      },
      { run_id: "1", event_id: 1, sample_id: "jars.0", type: "match", data: { correct: true, expected: "56" } },
      { final_report: { accuracy: 1 } },
    ]),
  },
  helm: {
    "scenario_state.json": json({
      adapter_spec: { model: "m" },
      request_states: [
        {
          instance: {
            id: "id1",
            input: { text: asked },
            references: [
              { output: { text: "54" }, tags: [] },
              { output: { text: "56" }, tags: ["correct"] },
            ],
          },
          request: { model: "m", prompt: asked },
          result: { success: true, completions: [{ text: answer, thinking: { text: thought } }], request_time: 1.5 },
        },
      ],
    }),
  },
  lighteval: {
    "details.jsonl": lines([
      {
        doc: { query: asked, choices: ["56"], gold_index: 0, id: "0", task_name: "jars" },
        metric: { extractive_match: 1 },
        model_response: { input: [user], text: [`<think>${thought}</think>${answer}`] },
      },
    ]),
    "details-before-0.11.json": json([
      {
        example: asked,
        full_prompt: asked,
        predictions: [`<think>${thought}</think>${answer}`],
        gold: ["56"],
        metrics: { extractive_match: 1 },
      },
    ]),
  },
  evalscope: {
    "predictions.jsonl": lines([
      {
        index: 0,
        model: "m",
        model_output: {
          model: "m",
          choices: [
            {
              message: {
                role: "assistant",
                content: [
                  { type: "reasoning", reasoning: thought, signature: null, redacted: false },
                  { type: "text", text: answer },
                ],
              },
              stop_reason: "stop",
              logprobs: null,
            },
          ],
          usage: { input_tokens: 12, output_tokens: 20, total_tokens: 32, reasoning_tokens: 9 },
          time: 1.5,
        },
        messages: [user],
        metadata: {},
      },
    ]),
    "reviews-session.jsonl": lines([
      {
        index: 0,
        target: "56",
        messages: [
          user,
          {
            role: "assistant",
            content: [
              { type: "reasoning", reasoning: thought },
              { type: "text", text: answer },
            ],
          },
        ],
        sample_score: { score: { value: { acc: 1 }, extracted_prediction: "56", prediction: answer }, sample_id: 0 },
      },
    ]),
    "reviews-before-1.jsonl": lines([
      {
        index: 0,
        model: "m",
        answer_id: "answer-0",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: `<think>${thought}</think>${answer}` },
            finish_reason: "stop",
            review: { gold: "56", pred: "56", result: 1 },
          },
        ],
        raw_input: { question: asked, answer: "56" },
        origin_prompt: { data: [asked] },
        review_id: "review-0",
        reviewed: true,
      },
    ]),
  },
  "arena-hard": {
    "model_answer.jsonl": lines([
      {
        uid: "u1",
        ans_id: "a1",
        model: "m",
        messages: [user, { role: "assistant", content: { thought, answer } }],
        tstamp: 1,
        metadata: { token_len: 9 },
      },
    ]),
    "model_judgment.jsonl": lines([
      {
        uid: "u1",
        category: "hard_prompt",
        judge: "m",
        model: "a",
        baseline: "b",
        games: [{ score: "56", judgment: { thought, answer }, prompt: [{ role: "system", content: "Judge." }, user] }],
      },
    ]),
  },
  matharena: {
    "aime_outputs.jsonl": lines([
      {
        problem_idx: "1",
        problem: asked,
        model_name: "m",
        model_config: "x/m",
        idx_answer: 0,
        all_messages: [
          { role: "user", content: asked, type: null },
          { role: "assistant", content: thought, type: "cot" },
          { role: "assistant", content: answer, type: "response" },
        ],
        user_message: asked,
        answer,
        input_tokens: 12,
        output_tokens: 20,
        gold_answer: "56",
        parsed_answer: "56",
        correct: true,
      },
    ]),
    "aime_outputs-before.jsonl": lines([
      {
        problem_idx: "1",
        problem: asked,
        model_name: "m",
        model_config: "x/m",
        idx_answer: 0,
        user_message: asked,
        answer: `<think>${thought}</think>${answer}`,
        input_tokens: 12,
        output_tokens: 20,
        gold_answer: "56",
        parsed_answer: "56",
        correct: true,
      },
    ]),
    "results-1.json": json({
      idx: 1,
      problem: asked,
      gold_answer: "56",
      N: 1,
      answers: ["56"],
      correct: [true],
      messages: [
        [
          { role: "user", content: asked },
          { role: "assistant", type: "cot", content: thought },
          { role: "assistant", type: "response", content: answer },
        ],
      ],
      detailed_costs: [{ cost: 0.1, input_tokens: 12, output_tokens: 20 }],
    }),
  },
  skythought: {
    "results-0.json": json({
      "0": {
        problem: asked,
        answer: "56",
        _index: "0",
        prompt: asked,
        input_conversation: [user],
        responses: [{ content: `<think>${thought}</think>${answer}`, correctness: true, reason: "" }],
        token_usages: [{ completion_tokens: 20, prompt_tokens: 12 }],
      },
    }),
    "results-by-temperature.json": json({
      "0": {
        problem: asked,
        answer: "56",
        prompt: asked,
        responses: { "0.7": { content: `<think>${thought}</think>${answer}`, correctness: true, reason: "" } },
        token_usages: { "0.7": { completion_tokens: 20, prompt_tokens: 12 } },
      },
    }),
  },
  "lm-eval": {
    "samples_jars.jsonl": lines([
      {
        doc_id: 3,
        doc: { question: asked, answer: "56" },
        target: "56",
        arguments: { gen_args_0: { arg_0: asked, arg_1: {} } },
        resps: [[`<think>${thought}</think>${answer}`]],
        filtered_resps: ["56"],
        filter: "none",
        exact_match: 1,
      },
    ]),
    // A chat is JSON in a list of its own.
    "samples_chat.jsonl": lines([
      {
        doc_id: 3,
        doc: { question: asked, best_answer: "56" },
        target: "56",
        arguments: { gen_args_0: { arg_0: [JSON.stringify([user])], arg_1: {} } },
        resps: [[`<think>${thought}</think>${answer}`]],
        filtered_resps: [`<think>${thought}</think>${answer}`],
        filter: "none",
        metrics: ["mae"],
        mae: 0,
      },
    ]),
  },
  litellm: {
    "log.jsonl": lines([
      {
        id: "l1",
        call_type: "acompletion",
        model: "m",
        messages: [user],
        response: {
          id: "c1",
          model: "m",
          choices: [
            { message: { role: "assistant", reasoning_content: thought, content: answer }, finish_reason: "stop" },
          ],
        },
        response_cost: 0.1,
        prompt_tokens: 12,
        startTime: 1_760_000_000.5,
        endTime: 1_760_000_001.5,
      },
    ]),
  },
  tracy: {
    "call.tracy": json({
      runtime: "python",
      trace: {
        name: "execute",
        result: answer,
        __frames: [
          { name: "create", inputs: { model: "m", messages: [user] }, result: anthropicMessage, __frames: [] },
        ],
      },
    }),
  },
  research: {
    "results-deepeval.json": json({
      testCases: [
        {
          input: asked,
          actualOutput: `<think>${thought}</think>${answer}`,
          expectedOutput: "56",
          success: true,
          metricsData: [{ score: 1 }],
        },
      ],
    }),
    "results-ragas.json": json([
      { question: asked, answer: `<think>${thought}</think>${answer}`, contexts: [], ground_truth: "56" },
    ]),
    "results-opencompass.json": json({
      "0": {
        origin_prompt: [{ role: "HUMAN", prompt: asked }],
        prediction: `<think>${thought}</think>${answer}`,
        gold: "56",
      },
    }),
    "results-azure.jsonl": lines([
      { "inputs.query": asked, "inputs.ground_truth": "56", "outputs.response": `<think>${thought}</think>${answer}` },
    ]),
    "openr1.jsonl": lines([
      {
        problem: asked,
        solution: "7 times 8 is 56.",
        answer: 56,
        generations: [`<think>\n${thought}\n</think>\n\n${answer}`],
        model: "m",
      },
    ]),
    "s1k.json": json([
      { question: asked, solution: "56", thinking_trajectories: [thought], attempt: answer, model: "m" },
    ]),
    "openthoughts.jsonl": lines([
      { problem: asked, deepseek_reasoning: thought, deepseek_solution: answer, ground_truth_solution: "\\boxed{56}" },
    ]),
    "openmath.csv": `problem,generated_solution,expected_answer,model\n${asked},"<think>${thought}</think>${answer}",56,m\n`,
  },
  conversations: {
    "sharegpt.json": json([
      {
        system: "Be brief.",
        model: "m",
        conversations: [
          { from: "human", value: asked },
          { from: "gpt", value: `<think>${thought}</think>\n${answer}` },
        ],
      },
    ]),
    "turns.jsonl": lines([user, { role: "assistant", reasoning_content: thought, content: answer }]),
  },
  "think-text": {
    "chatml.txt": `<|im_start|>user\n${asked}<|im_end|>\n<|im_start|>assistant\n<think>\n${thought}\n</think>\n\n${answer}<|im_end|>`,
    "llama.txt": `<|start_header_id|>user<|end_header_id|>\n\n${asked}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n<think>${thought}</think>${answer}<|eot_id|>`,
    "harmony.txt": `<|start|>user<|message|>${asked}<|end|><|start|>assistant<|channel|>analysis<|message|>${thought}<|end|><|start|>assistant<|channel|>final<|message|>${answer}<|return|>`,
  },
  recordings: {
    "stream.json": json({ status: 200, headers: { "content-type": "text/event-stream" }, body: recorded }),
    "cassette.json": json({
      interactions: [
        {
          request: { method: "POST", body: { string: JSON.stringify({ model: "m", messages: [user] }) } },
          response: { status: { code: 200 }, body: { string: recorded } },
        },
      ],
    }),
    "page.har": json({
      log: {
        version: "1.2",
        entries: [
          { request: { method: "GET" }, response: { status: 304, content: {} } },
          {
            request: { method: "POST", postData: { text: JSON.stringify({ model: "m", messages: [user] }) } },
            response: {
              status: 200,
              content: { encoding: "base64", text: Buffer.from(JSON.stringify(anthropicMessage)).toString("base64") },
            },
          },
        ],
      },
    }),
  },
};
