import assert from "node:assert/strict";
import { parsePromptFile } from "../../../../src/core/prompt/promptFile";
import type { PromptContext } from "../../../../src/core/prompt/prompt";
import { inEnglish } from "../../../../src/core/text/l10n";

/** What is sent, as `role: text`, and what has to be given. */
async function seen(name: string, content: string | object, context?: PromptContext) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const { prompts, problems } = await parsePromptFile(name, text, context);
  return {
    messages: prompts.map(({ messages }) => messages.map((each) => `${each.role}: ${each.content}`)),
    inputs: prompts.map(({ inputs }) => inputs.map((each) => each.name)),
    parameters: prompts.map(({ parameters }) => parameters),
    warnings: prompts.flatMap(({ warnings }) => warnings.map(inEnglish)),
    problems: problems.map(({ message }) => inEnglish(message)),
  };
}

const chain = (name: string, kwargs: object) => ({ lc: 1, type: "constructor", id: ["langchain", name], kwargs });
const template = (text: string, format = "f-string") =>
  chain("PromptTemplate", { template: text, template_format: format });

describe("prompts as data", () => {
  const cases: [why: string, name: string, content: string | object, messages: string[], inputs: string[]][] = [
    [
      "a list of messages",
      "a.json",
      [{ role: "user", content: "Q {{ a }} {{b.c}}" }],
      ["user: Q {{ a }} {{b.c}}"],
      ["a", "b"],
    ],
    [
      "a request of a chat API",
      "a.json",
      {
        model: "m",
        messages: [
          { role: "developer", content: "S" },
          { role: "user", content: '{ "a": {} }' },
        ],
      },
      ["system: S", 'user: { "a": {} }'],
      [],
    ],
    [
      "a request of the Responses API",
      "a.json",
      { instructions: "S", input: [{ role: "user", content: [{ type: "input_text", text: "Q" }] }] },
      ["system: S", "user: Q"],
      [],
    ],
    ["its input as a text", "a.json", { instructions: "S", input: "Q" }, ["system: S", "user: Q"], []],
    [
      "YAML of GitHub Models",
      "a.prompt.yml",
      "messages:\n  - role: user\n    content: Q {{input}}\n",
      ["user: Q {{input}}"],
      ["input"],
    ],
    [
      "Semantic Kernel",
      "a.yaml",
      "template: Q {{$a}} {{$b}}\ninput_variables: [{name: b, default: 2}]",
      ["user: Q {{$a}} 2"],
      ["a"],
    ],
    [
      "messages in tags",
      "a.yaml",
      "template: |\n  <message role=\"system\">S</message>\n  <message role='user'>Q</message>\n",
      ["system: S", "user: Q"],
      [],
    ],
    [
      "Jinja by name",
      "a.yaml",
      "template: 'Q {{ a|upper }}{% if b %}!{% endif %}'\ntemplate_format: jinja2",
      ["user: Q {{A}}"],
      ["a"],
    ],
    ["a system and a user", "a.yaml", "system: 'Box {{}}.'\nuser: '{q}'", ["system: Box {}.", "user: {q}"], ["q"]],
    ["a prompt of LangChain", "a.json", { _type: "prompt", template: "Q {a} {{b}}" }, ["user: Q {a} {b}"], ["a"]],
    [
      "examples of LangChain",
      "a.yaml",
      "_type: few_shot\nprefix: P\nsuffix: 'Q {a}'\nexample_prompt: {template: '{x}'}\nexamples: [{x: '{1}'}, {x: 2}]",
      ["user: P\n\n{1}\n\n2\n\nQ {a}"],
      ["a"],
    ],
    [
      "a chat of LangChain in pairs",
      "a.json",
      {
        _type: "chat",
        messages: [
          ["system", "S"],
          ["placeholder", "{h}"],
          ["human", "Q {a}"],
          ["ai", "A"],
        ],
      },
      ["system: S", "user: Q {a}", "assistant: A"],
      ["a"],
    ],
    [
      "what its hub writes, before a model",
      "a.json",
      chain("RunnableSequence", {
        first: chain("ChatPromptTemplate", {
          messages: [
            chain("SystemMessagePromptTemplate", { prompt: template("S {{b}}") }),
            chain("MessagesPlaceholder", { variable_name: "history" }),
            chain("HumanMessage", { content: "{as it is}" }),
            chain("HumanMessagePromptTemplate", { prompt: [template("Q {a}")] }),
          ],
        }),
      }),
      ["system: S {b}", "user: {as it is}", "user: Q {a}"],
      ["a"],
    ],
    [
      "Mustache by name",
      "a.json",
      chain("ChatPromptTemplate", {
        messages: [chain("HumanMessagePromptTemplate", { prompt: template("Q {{a}} {b}", "mustache") })],
      }),
      ["user: Q {{a}} {b}"],
      ["a"],
    ],
  ];
  for (const [why, name, content, messages, inputs] of cases)
    it(why, async () => {
      const found = await seen(name, content);
      assert.deepEqual(found.problems, []);
      assert.deepEqual([found.messages, found.inputs], [[messages], [inputs]]);
    });

  it("are all prompts of promptfoo, but those in other files", async () => {
    const config = {
      prompts: ["One {{a}}", { label: "L", raw: '[{"role":"user","content":"Two"}]' }, "file://three.txt"],
      providers: ["m"],
    };
    const { messages, problems } = await seen("promptfooconfig.yaml", config);
    assert.deepEqual(messages, [["user: One {{a}}"], ["user: Two"]]);
    assert.deepEqual(problems, ["The prompt file://three.txt stands in another file, which is not read."]);
  });

  it("take values and options", async () => {
    const settings = { modelParameters: { temperature: 0.5 }, max_tokens: 9 };
    const file = { ...settings, messages: [{ role: "user", content: "{{a}} {{b.c}} {{d}}" }] };
    const { messages, parameters, inputs } = await seen("a.json", file, { inputs: { a: "{{d}}" } });
    assert.deepEqual(messages, [["user: {{d}} {{b.c}} {{d}}"]]);
    assert.deepEqual(parameters, [{ temperature: 0.5, maxTokens: 9 }]);
    assert.deepEqual(inputs, [["b", "d"]]);
  });

  it("tell of what is left out", async () => {
    const content = [
      { type: "text", text: "Q" },
      { type: "image_url", image_url: { url: "u" } },
    ];
    const { messages, warnings } = await seen("a.json", [
      { role: "user", content },
      { role: "tool", content: "T" },
    ]);
    assert.deepEqual(messages, [["user: Q"]]);
    assert.deepEqual(warnings, [
      "Media and sections of the prompt are left out.",
      "The tool message is left out: no tools run here.",
    ]);
  });

  const others: [why: string, name: string, content: string | object, problem: RegExp | undefined][] = [
    ["a dataset stays one", "a.json", [{ question: "Q", answer: "A" }], undefined],
    ["other YAML is a text", "a.yaml", "a: 1", undefined],
    ["broken YAML is a text", "a.yaml", "messages: [", undefined],
    ["a system message alone asks nothing", "a.json", [{ role: "system", content: "S" }], /no user message/],
    ["a template that is broken", "a.yaml", "template: '{% if %}'\ntemplate_format: jinja2", /cannot be rendered/],
    [
      "a template without an end",
      "a.yaml",
      `template: '${"{{ 1 }}".repeat(20_000)}'\ntemplate_format: jinja2`,
      /too many tags/,
    ],
  ];
  for (const [why, name, content, problem] of others)
    it(why, async () => {
      const { messages, problems } = await seen(name, content);
      assert.equal(messages.length, problem ? 0 : 1);
      if (problem) assert.match(problems[0]!, problem);
    });
});
