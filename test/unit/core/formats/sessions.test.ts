/** Sessions of many turns: a group of traces, one for each turn that thinks, with tools, other agents and what is withheld. */
import assert from "node:assert/strict";
import { fold, type Trace } from "../../../../src/core/trace/fold";
import { importTraces } from "../../../../src/core/formats/importTraces";
import { spanText } from "../../../../src/core/measure/metrics";
import type { SpanKind } from "../../../../src/core/trace/trace";
import { inEnglish } from "../../../../src/core/text/l10n";

const text = (trace: Trace, kind: SpanKind) =>
  trace.spans
    .filter((span) => span.kind === kind)
    .map((span) => spanText(trace, span))
    .join(" | ");

function read(source: unknown, name = "x.jsonl") {
  const lines = Array.isArray(source) ? source.map((line) => JSON.stringify(line)).join("\n") : JSON.stringify(source);
  const { traces, problems, format } = importTraces({ name, text: lines });
  return { format, problems: problems.map(inEnglish), traces: traces.map((events) => fold(events)) };
}

const short = (trace: Trace) => ({
  asked: trace.header!.messages.map(({ role, content }) => `${role}: ${content}`),
  thinking: text(trace, "thinking"),
  calls: trace.calls.map(({ name, result, failed }) => `${name} ${failed ? "failed" : "gave"} ${result}`),
  answer: text(trace, "answer"),
  turn: trace.header!.turn,
});

const user = (content: unknown, more = {}) => ({
  type: "user",
  sessionId: "s",
  message: { role: "user", content },
  ...more,
});
const assistant = (content: unknown, more = {}) => ({
  type: "assistant",
  sessionId: "s",
  message: { role: "assistant", model: "m", content, ...more },
});
const thinking = (thought: string) => ({ type: "thinking", thinking: thought, signature: "c2ln" });
const said = (words: string) => ({ type: "text", text: words });
const call = (id: string, name: string) => ({ type: "tool_use", id, name, input: {} });
const result = (id: string, content: unknown, more = {}) => ({
  type: "tool_result",
  tool_use_id: id,
  content,
  ...more,
});

describe("a session", () => {
  it("is one trace a turn that thinks, with what it called and what came back, in one group", () => {
    const { traces } = read([
      user("How many jars?"),
      assistant([thinking("The shelf."), call("a", "shelf")]),
      user([result("a", "7 rows")]),
      assistant([thinking("Once more."), said("I look again."), call("b", "shelf"), call("c", "door")]),
      user([result("c", [said("locked")], { is_error: true }), result("b", "8 jars")]),
      assistant([said("56.")]),
      user("Thanks. And pots?"),
      assistant([said("None.")]),
    ]);
    assert.deepEqual(traces.map(short), [
      {
        asked: ["user: How many jars?"],
        thinking: "The shelf.",
        calls: ["shelf gave 7 rows"],
        answer: "",
        turn: { n: 1, of: 3 },
      },
      {
        asked: ["user: How many jars?", "assistant: ", "tool: 7 rows"],
        thinking: "Once more.",
        calls: ["shelf gave 8 jars", "door failed locked"],
        answer: "I look again. | 56.",
        turn: { n: 2, of: 3 },
      },
      {
        asked: [
          "user: How many jars?",
          "assistant: ",
          "tool: 7 rows",
          "assistant: I look again.",
          "tool: locked",
          "tool: 8 jars",
          "assistant: 56.",
          "user: Thanks. And pots?",
        ],
        thinking: "",
        calls: [],
        answer: "None.",
        turn: { n: 3, of: 3 },
      },
    ]);
    const groups = new Set(traces.map(({ header }) => header!.group));
    assert.deepEqual([...groups], ["session-s@x.jsonl"]);
    assert.equal(new Set(traces.map(({ header }) => header!.prompt.title)).size, 1);
  });

  it("of which no turn thinks is its last reply, with all that was said before", () => {
    const { traces } = read([user("a"), assistant([said("b")]), user("c"), assistant([said("d")])]);
    assert.deepEqual(traces.map(short), [
      { asked: ["user: a", "assistant: b", "user: c"], thinking: "", calls: [], answer: "d", turn: undefined },
    ]);
  });

  it("that is long keeps the first question and what came last, and says what it left out", () => {
    const long = "word ".repeat(3000);
    const lines = Array.from({ length: 40 }, (_, index) => [
      user(`question ${index} ${long}`),
      assistant([thinking(`thought ${index}`), said("answer")]),
    ]).flat();
    const { traces } = read(lines);
    assert.equal(traces.length, 40);
    const { header, notes } = traces.at(-1)!;
    assert.match(header!.messages[0]!.content, /^question 0/);
    assert.match(header!.messages.at(-1)!.content, /^question 39/);
    assert.ok(header!.messages.reduce((sum, { content }) => sum + content.length, 0) <= 100_000);
    assert.match(
      notes.map(({ message }) => message).join(" "),
      /\d+ turns of the session before this one are left out/,
    );
  });

  it("whose lines are doubled counts each once, and says so", () => {
    const lines = [user("a", { uuid: "1" }), { ...assistant([thinking("t"), said("b")]), uuid: "2" }];
    const { traces, problems } = read([...lines, ...lines]);
    assert.deepEqual([traces.length, problems], [1, ["2 lines are doubled and counted once."]]);
  });

  it("begins anew after /clear, and other agents have one of their own", () => {
    const { traces } = read([
      user("first"),
      assistant([thinking("one"), said("1")]),
      { ...user("look around"), isSidechain: true },
      { ...assistant([thinking("inside"), said("found")]), isSidechain: true },
      user("<command-name>/clear</command-name>"),
      user("second"),
      assistant([thinking("two"), said("2")]),
    ]);
    assert.deepEqual(
      traces.map((trace) => [short(trace).asked, short(trace).thinking]),
      [
        [["user: first"], "one"],
        [["user: look around"], "inside"],
        [["user: second"], "two"],
      ],
    );
  });
});

describe("conversations of an agent's benchmark", () => {
  const turns = [
    { role: "user", content: "How many jars?" },
    { role: "assistant", content: null, tool_calls: [{ id: "a", function: { name: "shelf", arguments: "{}" } }] },
    { role: "tool", tool_call_id: "a", name: "shelf", content: "7 rows" },
    { role: "assistant", content: "56." },
  ];
  const cases: [why: string, source: object][] = [
    ["tau-bench", [{ task_id: 0, reward: 1, info: { task: {} }, traj: turns, trial: 0 }]],
    [
      "in a list beside others",
      { info: {}, tasks: [{ id: "0" }], simulations: [{ id: "s", reward: 1, messages: turns }] },
    ],
  ];
  for (const [why, source] of cases) {
    it(`${why}: are conversations, with the reward as a verdict`, () => {
      const { traces, problems } = read(source, "x.json");
      assert.deepEqual(problems, []);
      assert.deepEqual(
        traces.map((trace) => [short(trace).calls, short(trace).answer, trace.end!.verdicts?.[0]?.by]),
        [[["shelf gave 7 rows"], "56.", "reward"]],
      );
    });
  }
});

describe("conversations in which the model says nothing", () => {
  const asked = [{ role: "user", content: "How many jars?" }];
  const reply = (content: unknown) => ({ role: "assistant", content });
  const nothing = "In 1 of 3 conversations the model says nothing.";
  const cases: [why: string, rows: object[], problems: string[]][] = [
    [
      "an empty reply",
      ["56.", "", "57."].map((content) => ({ prompt: asked, completion: [reply(content)] })),
      [nothing],
    ],
    ["no content", ["56.", null, "57."].map((content) => ({ messages: [...asked, reply(content)] })), [nothing]],
    [
      "and a row without a reply",
      [["56."], [""], []].map((said) => ({ prompt: asked, completion: said.map(reply) })),
      ["1 of 3 rows hold no conversation with a model.", nothing],
    ],
    [
      "of a chat program",
      ["56.", "", "57."].map((words) => ({
        chat_messages: [
          { sender: "human", text: "How many jars?" },
          { sender: "assistant", text: words },
        ],
      })),
      [nothing],
    ],
  ];
  for (const [why, rows, problems] of cases) {
    it(`${why}: are counted`, () => assert.deepEqual(read(rows).problems, problems));
  }

  it("alone in a file: are all that is told of it", () => {
    const { traces, problems } = read([{ prompt: asked, completion: [reply("")] }]);
    assert.deepEqual([traces.length, problems], [0, ["In 1 of 1 conversations the model says nothing."]]);
  });
});

describe("what an agent keeps twice, as its thought and as what it said", () => {
  const step = (words: string, more: object) => ({ role: "assistant", content: words, thought: words, ...more });
  const asked = { role: "user", content: "How many jars?" };
  const tool = { id: "a", type: "function", function: { name: "shelf", arguments: "{}" } };
  const cases: [why: string, history: object[], calls: string][] = [
    [
      "calls of tools",
      [
        asked,
        step("The shelf.", { action: "shelf", tool_calls: [tool] }),
        { role: "tool", content: "7 rows", tool_call_ids: ["a"] },
      ],
      "shelf gave 7 rows",
    ],
    [
      "commands that stand below it",
      [
        asked,
        {
          role: "assistant",
          content: "The shelf.\n```\nls\n```",
          thought: "The shelf.",
          action: "ls",
          message_type: "action",
        },
        { role: "user", content: "7 rows", message_type: "observation" },
      ],
      "bash gave 7 rows",
    ],
  ];
  for (const [why, history, calls] of cases) {
    it(`SWE-agent's history, ${why}: is thinking once`, () => {
      const { traces, format } = read({ history }, "jars.traj");
      assert.equal(format, "SWE-agent trajectory");
      assert.deepEqual(traces.map(short), [
        { asked: ["user: How many jars?"], thinking: "The shelf.", calls: [calls], answer: "", turn: undefined },
      ]);
    });
  }

  it("in any other conversation: is what it said", () => {
    const { traces } = read({ messages: [asked, step("56.", {})] });
    assert.deepEqual([text(traces[0]!, "thinking"), text(traces[0]!, "answer")], ["", "56."]);
  });
});

describe("a call in a conversation of a chat program", () => {
  const question = "How many jars?";
  const files: [who: string, source: unknown, given: string][] = [
    [
      "Gemini CLI",
      {
        sessionId: "s",
        messages: [
          { type: "user", content: question },
          {
            type: "gemini",
            content: "",
            thoughts: [{ subject: "The", description: "shelf." }],
            toolCalls: [
              {
                id: "a",
                name: "shelf",
                args: {},
                result: [{ functionResponse: { id: "a", name: "shelf", response: { output: "7 rows" } } }],
                status: "success",
              },
              {
                id: "b",
                name: "door",
                args: {},
                result: [{ functionResponse: { id: "b", name: "door", response: { error: "locked" } } }],
                status: "error",
              },
              { id: "c", name: "roof", args: {}, status: "awaiting_approval" },
            ],
          },
          { type: "gemini", content: "56." },
        ],
      },
      "shelf gave 7 rows, door failed locked, roof gave undefined",
    ],
    [
      "LibreChat",
      {
        conversationId: "s",
        messages: [
          { isCreatedByUser: true, text: question },
          {
            isCreatedByUser: false,
            content: [
              { type: "think", think: "The shelf." },
              { type: "tool_call", tool_call: { id: "a", name: "shelf", args: "{}", output: "7 rows" } },
              { type: "text", text: "56." },
            ],
          },
        ],
      },
      "shelf gave 7 rows",
    ],
    [
      "OpenCode",
      {
        id: "s",
        messages: [
          { info: { role: "user" }, parts: [{ type: "text", text: question }] },
          {
            info: { role: "assistant", modelID: "m" },
            parts: [
              { type: "reasoning", text: "The shelf." },
              {
                type: "tool",
                tool: "shelf",
                callID: "a",
                state: { status: "completed", input: {}, output: "7 rows" },
              },
              { type: "tool", tool: "door", callID: "b", state: { status: "error", input: {}, error: "locked" } },
              { type: "text", text: "56." },
            ],
          },
        ],
      },
      "shelf gave 7 rows, door failed locked",
    ],
    [
      "Continue",
      {
        sessionId: "s",
        history: [
          { contextItems: [], message: { role: "user", content: question } },
          { contextItems: [], message: { role: "thinking", content: "The shelf." } },
          {
            contextItems: [],
            message: { role: "assistant", content: "", toolCalls: [{ id: "a", function: { name: "shelf" } }] },
          },
          { contextItems: [], message: { role: "tool", content: "7 rows", toolCallId: "a" } },
          { contextItems: [], message: { role: "assistant", content: "56." } },
        ],
      },
      "shelf gave 7 rows",
    ],
  ];
  for (const [who, source, given] of files) {
    it(`of ${who} stays with its result, and ends thinking`, () => {
      const { traces } = read(source, "x.json");
      assert.deepEqual(
        traces.map((trace) => [short(trace).calls.join(", "), short(trace).answer, trace.exit!.why]),
        [[given, "56.", "end-of-thinking"]],
      );
    });
  }
});

describe("withheld reasoning", () => {
  const cases: [why: string, source: unknown, expected: [why: string, tokens: number | undefined]][] = [
    [
      "Anthropic, redacted",
      { type: "message", role: "assistant", content: [{ type: "redacted_thinking", data: "AAAA" }, said("56")] },
      ["redacted", undefined],
    ],
    [
      "Anthropic, only signed",
      { type: "message", role: "assistant", content: [thinking(""), said("56")] },
      ["signed", undefined],
    ],
    [
      "OpenAI, encrypted",
      {
        object: "response",
        output: [
          { type: "reasoning", summary: [], encrypted_content: "gAAAA" },
          { type: "message", role: "assistant", content: [{ type: "output_text", text: "56" }] },
        ],
        usage: { output_tokens_details: { reasoning_tokens: 320 } },
      },
      ["encrypted", 320],
    ],
    [
      "OpenRouter, encrypted",
      { choices: [{ message: { content: "56", reasoning_details: [{ type: "reasoning.encrypted", data: "AAAA" }] } }] },
      ["encrypted", undefined],
    ],
    [
      "Gemini, signed",
      {
        candidates: [{ content: { parts: [{ text: "56", thoughtSignature: "AAAA" }] }, finishReason: "STOP" }],
        usageMetadata: { thoughtsTokenCount: 256 },
      },
      ["signed", 256],
    ],
    [
      "Gemini, only counted",
      {
        candidates: [{ content: { parts: [{ text: "56" }] }, finishReason: "STOP" }],
        usageMetadata: { thoughtsTokenCount: 256 },
      },
      ["hidden", 256],
    ],
    [
      "Bedrock, redacted",
      {
        output: { message: { content: [{ reasoningContent: { redactedContent: "AAAA" } }, { text: "56" }] } },
        stopReason: "end_turn",
      },
      ["redacted", undefined],
    ],
  ];
  const redacted = (inside: string) => `<think redacted="true" internal="eyJn">\n${inside}\n</think>`;
  cases.push(
    [
      "Inspect, in the text",
      { messages: [user("?").message, { role: "assistant", content: `${redacted("EswcCskc+g==")}\n56` }] },
      ["redacted", undefined],
    ],
    [
      "Inspect, in Gemini's parts",
      {
        contents: [
          { role: "user", parts: [{ text: "?" }] },
          { role: "model", parts: [{ text: redacted("Eswc") }, { text: "56" }] },
        ],
      },
      ["redacted", undefined],
    ],
    [
      "Inspect, beside the text",
      { messages: [user("?").message, { role: "assistant", reasoning: redacted("Eswc"), content: "56" }] },
      ["redacted", undefined],
    ],
  );
  it("in a text alone, and its summary where it has one", () => {
    const of = (inside: string) => fold(importTraces({ name: "x.txt", text: `${redacted(inside)}\n56` }).traces[0]!);
    assert.deepEqual(
      [of("Eswc").withheld.length, text(of("Eswc"), "thinking"), text(of("Eswc"), "answer")],
      [1, "", "56"],
    );
    const told = of("<summary>The shelf.</summary>\nEswc");
    assert.deepEqual(
      [told.withheld.length, text(told, "summary"), text(told, "answer"), text(told, "after-exit")],
      [1, "The shelf.", "56", ""],
    );
  });
  for (const before of ["", `${redacted("")}\n`]) {
    it(`is none where the mark does not say so${before === "" ? "" : ", after one that does"}`, () => {
      const source = `${before}<think redacted="false">\nThe shelf.\n</think>\n56`;
      assert.equal(text(fold(importTraces({ name: "x.txt", text: source }).traces[0]!), "thinking"), "The shelf.");
    });
  }
  for (const [why, source, [reason, tokens]] of cases) {
    it(`${why}: is shown as withheld and never as text`, () => {
      const { traces } = read(source, "x.json");
      assert.equal(traces.length, 1);
      const [trace] = traces;
      assert.deepEqual(
        trace!.withheld.map((each) => [each.why, each.tokens]),
        [[reason, tokens]],
      );
      assert.equal(trace!.exit!.why, "end-of-thinking");
      assert.equal(trace!.positions.map((position) => position.text).join(""), "56");
      assert.equal(trace!.end!.answer, "56");
    });
  }
});

describe("a response that an evaluation harness kept", () => {
  const cases: [why: string, response: string, filtered: string, thinking: string, said: string, found: string][] = [
    ["is its answer where it says no more", "Tg: 200", "Tg: 200", "", "Tg: 200", "Tg: 200"],
    [
      "has the answer that the harness took out of it",
      "Seven and eight\nmake B then",
      "B",
      "Seven and eight\nmake B then",
      "",
      "B",
    ],
    [
      "keeps its reasoning where nothing was taken out",
      "7 rows of 8\n#### 56",
      "[invalid]",
      "7 rows of 8",
      "#### 56",
      "56",
    ],
    ["keeps marked thinking however short it is", "<think>Hm.", "<think>Hm.", "Hm.", "", ""],
  ];
  for (const [why, response, filtered, thought, answer, found] of cases) {
    it(why, () => {
      const sample = { doc_id: 1, doc: {}, target: "56", resps: [[response]], filtered_resps: [filtered] };
      const [trace] = read([{ ...sample, arguments: [["?"]] }]).traces;
      assert.deepEqual(
        [text(trace!, "thinking"), text(trace!, "answer"), trace!.end!.answer ?? ""],
        [thought, answer, found],
      );
    });
  }
});

describe("a log's own verdict", () => {
  const inspect = (scores: object, answer = "56") => ({
    version: 2,
    eval: { model: "m" },
    samples: [
      {
        id: 1,
        target: "56",
        scores,
        messages: [
          { role: "user", content: "?" },
          { role: "assistant", content: answer },
        ],
      },
    ],
  });
  const sample = (metrics: object) => ({
    doc_id: 1,
    doc: {},
    target: "56",
    arguments: [["?"]],
    resps: [["<think>a</think>56"]],
    ...metrics,
  });
  const row = (fields: object) => ({ question: "?", response: "<think>a</think>56", answer: "56", ...fields });
  const cases: [why: string, source: unknown, verdicts: unknown[]][] = [
    ["Inspect's C", inspect({ match: { value: "C" } }), [{ by: "match", value: "C", correct: true }]],
    [
      "Inspect's I, with its reason",
      inspect({ model_graded_qa: { value: "I", explanation: "too short" } }),
      [{ by: "model_graded_qa", value: "I", correct: false, why: "too short" }],
    ],
    ["Inspect's P is neither", inspect({ judge: { value: "P" } }), [{ by: "judge", value: "P" }]],
    ["a part of a mark is neither", inspect({ f1: { value: 0.5 } }), [{ by: "f1", value: "0.5" }]],
    ["a score that is no number is none", inspect({ f1: { value: null } }), []],
    [
      "several graders",
      inspect({ a: { value: "C" }, b: { value: 0 } }),
      [
        { by: "a", value: "C", correct: true },
        { by: "b", value: "0", correct: false },
      ],
    ],
    [
      "lm-eval",
      [sample({ exact_match: 0, filter: "strict" })],
      [{ by: "lm-eval exact_match (strict)", value: "0", correct: false }],
    ],
    ["a row's own word", [row({ is_correct: false })], [{ by: "is_correct", value: "false", correct: false }]],
    ["a reward that is a part", [row({ reward: 0.25 })], [{ by: "reward", value: "0.25" }]],
  ];
  for (const [why, source, verdicts] of cases) {
    it(`${why}: stands beside ours`, () => {
      const { traces } = read(source, Array.isArray(source) ? "x.jsonl" : "x.json");
      const { end } = traces[0]!;
      assert.deepEqual(end!.verdicts ?? [], verdicts);
      assert.equal(end!.correct, true);
    });
  }

  describe("under the name of a right answer", () => {
    const asked = [{ role: "user", content: "7*8?" }];
    const turns = (said: string) => ({ prompt: asked, completion: [{ role: "assistant", content: said }] });
    const rows = (said: [answer: unknown, more: object][]) =>
      said.map(([answer, more]) => ({ ...turns("\\boxed{0}"), answer, ...more }));
    const cases: [why: string, source: object[], golds: (string | undefined)[], verdicts: number][] = [
      [
        "a reward beside what is right",
        rows([
          ["0", { correct_answer: 1 }],
          ["7", { correct_answer: 0 }],
        ]),
        ["0", "7"],
        1,
      ],
      [
        "truth values beside what is right",
        rows([
          ["0", { correctAnswer: true }],
          ["7", { correctAnswer: false }],
        ]),
        ["0", "7"],
        1,
      ],
      ["a reward that another name tells", rows([["7", { correct_answer_reward_func: 1 }]]), ["7"], 0],
      [
        "rows of a question and a response",
        [
          { question: "a", response: "<think>b</think>0", answer: "0", correct_answer: "1.0" },
          { question: "a", response: "<think>b</think>0", answer: "56", correct_answer: "0.0" },
        ],
        ["0", "56"],
        1,
      ],
      ["texts with marks", [{ text: "<think>b</think>0", answer: "56", correct_answer: 0 }], ["56"], 0],
      [
        "what is right where one of the rows says more",
        rows([
          ["0", { correct_answer: 1 }],
          ["7", { correct_answer: 54 }],
        ]),
        ["1", "54"],
        0,
      ],
      ["a truth that was asked for", rows([["Yes", { correct_answer: true }]]), ["true"], 0],
      ["what is right and nothing beside it", [{ ...turns("\\boxed{1}"), correct_answer: 1 }], ["1"], 0],
      ["what is right beside the model's own", [{ answer: "<think>b</think>0", correct_answer: 1 }], ["1"], 0],
    ];
    for (const [why, source, golds, verdicts] of cases) {
      it(why, () => {
        const { traces } = read(source);
        assert.deepEqual(
          traces.map(({ header }) => header!.gold),
          golds,
        );
        assert.equal(traces[0]!.end!.verdicts?.length ?? 0, verdicts);
      });
    }
  });

  it("of several samples of one row belongs to each", () => {
    const { traces } = read([
      {
        problem: "?",
        answer: "56",
        generations: ["<think>a</think>\\boxed{56}", "<think>a</think>\\boxed{54}"],
        correctness_math_verify: [true, false],
      },
    ]);
    assert.deepEqual(
      traces.map(({ end }) => [end!.correct, end!.verdicts?.[0]?.correct]),
      [
        [true, true],
        [false, false],
      ],
    );
  });
});

describe("what a model was cut in", () => {
  const row = (response: string, more = {}) => [{ question: "?", response, answer: "9", ...more }];
  const cases: [why: string, source: unknown[], exit: string, answer: string | undefined][] = [
    ["a sentence", row("It says the answer is in the form a + b.\nNow I try 4 and 5, and"), "truncated", undefined],
    [
      "a sentence, after a box",
      row("So \\boxed{9}.\nLet me check this once more by adding the"),
      "end-of-thinking",
      "9",
    ],
    ["thinking", row("<think>It says the answer is 5, but"), "truncated", undefined],
    [
      "an answer, as the source says",
      row("<think>a</think>The answer is 9", { finish_reason: "length" }),
      "truncated",
      undefined,
    ],
    ["nothing", row("Four and five.\nThe answer is 9."), "end-of-thinking", "9"],
    ["nothing, without a full stop", row("Four and five.\nThe answer is 9"), "end-of-thinking", "9"],
  ];
  for (const [why, source, exit, answer] of cases) {
    it(`${why}: ${answer ?? "no answer"}`, () => {
      const [trace] = read(source).traces;
      assert.deepEqual([trace!.exit!.why, trace!.end!.answer], [exit, answer]);
    });
  }
});
