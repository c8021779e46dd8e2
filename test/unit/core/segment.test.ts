import assert from "node:assert/strict";
import fc from "fast-check";
import { segment, Segmenter, type SegmentOptions } from "../../../src/core/text/segment";
import { splitSteps, wordCount } from "../../../src/core/text/step";
import { thinkingAndAnswer } from "./thinkingAndAnswer";
import { cpuMs } from "./cpuTime";

type Read = [kind: string, text: string][];
const fence = "```";

const cases: [why: string, text: string, read: Read, options?: SegmentOptions][] = [
  [
    "thinking and answer",
    "<think>a</think>b",
    [
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  [
    "<thinking>",
    "<thinking>a</thinking>b",
    [
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  [
    "<reasoning>",
    "<reasoning>a</reasoning>b",
    [
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  [
    "[THINK]",
    "[THINK]a[/THINK]b",
    [
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  ["no tags at all", "just an answer", [["answer", "just an answer"]]],
  ["nothing", "", []],
  ["blanks are no segment", "<think>\n\n</think>\n\nb", [["answer", "b"]]],
  [
    "missing opener: the template wrote it",
    "a\n</think>\nb",
    [
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  ["missing opener, as told", "a", [["thinking", "a"]], { startsThinking: true }],
  [
    "an opener although the template wrote one",
    "<think>a</think>b",
    [
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  ["missing closer", "<think>a", [["thinking", "a"]]],
  [
    "second closer after a forced exit",
    "<think>a</think>b</think>c",
    [
      ["thinking", "a"],
      ["after-exit", "b"],
      ["answer", "c"],
    ],
  ],
  [
    "nested",
    "<think>a<think>b</think>c</think>d",
    [
      ["thinking", "a<think>b</think>c"],
      ["answer", "d"],
    ],
  ],
  [
    "nested opener without closer",
    "<think>a<think>b</think>d",
    [
      ["thinking", "a<think>b"],
      ["answer", "d"],
    ],
  ],
  [
    "closer quoted inline",
    "<think>I write `</think>` later</think>b",
    [
      ["thinking", "I write `</think>` later"],
      ["answer", "b"],
    ],
  ],
  [
    "tags in a code fence",
    `<think>a\n${fence}\n</think>\n${fence}\nb</think>c`,
    [
      ["thinking", `a\n${fence}\n</think>\n${fence}\nb`],
      ["answer", "c"],
    ],
  ],
  [
    "tags in a code fence of the answer",
    `<think>a</think>\n~~~xml\n<think>x</think>\n~~~\nb`,
    [
      ["thinking", "a"],
      ["answer", "~~~xml\n<think>x</think>\n~~~\nb"],
    ],
  ],
  [
    "a fence that never closes",
    `<think>a\n${fence}\nb</think>c`,
    [
      ["thinking", `a\n${fence}\nb`],
      ["answer", "c"],
    ],
  ],
  [
    "an open fence in thinking, another in the answer",
    `<think>a\n${fence}\nb\n</think>\n${fence}js\nc\n${fence}\nd`,
    [
      ["thinking", `a\n${fence}\nb`],
      ["answer", `${fence}js\nc\n${fence}\nd`],
    ],
  ],
  [
    "Harmony",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  [
    "Harmony with a commentary and a tool call",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=f <|constrain|>json<|message|>{}<|call|>",
    [
      ["thinking", "a"],
      ["tool", "{}"],
    ],
  ],
  [
    "rounds",
    "<think>a</think><summary>s</summary>",
    [
      ["thinking", "a"],
      ["summary", "s"],
    ],
  ],
  [
    "a round with history",
    "<history>h</history><think>a</think>b",
    [
      ["history", "h"],
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  [
    "a summary that was cut",
    "<think>a</think><summary>s",
    [
      ["thinking", "a"],
      ["summary", "s"],
    ],
  ],
  [
    "a summary without closed thinking",
    "<think>a<summary>s</summary>",
    [
      ["thinking", "a"],
      ["summary", "s"],
    ],
  ],
  [
    "HTML details are no summary",
    "<details><summary>x</summary>y</details>",
    [["answer", "<details><summary>x</summary>y</details>"]],
  ],
  [
    "a draft",
    "20 - x = 12\nx = 8\n#### 8",
    [
      ["thinking", "20 - x = 12\nx = 8"],
      ["answer", "#### 8"],
    ],
  ],
  ["a bare answer after ####", "#### 8", [["answer", "#### 8"]]],
  ["headings are no draft", "#### Step 1: add\n2", [["answer", "#### Step 1: add\n2"]]],
  [
    "#### in a tagged answer",
    "<think>a</think>#### 8",
    [
      ["thinking", "a"],
      ["answer", "#### 8"],
    ],
  ],
  ["a stray closer of a summary", "a</summary>b", [["answer", "a</summary>b"]]],
  [
    "text before thinking",
    "Sure.<think>a</think>b",
    [
      ["answer", "Sure."],
      ["thinking", "a"],
      ["answer", "b"],
    ],
  ],
  [
    "two blocks",
    "<think>a</think>b<think>c</think>d",
    [
      ["thinking", "a"],
      ["answer", "b"],
      ["thinking", "c"],
      ["answer", "d"],
    ],
  ],
];

const read = (text: string, options?: SegmentOptions): Read =>
  segment(text, options).map(({ kind, from, to }) => [kind, text.slice(from, to).trim()]);

describe("segment", () => {
  for (const [why, text, expected, options] of cases) {
    it(why, () =>
      assert.deepEqual(
        read(text, options),
        expected.filter(([, part]) => part !== ""),
      ),
    );
  }

  it("does not depend on how the text arrives", () => {
    const texts = fc.oneof(
      fc.constantFrom(...cases.map(([, text]) => text)),
      fc
        .array(
          fc.constantFrom(
            "<think>",
            "</think>",
            "\n",
            fence,
            "a",
            "`",
            "<summary>",
            "</summary>",
            "####",
            " 1",
            "<|end|>",
            "<",
          ),
          {
            maxLength: 20,
          },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat(9), { maxLength: 30 }), (text, lengths) => {
        const segmenter = new Segmenter();
        let at = 0;
        for (const length of lengths) segmenter.push(text.slice(at, (at += length)));
        segmenter.push(text.slice(at));
        assert.deepEqual(segmenter.finish(), segment(text));
      }),
      { numRuns: 500 },
    );
  });

  it("gives segments in order, apart, and inside the text, at any time", () => {
    const piece = fc.constantFrom(
      "<think>",
      "</think>",
      "\n",
      `${fence}\n`,
      "a",
      "<summary>",
      "#### 1",
      "<|channel|>final<|message|>",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const segmenter = new Segmenter();
        let length = 0;
        for (const part of pieces) {
          length += part.length;
          let end = 0;
          for (const { from, to } of segmenter.push(part)) {
            assert.ok(end <= from && from <= to && to <= length);
            end = to;
          }
        }
        assert.ok(segmenter.finish().every(({ open }) => !open));
      }),
    );
  });
});

describe("Segmenter", () => {
  it("keeps half a tag out of the open segment", () => {
    const segmenter = new Segmenter();
    assert.deepEqual(segmenter.push("<think>ab</th"), [{ kind: "thinking", from: 7, to: 9, open: true }]);
    assert.deepEqual(segmenter.push("i"), [{ kind: "thinking", from: 7, to: 9, open: true }]);
    assert.deepEqual(segmenter.push("x"), [{ kind: "thinking", from: 7, to: 15, open: true }]);
    assert.equal(segmenter.finish()[0]!.open, false);
  });

  it("sees a draft's answer as it comes", () => {
    const segmenter = new Segmenter();
    assert.deepEqual(
      segmenter.push("x = 8\n####").map(({ kind }) => kind),
      ["answer"],
    );
    assert.deepEqual(
      segmenter.push(" 8").map(({ kind }) => kind),
      ["thinking", "answer"],
    );
    assert.deepEqual(segmenter.finish(), [
      { kind: "thinking", from: 0, to: 6, open: false },
      { kind: "answer", from: 6, to: 12, open: false },
    ]);
  });

  it("reads a long line in linear time", function () {
    this.timeout(60_000);
    const segmenter = new Segmenter();
    const took = cpuMs(() => {
      for (let token = 0; token < 20_000; token++) segmenter.push("word ");
      segmenter.push("</think>7");
    });
    const kinds = segmenter.finish().map(({ kind }) => kind);
    assert.deepEqual(kinds, ["thinking", "answer"]);
    assert.ok(took < 2000, `${took} ms`);
  });
});

describe("thinkingAndAnswer", () => {
  it("joins blocks", () => {
    assert.deepEqual(thinkingAndAnswer("<think>a</think>b<think>c</think>d"), { thinking: "a\n\nc", answer: "b\n\nd" });
  });
});

describe("steps", () => {
  const text = "First add.\n  2 + 3 = 5\n\nWait, check; 5 is right.\n\nSo it holds.\n \nAlternatively, count.\n";
  const at = (steps: { from: number; to: number }[]) => steps.map(({ from, to }) => text.slice(from, to));

  it("are lines", () =>
    assert.deepEqual(at(splitSteps(text)), [
      "First add.",
      "2 + 3 = 5",
      "Wait, check; 5 is right.",
      "So it holds.",
      "Alternatively, count.",
    ]));
  it("counts words", () => assert.equal(wordCount(" 20 - 12 = 8 "), 5));
});
