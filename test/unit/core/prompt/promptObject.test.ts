import assert from "node:assert/strict";
import { parsePromptFile, parseUnnamedData } from "../../../../src/core/prompt/promptFile";
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
  cases.push(
    ...([
      [
        "a system and a user with what NeMo Skills has beside them",
        "a.yaml",
        "few_shot_examples:\n  prefix: P\nsystem: ''\nuser: '{examples}Box {{}}. {problem}'",
        ["user: Box {}. {problem}"],
        ["problem"],
      ],
      [
        "prompts by long names, whatever stands beside them",
        "a.yaml",
        "id: 1\nanything: [else]\nsystemPrompt: S {{a}}\nuserPrompt: Q {b} {{ c }}",
        ["system: S {{a}}", "user: Q {b} {{ c }}"],
        ["a", "c"],
      ],
      [
        "Jinja by its tags",
        "a.yaml",
        "system_prompt: S\nuser_prompt: 'Q{% if a %} {{ a }}{% endif %}'",
        ["system: S", "user: Q {{a}}"],
        ["a"],
      ],
      [
        "a template of LLM",
        "a.yaml",
        "model: m\nsystem: S\nprompt: 'Q $input in ${voice} for $$5, $mood'\ndefaults: {voice: bass}",
        ["system: S", "user: Q $input in bass for $5, $mood"],
        ["input", "mood"],
      ],
      [
        "Mustache by its sections",
        "a.yaml",
        "system_prompt: S\nuser_prompt: 'Q {{{a}}}{{#b}}, {{b}}{{/b}}'",
        ["system: S", "user: Q {{a}}, {{b}}"],
        ["a", "b"],
      ],
      [
        "a prompt of LangChain that only says its format",
        "a.yaml",
        "input_variables: [a]\ntemplate: 'Q {a} {{b}}'\ntemplate_format: f-string",
        ["user: Q {a} {b}"],
        ["a"],
      ],
      [
        "braces of TeX around a choice, beside a name",
        "a.yaml",
        "user: 'Answer: \\boxed{{A}} or \\boxed{{A|B}}, as $x^2\\frac{{a}}{{b}}$. {problem}'",
        ["user: Answer: \\boxed{A} or \\boxed{A|B}, as $x^2\\frac{a}{b}$. {problem}"],
        ["problem"],
      ],
      [
        "braces of TeX in the system's words",
        "a.yaml",
        "system: End with \\begin{{pmatrix}}.\nuser: '{problem}'",
        ["system: End with \\begin{pmatrix}.", "user: {problem}"],
        ["problem"],
      ],
      [
        "braces of TeX where the names stand in double ones",
        "a.yaml",
        "system: ''\nuser: 'Half is \\frac{1}{n} or \\frac{a}{b}. \\boxed{} {{problem}}'",
        ["user: Half is \\frac{1}{n} or \\frac{a}{b}. \\boxed{} {{problem}}"],
        ["problem"],
      ],
      [
        "a name behind TeX, and no other",
        "a.yaml",
        "system: ''\nuser: 'What is \\sqrt{{x}}?'",
        ["user: What is \\sqrt{{x}}?"],
        ["x"],
      ],
      [
        "messages that say a type",
        "a.yaml",
        "messages: [{type: system, content: S}, {type: user, content: Q}]",
        ["system: S", "user: Q"],
        [],
      ],
    ] satisfies typeof cases),
  );
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

  it("stand where they are written in a file of several", async () => {
    const text = [
      "# ours",
      "providers: [m]",
      "prompts:",
      "  - One {{a}}",
      "  - label: L",
      "    raw: |",
      "      Two",
      "      lines",
      "",
      "  - |-",
      '    [{"role": "user", "content": "Three"}]',
      "  - prompts.py:make",
      "  - langfuse://kept:1",
      "tests: [{vars: {a: apples}}, {vars: {a: pears}}]",
    ].join("\n");
    const { prompts, problems } = await parsePromptFile("promptfooconfig.yaml", text);
    assert.deepEqual(
      prompts.map(({ title, range, headingLine }) => [title, range, headingLine]),
      [
        ["One {{a}}", [3, 4], 3],
        ["L", [4, 8], 4],
        ["Three", [9, 11], 9],
      ],
    );
    assert.deepEqual(prompts[0]!.inputs, [{ name: "a", placeholder: undefined, sample: "apples" }]);
    assert.deepEqual(
      problems.map(({ line, message }) => [line, inEnglish(message)]),
      [
        [11, "The prompt prompts.py:make stands in another file, which is not read."],
        [12, "The prompt langfuse://kept:1 is kept by a service, which is not asked."],
      ],
    );
  });

  it("are listed with their tasks by NeMo Guardrails, whose conversations are left out", async () => {
    const text = [
      "prompts:",
      "  - task: check",
      "    content: Is {{ user_input }} fine?",
      "  - task: chat",
      "    messages:",
      "      - type: system",
      "        content: S",
      '      - "{{ history | to_messages }}"',
      "      - type: user",
      "        content: Q",
      "  - task: own",
      '    content: "{{ history | colang }}"',
    ].join("\n");
    const { messages, problems } = await seen("prompts.yml", text);
    assert.deepEqual(messages, [["user: Is {{user_input}} fine?"], ["system: S", "user: Q"]]);
    assert.match(problems[0]!, /^The template cannot be rendered: No filter named 'colang'/);
  });

  it("stand under names of their own", async () => {
    const text = "version: 1\nsum:\n  system: S\n  user: Sum {a}\n\ntell:\n  messages: [{role: user, content: Tell}]\n";
    const { prompts } = await parsePromptFile("prompts.yaml", text);
    assert.deepEqual(
      prompts.map(({ title, range, messages }) => [title, range, messages.at(-1)?.content]),
      [
        ["sum", [1, 4], "Sum {a}"],
        ["tell", [5, 7], "Tell"],
      ],
    );
  });

  it("say the expected answer in a block of ours", async () => {
    const { prompts } = await parsePromptFile("a.prompt.yml", "thoughtlens: {expected: 42}\nuser: What is 6 times 7?");
    assert.equal(prompts[0]?.expected, "42");
  });

  it("say what of a template is not done", async () => {
    const blocks = await seen("a.yaml", "template_format: handlebars\ntemplate: '{{#each a}}{{b}}{{/each}}'");
    assert.deepEqual(blocks.warnings, ["Blocks and calls of its template are sent as they are written."]);
    const loop = `<message role="user">Q</message>{{#each a}}<message role="{{role}}">{{b}}</message>{{/each}}`;
    assert.deepEqual((await seen("a.yaml", { template: loop })).warnings, [
      "Messages whose role is a template are left out.",
    ]);
    const examples = "few_shot_examples: {examples_type: gsm8k}\nuser: '{examples}Q'";
    assert.deepEqual((await seen("a.yaml", examples)).warnings, [
      "The examples gsm8k stand elsewhere and are left out.",
    ]);
  });

  it("are wrong where a name says that they are prompts, and are no question", async () => {
    const broken = await parsePromptFile("a.prompt.yml", "name: a\nmessages: [\n");
    assert.deepEqual([broken.prompts.length, broken.problems.length], [0, 1]);
    assert.match(inEnglish(broken.problems[0]!.message), /^The file cannot be read: /);
    for (const text of ["name: a\nmessages: none\n", ""]) {
      const { messages, problems } = await seen("a.prompt.yaml", text);
      assert.deepEqual([messages, problems], [[], ["This file holds no prompt."]]);
    }
  });

  it("are not the source of data that holds none", async () => {
    const none = "This file holds no prompt.";
    const files: [name: string, text: string, problems: (string | RegExp)[]][] = [
      ["a.yaml", "agent:\n  templates:\n    system_template: S\n    instance_template: Do {{it}}.\n", [none]],
      ["a.yml", "gpqa:\n  - prompt_config: boxed_1\n  - prompt_config: boxed_2\n", [none]],
      ["a.yaml", "- a\n- b\n", [none]],
      ["a.yaml", "# prompt: none\n", [none]],
      ["a.yaml", `a: ${"b".repeat(1_000_001)}`, [none]],
      ["a.yaml", "user: [\n", [/^The file cannot be read: /]],
    ];
    for (const [name, text, problems] of files) {
      const found = await seen(name, text);
      assert.deepEqual([found.messages, found.problems.length], [[], 1]);
      for (const [at, problem] of problems.entries())
        if (typeof problem === "string") assert.equal(found.problems[at], problem);
        else assert.match(found.problems[at]!, problem);
    }
    assert.deepEqual((await seen("a.yaml", "Why is the sky blue?")).messages, [["user: Why is the sky blue?"]]);
    assert.deepEqual((await seen("a.txt", "a: b")).messages, [["user: a: b"]]);
  });

  const unnamed: [why: string, name: string, content: string | object, isOffered: boolean][] = [
    ["GitHub Models", "a.yml", "messages: [{role: user, content: Q}]", true],
    ["promptfoo", "promptfooconfig.yaml", "prompts: [Q]\nproviders: [m]", true],
    [
      "promptfoo with prompts elsewhere alone",
      "promptfooconfig.yaml",
      "prompts: ['file://a.txt']\nproviders: [m]",
      false,
    ],
    ["Semantic Kernel", "a.yaml", "template: Q\ntemplate_format: semantic-kernel", true],
    ["LangChain", "a.json", { _type: "prompt", template: "Q" }, true],
    ["a system and a user", "a.yaml", "system: S\nuser: 'Q {a}'", true],
    [
      "a configuration of Continue",
      "config.yaml",
      "name: c\nprompts:\n  - uses: o/p\n  - name: check\n    prompt: Check this.",
      true,
    ],
    ["a request", "a.json", { model: "m", messages: [{ role: "user", content: "Q" }] }, true],
    [
      "what was answered",
      "a.json",
      [
        { role: "user", content: "Q" },
        { role: "assistant", content: "A" },
      ],
      false,
    ],
    ["what an agent did", "a.json", { info: {}, messages: [{ role: "user", content: "Q" }] }, false],
    ["a template of something else", "a.yaml", "template: page.html", false],
    ["a user of a machine", "a.yaml", "user: root", false],
    ["a database", "a.yaml", "host: h\nsystem: postgres\nuser: some body", false],
    ["words of a program", "a.yaml", "en:\n  system: System\n  user: User\n  save: Save", false],
    ["a workflow", "a.yml", "on: push\njobs: {a: {steps: [{run: prompt}]}}", false],
    ["events with roles of their own", "a.json", [{ role: "admin", content: "x" }], false],
    ["broken YAML", "a.yaml", "messages: [", false],
    ["a long list of packages", "a.yaml", `messages: [{role: user, content: Q}]\n#${"x".repeat(200_000)}`, false],
  ];
  for (const [why, name, content, isOffered] of unnamed)
    it(`${isOffered ? "are" : "are not"} offered where nobody called a file a prompt: ${why}`, async () => {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      const { prompts, problems } = await parseUnnamedData(name, text, {});
      assert.equal(prompts.length > 0, isOffered);
      if (!isOffered) assert.deepEqual(problems.length > 0, why.includes("elsewhere"));
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
    ["other YAML is no prompt", "a.yaml", "a: 1", /holds no prompt/],
    ["broken YAML is no text", "a.yaml", "messages: [", /cannot be read/],
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
