import assert from "node:assert/strict";
import fc from "fast-check";
import { extractAnswer, goldAnswer, gradeAnswer } from "../../../../src/core/text/answer";

describe("extractAnswer", () => {
  const cases: [text: string, answer: string | undefined, from?: string][] = [
    ["so \\boxed{42}.", "42", "boxed"],
    ["\\boxed{1} then \\boxed{2}", "2", "boxed"],
    ["\\boxed{\\frac{1}{2}}", "\\frac{1}{2}", "boxed"],
    ["\\boxed{\\{1, 2\\}}", "\\{1, 2\\}", "boxed"],
    ["\\boxed {7}", "7", "boxed"],
    ["\\fbox{7}", "7", "boxed"],
    // A box that was cut off is no answer; the one before it is.
    ["\\boxed{12} and \\boxed{4", "12", "boxed"],
    ["\\boxed{4", undefined],
    ["\\boxed{}", undefined],
    ["#### 42", "42", "hashes"],
    ["20 - x = 12; x = 8. #### 8", "8", "hashes"],
    ["#### 3\nno:\n#### -1,234.5", "-1,234.5", "hashes"],
    ["####12", "12", "hashes"],
    ["### Tom is a lempus.", "Tom is a lempus.", "hashes"],
    ["#### Step 1: add\n1 + 1\n#### Final Answer\n2", "2", "hashes"],
    ["#### Step 1: add\nThe answer is 2.", "2", "phrase"],
    ["#### The answer is 9", "9", "hashes"],
    ["#### 5\nas shown in \\boxed{6}", "6", "boxed"],
    ["####", undefined],
    ["The answer is 42.", "42", "phrase"],
    ["the answer is: 3.14 because pi.", "3.14", "phrase"],
    ["The answer is 1. No, the final answer is 2.", "2", "phrase"],
    ["**Answer:** 17", "17", "phrase"],
    ["**Final Answer**\n\n17 apples", "17 apples", "phrase"],
    ["Answer:\n(B)", "(B)", "phrase"],
    ["So the answer is Tom is a lempus.", "Tom is a lempus", "phrase"],
    ["The answer to the question is 5", "5", "phrase"],
    ["3 + 4 makes 7", undefined],
    ["", undefined],
  ];
  for (const [text, answer, from] of cases) {
    it(JSON.stringify(text), () => {
      const found = extractAnswer(text);
      assert.equal(found?.answer, answer);
      assert.equal(found?.from, from);
      if (found) assert.equal(text.slice(...found.range), found.answer);
    });
  }

  it("takes what the last line emphasises only when asked", () => {
    const cases: [string, string | undefined][] = [
      ["a\n\nThus it is \\((3, \\frac{\\pi}{2})\\).\n", "(3, \\frac{\\pi}{2})"],
      ["So $x + y = 4$ apples.", "4"],
      ["Thus 196 has **9** divisors.", "9"],
      ["**9**\nor so", undefined],
      ["no emphasis", undefined],
    ];
    for (const [text, answer] of cases) {
      assert.equal(extractAnswer(text, { conclusion: true })?.answer, answer);
      assert.equal(extractAnswer(text), undefined);
    }
  });

  it("takes the last number only when asked", () => {
    assert.deepEqual(extractAnswer("3 and 4 make -1,007.5 v2", { lastNumber: true }), {
      answer: "-1,007.5",
      from: "number",
      range: [13, 21],
    });
  });

  it("never throws, and its range is the answer", () => {
    const pieces = fc.constantFrom(
      "\\boxed{",
      "}",
      "{",
      "####",
      "###",
      "\n",
      "answer is",
      " ",
      "**",
      "1",
      "\\",
      "a",
      ":",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        const found = extractAnswer(text, { lastNumber: true });
        if (found) assert.equal(text.slice(...found.range), found.answer);
      }),
    );
  });
});

describe("goldAnswer", () => {
  it("reads GSM8K solutions, boxed solutions and plain answers", () => {
    assert.equal(goldAnswer("48+24 = <<48+24=72>>72 clips.\n#### 72"), "72");
    assert.equal(goldAnswer("Thus $x = \\boxed{\\frac{14}{3}}$."), "\\frac{14}{3}");
    assert.equal(goldAnswer(" p - q "), "p - q");
  });
});

describe("gradeAnswer", () => {
  const right: [answer: string, gold: string][] = [
    ["42", "42"],
    ["42", "6*7 = 42\n#### 42"],
    ["42.0", "42"],
    ["-7", "\u22127"],
    ["- 7", "-7"],
    ["+7", "7"],
    ["1,234", "1234"],
    ["1 234 567", "1,234,567"],
    ["$1,234.50", "1234.5"],
    ["\\$18", "18"],
    ["-$5", "-5"],
    ["$-5", "-5"],
    ["$42$", "42"],
    ["\\(42\\)", "42"],
    ["**42**", "42"],
    ["42 apples", "42"],
    ["42 apples.", "42 apples in total"],
    ["5 km", "5 km"],
    ["5 hours", "5 hour"],
    ["12 inches", "12 inch"],
    ["50%", "50"],
    ["50\\%", "50%"],
    ["0.5", "50%"],
    ["50%", "0.5"],
    ["1/2", "0.5"],
    ["\\frac{1}{2}", "1/2"],
    ["\\dfrac12", "\\frac{1}{2}"],
    ["2 1/2", "2.5"],
    ["2\\frac{1}{2}", "2.5"],
    ["-\\frac{3}{4}", "-0.75"],
    ["1.5e3", "1500"],
    ["1.5 \\times 10^{3}", "1500"],
    ["\\text{Evelyn}", "Evelyn"],
    ["90^\\circ", "90^{\\circ}"],
    ["90°", "90^\\circ"],
    ["90", "90^\\circ"],
    ["3\\sqrt{13}", "3 \\sqrt{13}"],
    ["(3, \\frac{\\pi}{2})", "\\left( 3, \\frac{\\pi}{2} \\right)"],
    ["(3, \\dfrac{\\pi}{2})", "\\left( 3, \\frac{\\pi}{2} \\right)"],
    ["6-5i", "6 - 5i"],
    ["\\pi", "π"],
    ["x = 5", "5"],
    ["\\boxed{5}", "5"],
    ["\\frac{x+1}{2}", "(x+1)/2"],
    ["1, 2, 3", "1,2,3"],
    ["10,000, 2", "10000, 2"],
    // ProsQA: the gold answer is a sentence.
    ["Tom is a lempus.", "Tom is a lempus."],
    ["Tom is a lempus", "Tom is a lempus."],
    ["lempus", "Tom is a lempus."],
    ["a lempus.", "Tom is a lempus."],
    ["Tom is a lempus.", "lempus"],
    ["TOM IS A LEMPUS", "Tom is a lempus."],
    ["The total is 42", "42"],
    ["B", "(B)"],
    ["(B)", "B"],
    ["b", "B"],
    ["B. Venus", "B"],
    ["Option B", "B"],
    ["Venus", "B) Venus"],
    ["Yes, it could.", "yes"],
    ["“Won”", "Won"],
    ["the Korean won", "Korean Won"],
  ];
  for (const [answer, gold] of right) {
    it(`${JSON.stringify(answer)} is ${JSON.stringify(gold)}`, () => assert.equal(gradeAnswer(answer, gold), true));
  }

  const wrong: [answer: string | undefined, gold: string][] = [
    [undefined, "42"],
    ["", "42"],
    ["4", "42"],
    ["-42", "42"],
    ["142", "42"],
    ["1,234", "1"],
    ["42 or 43", "42"],
    ["42 and 43", "42"],
    ["42", "42.5"],
    ["5 km", "5 m"],
    ["50%", "500"],
    ["1/3", "0.33"],
    ["1/0", "0"],
    ["\\frac{1}{2}", "2"],
    ["terpus", "Tom is a lempus."],
    ["Tom is a terpus.", "Tom is a lempus."],
    ["Tom is not a lempus.", "Tom is a lempus."],
    ["Ann is a lempus.", "Tom is a lempus."],
    ["Tom", "Tom is a lempus."],
    ["A lempus", "B"],
    ["C", "B"],
    ["(3, 4)", "(4, 3)"],
    ["(3, 4)", "3"],
    ["[3, 4)", "(3, 4)"],
    ["no", "yes"],
    ["yesterday", "yes"],
    ["p + q", "p - q"],
    ["2x", "x2"],
    ["sqrt(13)", "13"],
  ];
  for (const [answer, gold] of wrong) {
    it(`${JSON.stringify(answer)} is not ${JSON.stringify(gold)}`, () =>
      assert.equal(gradeAnswer(answer, gold), false));
  }

  it("holds for every integer, however it is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: -1e12, max: 1e12 }), (a, b) => {
        assert.equal(gradeAnswer(a.toLocaleString("en-US"), String(a)), true);
        assert.equal(gradeAnswer(`\\boxed{${a}}`, `#### ${a}`), true);
        assert.equal(gradeAnswer(String(a), String(b)), a === b);
      }),
    );
  });

  it("never throws", () => {
    const pieces = fc.constantFrom(
      "\\frac",
      "{",
      "}",
      "\\sqrt",
      "\\text{",
      "$",
      "1",
      "/",
      "0",
      ",",
      "(",
      ")",
      "x",
      "=",
      " is ",
    );
    const text = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(""));
    fc.assert(fc.property(text, text, (a, b) => assert.doesNotThrow(() => gradeAnswer(a, b))));
  });
});
