import assert from "node:assert/strict";
import fc from "fast-check";
import { isThinkingAt, segment, Segmenter, type SegmentOptions } from "../../../src/core/text/segment";
import {
  closingAfter,
  namedThinkFormat,
  NO_THINK_FORMAT,
  THINK_FORMATS,
  thinkFormat,
  type ThinkFormat,
} from "../../../src/core/text/thinkFormat";
import { thinkingAndAnswer } from "./thinkingAndAnswer";

const THOUGHT = "7 rows of 8.\nWait, 7 * 8 = 56.";
const ANSWER = "There are 56 jars.";

/** A whole turn as the family writes it. */
const turn = ({ open, close, answer }: ThinkFormat) =>
  `${open}${THOUGHT}${close}${ANSWER}${answer ? `\n${answer.closer}` : ""}`;

/** What has to be written behind `text` to end thinking and begin the answer. */
const closingOf = (text: string, format: ThinkFormat, startsThinking = false) =>
  isThinkingAt(text, { format, startsThinking }) ? closingAfter(format, text) : "";

const count = (text: string, mark: string) => text.split(mark).length - 1;
const read = (text: string, options: SegmentOptions = {}) =>
  segment(text, options).map(({ kind, from, to }) => [kind, text.slice(from, to).trim()]);

describe("think formats", () => {
  it("have names of their own, and marks", () => {
    assert.equal(new Set(THINK_FORMATS.map(({ id }) => id)).size, THINK_FORMATS.length);
    for (const { opener, closer, open, close } of THINK_FORMATS) {
      assert.notEqual(opener, closer);
      assert.ok(open.startsWith(opener.replace(/>$/, "")) && close.includes(closer));
    }
  });

  for (const format of THINK_FORMATS) {
    const { id, opener, closer, open, close, empty } = format;
    describe(id, () => {
      for (const [which, options] of [
        ["as one of all", {}],
        ["as the model's own", { format }],
      ] as const) {
        it(`divides a turn, ${which}`, () =>
          assert.deepEqual(thinkingAndAnswer(turn(format), options), { thinking: THOUGHT, answer: ANSWER }));

        it(`divides it however it is cut into pieces, ${which}`, () =>
          fc.assert(
            fc.property(fc.array(fc.nat(7), { maxLength: 60 }), (lengths) => {
              const [text, segmenter] = [turn(format), new Segmenter(options)];
              let at = 0;
              for (const length of lengths) segmenter.push(text.slice(at, (at += length)));
              segmenter.push(text.slice(at));
              assert.deepEqual(segmenter.finish(), segment(text, options));
            }),
            { numRuns: 50 },
          ));

        it(`reads what comes before the end as it reads the whole, ${which}`, () => {
          const text = turn(format);
          for (let length = open.length; length < text.length; length++) {
            const { thinking, answer } = thinkingAndAnswer(text.slice(0, length), options);
            // What is left of a mark that was cut stands at the end of the thought.
            assert.ok(THOUGHT.startsWith(thinking) || thinking.startsWith(THOUGHT), `${length}: ${thinking}`);
            const ofMark = close.includes(answer);
            assert.ok(ofMark || ANSWER.startsWith(answer) || answer.startsWith(ANSWER), `${length}: ${answer}`);
          }
        });
      }

      it("takes all for thinking where nothing closes it", () =>
        assert.deepEqual(thinkingAndAnswer(open + THOUGHT), { thinking: THOUGHT, answer: "" }));

      if (id !== "details") {
        it("takes all before its closer for thinking where the template opened it", () => {
          const text = turn(format).slice(open.length);
          assert.deepEqual(thinkingAndAnswer(text), { thinking: THOUGHT, answer: ANSWER });
          assert.deepEqual(thinkingAndAnswer(text, { format, startsThinking: true }), {
            thinking: THOUGHT,
            answer: ANSWER,
          });
        });
      }

      it("does not take the opener that the model repeats for a second block", () =>
        assert.deepEqual(thinkingAndAnswer(turn(format), { format, startsThinking: true }), {
          thinking: THOUGHT,
          answer: ANSWER,
        }));

      it("leaves a mark alone that is quoted, or in a code fence", () => {
        for (const quoted of [
          `\`${closer}\``,
          `"${closer}"`,
          `“${closer}”`,
          `\`a ${closer} b\``,
          `\n\`\`\`\n${closer}\n\`\`\`\n`,
        ]) {
          const text = `${open}It says ${quoted}, I see.${close}${ANSWER}`;
          assert.equal(thinkingAndAnswer(text, { format }).answer, ANSWER, quoted);
          const after = `${open}a${close}It says ${quoted}, I see.`;
          assert.equal(thinkingAndAnswer(after, { format }).thinking, "a", quoted);
        }
      });

      it("says whether thinking is under way, and what closes it", () => {
        assert.equal(isThinkingAt(`${open}${THOUGHT}`, { format }), true);
        assert.equal(isThinkingAt(turn(format), { format }), false);
        assert.equal(isThinkingAt(THOUGHT, { format, startsThinking: true }), true);
        assert.equal(isThinkingAt("", { format, startsThinking: true }), true);
        assert.equal(isThinkingAt("", { format }), false);
        assert.equal(closingOf(turn(format), format), "");
      });

      it("is closed by an exit exactly once, and what follows is the answer", () => {
        for (const [written, startsThinking] of [
          [`${open}${THOUGHT}`, false],
          [`${open}${THOUGHT}\n`, false],
          [THOUGHT, true],
          ["", true],
        ] as const) {
          const forced = written + closingOf(written, format, startsThinking);
          assert.equal(count(forced, closer), 1);
          assert.equal(isThinkingAt(forced, { format, startsThinking }), false);
          const { answer } = thinkingAndAnswer(forced + ANSWER, { format, startsThinking });
          assert.equal(answer, ANSWER);
        }
      });

      it("is closed by an exit wherever the text was cut, and never as something that is only named", () => {
        const cuts = ["7 rows of ", "it says “", "the code `a", "a (", 'so "', "7 rows", "a, ", "7 < 8 < "];
        for (const cut of [...cuts, closer.slice(0, -1), closer.slice(0, 3)]) {
          const written = `${open}${THOUGHT}\n${cut}`;
          const forced = written + closingOf(written, format);
          assert.equal(isThinkingAt(`${forced}${ANSWER}`, { format }), false, JSON.stringify(forced));
          assert.equal(count(forced, closer), 1, JSON.stringify(forced));
          assert.equal(thinkingAndAnswer(forced + ANSWER, { format }).answer, ANSWER, JSON.stringify(forced));
        }
      });

      if (empty !== "") {
        it("has an empty block, after which the model answers", () => {
          assert.equal(isThinkingAt(empty, { format }), false);
          assert.deepEqual(thinkingAndAnswer(empty + ANSWER, { format }), { thinking: "", answer: ANSWER });
        });
      }

      if (!["details", "harmony", "s1", "terminal"].includes(id) && !format.endsMessages) {
        it("forgives a block in a block, and a closer after an exit", () => {
          const nested = `${open}a\n${opener}\nb\n${closer}\nc${close}${ANSWER}`;
          assert.equal(thinkingAndAnswer(nested, { format }).answer, ANSWER);
          const again = `${open}a${close}b\n${closer}\n${ANSWER}`;
          assert.deepEqual(
            read(again, { format }).map(([kind]) => kind),
            ["thinking", "after-exit", "answer"],
          );
        });
      }
    });
  }
});

describe("a format of one model", () => {
  const [think, harmony] = [thinkFormat("think")!, thinkFormat("harmony")!];

  for (const [why, text, options, expected] of [
    [
      "marks of others are its text",
      "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Write <think>b</think>.",
      { format: harmony },
      { thinking: "a", answer: "Write <think>b</think>." },
    ],
    [
      "the first format of a text is its only one",
      "<think>a</think>\n<reasoning>b</reasoning>",
      {},
      { thinking: "a", answer: "<reasoning>b</reasoning>" },
    ],
    [
      "a closer of another one counts where no own one comes",
      "<think>a</thinking>b",
      {},
      { thinking: "a", answer: "b" },
    ],
    [
      "no format, no thinking",
      "<think>a</think>b",
      { format: NO_THINK_FORMAT },
      { thinking: "", answer: "<think>a</think>b" },
    ],
    ["upper case", "<THINK>a</THINK>b", { format: think }, { thinking: "a", answer: "b" }],
    ["[think] is no mark", "[think]a[/think]b", {}, { thinking: "", answer: "[think]a[/think]b" }],
    [
      "tags that a sentence names",
      "<think>I write between <think> and </think> tags, then answer.\n</think>56",
      { format: think },
      { thinking: "I write between <think> and </think> tags, then answer.", answer: "56" },
    ],
    [
      "tags that the answer names",
      "<think>a</think>R1 uses the <think> tag, and the </think> tag.",
      { format: think },
      { thinking: "a", answer: "R1 uses the <think> tag, and the </think> tag." },
    ],
    [
      "a line of words with a closer at its end",
      "<think>so it is 56 </think> 56",
      { format: think },
      { thinking: "so it is 56", answer: "56" },
    ],
    [
      "answer tags that thinking speaks of",
      "<think>I put it in <answer>…</answer>.</think><answer>56</answer>",
      {},
      { thinking: "I put it in <answer>…</answer>.", answer: "56" },
    ],
    [
      "answer tags that end thinking for want of a closer",
      "<think>a <answer>56</answer>",
      {},
      { thinking: "a", answer: "56" },
    ],
    [
      "a header that was cut is no prose",
      "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|chan",
      {},
      { thinking: "a", answer: "" },
    ],
    ["a header alone", "<|channel|>analy", {}, { thinking: "", answer: "" }],
    [
      "only the ends of Harmony",
      "a<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
      {},
      { thinking: "a", answer: "b" },
    ],
    [
      "tools and other turns of Harmony",
      "<|start|>user<|message|>q<|end|><|start|>assistant<|channel|>analysis<|message|>a<|end|>" +
        "<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>" +
        "<|start|>functions.f to=assistant<|channel|>commentary<|message|>{}<|end|>" +
        "<|start|>assistant<|channel|>commentary<|message|>I looked.<|end|>" +
        "<|start|>assistant<|channel|>final<|message|>b<|return|>",
      {},
      { thinking: "a", answer: "I looked.\n\nb" },
    ],
    [
      "a label of stored reasoning is not thought",
      '<details type="reasoning" done="true">\n<summary>Thought for 4 seconds</summary>\n> a\n</details>\nb',
      {},
      { thinking: "> a", answer: "b" },
    ],
    [
      "details within stored reasoning",
      '<details type="reasoning">a<details>x</details>b</details>c<details>y</details>',
      {},
      { thinking: "a<details>x</details>b", answer: "c<details>y</details>" },
    ],
    [
      "other details are answer",
      "<think>a</think>\n<details open>\n<summary>How</summary>\nb\n</details>",
      {},
      { thinking: "a", answer: "<details open>\n<summary>How</summary>\nb\n</details>" },
    ],
    [
      "a sentence that begins as a terminal's line",
      "Thinking... is hard.\nYes.",
      {},
      { thinking: "", answer: "Thinking... is hard.\nYes." },
    ],
  ] satisfies [string, string, SegmentOptions, { thinking: string; answer: string }][]) {
    it(why, () => assert.deepEqual(thinkingAndAnswer(text, options), expected));
  }

  it("is named by the table or by its marks", () => {
    assert.equal(namedThinkFormat("harmony"), harmony);
    assert.equal(namedThinkFormat("none"), NO_THINK_FORMAT);
    assert.equal(namedThinkFormat("<think>...</think>"), think);
    const own = namedThinkFormat("<<thoughts>> … <<done>>")!;
    assert.deepEqual(thinkingAndAnswer(turn(own), { format: own }), { thinking: THOUGHT, answer: ANSWER });
    for (const words of ["", "thoughts", "a...", "a...a", `${"x".repeat(100)}...b`])
      assert.equal(namedThinkFormat(words), undefined, words);
  });
});
