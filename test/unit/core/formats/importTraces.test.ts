import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { zipSync } from "fflate";
import { fold, type Trace } from "../../../../src/core/trace/fold";
import { importTraces } from "../../../../src/core/formats/importTraces";
import { measure, spanText } from "../../../../src/core/measure/metrics";
import type { SpanKind } from "../../../../src/core/trace/trace";
import { zipOf } from "./zipOf";
import { inEnglish } from "../../../../src/core/text/l10n";

const fixture = (name: string) =>
  readFileSync(path.join(import.meta.dirname, "../../../fixtures/traces", name), "utf8");

/** What a trace says, in short. */
function said(trace: Trace) {
  const texts = (kind: SpanKind) =>
    trace.spans.filter((span) => span.kind === kind).map((span) => spanText(trace, span));
  return {
    messages: trace.header!.messages.map(({ role, content }) => `${role}: ${content}`),
    thinking: texts("thinking"),
    answer: texts("answer"),
    final: trace.end!.answer,
    correct: trace.end!.correct,
    model: trace.header!.model.id,
  };
}

function read(name: string, source: unknown) {
  const text = typeof source === "string" ? source : JSON.stringify(source);
  const { format, traces, problems } = importTraces({ name, text });
  return { format, problems: problems.map(inEnglish), traces: traces.map((events) => fold(events)) };
}

const think = "<think>\nOne and one\nmake two.\n</think>\n\nThe answer is \\boxed{2}.";
const expected = { thinking: ["One and one\nmake two."], answer: ["The answer is \\boxed{2}."], final: "2" };

describe("importTraces: chat completions", () => {
  const message = (fields: object) => ({
    model: "m",
    choices: [{ message: { role: "assistant", ...fields }, finish_reason: "stop" }],
  });
  const [reasoning, content] = ["One and one\nmake two.", "The answer is \\boxed{2}."];
  const cases: [why: string, completion: unknown, format?: string][] = [
    ["reasoning_content (DeepSeek, vLLM)", message({ reasoning_content: reasoning, content })],
    ["reasoning (OpenRouter, vLLM)", message({ reasoning, content })],
    ["reasoning_details[]", message({ reasoning_details: [{ type: "reasoning.text", text: reasoning }], content })],
    ["thinking", message({ thinking: reasoning, content })],
    [
      "parts of type thinking (Anthropic, Mistral)",
      message({
        content: [
          { type: "thinking", thinking: reasoning },
          { type: "text", text: content },
        ],
      }),
    ],
    [
      "parts of thinking in parts (Mistral)",
      message({
        content: [
          { type: "thinking", thinking: [{ type: "text", text: reasoning }] },
          { type: "text", text: content },
        ],
      }),
    ],
    [
      "parts of type reasoning",
      message({
        content: [
          { type: "reasoning", reasoning },
          { type: "text", text: content },
        ],
      }),
    ],
    ["tags in the content", message({ content: think })],
    ["a closer whose opener the template wrote", message({ content: think.slice("<think>\n".length) })],
    ["a text completion", { model: "m", choices: [{ text: think, finish_reason: "stop" }] }],
    [
      "Ollama's chat",
      { model: "m", message: { role: "assistant", thinking: reasoning, content }, done: true, eval_count: 9 },
      "Ollama answer",
    ],
    [
      "the Responses API",
      {
        object: "response",
        model: "m",
        status: "completed",
        output: [
          { type: "reasoning", summary: [{ type: "summary_text", text: reasoning }] },
          { type: "message", role: "assistant", content: [{ type: "output_text", text: content }] },
        ],
      },
      "OpenAI response",
    ],
    [
      "a log of request and response",
      { request: { messages: [{ role: "user", content: "1+1?" }] }, response: message({ reasoning, content }) },
    ],
    [
      "a conversation",
      {
        model: "m",
        messages: [
          { role: "user", content: "1+1?" },
          { role: "assistant", reasoning, content },
        ],
      },
      "Conversations",
    ],
  ];
  for (const [why, completion, title = "OpenAI chat completion"] of cases) {
    it(why, () => {
      const { format, traces, problems } = read("x.json", completion);
      assert.deepEqual([format, problems, traces.length], [title, [], 1]);
      const { thinking, answer, final, model } = said(traces[0]!);
      assert.deepEqual({ thinking, answer, final }, expected);
      assert.equal(model, "m");
      assert.equal(traces[0]!.exit!.why, "end-of-thinking");
      assert.equal(traces[0]!.spans.filter(({ kind }) => kind === "step").length, 2);
    });
  }

  it("takes log-probabilities and every choice of every line", () => {
    const logprobs = {
      content: [
        ["<think>", -0.1],
        ["\nA", -0.2],
        ["</think>", 0],
        ["\\boxed{", -0.3],
        ["7", -0.4],
        ["}", -0.5],
      ].map(([token, logprob]) => ({ token, logprob })),
    };
    const choice = { message: { content: "<think>\nA</think>\\boxed{7}" }, logprobs, finish_reason: "length" };
    const line = JSON.stringify({ id: "c", model: "m", choices: [choice, choice], usage: { prompt_tokens: 9 } });
    const { traces } = read("x.jsonl", `${line}\n{broken\n${line}\n`);
    assert.equal(traces.length, 4);
    const [trace] = traces;
    assert.deepEqual(
      trace!.positions.map(({ text, logprob }) => [text, logprob]),
      [
        ["A", -0.2],
        ["\\boxed{", -0.3],
        ["7", -0.4],
        ["}", -0.5],
      ],
    );
    assert.deepEqual([trace!.exit!.why, measure(trace!).tokens.prompt, trace!.notes.length], ["truncated", 9, 0]);
    assert.equal(traces[1]!.header!.id, "c-2");
  });

  it("says how the source counts tokens", () => {
    const usage = { completion_tokens: 40, completion_tokens_details: { reasoning_tokens: 30 } };
    const { traces } = read("x.json", { ...message({ reasoning, content }), usage });
    assert.match(traces[0]!.notes[0]!.message, /30 reasoning and 40 completion tokens/);
  });
});

describe("importTraces: text", () => {
  type Case = [why: string, text: string, thinking: string[], answer: string[], messages?: string[]];
  const turns: [model: string, text: string][] = [
    [
      "Llama 4",
      `<|begin_of_text|><|header_start|>system<|header_end|>\n\nS<|eot|><|header_start|>user<|header_end|>\n\n1+1?<|eot|><|header_start|>assistant<|header_end|>\n\n${think}<|eot|>`,
    ],
    ["Llama 2", `<s>[INST] <<SYS>>\nS\n<</SYS>>\n\n1+1? [/INST] ${think}</s>`],
    ["Mistral", `<s>[SYSTEM_PROMPT]S[/SYSTEM_PROMPT][INST]1+1?[/INST]${think}</s>`],
    [
      "Kimi",
      `<|im_system|>system<|im_middle|>S<|im_end|><|im_user|>user<|im_middle|>1+1?<|im_end|><|im_assistant|>assistant<|im_middle|>${think}<|im_end|>`,
    ],
    [
      "Granite",
      `<|start_of_role|>system<|end_of_role|>S<|end_of_text|>\n<|start_of_role|>user<|end_of_role|>1+1?<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>${think}<|end_of_text|>`,
    ],
    ["Gemma 4", `<bos><|turn>system\nS<turn|>\n<|turn>user\n1+1?<turn|>\n<|turn>model\n${think}<turn|>`],
    ["Seed", `<seed:bos>system\nS<seed:eos><seed:bos>user\n1+1?<seed:eos><seed:bos>assistant\n${think}<seed:eos>`],
    [
      "Command",
      `<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>S<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|USER_TOKEN|>1+1?<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>${think}<|END_OF_TURN_TOKEN|>`,
    ],
    ["MiniMax", `]~!b[]~b]system\nS[e~[\n]~b]user\n1+1?[e~[\n]~b]ai\n${think}[e~[`],
    ["Nemotron", `<SPECIAL_10>System\nS\n\n<SPECIAL_11>User\n1+1?\n<SPECIAL_11>Assistant\n${think}\n<SPECIAL_12>`],
    [
      "Apertus",
      `<s><|system_start|>S<|system_end|><|user_start|>1+1?<|user_end|><|assistant_start|>${think}<|assistant_end|>`,
    ],
    ["Phi", `<|system|>\nS<|end|>\n<|user|>\n1+1?<|end|>\n<|assistant|>\n${think}<|end|>`],
    ["GLM", `[gMASK]<sop><|system|>\nS<|user|>\n1+1?<|assistant|>\n${think}`],
    ["Zephyr", `<|system|>\nS</s>\n<|user|>\n1+1?</s>\n<|assistant|>\n${think}</s>`],
  ];
  const cases: Case[] = [
    ["<think>", think, expected.thinking, expected.answer],
    ["<thinking>", think.replaceAll("think>", "thinking>"), expected.thinking, expected.answer],
    [
      "Harmony",
      "<|channel|>analysis<|message|>One<|end|><|start|>assistant<|channel|>final<|message|>2<|return|>",
      ["One"],
      ["2"],
    ],
    [
      "no tags: reasoning up to the line of its answer",
      "One and\none.\nThe answer is 2.",
      ["One and\none."],
      ["The answer is 2."],
    ],
    ["no answer at all", "Hmm, one and one", ["Hmm, one and one"], []],
    [
      "ChatML",
      `<|im_start|>system\nS<|im_end|>\n<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n${think}<|im_end|>`,
      expected.thinking,
      expected.answer,
      ["system: S", "user: 1+1?"],
    ],
    [
      "DeepSeek",
      `<｜User｜>1+1?<｜Assistant｜>${think}<｜end▁of▁sentence｜>`,
      expected.thinking,
      expected.answer,
      ["user: 1+1?"],
    ],
    ...turns.map(([model, text]): Case => [
      model,
      text,
      expected.thinking,
      expected.answer,
      ["system: S", "user: 1+1?"],
    ]),
    [
      "a text that quotes marks of turns",
      "<think>\nOne\n</think>\n\nPhi writes <|user|> and Mistral [INST].",
      ["One"],
      ["Phi writes <|user|> and Mistral [INST]."],
    ],
  ];
  for (const [why, text, thinking, answer, messages = []] of cases) {
    it(`pasted, ${why}`, () => {
      const { format, traces } = read("", text);
      assert.equal(format, "Text with <think>");
      const what = said(traces[0]!);
      assert.deepEqual([what.thinking, what.answer, what.messages], [thinking, answer, messages]);
    });
  }

  it("of a file needs tags", () => {
    assert.equal(read("a.txt", think).traces.length, 1);
    const { traces, problems } = read("a.txt", "just some text");
    assert.deepEqual([traces, problems], [[], ["The file is of no format of traces that is known here."]]);
  });
});

describe("importTraces: Inspect", () => {
  const hash = "0123456789abcdef0123456789abcdef";
  const sample = {
    id: 2,
    epoch: 1,
    input: "1+1?",
    target: "2",
    messages: [
      { role: "user", content: "1+1?" },
      {
        role: "assistant",
        content: [
          { type: "reasoning", reasoning: `attachment://${hash}` },
          { type: "text", text: "The answer is 2." },
        ],
      },
    ],
    output: {
      model: "m/x",
      choices: [{ stop_reason: "stop" }],
      usage: { input_tokens: 7, output_tokens: 20, reasoning_tokens: 12 },
      time: 1.5,
    },
    attachments: { [hash]: "one and one\nmake two" },
  };
  const log = {
    version: 2,
    status: "success",
    eval: { model: "m/y", task: "t" },
    samples: [
      sample,
      {
        id: "b",
        input: [{ role: "user", content: "Q" }],
        target: ["x", "y"],
        messages: [],
        output: { choices: [{ message: { role: "assistant", content: "x" } }] },
      },
    ],
  };
  const check = (traces: Trace[]) => {
    const [first] = traces;
    assert.deepEqual(said(first!), {
      messages: ["user: 1+1?"],
      thinking: ["one and one\nmake two"],
      answer: ["The answer is 2."],
      final: "2",
      correct: true,
      model: "m/x",
    });
    assert.equal(first!.header!.id, "2_1");
  };

  it("log in JSON, with attachments", () => {
    const { format, traces } = read("log.json", log);
    assert.equal(format, "Inspect log");
    check(traces);
    assert.equal(measure(traces[0]!).ms.total, 1500);
    assert.deepEqual(said(traces[1]!), {
      messages: ["user: Q"],
      thinking: [],
      answer: ["x"],
      final: "x",
      correct: true,
      model: "m/y",
    });
  });

  it("keeps tool calls with their results, and what follows without further thought in the same trace", () => {
    const [user, assistant] = sample.messages;
    const called = { ...assistant, tool_calls: [{ id: "c", function: "sum", arguments: { of: [1, 1] } }] };
    const messages = [
      user,
      called,
      { role: "tool", tool_call_id: "c", function: "sum", content: "42" },
      { role: "assistant", content: "Done: \\boxed{2}" },
    ];
    const { traces } = read("log.json", { ...log, samples: [{ ...sample, messages }] });
    assert.equal(traces.length, 1);
    assert.deepEqual(said(traces[0]!).answer, ["The answer is 2.", "Done: \\boxed{2}"]);
    assert.deepEqual(
      traces[0]!.calls.map(({ name, arguments: given, result }) => [name, given, result]),
      [["sum", '{"of":[1,1]}', "42"]],
    );
  });

  it("takes the last call of the model where the messages are missing, from the pool that it refers to", () => {
    const [user, assistant] = sample.messages;
    const other = { role: "user", content: "another" };
    const call = {
      event: "model",
      input: [],
      input_refs: [[1, 2]],
      output: { model: "m/x", choices: [{ message: assistant }] },
    };
    const condensed = {
      ...sample,
      messages: [],
      output: {},
      events: [{ event: "info" }, call],
      message_pool: [other, user],
    };
    for (const each of [condensed, { ...condensed, message_pool: [], events_data: { messages: [other, user] } }]) {
      check(read("log.json", { ...log, samples: [each] }).traces);
    }
  });

  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const header = encode({ version: 2, status: "success", eval: { model: "m/y" } });

  it("archive, deflated and stored", () => {
    for (const level of [0, 6] as const) {
      const bytes = zipSync(
        { "header.json": header, "samples/2_epoch_1.json": encode(sample), "summaries.json": encode([]) },
        { level },
      );
      const { format, traces, problems } = importTraces({ name: "a.eval", text: "", bytes });
      assert.deepEqual([format, problems], ["Inspect log (.eval)", []]);
      check(traces.map((events) => fold(events)));
    }
  });

  it("archive packed with zstd (method 93)", () => {
    // The sample above, packed by the zstd command at level 19.
    const packed = Buffer.from(
      "KLUv/WR/ANUGAMJOKx5Aj9pdcO3C52yEtm0TZJP+DOgWl5W9YvoTzVEUcwPX9VdpRiVs2obuY6B9z1t5xvyDes3NPakdb2mm5ycKvelWU97RcTmuBx6GHVNphZcxKi2e+LZo4/WIQg3CEoiDoUAYPI6gabJXJ6mxbvbER+v2MdPqeaUufYvRy5odM8Nrtfe14ytlyvM6edUtRp41Ysw6Hf883xpVrI9XOADn+aZQ645OXmqP0uOTh9ytDwAIC8jHhnYsGAjMxghs+aGTLRlq05wKFyoU45nIfTFYUvwQVRDihToDRmVRBw==",
      "base64",
    );
    const bytes = zipOf([
      { name: "header.json", method: 0, bytes: header },
      { name: "samples/2_epoch_1.json", method: 93, bytes: packed },
    ]);
    const { traces, problems } = importTraces({ name: "a.eval", text: "", bytes });
    assert.deepEqual(problems, []);
    check(traces.map((events) => fold(events)));
  });

  it("archive with broken samples keeps the others", () => {
    const good = { name: "samples/2_epoch_1.json", method: 0, bytes: encode(sample) };
    const broken = [
      { name: "samples/a.json", method: 8, bytes: new Uint8Array([255, 1, 2]) },
      { name: "samples/b.json", method: 12, bytes: new Uint8Array(4) },
      { name: "samples/c.json", method: 0, bytes: new TextEncoder().encode("{") },
      // A frame that asks for a window of 2 GiB.
      {
        name: "samples/d.json",
        method: 93,
        bytes: new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]),
      },
    ];
    const { traces, problems } = importTraces({ name: "a.eval", text: "", bytes: zipOf([...broken, good]) });
    assert.equal(traces.length, 1);
    assert.equal(problems.length, 4);
    assert.match(problems.map(inEnglish).join(" "), /method that is not read here \(12\).*not JSON.*too much memory/);
  });

  it("archive that was cut is a problem", () => {
    const bytes = zipSync({ "samples/a.json": encode(sample) }).slice(0, 100);
    const { traces, problems } = importTraces({ name: "a.eval", text: "", bytes });
    assert.deepEqual([traces.length, problems.length], [0, 1]);
    assert.match(inEnglish(problems[0]!), /cannot be read: the archive has no directory/);
  });
});

describe("importTraces: OpenTelemetry", () => {
  const string = (key: string, value: string) => ({ key, value: { stringValue: value } });
  const parts = [
    { type: "compaction", content: "so far" },
    { type: "reasoning", content: "One and one\nmake two." },
    { type: "text", content: "The answer is \\boxed{2}." },
  ];
  const span = (attributes: unknown[], events: unknown[] = []) => ({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                spanId: "s",
                name: "chat m",
                startTimeUnixNano: "1700000000000000000",
                endTimeUnixNano: "1700000002500000000",
                attributes,
                events,
              },
            ],
          },
        ],
      },
    ],
  });
  const output = JSON.stringify([{ role: "assistant", parts, finish_reason: "stop" }]);
  const input = JSON.stringify([{ role: "user", parts: [{ type: "text", content: "1+1?" }] }]);

  it("reads parts, usage under both names, and time", () => {
    for (const name of ["gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"]) {
      const { format, traces } = read(
        "o.json",
        span([
          string("gen_ai.response.model", "m"),
          string("gen_ai.system_instructions", JSON.stringify([{ type: "text", content: "Add." }])),
          string("gen_ai.input.messages", input),
          string("gen_ai.output.messages", output),
          { key: "gen_ai.usage.input_tokens", value: { intValue: "11" } },
          { key: name, value: { intValue: "5" } },
        ]),
      );
      assert.equal(format, "OpenTelemetry (OTLP JSON)");
      const { thinking, answer, final, messages } = said(traces[0]!);
      assert.deepEqual({ thinking, answer, final }, expected);
      assert.deepEqual(messages, ["system: Add.", "user: 1+1?"]);
      const { tokens, ms } = measure(traces[0]!);
      assert.deepEqual([tokens.prompt, ms.total, tokens.summary > 0], [11, 2500, true]);
      assert.match(traces[0]!.notes[0]!.message, /5 reasoning/);
    }
  });

  it("reads structured values and messages in events", () => {
    const structured = {
      key: "gen_ai.output.messages",
      value: {
        arrayValue: {
          values: [
            {
              kvlistValue: {
                values: [
                  string("role", "assistant"),
                  {
                    key: "parts",
                    value: {
                      arrayValue: {
                        values: [{ kvlistValue: { values: [string("type", "text"), string("content", "2")] } }],
                      },
                    },
                  },
                ],
              },
            },
          ],
        },
      },
    };
    assert.deepEqual(said(read("o.json", span([structured])).traces[0]!).answer, ["2"]);
    const event = {
      name: "gen_ai.client.inference.operation.details",
      attributes: [string("gen_ai.output.messages", output)],
    };
    assert.deepEqual(said(read("o.json", span([], [event])).traces[0]!).answer, expected.answer);
  });

  it("without a model's output is a problem", () => {
    assert.deepEqual(read("o.json", span([])).problems, ["No span holds a model's output."]);
  });
});

describe("importTraces: Prompty's .tracy", () => {
  const completion = {
    model: "m",
    choices: [{ message: { role: "assistant", content: think }, finish_reason: "stop" }],
    usage: { prompt_tokens: 3 },
  };
  const frame = { name: "create", inputs: { messages: [{ role: "user", content: "1+1?" }] }, result: completion };
  const file = {
    runtime: "python",
    version: "1",
    trace: {
      name: "execute",
      inputs: {},
      result: "2",
      __frames: [{ name: "run", result: completion, __frames: [frame] }],
    },
  };

  it("finds the call of the model once, with its prompt", () => {
    const { format, traces } = read("a.tracy", file);
    assert.deepEqual([format, traces.length], ["Prompty trace (.tracy)", 1]);
    const { thinking, answer, final, messages } = said(traces[0]!);
    assert.deepEqual({ thinking, answer, final }, expected);
    assert.deepEqual(messages, ["user: 1+1?"]);
  });

  it("takes the whole where there is none", () => {
    const { traces } = read("a.tracy", { trace: { name: "execute", result: "2", __time: { duration: 30 } } });
    assert.deepEqual(said(traces[0]!).answer, ["2"]);
  });
});

describe("importTraces: research dumps", () => {
  it("MATH-500 traces of DeepSeek-R1", () => {
    const { format, traces, problems } = read("math500_deepseek_r1.jsonl", fixture("math500_deepseek_r1.jsonl"));
    assert.deepEqual([format, problems, traces.length], ["Rows of questions and responses", [], 5]);
    for (const trace of traces) {
      assert.equal(said(trace).thinking.length, 1);
      assert.ok(said(trace).answer.length === 1 && trace.spans.filter(({ kind }) => kind === "step").length > 2);
      assert.match(trace.header!.model.id, /deepseek/i);
    }
    assert.match(said(traces[0]!).thinking[0]!, /^We are to convert the point/);
    assert.match(said(traces[0]!).answer[0]!, /^The polar coordinates are/);
    // The first four are right, whatever the file's own verdict says; the last names its answer in no mark.
    assert.deepEqual(
      traces.map((trace) => said(trace).correct),
      [true, true, true, true, undefined],
    );
  });

  it("MATH-500 traces of R1-Distill-Qwen-7B, whose template wrote the opener", () => {
    const { traces } = read("x.jsonl", fixture("math500_r1_distill_qwen_7b.jsonl"));
    assert.deepEqual(
      traces.map((trace) => said(trace).correct),
      [true, true, true, true, true],
    );
    assert.ok(
      traces.every(
        (trace) => said(trace).thinking.length === 1 && /^(?:Okay|Alright), so I/.test(said(trace).thinking[0]!),
      ),
    );
  });

  it("DEER: several responses of one question", () => {
    const { traces } = read("deer.jsonl", {
      question: "1+1?",
      generated_responses: [think, "so \\boxed{3}"],
      gold_answer: "2",
    });
    assert.deepEqual(
      traces.map((trace) => said(trace).correct),
      [true, false],
    );
  });

  it("plain rows, GSM8K gold, and rows that are none", () => {
    const { traces, problems } = read(
      "a.jsonl",
      `${JSON.stringify({ problem: "1+1?", response: think, answer: "1+1\n#### 2" })}\n{"x":1}\nbroken\n`,
    );
    assert.deepEqual([traces.length, said(traces[0]!).correct, problems.length], [1, true, 2]);
  });

  it("thought-anchors: chunks are labelled steps", () => {
    const chunks = [
      { chunk: "Add one", chunk_idx: 0, function_tags: ["plan_generation"] },
      { chunk: " and one. ", chunk_idx: 1, function_tags: ["active_computation", "result"] },
    ];
    const { traces } = read("chunks_labeled.json", chunks);
    const steps = traces[0]!.spans.filter(({ kind }) => kind === "step");
    assert.deepEqual(
      steps.map((span) => [spanText(traces[0]!, span).trim(), span.label]),
      [
        ["Add one", "plan_generation"],
        ["and one.", "active_computation, result"],
      ],
    );
  });
});

describe("importTraces: bytes", () => {
  it("are read as text where they were cut inside a character", () => {
    const bytes = new TextEncoder().encode("<think>é</think>é").slice(0, -1);
    const { format, traces } = importTraces({ name: "a.txt", text: "", bytes });
    assert.deepEqual([format, said(fold(traces[0]!)).thinking], ["Text with <think>", ["é"]]);
  });

  it("are an archive also where that is valid UTF-8", () => {
    const sample = { id: 1, messages: [{ role: "assistant", content: "4" }] };
    const bytes = zipOf([
      { name: "samples/a.json", method: 0, bytes: new TextEncoder().encode(JSON.stringify(sample)) },
    ]);
    const { format, traces } = importTraces({ name: "a.eval", text: new TextDecoder().decode(bytes) });
    assert.deepEqual([format, traces.length], ["Inspect log (.eval)", 1]);
  });
});

describe("importTraces: ours", () => {
  it("reads several runs from one file", () => {
    const header = (id: string) =>
      JSON.stringify({ t: "run", v: 1, id, strategy: "s", model: { id: "m" }, started: "" });
    const { format, traces } = read(
      "a.thoughts.jsonl",
      `${header("a")}\n{"t":"end","answer":"1"}\n${header("b")}\n{"t":"end"}\n`,
    );
    assert.deepEqual([format, traces.map((trace) => trace.header!.id)], ["Thoughtlens trace", ["a", "b"]]);
  });
});
