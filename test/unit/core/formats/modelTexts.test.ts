import assert from "node:assert/strict";
import { fold, type Trace } from "../../../../src/core/trace/fold";
import { importTraces } from "../../../../src/core/formats/importTraces";
import { spanText } from "../../../../src/core/measure/metrics";
import type { SpanKind } from "../../../../src/core/trace/trace";

const THOUGHT = "7 * 8 = 56.";
const REPLY = "There are \\boxed{56} jars.";

interface Seen {
  thinking: string;
  reply: string;
  answer: string | undefined;
  asked: string;
  exit: string | undefined;
}

function seen(source: string, name = "reply.txt"): Seen {
  const { traces } = importTraces({ name, text: source });
  assert.equal(traces.length, 1);
  const trace = fold(traces[0]!);
  const text = (kind: SpanKind) =>
    trace.spans
      .filter((span) => span.kind === kind)
      .map((span) => spanText(trace, span))
      .join("\n");
  const asked = (trace.header?.messages ?? []).map(({ content }) => content).join("\n");
  return {
    thinking: text("thinking"),
    reply: text("answer"),
    answer: trace.end?.answer,
    asked,
    exit: trace.exit?.why,
  };
}

const folded = (attributes: string, label: string, inside: string) =>
  `<details${attributes}>\n<summary>${label}</summary>\n${inside}\n</details>\n\n${REPLY}`;

describe("a model's text, as programs write it down", () => {
  const whole: [why: string, text: string][] = [
    ["LongCat", `<longcat_think>\n${THOUGHT}\n</longcat_think>\n${REPLY}`],
    ["K2-V2 at low effort", `<think_faster>${THOUGHT}</think_faster>\n${REPLY}`],
    ["a scratchpad", `<scratchpad>\n${THOUGHT}\n</scratchpad>\n${REPLY}`],
    ["Claude's applications", `<antThinking>${THOUGHT}</antThinking>\n\n${REPLY}`],
    ["Granite, contracted", `Here's my thought process:\n\n${THOUGHT}\n\nHere's my response:\n\n${REPLY}`],
    ["Granite, of both spellings", `Here is my thought process: ${THOUGHT}\n\nHere's my response: ${REPLY}`],
    [
      "Command A's newer marks of the answer",
      `<|START_THINKING|>${THOUGHT}<|END_THINKING|><|START_TEXT|>${REPLY}<|END_TEXT|>`,
    ],
    [
      "Command A with the tokens of its turn",
      `<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_THINKING|>${THOUGHT}<|END_THINKING|><|START_RESPONSE|>${REPLY}<|END_RESPONSE|><|END_OF_TURN_TOKEN|>`,
    ],
    [
      "Apriel with the end of its response",
      `Here are my reasoning steps:\n${THOUGHT}\n[BEGIN FINAL RESPONSE]\n${REPLY}\n[END FINAL RESPONSE]`,
    ],
    [
      "Granite, whose reply begins within a line",
      `Here is my thought process: ${THOUGHT} Here is my response: ${REPLY}`,
    ],
    ["Gemini through OpenAI's API", `<thought>${THOUGHT}</thought>${REPLY}`],
    ["MedGemma", `<unused94>thought\n${THOUGHT}<unused95>${REPLY}`],
    ["Gemma, whose template opens", `thought\n${THOUGHT}\n<channel|>${REPLY}`],
    ["Solar Open", `<|think|>${THOUGHT}<|end|><|begin|>assistant<|content|>${REPLY}<|flush|>`],
    ["Solar Open on several lines", `<|think|>${THOUGHT}<|end|>\n<|begin|>assistant<|content|>${REPLY}`],
    [
      "Inkling",
      `<|content_thinking|>${THOUGHT}<|end_message|><|message_model|><|content_text|>${REPLY}<|end_message|>`,
    ],
    [
      "Kimi K3 with the ends of its message",
      `<|open|>think<|sep|>${THOUGHT}<|close|>think<|sep|><|open|>response<|sep|>${REPLY}<|close|>response<|sep|><|close|>message<|sep|><|end_of_msg|>`,
    ],
    [
      "PLaMo with the end of its turn",
      `<|plamo:begin_think:plamo|>${THOUGHT}<|plamo:end_think:plamo|>${REPLY}<|plamo:tag|>`,
    ],
    ["tags that were renamed", `<redacted_thinking>\n${THOUGHT}\n</redacted_thinking>\n\n${REPLY}`],
    ["Marco-o1", `<Thought>\n${THOUGHT}\n</Thought>\n<Output>\n${REPLY}\n</Output>`],
    ["Harmony without its special tokens", `analysis${THOUGHT}assistantfinal${REPLY}`],
    ["a tag with an attribute", `<think duration="4.2s">\n${THOUGHT}\n</think>\n\n${REPLY}`],
    ["tags with blanks in them", `< think >\n${THOUGHT}\n</ think >\n${REPLY}`],
    ["tags that went through HTML", `&lt;think&gt;\n${THOUGHT}\n&lt;/think&gt;\n\n${REPLY}`],
    ["tags that went through Markdown", `\\<think\\>\n${THOUGHT}\n\\</think\\>\n\n${REPLY}`],
    ["a block of quoted lines", `> <think>\n> ${THOUGHT}\n> </think>\n\n${REPLY}`],
    ["a response in its own element", `<thinking>${THOUGHT}</thinking>\n<response>${REPLY}</response>`],
    ["a label of the speaker", `Assistant: <think>${THOUGHT}</think>\n${REPLY}`],
    ["a heading", `## Response\n\n<think>\n${THOUGHT}\n</think>\n\n${REPLY}`],
    ...["<|im_end|>", "<|im_end|>\n<|endoftext|>", "<|eot_id|>", "</s>", "<｜end▁of▁sentence｜>", "[|endofturn|]"].map(
      (end): [string, string] => [`${end} at its end`, `<think>\n${THOUGHT}\n</think>\n\n${REPLY}${end}`],
    ),
    [":::thinking", `:::thinking\n${THOUGHT}\n:::\n\n${REPLY}`],
    ["llama.cpp's terminal", `[Start thinking]\n${THOUGHT}\n[End thinking]\n\n${REPLY}`],
    ["Ollama's terminal in colour", `\u001b[90mThinking...\n${THOUGHT}\n...done thinking.\u001b[0m\n\n${REPLY}\n`],
    ["three dots that are one character", `Thinking…\n${THOUGHT}\n…done thinking.\n\n${REPLY}`],
    [
      "Open WebUI, quoted",
      folded(' type="reasoning" done="true" duration="4"', "Thought for 4 seconds", `> ${THOUGHT}`),
    ],
    ["Open WebUI, escaped", folded(' type="reasoning" done="true"', "Thought", `&gt; ${THOUGHT}`)],
    ["attributes in single quotation marks", folded(" type='reasoning'", "Thought", THOUGHT)],
    ["a folded block that says so", folded("", "Thought process", THOUGHT)],
    ["the same in Chinese", folded(" open", "💭 思考过程", THOUGHT)],
    [
      "mlx-lm",
      `==========\n<think>\n${THOUGHT}\n</think>\n\n${REPLY}\n==========\nPrompt: 12 tokens, 100.0 tokens-per-sec\n`,
    ],
  ];
  for (const [why, text] of whole) {
    it(`${why}: thinking and reply apart`, () => {
      const { thinking, reply, answer, exit } = seen(text);
      assert.deepEqual(
        { thinking, reply, answer, exit },
        {
          thinking: THOUGHT,
          reply: REPLY,
          answer: "56",
          exit: "end-of-thinking",
        },
      );
    });
  }

  const partly: [why: string, text: string, expected: Partial<Seen>][] = [
    [
      "an empty block holds no thought",
      `<think>\n\n</think>\n\n${REPLY}`,
      { thinking: "", reply: REPLY, answer: "56" },
    ],
    ["closed thinking has ended, also before a reply", `<think>${THOUGHT}</think>`, { exit: "end-of-thinking" }],
    [
      "a conversation with Ollama",
      `>>> Hi\nThinking...\nGreet.\n...done thinking.\n\nHello!\n\n>>> How many jars?\nThinking...\n${THOUGHT}\n...done thinking.\n\n${REPLY}\n\n>>> Send a message (/? for help)`,
      {
        asked: "Hi\nThinking...\nGreet.\n...done thinking.\n\nHello!\nHow many jars?",
        thinking: THOUGHT,
        reply: REPLY,
      },
    ],
    [
      "Ollama's command and its figures",
      `$ ollama run m "How many jars?"\nThinking...\n${THOUGHT}\n...done thinking.\n\n${REPLY}\n\ntotal duration:       1.2s\nprompt eval count:    12 token(s)\n`,
      { asked: "How many jars?", thinking: THOUGHT, reply: REPLY },
    ],
    [
      "a conversation with llama.cpp, whose reply quotes",
      `build      : b7300\n\n> How many jars?\n\n[Start thinking]\n${THOUGHT}\n[End thinking]\n\n> So it is.\n\n[ Prompt: 20.0 t/s | Generation: 10.0 t/s ]\n\n> \n\nExiting...\n`,
      { asked: "How many jars?", thinking: THOUGHT, reply: "> So it is." },
    ],
    [
      "a call in Harmony without its special tokens",
      `analysis${THOUGHT}assistantcommentary to=functions.shelf json{"id":3}assistantfinal${REPLY}`,
      { thinking: THOUGHT, reply: REPLY },
    ],
    [
      "a sentence that names a token keeps it",
      `<think>${THOUGHT}</think>\nA turn ends with <|im_end|>`,
      { reply: "A turn ends with <|im_end|>" },
    ],
    [
      "a word that begins like a channel",
      `<think>${THOUGHT}</think>\nanalysisFirst and assistantfinalist are words.`,
      { reply: "analysisFirst and assistantfinalist are words." },
    ],
  ];
  for (const [why, text, expected] of partly) {
    it(why, () => {
      const all = seen(text);
      const names = Object.keys(expected) as (keyof Seen)[];
      assert.deepEqual(Object.fromEntries(names.map((name) => [name, all[name]])), expected);
    });
  }
});

describe("a text that breaks off in a mark", () => {
  const cases: [text: string, expected: Partial<Seen>][] = [
    [`<think>\n${THOUGHT}\n</thi`, { thinking: THOUGHT, reply: "", exit: "truncated" }],
    [`<THINK>\n${THOUGHT}\n</TH`, { thinking: THOUGHT, reply: "", exit: "truncated" }],
    [`<seed:think>${THOUGHT}</seed:th`, { thinking: THOUGHT, exit: "truncated" }],
    [`[THINK]${THOUGHT}[/THI`, { thinking: THOUGHT, exit: "truncated" }],
    [`<|channel>thought\n${THOUGHT}<chann`, { thinking: THOUGHT, exit: "truncated" }],
    [`<|channel|>analysis<|message|>${THOUGHT}<|en`, { thinking: THOUGHT, exit: "truncated" }],
    [`<think>${THOUGHT}</think><answer>${REPLY}</ans`, { thinking: THOUGHT, reply: REPLY, answer: "56" }],
    ["<think>So a <c", { thinking: "So a <c" }],
    [`<think>${THOUGHT}</think>if a <`, { reply: "if a <" }],
  ];
  for (const [text, expected] of cases) {
    it(text.slice(-12), () => {
      const all = seen(text);
      const names = Object.keys(expected) as (keyof Seen)[];
      assert.deepEqual(Object.fromEntries(names.map((name) => [name, all[name]])), expected);
    });
  }
});

describe("a conversation with the marks of a chat template", () => {
  const ASKED = "How many jars on 7 rows of 8?";
  const cases: [who: string, text: string][] = [
    [
      "Phi-4-reasoning",
      `<|im_start|>user<|im_sep|>${ASKED}<|im_end|><|im_start|>assistant<|im_sep|><think>${THOUGHT}</think>\n\n${REPLY}<|im_end|>`,
    ],
    ["GLM", `[gMASK]<sop><|user|>\n${ASKED}<|assistant|>\n<think>${THOUGHT}</think>\n${REPLY}<|user|>`],
    [
      "GLM, behind words about it",
      `The prompt was:\n[gMASK]<sop><|user|>\n${ASKED}<|assistant|>\n<think>${THOUGHT}</think>\n${REPLY}`,
    ],
    [
      "Solar Open",
      `<|begin|>user<|content|>${ASKED}<|end|><|begin|>assistant<|think|>${THOUGHT}<|end|><|begin|>assistant<|content|>${REPLY}<|flush|>`,
    ],
    [
      "Inkling",
      `<|message_user|><|content_text|>${ASKED}<|end_message|><|message_model|><|content_thinking|>${THOUGHT}<|end_message|><|message_model|><|content_text|>${REPLY}<|end_message|><|content_model_end_sampling|>`,
    ],
    [
      "Kimi K3",
      `<|open|>message role="user"<|sep|>${ASKED}<|close|>message<|sep|><|end_of_msg|><|open|>message role="assistant"<|sep|><|open|>think<|sep|>${THOUGHT}<|close|>think<|sep|><|open|>response<|sep|>${REPLY}<|close|>response<|sep|><|close|>message<|sep|><|end_of_msg|>`,
    ],
    [
      "HyperCLOVA X",
      `<|im_start|>user\n${ASKED}<|im_end|>\n<|im_start|>assistant/think\n${THOUGHT}<|im_end|>\n<|im_start|>assistant\n${REPLY}<|im_end|>`,
    ],
    [
      "Hunyuan",
      `<｜hy_begin▁of▁sentence｜><｜hy_User｜>${ASKED}<｜hy_Assistant｜><think>\n${THOUGHT}\n</think>\n<answer>\n${REPLY}\n</answer><｜hy_place▁holder▁no▁2｜>`,
    ],
    [
      "EXAONE",
      `[|user|]\n${ASKED}[|endofturn|]\n[|assistant|]\n<think>\n${THOUGHT}\n</think>\n\n${REPLY}[|endofturn|]`,
    ],
    [
      "Ling",
      `<role>HUMAN</role>${ASKED}<|role_end|><role>ASSISTANT</role>\n<think>\n${THOUGHT}\n</think>\n${REPLY}<|role_end|>`,
    ],
    ["Reka", `human: ${ASKED} <sep> assistant: <reasoning>${THOUGHT}</reasoning> ${REPLY} <sep>`],
    [
      "Granite",
      `<|start_of_role|>user<|end_of_role|>${ASKED}<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>Here is my thought process: ${THOUGHT} Here is my response: ${REPLY}<|end_of_text|>`,
    ],
  ];
  for (const [who, text] of cases) {
    it(`of ${who}`, () => {
      const { asked, thinking, reply } = seen(text);
      assert.deepEqual({ asked, thinking, reply }, { asked: ASKED, thinking: THOUGHT, reply: REPLY });
    });
  }

  for (const [who, said] of [
    [
      "GLM, with a tool",
      `[gMASK]<sop><|user|>\n${ASKED}<|assistant|>\n<think>I call.</think>\n<tool_call>calc\n<arg_key>e</arg_key>\n<arg_value>7*8</arg_value>\n</tool_call><|observation|>\n<tool_response>\n56\n</tool_response>\n<|assistant|>\n<think>${THOUGHT}</think>\n${REPLY}<|user|>`,
    ],
    [
      "Qwen3, with a tool",
      `<|im_start|>user\n${ASKED}<|im_end|>\n<|im_start|>assistant\n<think>\nI call.\n</think>\n\n<tool_call>\n{"name": "calc", "arguments": {"e": "7*8"}}\n</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\n56\n</tool_response><|im_end|>\n<|im_start|>assistant\n<think>\n${THOUGHT}\n</think>\n\n${REPLY}<|im_end|>`,
    ],
  ] as const) {
    it(`of ${who}: a run for each turn that thinks, the call with its result`, () => {
      for (const [name, text] of [
        ["reply.txt", said],
        ["rows.jsonl", JSON.stringify({ id: 1, text: said })],
      ] as const) {
        const runs = importTraces({ name, text }).traces.map((events) => fold(events));
        assert.equal(runs.length, 2);
        const [first, last] = runs as [Trace, Trace];
        assert.deepEqual(
          first.calls.map((call) => [call.name, JSON.parse(call.arguments), call.result]),
          [["calc", { e: "7*8" }, "56"]],
        );
        const thought = last.spans.find(({ kind }) => kind === "thinking")!;
        assert.equal(spanText(last, thought), THOUGHT);
        assert.equal(last.end?.answer, "56");
        assert.equal(last.header?.group, first.header?.group);
      }
    });
  }

  it("that a reply shows is its text", () => {
    const shown = "Llama 2 writes\n<s>[INST] hi [/INST] hello</s>\nand so on.";
    assert.equal(seen(`<think>${THOUGHT}</think>\n${shown}`).reply, shown);
  });
});

describe("an answer in its own element", () => {
  const after = (said: string) => `<think>${THOUGHT}</think>\n${said}`;
  const cases: [why: string, text: string, answer: string | undefined][] = [
    ["before an explanation", after("<answer>56</answer>\nThat is 7 rows times 8."), "56"],
    ["given anew", after("<answer>54</answer>\nWait, no.\n<answer>56</answer>"), "56"],
    ["after a sentence that names it", after("I put it in <answer> tags: <answer>56</answer>"), "56"],
    ["with an attribute", after('<answer type="number">56</answer>'), "56"],
    ["in a box within it", after("<answer>\nSo it is \\boxed{56}.\n</answer>"), "56"],
    ["not closed", after("<answer>56"), "56"],
    ["not closed, within a sentence", after("<answer>The jars on the shelf are all together the"), undefined],
    ["of another name", after("<final_answer>56</final_answer>"), "56"],
    ["of a name with other uses, at the end", after("So:\n<solution>56</solution>"), "56"],
    ["of such a name elsewhere", after("<output>56</output>\nis what it prints, and\nthe rest is silence."), undefined],
    ["empty, after one that is not", after("<answer>56</answer>\nDone. <answer></answer>"), "56"],
    ["as GLM marks it", after("There are <|begin_of_box|>56<|end_of_box|> jars."), "56"],
    ["behind other marks of thinking", `<reasoning>${THOUGHT}</reasoning>\n<answer>\n56\n</answer>`, "56"],
    ["of Unsloth's example", `<start_working_out>${THOUGHT}<end_working_out><SOLUTION>56</SOLUTION>`, "56"],
  ];
  for (const [why, text, answer] of cases) it(why, () => assert.equal(seen(text).answer, answer));
});

describe("elements of an answer that have the names of rounds", () => {
  const cases: [why: string, said: string][] = [
    ["documentation in C#", `/// <summary>\n/// Adds.\n/// </summary>\nint Add(int a);\n${REPLY}`],
    ["XML", `<entry>\n  <summary>Short.</summary>\n</entry>\n${REPLY}`],
    ["a sentence", `Use the <summary> element of HTML.\n${REPLY}`],
    ["history in XML", `<history>\n<item>1</item>\n</history>\n${REPLY}`],
    ["a comment within details", `<details>\n<!-- x -->\n<summary>How</summary>\nSeven.\n</details>\n${REPLY}`],
  ];
  for (const [why, said] of cases)
    it(`${why}: are answer`, () => assert.equal(seen(`<think>${THOUGHT}</think>\n${said}`).reply, said));

  it("an element that thinking speaks of does not end it", () =>
    assert.equal(
      seen(`<think>They want a <summary> element.\n${THOUGHT}</think>\n${REPLY}`).thinking,
      `They want a <summary> element.\n${THOUGHT}`,
    ));
});

describe("a reply that breaks off", () => {
  const cases: [why: string, said: string][] = [
    ["in a box", "Therefore the answer is \\boxed{5"],
    ["in a fraction", "Therefore the answer is $\\frac{1}{"],
    ["in a Chinese sentence", "所以答案是"],
    ["before its answer", "So the answer is"],
    ["behind the mark of an answer", "Seven rows of eight.\n#### "],
  ];
  for (const [why, said] of cases)
    it(`${why}: gives no answer`, () => assert.equal(seen(`<think>${THOUGHT}</think>\n${said}`).answer, undefined));
});

describe("a call of a tool in a model's text", () => {
  const cases: [who: string, text: string][] = [
    ["Qwen3", '<tool_call>\n{"name": "shelf", "arguments": {"id": "3"}}\n</tool_call>'],
    ["Qwen3-Coder", "<tool_call>\n<function=shelf>\n<parameter=id>\n3\n</parameter>\n</function>\n</tool_call>"],
    ["GLM", "<tool_call>shelf\n<arg_key>id</arg_key>\n<arg_value>3</arg_value>\n</tool_call>"],
    [
      "MiniMax",
      '<minimax:tool_call>\n<invoke name="shelf">\n<parameter name="id">3</parameter>\n</invoke>\n</minimax:tool_call>',
    ],
    [
      "Kimi",
      '<|tool_calls_section_begin|><|tool_call_begin|>functions.shelf:0<|tool_call_argument_begin|>{"id": "3"}<|tool_call_end|><|tool_calls_section_end|>',
    ],
    [
      "DeepSeek",
      '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>shelf<｜tool▁sep｜>{"id": "3"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    ],
  ];
  for (const [who, text] of cases) {
    it(`of ${who} is a call and no answer`, () => {
      const { traces } = importTraces({ name: "reply.txt", text: `<think>${THOUGHT}</think>\n\n${text}` });
      const { calls, end, spans } = fold(traces[0]!);
      assert.deepEqual(
        calls.map((call) => [call.name, JSON.parse(call.arguments)]),
        [["shelf", { id: "3" }]],
      );
      assert.deepEqual([end?.answer, spans.some(({ kind }) => kind === "answer")], [undefined, false]);
    });
  }

  it("that is only shown stays text", () => {
    const shown = '```xml\n<tool_call>\n{"name": "shelf", "arguments": {}}\n</tool_call>\n```';
    assert.equal(seen(`<think>${THOUGHT}</think>\n${shown}`).reply, shown);
  });
});

describe("a file without thinking", () => {
  const cases: [what: string, text: string][] = [
    ["Markdown with a folded block", "# Jars\n\n<details>\n<summary>More</summary>\n\nText\n\n</details>\n"],
    ["HTML with an output", "<html><body><form><output>5</output></form></body></html>"],
    ["XML with a response", "<log>\n  <response>5</response>\n</log>"],
    ["prose about tags", "R1 writes its thoughts between <think> and </think> tags.\n"],
  ];
  for (const [what, text] of cases)
    it(`${what} is no reply of a model`, () => assert.deepEqual(importTraces({ name: "x.txt", text }).traces, []));
});

describe("what a model wrote to a prompt that a chat template made", () => {
  const ASKED = "How many jars on 7 rows of 8?";
  const prompts: [who: string, prompt: string, written: string][] = [
    [
      "Qwen3",
      `<|im_start|>user\n${ASKED}<|im_end|>\n<|im_start|>assistant\n`,
      `<think>\n${THOUGHT}\n</think>\n\n${REPLY}`,
    ],
    [
      "DeepSeek-R1",
      `<｜begin▁of▁sentence｜><｜User｜>${ASKED}<｜Assistant｜><think>\n`,
      `${THOUGHT}\n</think>\n\n${REPLY}`,
    ],
    [
      "Seed-OSS",
      `<seed:bos>user\n${ASKED}<seed:eos><seed:bos>assistant\n<seed:think>`,
      `${THOUGHT}</seed:think>${REPLY}`,
    ],
    [
      "Command A",
      `<|START_OF_TURN_TOKEN|><|USER_TOKEN|>${ASKED}<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_THINKING|>`,
      `${THOUGHT}<|END_THINKING|><|START_RESPONSE|>${REPLY}<|END_RESPONSE|>`,
    ],
    [
      "gpt-oss",
      `<|start|>user<|message|>${ASKED}<|end|><|start|>assistant`,
      `<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${REPLY}<|return|>`,
    ],
    [
      "gpt-oss, begun",
      `<|start|>user<|message|>${ASKED}<|end|><|start|>assistant<|channel|>analysis<|message|>`,
      `${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${REPLY}<|return|>`,
    ],
    [
      "Solar Open 2",
      `<|im:start|>user<|im:content|>${ASKED}<|im:end|>\n<|im:start|>assistant<|im:content|><|think:start|>`,
      `${THOUGHT}<|think:end|>${REPLY}`,
    ],
    [
      "HyperCLOVA X",
      `<|im_start|>user\n${ASKED}<|im_end|>\n<|im_start|>assistant`,
      `/think\n${THOUGHT}<|im_end|>\n<|im_start|>assistant\n${REPLY}`,
    ],
    ["Magistral", `<s>[INST]${ASKED}[/INST]`, `[THINK]${THOUGHT}[/THINK]${REPLY}`],
  ];
  const read = (value: unknown) => seen(JSON.stringify(value), "rows.json");
  const whole = { asked: ASKED, thinking: THOUGHT, reply: REPLY };
  for (const [who, prompt, written] of prompts) {
    for (const [how, value] of [
      ["in a row", { prompt, response: written }],
      ["behind the prompt", { prompt, generated_text: prompt + written }],
      ["behind a prompt that nothing else names", [{ generated_text: prompt + written }]],
      ["in a column of texts", { id: 1, text: prompt + written }],
      [
        "in samples of lm-eval",
        { doc_id: 0, doc: {}, target: "56", arguments: { gen_args_0: { arg_0: prompt } }, resps: [[written]] },
      ],
    ] as const) {
      it(`${who}, ${how}`, () => {
        const { asked, thinking, reply } = read(value);
        assert.deepEqual({ asked, thinking, reply }, whole);
      });
    }
  }

  it("is all answer where the prompt closed thinking", () => {
    const prompt = `<|im_start|>user\n${ASKED}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n`;
    const { asked, thinking, reply } = read({ prompt, response: `7 rows of 8.\n${REPLY}` });
    assert.deepEqual({ asked, thinking, reply }, { asked: ASKED, thinking: "", reply: `7 rows of 8.\n${REPLY}` });
  });

  it("ends where it makes up a turn of the user", () => {
    const [, prompt, written] = prompts[0]!;
    const response = `${written}<|im_end|>\n<|im_start|>user\nMore?<|im_end|>\n<|im_start|>assistant\n<think>x</think>y`;
    const { asked, thinking, reply } = read({ prompt, response });
    assert.deepEqual({ asked, thinking, reply }, whole);
  });

  it("is not divided where a person only speaks of marks", () => {
    const said = "Explain <|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n";
    assert.equal(read({ prompt: said, response: `<think>${THOUGHT}</think>${REPLY}` }).asked, said);
  });
});
