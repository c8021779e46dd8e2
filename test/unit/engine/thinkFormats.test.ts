/**
 * Strategies on models of every family: templates of our own with a family's structure, over a model that writes as the
 * family does. Thinking, exit, closing, answer, no thinking and trial stand where the family has them, and what closes
 * thinking is written once.
 */
import assert from "node:assert/strict";
import { measure, purposes } from "../../../src/core/measure/metrics";
import { isThinkingAt } from "../../../src/core/text/segment";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import type { Strategy } from "../../../src/engine/strategies/strategy";
import { collectingStrategy } from "../../../src/engine/training/examples";
import { scriptedModel } from "./scriptedModel";

const TURNS = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}";
const HISTORY = (open: string, close: string) =>
  `{% for m in messages %}<|{{ m.role }}|>{% if m.reasoning_content %}${open}{{ m.reasoning_content }}${close}{% endif %}{{ m.content }}\n{% endfor %}`;
const PROMPT = (written = "") => `{% if add_generation_prompt %}<|assistant|>\n${written}{% endif %}`;
const BLOCK = "<think>\n\n</think>\n\n";

interface Family {
  template: string;
  /** What the model writes before its first thought; nothing where the template has. */
  opens: string;
  /** What an exit writes behind a line of thinking. */
  closes: string;
  /** The mark that closes thinking, alone. */
  closer: string;
  /** How the prompt of a run ends that is to think. */
  prompt: string;
  /** How the conversation ends in which nothing is thought: the prompt, and what was written behind it. */
  off: [prompt: string, written: string];
  /** Variables of the template in a run that thinks, and in one that does not. */
  on?: Record<string, unknown>;
  variables?: Record<string, unknown>;
  /** Whether the model thinks behind this prompt; by default it always does. */
  thinks?: (prompt: string) => boolean;
}

const think = { closes: "</think>\n\n", closer: "</think>" };

/** One row of the families that there are. */
const FAMILIES: Record<string, Family> = {
  "DeepSeek-R1 and its distillations, QwQ, Qwen3-Thinking: the template opens": {
    ...think,
    template: `{% for m in messages %}<|{{ m.role }}|>{{ m.content.split('</think>')[-1] if m.role == 'assistant' else m.content }}\n{% endfor %}${PROMPT("<think>\n")}`,
    opens: "",
    prompt: "<|assistant|>\n<think>\n",
    off: ["<|assistant|>\n<think>\n", "\n</think>\n\n"],
  },
  "Qwen3: the model opens, a variable writes an empty block": {
    ...think,
    template: `${HISTORY("<think>\n", "\n</think>\n\n")}${PROMPT(`{% if enable_thinking is defined and enable_thinking is false %}${BLOCK}{% endif %}`)}`,
    opens: "<think>\n",
    prompt: "<|assistant|>\n",
    off: [`<|assistant|>\n${BLOCK}`, ""],
    variables: { enable_thinking: false },
  },
  "Qwen3.5: the template opens unless it is told not to": {
    ...think,
    template: `${TURNS}${PROMPT(`{% if enable_thinking is defined and not enable_thinking %}${BLOCK}{% else %}<think>\n{% endif %}`)}`,
    opens: "",
    prompt: "<|assistant|>\n<think>\n",
    off: [`<|assistant|>\n${BLOCK}`, ""],
    variables: { enable_thinking: false },
  },
  "DeepSeek V3.1: off by itself, closed without an opener": {
    ...think,
    template: `${TURNS}${PROMPT("{% if thinking %}<think>{% else %}</think>{% endif %}")}`,
    opens: "",
    prompt: "<|assistant|>\n<think>",
    off: ["<|assistant|>\n</think>", ""],
    on: { thinking: true },
    variables: { thinking: false },
  },
  "Granite 3.3: an instruction where a variable asks for it, tags for the answer too": {
    closes: "</think>\n<response>\n",
    closer: "</think>",
    template: `{% if thinking %}<|system|>Write your thoughts between <think></think> tags. Write the response between <response></response>.\n{% endif %}${TURNS}${PROMPT()}`,
    opens: "<think>\n",
    prompt: "<|assistant|>\n",
    off: ["<|assistant|>\n", ""],
    on: { thinking: true },
    variables: { thinking: false },
    thinks: (prompt) => prompt.includes("Write your thoughts"),
  },
  "SmolLM3: a variable and words in the system turn": {
    ...think,
    template:
      "{% set mode = '/think' if enable_thinking is not defined or enable_thinking else '/no_think' %}{% if messages[0].role == 'system' and '/no_think' in messages[0].content %}{% set mode = '/no_think' %}{% endif %}Mode: {{ mode }}\n" +
      `${TURNS}${PROMPT(`{% if mode == '/no_think' %}${BLOCK}{% endif %}`)}`,
    opens: "<think>\n",
    prompt: "<|assistant|>\n",
    off: [`<|assistant|>\n${BLOCK}`, ""],
    variables: { enable_thinking: false },
  },
  "Nemotron: only words in a turn turn thinking off": {
    ...think,
    template:
      "{% set ns = namespace(on=true) %}{% for m in messages %}{% if '/no_think' in m.content %}{% set ns.on = false %}{% endif %}{% endfor %}" +
      `${TURNS}${PROMPT("{% if ns.on %}<think>\n{% else %}<think></think>{% endif %}")}`,
    opens: "",
    prompt: "<|assistant|>\n<think>\n",
    off: ["<|assistant|>\n<think></think>", ""],
  },
  "gpt-oss: channels, which cannot be turned off": {
    template:
      "{% if reasoning_effort is not defined %}{% set reasoning_effort = 'medium' %}{% endif %}<|start|>system<|message|>Reasoning: {{ reasoning_effort }}\n# Valid channels: analysis, commentary, final.<|end|>{% for m in messages %}{% if m.role == 'assistant' %}{% if m.thinking %}<|start|>assistant<|channel|>analysis<|message|>{{ m.thinking }}<|end|>{% endif %}<|start|>assistant<|channel|>final<|message|>{{ m.content }}<|end|>{% else %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endif %}{% endfor %}{% if add_generation_prompt %}<|start|>assistant{% endif %}",
    opens: "<|channel|>analysis<|message|>",
    closes: "<|end|><|start|>assistant<|channel|>final<|message|>",
    closer: "<|end|>",
    prompt: "<|end|><|start|>assistant",
    off: ["<|end|><|start|>assistant", "<|channel|>final<|message|>"],
  },
  "Gemma 4: off by itself, by an empty channel": {
    template:
      "{% if enable_thinking %}<|turn>system\n<|think|>\n<turn|>\n{% endif %}{% for m in messages %}<|turn>{{ m.role }}\n{{ m.content }}<turn|>\n{% endfor %}{% if add_generation_prompt %}<|turn>model\n{% if not enable_thinking | default(false) %}<|channel>thought\n<channel|>{% endif %}{% endif %}",
    opens: "<|channel>thought\n",
    closes: "<channel|>",
    closer: "<channel|>",
    prompt: "<|turn>model\n",
    off: ["<|turn>model\n<|channel>thought\n<channel|>", ""],
    on: { enable_thinking: true },
    variables: { enable_thinking: false },
  },
  "Magistral: square brackets, by its system turn": {
    template:
      "{% if messages[0].role != 'system' %}[SYSTEM]Draft in [THINK]here[/THINK], then answer.[/SYSTEM]{% endif %}{% for m in messages %}[INST]{{ m.content }}[/INST]{% endfor %}",
    opens: "[THINK]",
    closes: "[/THINK]",
    closer: "[/THINK]",
    prompt: "[/INST]",
    off: ["[/INST]", "[THINK][/THINK]"],
  },
  "Kimi K2: as Qwen3, without a switch": {
    ...think,
    template: `${HISTORY("<think>", "</think>")}${PROMPT()}`,
    opens: "<think>",
    prompt: "<|assistant|>\n",
    off: ["<|assistant|>\n", "<think>\n\n</think>\n\n"],
    closes: "</think>",
  },
  "Kimi-VL: its own brackets, off by itself": {
    template: `${TURNS}${PROMPT("{% if thinking %}◁think▷{% else %}◁think▷◁/think▷{% endif %}")}`,
    opens: "",
    closes: "◁/think▷",
    closer: "◁/think▷",
    prompt: "<|assistant|>\n◁think▷",
    off: ["<|assistant|>\n◁think▷◁/think▷", ""],
    on: { thinking: true },
    variables: { thinking: false },
  },
  "Seed-OSS: a budget, of which none is off": {
    template:
      "{% if thinking_budget is defined %}<seed:bos>system\n{% if thinking_budget == 0 %}Answer at once.{% elif thinking_budget > 0 %}Think in {{ thinking_budget }} tokens.{% endif %}{% endif %}{% for m in messages %}<seed:bos>{{ m.role }}\n{% if m.reasoning_content %}<seed:think>{{ m.reasoning_content }}</seed:think>{% endif %}{{ m.content }}<seed:eos>{% endfor %}{% if add_generation_prompt %}<seed:bos>assistant\n{% if thinking_budget is defined and thinking_budget == 0 %}<seed:think></seed:think>{% endif %}{% endif %}",
    opens: "<seed:think>",
    closes: "</seed:think>",
    closer: "</seed:think>",
    prompt: "<seed:bos>assistant\n",
    off: ["<seed:bos>assistant\n<seed:think></seed:think>", ""],
    variables: { thinking_budget: 0 },
  },
  "Command A: the template opens, an answer with marks of its own": {
    template:
      "{% for m in messages %}<|TURN|>{{ m.content }}{% endfor %}{% if false %}<|START_RESPONSE|><|END_RESPONSE|>{% endif %}{% if add_generation_prompt %}<|CHATBOT|>{% if reasoning is defined and not reasoning %}<|START_THINKING|><|END_THINKING|>{% else %}<|START_THINKING|>{% endif %}{% endif %}",
    opens: "",
    closes: "<|END_THINKING|><|START_RESPONSE|>",
    closer: "<|END_THINKING|>",
    prompt: "<|CHATBOT|><|START_THINKING|>",
    off: ["<|CHATBOT|><|START_THINKING|><|END_THINKING|>", ""],
    variables: { reasoning: false },
  },
  "LightThinker, Bespoke, Sky-T1: in the default system turn": {
    template:
      "<|im_start|>system\nThink between <|begin_of_thought|> and <|end_of_thought|>, answer between <|begin_of_solution|> and <|end_of_solution|>.<|im_end|>{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>{% endfor %}{{ '<|im_start|>assistant\\n' }}",
    opens: "<|begin_of_thought|>\n\n",
    closes: "<|end_of_thought|>\n\n<|begin_of_solution|>\n\n",
    closer: "<|end_of_thought|>",
    prompt: "<|im_start|>assistant\n",
    off: ["<|im_start|>assistant\n", "<|begin_of_thought|>\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n"],
  },
  "R1-Zero: the template opens, tags for the answer too": {
    template:
      "Think inside <think> </think> and answer inside <answer> </answer>. {% for m in messages %}{{ m.role }}: {{ m.content }} {% endfor %}Assistant: <think>",
    opens: "",
    closes: "</think>\n<answer>\n",
    closer: "</think>",
    prompt: "Assistant: <think>",
    off: ["Assistant: <think>", "\n\n</think>\n<answer>\n"],
  },
  "Hunyuan: the model opens, tags for the answer too, a variable writes an empty block": {
    template: `${HISTORY("<think>\n", "\n</think>\n<answer>\n")}${PROMPT("{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n{% endif %}")}`,
    opens: "<think>\n",
    closes: "</think>\n<answer>\n",
    closer: "</think>",
    prompt: "<|assistant|>\n",
    off: ["<|assistant|>\n<think>\n\n</think>\n", ""],
    variables: { enable_thinking: false },
  },
  "Granite 3.2: sentences for marks": {
    template: `{% if thinking %}<|system|>Begin with 'Here is my thought process:' and then 'Here is my response:'.\n{% endif %}${TURNS}${PROMPT()}`,
    opens: "Here is my thought process:\n\n",
    closes: "Here is my response:\n\n",
    closer: "Here is my response:",
    prompt: "<|assistant|>\n",
    off: ["<|assistant|>\n", ""],
    on: { thinking: true },
    variables: { thinking: false },
    thinks: (prompt) => prompt.includes("Here is my thought process"),
  },
};

/** A box in thinking, and two words before which an answer is tried. */
const THOUGHT = "7 rows of 8.\nSo \\boxed{55} at first.\nWait, 7 * 8 is 56.\n\nWait, yes, that is it.\n";
const ANSWER = "There are \\boxed{56} jars.";

const SUMMARY = "Settled: 7 * 8 is 56.";

/** How much of `text` stands at the end of `written`. */
function begun(written: string, text: string): number {
  let size = Math.min(written.length, text.length);
  while (!written.endsWith(text.slice(0, size))) size--;
  return size;
}

/** Writes a whole turn as the family does, and goes on sensibly from whatever stands there. */
function modelOf({ template, opens, closes, closer, thinks = () => true }: Family): LanguageModel {
  const whole = opens + THOUGHT + closes + ANSWER;
  const model = scriptedModel(template, (prompt, written) => {
    const isClosed = /\S*$/.exec(prompt.trimEnd())![0].endsWith(closer);
    const said = prompt.includes("Do not go on solving") ? SUMMARY : ANSWER;
    if (said === ANSWER && !isClosed && thinks(prompt) && whole.startsWith(written)) return whole.slice(written.length);
    if (/\\boxed\{\d*$/.test(written) && begun(written, ANSWER) === 0) return "56}".slice(begun(written, "56}"));
    const { format } = model.thinking;
    const startsThinking = opens === "" && !isClosed;
    if (isThinkingAt(written, { format, startsThinking })) return `\n${closes}`.slice(begun(written, `\n${closes}`));
    return said.slice(begun(written, said));
  });
  return model;
}

async function run(
  model: LanguageModel,
  strategy: string,
  options: Record<string, unknown> = {},
  given?: Strategy,
): Promise<Trace> {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend: model,
    ...(given ? { strategy: given } : {}),
    request: {
      ...{ id: "run", strategy, model: { kind: "folder", path: "scripted" }, gold: "56", options },
      messages: [{ role: "user", content: "How many jars are 7 rows of 8?" }],
    },
    route: () => Promise.resolve({ by: "test", scores: [["chunked_symbolism", 1]] }),
    emit: (batch) => events.push(...batch),
    signal: new AbortController().signal,
  });
  return fold(events);
}

const joined = (positions: Trace["positions"]) => positions.map(({ text }) => text).join("");
const count = (text: string, mark: string) => text.split(mark).length - 1;

/** What stands in the end, without trials; of several rounds the last. */
function standing(trace: Trace): string {
  const purpose = purposes(trace);
  const from = trace.prefills.at(-1)!.at;
  return joined(trace.positions.filter((_, at) => at >= from && purpose[at] !== "trial"));
}
const forced = (trace: Trace) => {
  const purpose = purposes(trace);
  return joined(trace.positions.filter(({ kind }, at) => kind === "forced" && purpose[at] !== "trial"));
};
const trials = ({ spans, positions }: Trace) =>
  spans.filter(({ kind }) => kind === "trial").map(({ from, to }) => joined(positions.slice(from, to)));
const textOf = ({ spans, positions }: Trace, wanted: string) =>
  spans.filter(({ kind }) => kind === wanted).map(({ from, to }) => joined(positions.slice(from, to)).trim());

for (const [name, family] of Object.entries(FAMILIES)) {
  describe(`a model as ${name}`, () => {
    const { opens, closes, closer, on } = family;
    const whole = opens + THOUGHT + closes + ANSWER;
    const firstLine = THOUGHT.slice(0, THOUGHT.indexOf("\n") + 1);
    const model = modelOf(family);
    const promptIsOf = () => (model.tokenizer as unknown as { prompt: string }).prompt;
    const isRight = (trace: Trace) => assert.deepEqual([trace.end?.answer, trace.end?.correct], ["56", true]);

    it("thinks, closes by itself, and answers", async () => {
      const trace = await run(model, "chain-of-thought");
      assert.ok(promptIsOf().endsWith(family.prompt), promptIsOf());
      // The house asks for its own marks, and for none where a model has others.
      const told = "Think step by step between <think> and </think>. Then";
      assert.ok(promptIsOf().includes(closer === "</think>" ? told : "Think step by step. Then"), promptIsOf());
      assert.equal(standing(trace), whole);
      assert.deepEqual([textOf(trace, "thinking"), textOf(trace, "answer")], [[THOUGHT.trim()], [ANSWER]]);
      assert.deepEqual(trace.header?.think?.variables, on);
      assert.equal(forced(trace), "");
      isRight(trace);
    });

    it("is closed once by a budget, wherever that cuts, and answers", async () => {
      for (const tokens of [9, 14, 20, 26, 40]) {
        const trace = await run(model, "budget", { tokens, grace: 0 });
        const text = standing(trace);
        const thought = text.slice(opens.length, text.indexOf(closer)).trimEnd();
        assert.ok(text.startsWith(opens) && THOUGHT.startsWith(thought), text);
        assert.equal(forced(trace).trimStart(), closes);
        assert.ok(text.endsWith(closes + ANSWER), text);
        assert.equal(count(text, closer), 1);
        assert.deepEqual(textOf(trace, "answer"), [ANSWER]);
        isRight(trace);
      }
    });

    it("tries its answer within thinking before each transition, a box in thinking or not", async () => {
      const trace = await run(model, "deer", { threshold: 1 });
      assert.deepEqual(trials(trace), Array(2).fill("\n**Final Answer**\n\\boxed{56}"));
      assert.equal(standing(trace), whole);
      assert.equal(trace.exit?.why, "end-of-thinking");
      isRight(trace);
    });

    for (const mustClose of ["nothing", "thinking"]) {
      it(`exits by DEER where a trial has to close ${mustClose}`, async () => {
        const trace = await run(model, "deer", { mustClose, trialTokens: 40 });
        const thought = THOUGHT.slice(0, THOUGHT.indexOf("Wait"));
        assert.equal(standing(trace), opens + thought + closes + ANSWER);
        assert.equal(forced(trace), closes);
        assert.deepEqual([trace.checks.length, trace.exit?.why], [1, "confidence"]);
        assert.equal(count(trials(trace)[0]!, closer), mustClose === "thinking" ? 1 : 0);
        isRight(trace);
      });
    }

    it("is asked for the entropy behind what closes thinking, and exits there", async () => {
      const trace = await run(model, "entropy-after-thinking", { checkAt: "line", minChecks: 1, threshold: 10 });
      assert.deepEqual(trials(trace), [closes]);
      assert.equal(standing(trace), opens + firstLine + closes + ANSWER);
      assert.equal(forced(trace), closes);
      isRight(trace);
    });

    it("teaches a probe by what it would answer once thinking is closed", async () => {
      const right: boolean[] = [];
      const collecting = collectingStrategy("line", (example) => right.push(example.right));
      const trace = await run(model, "probe-examples", {}, collecting);
      assert.deepEqual(new Set(trials(trace)), new Set([`${closes}The answer is \\boxed{56}`]));
      assert.deepEqual([right.length, right.every(Boolean)], [4, true]);
      assert.equal(standing(trace), whole);
    });

    it("sums up rounds without thinking, and is closed once in the end", async () => {
      const trace = await run(model, "inftythink", { protocol: "prompt", roundTokens: 24, summaryTokens: 40 });
      assert.deepEqual(
        trace.rounds.map(({ carried }) => carried),
        ["", SUMMARY],
      );
      const text = standing(trace);
      assert.ok(text.endsWith(ANSWER) && count(text, closer) <= 1, text);
      assert.deepEqual(textOf(trace, "answer").at(-1), ANSWER);
      isRight(trace);
    });

    it("answers at once where nothing is to be thought, in no second block", async () => {
      const trace = await run(model, "no-thinking");
      const [prompt, written] = family.off;
      assert.ok(promptIsOf().endsWith(prompt), promptIsOf());
      assert.equal(forced(trace), written);
      assert.equal(standing(trace), written + ANSWER);
      assert.deepEqual(trace.header?.think?.variables, family.variables);
      assert.equal(textOf(trace, "thinking").join(""), written === "" ? textOf(trace, "thinking").join("") : "");
      assert.ok(measure(trace).tokens.total < 60);
      isRight(trace);
    });
  });
}

describe("a model that marks nothing", () => {
  const thought = "7 rows of 8.\nWait, 7 * 8 is 56.\n";
  const INDUCER = "\n**Final Answer**\n\\boxed{";
  const model = scriptedModel(`${TURNS}${PROMPT()}`, (_prompt, written) => {
    if ((thought + ANSWER).startsWith(written)) return (thought + ANSWER).slice(written.length);
    if (/\\boxed\{\d*$/.test(written)) return "56}".slice(begun(written, "56}"));
    return written.endsWith("56}") ? "" : ANSWER.slice(begun(written, ANSWER));
  });

  it("thinks up to the line of its answer", async () => {
    const trace = await run(model, "chain-of-thought");
    assert.deepEqual([textOf(trace, "thinking"), textOf(trace, "answer")], [[thought.trim()], [ANSWER]]);
    assert.deepEqual([trace.header?.think?.format, trace.header?.think?.opening], ["none", "model"]);
  });

  it("is asked for its box by an exit, as by a trial, and marks are written by neither", async () => {
    const trace = await run(model, "deer");
    assert.deepEqual(trials(trace), [`${INDUCER}56}`]);
    assert.equal(standing(trace), `${thought.slice(0, thought.indexOf("Wait"))}${INDUCER}56}`);
    assert.equal(trace.end?.answer, "56");
  });

  it("reads an empty block of the house's where nothing is to be thought", async () => {
    const trace = await run(model, "no-thinking");
    assert.equal(forced(trace), BLOCK);
    assert.deepEqual(trace.notes, []);
  });
});

describe("a model that reasons behind a block that its template was told to close", () => {
  const { template } = FAMILIES["Qwen3.5: the template opens unless it is told not to"]!;
  const options = { templateVariables: { enable_thinking: false }, checkAt: "line", transitions: ["Wait"] };
  const thought = "7 rows of 8.\nWait, 7 * 8 is 56.\n";
  const model = scriptedModel(template, (_prompt, written) => {
    if ((thought + ANSWER).startsWith(written)) return (thought + ANSWER).slice(written.length);
    return /\\boxed\{\d*$/.test(written) ? "56}".slice(begun(written, "56}")) : "";
  });
  const INDUCER = "\n**Final Answer**\n\\boxed{";
  const exits: [strategy: string, more: Record<string, unknown>, trial: string][] = [
    ["deer", {}, `${INDUCER}56}`],
    ["entropy-after-thinking", { minChecks: 1, threshold: 10 }, INDUCER],
  ];
  for (const [strategy, more, trial] of exits) {
    it(`is asked for its box by ${strategy}, and nothing is closed again`, async () => {
      const trace = await run(model, strategy, { ...options, ...more });
      assert.deepEqual(trials(trace), [trial]);
      assert.equal(standing(trace), `7 rows of 8.\n${INDUCER}56}`);
      assert.equal(trace.header?.think?.opening, "closed");
    });
  }
});

describe("what a model with marks of its own is told", () => {
  const template = FAMILIES["Magistral: square brackets, by its system turn"]!.template;
  const model = scriptedModel(template, (_prompt, written) => ANSWER.slice(begun(written, ANSWER)));
  for (const strategy of ["chain-of-draft", "sketch-of-thought", "no-thinking", "budget", "inftythink"]) {
    it(`by ${strategy}: nothing of the house's marks, in instruction and examples`, async () => {
      const trace = await run(model, strategy, strategy === "inftythink" ? { protocol: "trained" } : {});
      const { prompt } = model.tokenizer as unknown as { prompt: string };
      assert.ok(!/<\/?think>/.test(prompt) && !/ {2}|\bbetween and\b/.test(prompt), prompt);
      assert.ok(!/<\/?think>/.test(trace.header?.instruction?.text ?? ""));
    });
  }
});

describe("an answer behind a closed block", () => {
  const { template } = FAMILIES["DeepSeek-R1 and its distillations, QwQ, Qwen3-Thinking: the template opens"]!;
  const long = `${"First 7, then 8, and so on. ".repeat(20)}${ANSWER}`;

  it("that reasons is no floor, and the trace says how long it is", async () => {
    const model = scriptedModel(template, (_prompt, written) => long.slice(begun(written, long)));
    const trace = await run(model, "no-thinking");
    const written = trace.positions.filter(({ kind }) => kind === "text").length;
    assert.match(trace.notes[0]!.message, new RegExp(`wrote ${written} tokens.*no floor`));
  });

  const begins: [what: string, prefill: string, written: string][] = [
    ["the model's own", "", "\n</think>\n\n"],
    ["a person's, whose opener the template has written", "<think>\nDone.\n</think>\n\n", "Done.\n</think>\n\n"],
    ["a person's that only closes", "Done.\n</think>\n\n", "Done.\n</think>\n\n"],
  ];
  for (const [what, prefill, written] of begins) {
    it(`begins with ${what}`, async () => {
      const model = scriptedModel(template, (_prompt, text) => ANSWER.slice(begun(text, ANSWER)));
      assert.equal(standing(await run(model, "no-thinking", { prefill })), written + ANSWER);
    });
  }
});
