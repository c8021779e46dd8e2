import assert from "node:assert/strict";
import { namedThinkFormat, NO_THINK_FORMAT, thinkFormat } from "../../../src/core/text/thinkFormat";
import type { TemplateVariables, ThinkFacts } from "../../../src/core/text/thinkFacts";
import { chatTemplate } from "../../../src/engine/tokens/chatTemplate";
import { findThinking, thinkingWith } from "../../../src/engine/tokens/thinking";
import { Patience } from "../../../src/engine/tokens/triedTemplate";

const TURNS = "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}<|end_turn|>\n{% endfor %}";
const PROMPT = "{% if add_generation_prompt %}<|assistant|>\n";

/** Templates of our own with the structure of a family's. */
const FAMILIES: Record<string, string> = {
  "DeepSeek-R1: the template opens":
    "{% for m in messages %}{% if m.role == 'assistant' %}<|A|>{{ m.content.split('</think>')[-1] }}{% else %}<|U|>{{ m.content }}{% endif %}{% endfor %}{% if add_generation_prompt %}<|A|><think>\n{% endif %}",
  "Qwen3: the model opens, a variable writes an empty block":
    "{% for m in messages %}{% if m.role == 'assistant' and m.reasoning_content %}<|assistant|>\n<think>\n{{ m.reasoning_content.strip('\\n') }}\n</think>\n\n{{ m.content.lstrip('\\n') }}{% else %}<|{{ m.role }}|>\n{{ m.content }}{% endif %}\n{% endfor %}" +
    `${PROMPT}{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}`,
  "Qwen3.5: the template opens unless it is told not to": `${TURNS}${PROMPT}{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% else %}<think>\n{% endif %}{% endif %}`,
  "DeepSeek V3.1: off by default, closed without an opener": `${TURNS}${PROMPT}{% if thinking %}<think>{% else %}</think>{% endif %}{% endif %}`,
  "Granite 3.3: a variable writes an instruction":
    "{% if thinking %}<|system|>Write your thoughts between <think></think> tags. Write the response between <response></response> for each query.\n{% endif %}" +
    `${TURNS}${PROMPT}{% endif %}`,
  "SmolLM3: a variable and words in the system turn":
    "{% set mode = '/think' if enable_thinking is not defined or enable_thinking else '/no_think' %}{% if messages[0].role == 'system' %}{% if '/no_think' in messages[0].content %}{% set mode = '/no_think' %}{% endif %}{% endif %}Mode: {{ mode }}\n" +
    `${TURNS}${PROMPT}{% if mode == '/no_think' %}<think>\n\n</think>\n{% endif %}{% endif %}`,
  "Nemotron: only words in a turn":
    "{% set ns = namespace(on=true) %}{% for m in messages %}{% if '/no_think' in m.content %}{% set ns.on = false %}{% endif %}{% endfor %}" +
    `${TURNS}${PROMPT}{% if ns.on %}<think>\n{% else %}<think></think>{% endif %}{% endif %}`,
  "gpt-oss: channels, and effort in the system turn":
    "{% if reasoning_effort is not defined %}{% set reasoning_effort = 'medium' %}{% endif %}<|start|>system<|message|>Reasoning: {{ reasoning_effort }}\n# Valid channels: analysis, commentary, final.<|end|>{% for m in messages %}{% if m.role == 'assistant' %}{% if m.thinking %}<|start|>assistant<|channel|>analysis<|message|>{{ m.thinking }}<|end|>{% endif %}<|start|>assistant<|channel|>final<|message|>{{ m.content }}<|end|>{% else %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endif %}{% endfor %}{% if add_generation_prompt %}<|start|>assistant{% endif %}",
  "Gemma 4: off by default, with an empty channel":
    "{% if enable_thinking %}<|turn>system\n<|think|>\n<turn|>\n{% endif %}{% for m in messages %}<|turn>{{ m.role }}\n{{ m.content }}<turn|>\n{% endfor %}{% if add_generation_prompt %}<|turn>model\n{% if not enable_thinking | default(false) %}<|channel>thought\n<channel|>{% endif %}{% endif %}",
  "Magistral: the default system turn tells the model":
    "{% if messages[0].role != 'system' %}[SYSTEM]Draft in [THINK]here[/THINK], then answer.[/SYSTEM]{% endif %}{% for m in messages %}[INST]{{ m.content }}[/INST]{% endfor %}",
  "Seed-OSS: a budget":
    "{% if thinking_budget is defined %}<seed:bos>system\n{% if thinking_budget == 0 %}Answer at once.{% elif thinking_budget > 0 %}Think in {{ thinking_budget }} tokens.{% endif %}{% endif %}{% for m in messages %}<seed:bos>{{ m.role }}\n{% if m.reasoning_content %}<seed:think>{{ m.reasoning_content }}</seed:think>{% endif %}{{ m.content }}<seed:eos>{% endfor %}{% if add_generation_prompt %}<seed:bos>assistant\n{% if thinking_budget is defined and thinking_budget == 0 %}<seed:think>\n<seed:cot_budget_reflect>none</seed:cot_budget_reflect>\n</seed:think>{% endif %}{% endif %}",
  "Command A: the template opens, an answer with marks of its own":
    "{% for m in messages %}<|TURN|>{{ m.content }}{% endfor %}{% if false %}<|START_RESPONSE|><|END_RESPONSE|>{% endif %}{% if add_generation_prompt %}<|CHATBOT|>{% if reasoning is defined and not reasoning %}<|START_THINKING|><|END_THINKING|>{% else %}<|START_THINKING|>{% endif %}{% endif %}",
  "Kimi: its own brackets": `${TURNS}${PROMPT}{% if thinking %}◁think▷{% else %}◁think▷◁/think▷{% endif %}{% endif %}`,
  "LightThinker: in the default system turn":
    "<|im_start|>system\nThink between <|begin_of_thought|> and <|end_of_thought|>, answer between <|begin_of_solution|> and <|end_of_solution|>.<|im_end|>{% for m in messages %}{{ m.content }}{% endfor %}",
  "R1-Zero: tags for the answer too":
    "Think inside <think> </think> and answer inside <answer> </answer>. {% for m in messages %}User: {{ m.content }} {% endfor %}Assistant: <think>",
  "levels that the template compares":
    "{% if reasoning_effort is defined and reasoning_effort not in ['none', 'low', 'high'] %}{{ raise_exception('unknown effort') }}{% endif %}<think></think>{{ reasoning_effort | default('low') }}" +
    `${TURNS}${PROMPT}{% endif %}`,
  "Solar Open: messages of their own, and an empty one at low effort":
    "{% set reasoning_effort = reasoning_effort | default('high') %}{% for m in messages %}{% if m.role == 'assistant' %}{% if m.reasoning_content %}<|begin|>assistant<|think|>{{ m.reasoning_content }}<|end|>{% endif %}<|begin|>assistant<|content|>{{ m.content }}<|end|>{% else %}<|begin|>{{ m.role }}<|content|>{{ m.content }}<|end|>{% endif %}{% endfor %}{% if add_generation_prompt %}{% if reasoning_effort in ['low', 'minimal'] %}<|begin|>assistant<|think|><|end|>{% endif %}<|begin|>assistant{% endif %}",
  "Kimi K3: marks that are put together":
    "{% macro open(tag) %}{{ '<|open|>' + tag + '<|sep|>' }}{% endmacro %}{% macro close(tag) %}{{ '<|close|>' + tag + '<|sep|>' }}{% endmacro %}{% if thinking is undefined %}{% set thinking = true %}{% endif %}{% for m in messages %}{{ open('message role=\"' + m.role + '\"') }}{% if m.role == 'assistant' %}{% if thinking %}{{ open('think') }}{{ m.reasoning_content or '' }}{{ close('think') }}{% endif %}{{ open('response') }}{{ m.content }}{{ close('response') }}{% else %}{{ m.content }}{% endif %}{{ close('message') }}<|end_of_msg|>{% endfor %}{% if add_generation_prompt %}{{ open('message role=\"assistant\"') }}{{ open('think' if thinking else 'response') }}{% endif %}",
  "no marks": `${TURNS}${PROMPT}{% endif %}`,
};

type Expected = Partial<Pick<ThinkFacts, "opening" | "on" | "off" | "from">> & {
  format: string;
  open?: string;
  close?: string;
  empty?: string;
  soft?: string;
  levels?: string[];
  switches?: string[];
};

const EXPECTED: Record<string, Expected> = {
  "DeepSeek-R1: the template opens": {
    format: "think",
    opening: "template",
    from: "template",
    open: "<think>\n",
    close: "\n</think>\n\n",
    switches: [],
  },
  "Qwen3: the model opens, a variable writes an empty block": {
    format: "think",
    opening: "model",
    on: { enable_thinking: true },
    off: { enable_thinking: false },
    empty: "<think>\n\n</think>\n\n",
    close: "\n</think>\n\n",
  },
  "Qwen3.5: the template opens unless it is told not to": {
    format: "think",
    opening: "template",
    off: { enable_thinking: false },
    open: "<think>\n",
  },
  "DeepSeek V3.1: off by default, closed without an opener": {
    format: "think",
    opening: "closed",
    on: { thinking: true },
    off: { thinking: false },
    open: "<think>",
  },
  "Granite 3.3: a variable writes an instruction": {
    format: "think-response",
    opening: "model",
    on: { thinking: true },
    off: { thinking: false },
  },
  "SmolLM3: a variable and words in the system turn": {
    format: "think",
    opening: "model",
    off: { enable_thinking: false },
    empty: "<think>\n\n</think>\n",
  },
  "Nemotron: only words in a turn": { format: "think", opening: "template", soft: "system /no_think", off: undefined },
  "gpt-oss: channels, and effort in the system turn": {
    format: "harmony",
    opening: "model",
    off: undefined,
    levels: ["low", "medium", "high"],
    switches: ["reasoning_effort effort"],
  },
  "Gemma 4: off by default, with an empty channel": {
    format: "gemma",
    opening: "closed",
    on: { enable_thinking: true },
    empty: "<|channel>thought\n<channel|>",
  },
  "Magistral: the default system turn tells the model": { format: "magistral", opening: "model", off: undefined },
  "Seed-OSS: a budget": {
    format: "seed",
    opening: "model",
    off: { thinking_budget: 0 },
    switches: ["thinking_budget budget"],
    close: "</seed:think>",
  },
  "Command A: the template opens, an answer with marks of its own": {
    format: "command",
    opening: "template",
    off: { reasoning: false },
  },
  "Kimi: its own brackets": { format: "kimi", opening: "closed", on: { thinking: true } },
  "LightThinker: in the default system turn": { format: "begin-of-thought", opening: "model" },
  "R1-Zero: tags for the answer too": { format: "think-answer", opening: "template" },
  "levels that the template compares": {
    format: "think",
    levels: ["none", "low", "high"],
    off: { reasoning_effort: "none" },
  },
  "Solar Open: messages of their own, and an empty one at low effort": {
    format: "solar",
    opening: "model",
    close: "<|end|><|begin|>assistant<|content|>",
    switches: ["reasoning_effort effort"],
  },
  "Kimi K3: marks that are put together": {
    format: "kimi-k3",
    opening: "template",
    close: "<|close|>think<|sep|><|open|>response<|sep|>",
  },
  "no marks": { format: "none", from: "nothing", opening: "model", switches: [], off: undefined },
};

const template = (name: string) => chatTemplate(FAMILIES[name]!, { bos_token: "<s>" });
const noToken = () => false;
const factsOf = (name: string) => findThinking(template(name), noToken);

describe("thinking of a model", () => {
  for (const [name, expected] of Object.entries(EXPECTED)) {
    it(name, () => {
      const facts = factsOf(name);
      const seen: Expected = {
        ...facts,
        format: facts.format.id,
        open: facts.format.open,
        close: facts.format.close,
        empty: facts.format.empty,
        levels: facts.levels.map((level) => level.name),
        switches: facts.switches.map((each) => `${each.name} ${each.kind}`),
        ...(facts.softOff ? { soft: `${facts.softOff.turn} ${facts.softOff.words}` } : {}),
      };
      for (const field of Object.keys(expected) as (keyof Expected)[])
        assert.deepEqual(seen[field], expected[field], field);
      assert.deepEqual(facts.notes, []);
    });
  }

  it("is found from the vocabulary where the template does not say", () => {
    const tokens = ["<think>", "</think>"];
    const facts = findThinking(template("no marks"), (token) => tokens.includes(token));
    assert.deepEqual([facts.format.id, facts.from, facts.opening], ["think", "vocabulary", "model"]);
    const one = findThinking(template("no marks"), (token) => token === "<think>");
    assert.equal(one.format, NO_THINK_FORMAT);
  });

  it("is not found from spare tokens, which whole families have", () => {
    const facts = findThinking(template("no marks"), (token) => /^<unused\d+>$|^\[unused\d+\]$/.test(token));
    assert.equal(facts.format, NO_THINK_FORMAT);
  });

  it("is what the person says", () => {
    const facts = findThinking(template("no marks"), noToken, namedThinkFormat("[THINK]...[/THINK]"));
    assert.deepEqual([facts.format.id, facts.from], ["magistral", "option"]);
    const opened = findThinking(template("DeepSeek-R1: the template opens"), noToken, thinkFormat("harmony"));
    assert.equal(opened.opening, "model");
  });

  it("is not asked any further of a template that asks for too much once", () => {
    const sources: [source: string, renderings: number][] = [
      ["{% for a in range(9000) %}{% for b in range(9000) %}{% endfor %}{% endfor %}", 1],
      [
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{% if thinking %}{% set x = 'ab' * 90000000 %}{% endif %}",
        6,
      ],
    ];
    for (const [source, most] of sources) {
      const { render } = chatTemplate(`${TURNS}${source}{# thinking #}`, {});
      let renderings = 0;
      const template = {
        source,
        render: (...given: Parameters<typeof render>) => {
          renderings += 1;
          return render(...given);
        },
      };
      const patience = new Patience();
      const facts = findThinking(template, noToken, undefined, patience);
      thinkingWith(template, facts, { enable_thinking: true }, undefined, patience);
      assert.ok(renderings <= most, `${renderings} renderings`);
      assert.match(facts.notes.join(" "), /takes too long to be asked how the model thinks/);
    }
  });

  describe("says what is not certain", () => {
    for (const [why, source, note, format] of [
      [
        "two openers",
        `<think></think> or [THINK][/THINK] ${TURNS}${PROMPT}{% endif %}`,
        /two think formats, think and magistral/,
        "think",
      ],
      [
        "an opener that nobody knows",
        `${TURNS}{% if m %}</scratch>{% endif %}${PROMPT}<scratch>\n{% endif %}`,
        /opens <scratch>, which no known model does/,
        "custom",
      ],
      [
        "a switch without marks",
        `{% if enable_thinking %}Take your time.{% endif %}${TURNS}${PROMPT}{% endif %}`,
        /heeds enable_thinking, but has the marks of no think format/,
        "none",
      ],
    ] as const) {
      it(why, () => {
        const facts = findThinking(chatTemplate(source, {}), noToken);
        assert.equal(facts.format.id, format);
        assert.equal(facts.notes.length, 1);
        assert.match(facts.notes[0]!, note);
      });
    }
  });

  it("does not take the clock for a switch", () => {
    const source = `{{ strftime_now('%H:%M:%S %f') }} <think></think>${TURNS}${PROMPT}{% endif %}`;
    assert.deepEqual(findThinking(chatTemplate(source, {}), noToken).switches, []);
  });

  it("comes to an end on a template that takes long", function () {
    this.timeout(60_000);
    const slow =
      "{% for a in range(300) %}{% for b in range(300) %}{% for c in range(300) %}{{ thinking }}{% endfor %}{% endfor %}{% endfor %}";
    const facts = findThinking(chatTemplate(slow, {}), noToken);
    assert.equal(facts.format, NO_THINK_FORMAT);
  });
});

describe("thinking of a run", () => {
  const opening = (name: string, variables: TemplateVariables) =>
    thinkingWith(template(name), factsOf(name), variables).opening;

  it("follows the variables", () => {
    const qwen = "Qwen3.5: the template opens unless it is told not to";
    assert.equal(opening(qwen, {}), "template");
    assert.equal(opening(qwen, { enable_thinking: true }), "template");
    assert.equal(opening(qwen, { enable_thinking: false }), "closed");
    assert.equal(opening("DeepSeek V3.1: off by default, closed without an opener", { thinking: true }), "template");
  });

  it("leaves out what the template does not heed, and says so", () => {
    const name = "levels that the template compares";
    const ignored = (variables: TemplateVariables) => thinkingWith(template(name), factsOf(name), variables);
    const { variables, notes } = ignored({
      reasoning_effort: "high",
      enable_thinking: false,
      add_generation_prompt: false,
    });
    assert.deepEqual(variables, { reasoning_effort: "high" });
    assert.deepEqual(notes.length, 2);
    assert.match(notes[0]!, /does not heed enable_thinking=false: it was left out\. It heeds reasoning_effort\.$/);
    assert.match(
      ignored({ reasoning_effort: "enormous" }).notes[0]!,
      /does not heed reasoning_effort=enormous: it was left out\. It knows [\w, ]+ there\.$/,
    );
    const plain = thinkingWith(template("no marks"), factsOf("no marks"), { ["a".repeat(900)]: true });
    assert.match(
      plain.notes[0]!,
      /^The model's chat template does not heed a+…=true: .*remove it from templateVariables\.$/,
    );
  });
});
