/** The comparison on GSM8K: every strategy is shown the same worked examples, and no question twice. */
import assert from "node:assert/strict";
import { GSM8K, GSM8K_UNSEEN, questionsOf } from "../../../bench/datasets";
import { contenders, examples } from "../../../bench/gsm8kContenders";
import drafts from "../../../src/engine/strategies/exemplars/chainOfDraft.json";
import { extractAnswer } from "../../../src/core/text/answer";

const SETTINGS = {
  model: { kind: "folder", path: "m" },
  maxTokens: 320,
  probe: "probe.json",
  risk: 0.1,
  temperature: 0,
} as const;
const asked = (strategy: string) =>
  examples(strategy)
    .filter(({ role }) => role === "user")
    .map(({ content }) => content);

describe("the examples before a GSM8K question", () => {
  it("are those of Chain of Draft, thought through", () => {
    assert.deepEqual(
      asked("chain-of-thought"),
      drafts.maths.map(({ question }) => question),
    );
    for (const [index, { content }] of examples("chain-of-thought")
      .filter((turn) => turn.role === "assistant")
      .entries()) {
      assert.equal(extractAnswer(content)!.answer, extractAnswer(drafts.maths[index]!.draft)!.answer);
      assert.ok(content.startsWith("<think>\n") && content.split("\n").length > 4);
    }
  });

  for (const strategy of ["no-thinking", "answer-only"])
    it(`hold no thought where there is to be none: ${strategy}`, () => {
      assert.deepEqual(asked(strategy), asked("chain-of-thought"));
      for (const { content } of examples(strategy).filter(({ role }) => role === "assistant"))
        assert.match(content, /^<think>\s*<\/think>\s*\\boxed\{\d+\}$/);
    });

  it("are not given to strategies that bring their own", () => {
    assert.deepEqual([...examples("chain-of-draft"), ...examples("sketch-of-thought")], []);
  });

  it("are no GSM8K questions", () => {
    const questions = new Set(
      [GSM8K, GSM8K_UNSEEN].flatMap((file) => questionsOf(file, Infinity)).map(({ question }) => question),
    );
    assert.equal(questions.size, 320);
    for (const question of asked("deer")) assert.ok(!questions.has(question));
  });
});

describe("the contenders on GSM8K", () => {
  it("begin with the baseline and have names of their own", () => {
    const names = contenders(SETTINGS).map(({ name }) => name);
    assert.equal(names[0], "chain-of-thought");
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.includes("probe"));
  });

  it("are sampled all alike, or none", () => {
    const temperatures = (temperature: number) =>
      contenders({ ...SETTINGS, temperature }).map(({ options }) => options!["temperature"]);
    assert.deepEqual(new Set(temperatures(0)), new Set([undefined]));
    assert.deepEqual(new Set(temperatures(0.6)), new Set([0.6]));
  });

  it("leave the probe out where none was trained", () => {
    assert.ok(!contenders({ ...SETTINGS, probe: undefined }).some(({ strategy }) => strategy === "probe"));
  });
});
