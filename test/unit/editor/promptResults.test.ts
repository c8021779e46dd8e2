import assert from "node:assert/strict";
import { partsText } from "../../../src/core/measure/comparisonText";
import { shorten } from "../../../src/core/text/shorten";
import { verdict } from "../../../src/core/measure/runSummary";
import {
  annotation,
  asksSeveral,
  exitPoint,
  modelsOf,
  resultOf,
  resultReason,
  resultTitle,
  verdictOf,
} from "../../../src/editor/results/promptResults";
import { promptKey, type RecordedRun } from "../../../src/editor/store/recordedRun";
import { commentAfter, oldComment, resultComment } from "../../../src/editor/results/resultText";

function run(strategy: string, total: number, more: Partial<RecordedRun> = {}): RecordedRun {
  return {
    id: `${strategy}-${total}`,
    file: undefined,
    header: {
      t: "run",
      v: 1,
      id: `${strategy}-${total}`,
      strategy,
      options: {},
      model: { id: "base" },
      prompt: { uri: "file:///a.prompt.md", title: "Three steps" },
      messages: [],
      started: "2026-05-04T10:00:00Z",
    },
    exit: { t: "exit", at: 57, why: "end-of-thinking" },
    end: {
      t: "end",
      answer: "42",
      correct: true,
      tokens: { total, thinking: total - 8, answer: 8 },
      ms: { total: 1234 },
    },
    live: false,
    ...more,
  };
}

describe("results of a prompt", () => {
  it("are counted against the last chain of thought", () => {
    const result = resultOf([run("deer", 96), run("chain-of-thought", 412), run("chain-of-thought", 999)])!;
    assert.equal(resultTitle(result), "412 → 96 tokens (DEER)");
  });

  it("stand alone where there is no baseline, and where the baseline is the result", () => {
    assert.equal(resultTitle(resultOf([run("deer", 96)])!), "96 tokens (DEER)");
    const baseline = resultOf([run("chain-of-thought", 412)])!;
    assert.equal(resultTitle(baseline), "412 tokens (Chain of Thought)");
  });

  const judged = (strategy: string, total: number, correct: boolean | undefined) =>
    run(strategy, total, {
      end: { t: "end", answer: "42", tokens: { total }, ...(correct === undefined ? {} : { correct }) },
    });
  const told: [why: string, runs: RecordedRun[], title: string, reason: RegExp, annotated: RegExp, mark: string][] = [
    [
      "the right one with the fewest tokens, and not the latest",
      [judged("no-thinking", 12, false), judged("chain-of-thought", 412, true), judged("deer", 96, true)],
      "412 → 96 tokens (DEER)",
      /^DEER was right with the fewest tokens; No Thinking ran last\.$/,
      /^DEER: ✓ 42 · 96 tokens · No Thinking: ✗ 12 · /,
      "right",
    ],
    [
      "also where the latest is right with more",
      [judged("chain-of-thought", 412, true), judged("deer", 96, true)],
      "412 → 96 tokens (DEER)",
      /DEER was right/,
      /^DEER: ✓ 42 · 96 tokens · Chain of Thought: ✓ 412$/,
      "right",
    ],
    [
      "the latest where none is right, and says that it is wrong",
      [judged("no-thinking", 12, false), judged("chain-of-thought", 412, false)],
      "✗ 412 → 12 tokens (No Thinking)",
      /^No Thinking ran last\.$/,
      /^No Thinking: ✗ 42 · 12 tokens · Chain of Thought: ✗ 412$/,
      "wrong",
    ],
    [
      "the latest where nothing was expected",
      [judged("deer", 96, undefined), judged("chain-of-draft", 5, undefined)],
      "96 tokens (DEER)",
      /^DEER ran last\.$/,
      /^DEER: 42 · 96 tokens · Chain of Draft: 5$/,
      "open",
    ],
    [
      "the newest run of a strategy, and no lucky one before it",
      [judged("deer", 200, true), judged("deer", 90, true)],
      "200 tokens (DEER)",
      /^DEER ran last\.$/,
      /^✓ 42 · 200 tokens/,
      "right",
    ],
  ];
  for (const [why, runs, title, reason, annotated, mark] of told)
    it(`tell above the prompt, behind it and in the gutter ${why}`, () => {
      const result = resultOf(runs)!;
      assert.equal(resultTitle(result), title);
      assert.match(resultReason(result), reason);
      assert.match(annotation(result), annotated);
      assert.equal(verdictOf(result), mark);
    });

  it("are counted against no chain of thought of another model, and name all models", () => {
    const other = run("chain-of-thought", 412);
    const result = resultOf([
      run("deer", 96),
      { ...other, header: { ...other.header, model: { id: "other" } } },
      run("no-thinking", 999),
    ])!;
    assert.equal(resultTitle(result), "96 tokens (DEER)");
    assert.equal(modelsOf(result), "base, other");
  });

  it("leave out runs of what the prompt asked before it was edited", () => {
    const asked = (each: RecordedRun, content: string): RecordedRun => ({
      ...each,
      header: { ...each.header, messages: [{ role: "user", content }] },
    });
    const runs = [asked(run("deer", 96), "new"), asked(run("chain-of-thought", 412), "old")];
    assert.deepEqual([asksSeveral(runs), asksSeveral(runs.slice(1)), asksSeveral([])], [true, false, false]);
    const result = resultOf(runs)!;
    assert.deepEqual([result.byStrategy.length, resultTitle(result)], [1, "96 tokens (DEER)"]);
  });

  it("leave out runs that go on, failed, were cancelled or were cut off", () => {
    const unfinished = [
      run("deer", 1, { live: true }),
      run("deer", 2, { exit: { t: "exit", at: 3, why: "error" } }),
      run("deer", 3, { exit: { t: "exit", at: 3, why: "cancelled" } }),
      run("deer", 4, { end: undefined }),
    ];
    assert.equal(resultOf(unfinished), undefined);
    assert.equal(resultOf([...unfinished, run("deer", 5)])?.latest.id, "deer-5");
  });

  it("hold the newest run of each strategy in the order of running", () => {
    const runs = [run("deer", 3), run("chain-of-draft", 2), run("deer", 1), run("chain-of-thought", 9)];
    assert.deepEqual(
      resultOf(runs)!.byStrategy.map(({ id }) => id),
      ["chain-of-thought-9", "deer-3", "chain-of-draft-2"],
    );
  });

  it("say the answer, the cost and an early exit", () => {
    const early = run("deer", 96, { exit: { t: "exit", at: 57, why: "confidence" } });
    assert.equal(annotation(resultOf([early])!), "✓ 42 · 96 tokens · 1.23 s · stopped early at 57");
    assert.equal(annotation(resultOf([run("deer", 96)])!), "✓ 42 · 96 tokens · 1.23 s");
    assert.equal(partsText(early.end!.tokens!), "88 thinking, 8 answer");
  });

  it("say what the other strategies cost and whether they were right, newest first", () => {
    const wrong = { end: { t: "end", answer: "41", correct: false, tokens: { total: 88 } } } as const;
    const result = resultOf([run("deer", 96), run("chain-of-draft", 88, wrong), run("chain-of-thought", 412)])!;
    assert.equal(
      annotation(result),
      "DEER: ✓ 42 · 96 tokens · 1.23 s · Chain of Draft: ✗ 88 · Chain of Thought: ✓ 412",
    );
    const many = resultOf(["deer", "budget", "softcot", "probe", "coconut"].map((id, index) => run(id, 10 + index)))!;
    assert.match(annotation(many), /^DEER: .* · Budget: ✓ 11 · SoftCoT: ✓ 12 · .*: ✓ 13 · 1 more$/);
  });

  it("name the exit point of every kind of exit", () => {
    assert.equal(exitPoint(run("deer", 9)), "ended by itself at 57");
    assert.equal(exitPoint(run("budget", 9, { exit: { t: "exit", at: 3, why: "budget" } })), "budget used up at 3");
    assert.equal(exitPoint(run("deer", 9, { exit: undefined })), undefined);
  });

  it("make a comment that its format ignores, which the next one replaces", () => {
    const result = resultOf([run("deer", 96, { end: { t: "end", answer: "4 --> 2 }} 1", tokens: { total: 96 } } })])!;
    const html = resultComment("a.prompt.md", result);
    assert.equal(html, "<!-- thoughtlens: on base\nDEER: 4 ––> 2 } } 1, 96 tokens, ended by itself at 57\n-->");
    const handlebars = resultComment("a.prompt", result)!;
    assert.match(handlebars, /^\{\{!-- thoughtlens: [^]*\n--\}\}$/);
    const yaml = resultComment("a.prompt.yml", result)!;
    assert.match(yaml, /^# thoughtlens: on base\n# {3}DEER: 4 --> 2 \}\} 1, 96 tokens, .*$/);
    for (const comment of [html, handlebars, yaml]) {
      const text = `Ask.\n${comment}\nMore.`;
      const [from, to] = oldComment(text)!;
      assert.equal(text.slice(from, to), comment);
    }
    assert.equal(oldComment("Ask.\n<!-- expected: 4 -->"), undefined);
    assert.equal(resultComment("a.prompt.json", result), undefined);
  });

  it("have their comment of YAML behind the prompt, where the next one finds it", () => {
    const lines = ["prompts:", "  - One", "# thoughtlens: on base", "#   DEER: 4", "# theirs", "  - Two"];
    assert.deepEqual(
      [2, 6].map((end) => commentAfter(lines, end)),
      [4, 6],
    );
    assert.equal(commentAfter(lines.slice(0, 4), 2), 4);
    assert.equal(commentAfter(lines, 1), 1);
  });

  it("say wrong, unknown and missing answers", () => {
    assert.equal(verdict(run("deer", 9, { end: { t: "end", answer: "41", correct: false } })), "✗ 41");
    assert.equal(verdict(run("deer", 9, { end: { t: "end", answer: "41" } })), "41");
    assert.equal(verdict(run("deer", 9, { end: { t: "end", correct: false } })), "✗ no answer");
  });

  it("keep hostile answers on one short line without control or bidi characters", () => {
    const hostile = run("deer", 9, { end: { t: "end", answer: `4\u202E2\n\u001b[31m${"x".repeat(100)}` } });
    assert.match(verdict(hostile), /^4 2 \[31mx+…$/);
    assert.equal(verdict(hostile).length, 40);
  });

  it("belong to a file and a section", () => {
    assert.equal(
      promptKey({ uri: "file:///a", title: "T", range: [3, 9] }),
      promptKey({ uri: "file:///a", title: "T" }),
    );
    assert.notEqual(promptKey({ uri: "file:///a", title: "T" }), promptKey({ uri: "file:///a", title: "U" }));
    assert.equal(shorten("short", 40), "short");
  });
});
