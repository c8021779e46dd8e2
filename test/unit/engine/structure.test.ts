import assert from "node:assert/strict";
import { Structure } from "../../../src/engine/decoding/structure";
import type { SpanKind } from "../../../src/core/trace/trace";

/** Spans as text, in the order they closed. Tokens are single characters unless `tokens` splits otherwise. */
function spansOf(text: string, stepKind: SpanKind, size = 1, answersAtOnce = false): string[] {
  const structure = new Structure(stepKind, {}, answersAtOnce);
  const tokens = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  const spans = tokens.flatMap((token, at) => structure.push(token, at));
  spans.push(...structure.finish());
  return spans.map((span) => `${span.kind}: ${tokens.slice(span.from, span.to).join("").trim()}`);
}

const CASES: { name: string; text: string; stepKind?: SpanKind; answersAtOnce?: boolean; spans: string[] }[] = [
  {
    name: "tags: thinking, its lines, and the answer",
    text: "<think>\na = 1\nb = 2\n</think>\n\nThe answer is \\boxed{2}",
    spans: ["step: a = 1", "step: b = 2", "thinking: a = 1\nb = 2", "answer: The answer is \\boxed{2}"],
  },
  {
    name: "a closed block and an answer: no thinking",
    text: "<think>\n\n</think>\n\n\\boxed{7}",
    spans: ["answer: \\boxed{7}"],
  },
  {
    name: "thinking that never ends is thinking",
    text: "<think>\na = 1\nb",
    spans: ["step: a = 1", "step: b", "thinking: a = 1\nb"],
  },
  {
    name: "the template opened the tag: only its closer is written",
    text: "a = 1\n</think>\n\\boxed{1}",
    spans: ["step: a = 1", "thinking: a = 1", "answer: \\boxed{1}"],
  },
  {
    name: "drafts: one a semicolon, the answer after the hashes",
    text: "1+1=2; 2+2=4\n#### 4",
    stepKind: "draft",
    spans: ["draft: 1+1=2;", "draft: 2+2=4", "thinking: 1+1=2; 2+2=4", "answer: #### 4"],
  },
  {
    name: "no tags: thinking up to the line of the box",
    text: "First this.\nThen that.\nSo \\boxed{5}.",
    spans: ["step: First this.", "step: Then that.", "thinking: First this.\nThen that.", "answer: So \\boxed{5}."],
  },
  {
    name: "a round that ends in a summary",
    text: "<think>\na = 1\n</think>\n<summary>\na is 1\n</summary>",
    spans: ["step: a = 1", "thinking: a = 1", "summary: a is 1"],
  },
  { name: "nothing at all", text: "", spans: [] },
  {
    name: "the template closed thinking: a text without marks is the answer, lines and all",
    text: "1 + 1 = 2\nSo it is \\boxed{2}",
    answersAtOnce: true,
    spans: ["answer: 1 + 1 = 2\nSo it is \\boxed{2}"],
  },
  {
    name: "the template closed thinking, and the model opens it again",
    text: "<think>\na = 1\n</think>\n\\boxed{1}",
    answersAtOnce: true,
    spans: ["step: a = 1", "thinking: a = 1", "answer: \\boxed{1}"],
  },
];

describe("Structure", () => {
  for (const { name, text, stepKind, answersAtOnce, spans } of CASES) {
    it(name, () => {
      assert.deepEqual(spansOf(text, stepKind ?? "step", 1, answersAtOnce), spans);
    });
  }

  it("finds the same kinds however the text is cut into tokens", () => {
    const kinds = (size: number) => spansOf(CASES[0]!.text, "step", size).map((span) => span.split(":")[0]);
    for (const size of [2, 3, 5, 7]) {
      assert.ok(kinds(size).includes("thinking"), `thinking with tokens of ${size} characters`);
      assert.equal(kinds(size).at(-1), "answer");
    }
  });

  it("never overlaps two spans of one kind", () => {
    const structure = new Structure("step");
    const spans = [...CASES[0]!.text].flatMap((token, at) => structure.push(token, at));
    spans.push(...structure.finish());
    for (const kind of ["step", "thinking", "answer"]) {
      const same = spans.filter((span) => span.kind === kind);
      same.slice(1).forEach((span, index) => assert.ok(span.from >= same[index]!.to));
    }
  });
});
