/** Effort, a contender for each level, and the answer alone: on models that have a switch for it and on those that have none. */
import assert from "node:assert/strict";
import { strategyFacts, strategyTitle } from "../../../src/core/catalogue";
import type { ActionableError } from "../../../src/core/protocol/rpc";
import { measure, purposes } from "../../../src/core/measure/metrics";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { contendersOf, registered, strategyRows } from "../../../src/engine/strategies";
import { scriptedModel } from "./scriptedModel";
import { inEnglish } from "../../../src/core/text/l10n";

const TURNS = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}";
const PROMPT = (written = "") => `{% if add_generation_prompt %}<|assistant|>\n${written}{% endif %}`;

/** Templates of our own with the structure of a family's; what is written into the prompt tells the level. */
const TEMPLATES = {
  "gpt-oss": `{% set reasoning_effort = reasoning_effort | default('medium') %}<|system|>Reasoning: {{ reasoning_effort }}\n# Valid channels: analysis, commentary, final.\n${TURNS}{% if add_generation_prompt %}<|start|>assistant<|channel|>{% endif %}`,
  Qwen3: `${TURNS}${PROMPT("{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}")}`,
  "Seed-OSS": `{% if thinking_budget is defined %}<|system|>{% if thinking_budget == 0 %}Answer at once.{% else %}Think in {{ thinking_budget }} tokens.{% endif %}\n{% endif %}{% for m in messages %}<|{{ m.role }}|>{% if m.reasoning_content %}<seed:think>{{ m.reasoning_content }}</seed:think>{% endif %}{{ m.content }}\n{% endfor %}${PROMPT("{% if thinking_budget is defined and thinking_budget == 0 %}<seed:think>\n</seed:think>{% endif %}")}`,
  "DeepSeek-R1": `${TURNS}${PROMPT("<think>\n")}`,
  plain: `${TURNS}${PROMPT()}`,
};
type Family = keyof typeof TEMPLATES;

/** Prompts that were rendered, by family. */
const seen: string[] = [];
const model = (family: Family): LanguageModel =>
  scriptedModel(TEMPLATES[family], (prompt, written) => {
    if (written === "") seen.push(prompt);
    const text = "\\boxed{5} and more that nobody asked for";
    // Inside a box that was opened for it, it fills the box.
    const open = written.lastIndexOf("\\boxed{");
    const rest = open < 0 ? text.slice(written.length) : "5}, as was asked.".slice(written.length - open - 7);
    return /^(?:\s*\p{L}+|[^])/u.exec(rest)?.[0] ?? "";
  });

async function traced(
  family: Family,
  strategy: string,
  options: Record<string, unknown> = {},
): Promise<{ trace: Trace; prompt: string }> {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend: model(family),
    request: {
      id: "run",
      model: { kind: "folder", path: "scripted" },
      strategy,
      messages: [{ role: "user", content: "How many are 2 and 3?" }],
      gold: "5",
      options: { maxTokens: 40, ...options },
    },
    route: () => Promise.reject(new Error("Nothing is routed.")),
    emit: (batch) => events.push(...batch),
    signal: new AbortController().signal,
  });
  return { trace: fold(events), prompt: seen.at(-1)! };
}

describe("effort", () => {
  const LEVELS: [Family, levels: string[]][] = [
    ["gpt-oss", ["low", "medium", "high"]],
    ["Qwen3", ["none", "on"]],
    ["Seed-OSS", ["none", "low", "medium", "high"]],
    ["DeepSeek-R1", []],
    ["plain", []],
  ];
  for (const [family, levels] of LEVELS)
    it(`has a contender for each level of ${family}: ${levels.join(", ") || "none"}`, () => {
      const rows = strategyRows(model(family)).filter(({ id }) => id.startsWith("effort"));
      const names = levels.map((level) => `effort:${level}`);
      assert.deepEqual(
        rows.map(({ id, runs }) => [id, runs]),
        names.length > 0 ? names.map((name) => [name, true]) : [["effort", true]],
      );
      if (names.length > 0) assert.deepEqual(contendersOf(["budget", "effort"], rows, {}), ["budget", ...names]);
      else {
        assert.match(
          inEnglish(rows[0]!.reason!),
          /heeds a level of effort\. Ask for one in words with the option by=instruction\./,
        );
        assert.throws(() => contendersOf(["effort"], rows, {}), { code: "strategy-unsupported" });
      }
      const inWords = contendersOf(["effort"], rows, { by: "instruction" });
      assert.deepEqual(inWords, ["effort:minimal", "effort:low", "effort:medium", "effort:high"]);
      assert.deepEqual(contendersOf(["effort:high"], rows, {}), ["effort:high"]);
    });

  const ASKED: [Family, level: string, variables: Record<string, unknown>, prompt: RegExp][] = [
    ["gpt-oss", "low", { reasoning_effort: "low" }, /Reasoning: low\n/],
    ["gpt-oss", "high", { reasoning_effort: "high" }, /Reasoning: high\n/],
    ["Qwen3", "none", { enable_thinking: false }, /<think>\n\n<\/think>\n\n$/],
    ["Qwen3", "on", { enable_thinking: true }, /<\|assistant\|>\n$/],
    ["Seed-OSS", "medium", { thinking_budget: 2048 }, /Think in 2048 tokens/],
    ["Seed-OSS", "none", { thinking_budget: 0 }, /Answer at once/],
  ];
  for (const [family, level, variables, prompt] of ASKED)
    it(`${level} asks ${family} for ${JSON.stringify(variables)}, and the trace says so`, async () => {
      const { trace, prompt: read } = await traced(family, `effort:${level}`);
      const { strategy, options, think } = trace.header!;
      assert.deepEqual([strategy, options["level"], think?.variables], [`effort:${level}`, level, variables]);
      assert.match(read, prompt);
    });

  it("is the same by the option as by the name", async () => {
    const { trace } = await traced("gpt-oss", "effort", { level: "low" });
    assert.deepEqual(trace.header!.think?.variables, { reasoning_effort: "low" });
  });

  it("is asked for in words where a person wants it so, and those words stay under a card's instruction", async () => {
    const { trace, prompt } = await traced("plain", "effort:low", { by: "instruction" });
    assert.match(prompt, /step by step.*as briefly as you can/);
    assert.equal(trace.header!.think?.variables, undefined);
    const told = await traced("plain", "effort:low", { by: "instruction", instruction: "model:qwq" });
    assert.match(told.prompt, /How many are 2 and 3\?\n\nThink step by step.*as briefly as you can/s);
  });

  const REFUSED: [Family, strategy: string, options: Record<string, unknown>, sentence: RegExp][] = [
    ["gpt-oss", "effort:xhigh", {}, /has no level of effort “xhigh”\. Choose one of low, medium, high\./],
    ["gpt-oss", "effort", {}, /No level of effort was named\. Choose one of low, medium, high\./],
    ["plain", "effort:low", {}, /heeds a level of effort\. .*by=instruction/],
    ["plain", "effort:xhigh", { by: "instruction" }, /“xhigh”\. Choose one of minimal, low, medium, high\./],
    ["gpt-oss", "effort:low", { conversation: "plain" }, /option conversation|takes no plain form/],
    ["gpt-oss", "effort:low", { level: "high" }, /The option level does not fit/],
    ["gpt-oss", "deer:low", {}, /There is no strategy “deer:low”/],
  ];
  for (const [family, strategy, options, sentence] of REFUSED)
    it(`${strategy} with ${JSON.stringify(options)} on ${family} is refused by name, before anything runs`, () =>
      assert.rejects(traced(family, strategy, options), (error: ActionableError) =>
        sentence.test(`${error.message} ${error.action}`),
      ));

  it("is called by its level everywhere", () => {
    assert.equal(strategyTitle("effort:low"), "Effort: low");
    assert.equal(strategyFacts("effort:low")?.id, "effort");
    assert.deepEqual([registered("effort:low").name, registered("effort:low").id], ["Effort: low", "effort:low"]);
    assert.equal(strategyTitle("deer:low"), "Deer:low");
  });
});

describe("the answer alone", () => {
  const CASES: [Family, prompt: RegExp, written: string][] = [
    ["plain", /<\|assistant\|>\n$/, "The answer is \\boxed{5}"],
    ["DeepSeek-R1", /<think>\n$/, "\n</think>\n\nThe answer is \\boxed{5}"],
    ["Qwen3", /<think>\n\n<\/think>\n\n$/, "The answer is \\boxed{5}"],
  ];
  for (const [family, prompt, written] of CASES)
    it(`of ${family} is the box and nothing else, in few tokens`, async () => {
      const { trace, prompt: read } = await traced(family, "answer-only");
      assert.match(read, prompt);
      assert.equal(trace.positions.map(({ text }) => text).join(""), written);
      assert.deepEqual([trace.end?.answer, trace.end?.correct, trace.exit?.why], ["5", true, "end-of-thinking"]);
      const { tokens } = measure(trace);
      assert.equal(tokens.thinking + tokens.answer, tokens.total);
      const purpose = purposes(trace);
      const answered = trace.positions.filter((_, at) => purpose[at] === "answer").map(({ text }) => text);
      assert.equal(answered.join(""), "The answer is \\boxed{5}");
    });

  it("that its tokens do not hold is said to be cut", async () => {
    const { trace } = await traced("plain", "answer-only", { tokens: 1 });
    assert.equal(trace.exit?.why, "budget");
  });
});
