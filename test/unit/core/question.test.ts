import assert from "node:assert/strict";
import { byQuestion, questionKey, questionOf, sameQuestion } from "../../../src/core/measure/question";
import type { Message } from "../../../src/core/trace/trace";

const user = (content: string): Message => ({ role: "user", content });
const asked = (...messages: Message[]) => ({ messages });

describe("the question of a run", () => {
  it("is the last turn of the person", () => {
    assert.equal(questionOf(asked(user("Hello"), { role: "assistant", content: "Hi" }, user("2 + 2?"))), "2 + 2?");
    assert.equal(questionOf(asked()), "");
  });

  const plain = asked(user("How many apples?"));
  const cases: [why: string, other: { messages: Message[] }, same: boolean][] = [
    ["the same words", asked(user("How many apples?")), true],
    [
      "what the system was told, where a strategy's words stand",
      asked({ role: "system", content: "Be brief." }, ...plain.messages),
      true,
    ],
    ["what a developer said", asked({ role: "developer", content: "Be brief." }, ...plain.messages), true],
    ["blanks around it, and ends of lines", asked(user("  How many apples?\r\n")), true],
    ["other words", asked(user("How many pears?")), false],
    [
      "another conversation before it",
      asked(user("Hello"), { role: "assistant", content: "Hi" }, ...plain.messages),
      false,
    ],
    ["another result of a tool", asked(...plain.messages, { role: "tool", content: "7", name: "shelf" }), false],
    [
      "another call",
      asked(...plain.messages, { role: "assistant", content: "", calls: [{ name: "shelf", arguments: "{}" }] }),
      false,
    ],
    ["lines that are set in otherwise, which may be code", asked(user("How  many apples?")), false],
  ];
  for (const [why, other, same] of cases)
    it(`is ${same ? "the same" : "another"} with ${why}`, () => {
      assert.equal(questionKey(other) === questionKey(plain), same);
      assert.equal(sameQuestion(other, plain), same);
    });

  it("is not known where the trace does not say it, and then nothing is the same", () => {
    for (const header of [undefined, asked(), asked(user("  ")), asked({ role: "system", content: "Be brief." })])
      assert.equal(questionKey(header), undefined);
    assert.deepEqual(byQuestion([asked(), asked(), asked(user(" "))]), [[0], [1], [2]]);
    assert.equal(sameQuestion(asked(), asked()), false);
    assert.equal(sameQuestion(plain, { ...plain }), true);
  });

  it("is that of the first run for those that have not begun", () => {
    assert.deepEqual(byQuestion([undefined, plain, asked(user("pears")), undefined]), [[0, 1, 3], [2]]);
    assert.deepEqual(byQuestion([undefined, undefined]), [[0, 1]]);
    assert.deepEqual(byQuestion([]), []);
  });

  it("brings runs together, in the order in which each question was first asked", () => {
    const [apples, pears] = [asked(user("apples")), asked(user("pears"))];
    assert.deepEqual(byQuestion([pears, apples, pears, asked(), apples]), [[0, 2], [1, 4], [3]]);
  });
});
