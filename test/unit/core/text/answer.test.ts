import assert from "node:assert/strict";
import fc from "fast-check";
import { cpuMs } from "../cpuTime";
import { acceptedIn, oneOf } from "../../../../src/core/text/acceptedAnswers";
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
      ["B", "B"],
      ["(B)", "(B)"],
      ["B) Paris", "B) Paris"],
      ["B. Paris\n\nIt is the capital.", "B. Paris"],
      ["A. Paris\n\nB. London", undefined],
      ["A. Paris\nB. London", undefined],
      ["56 jars", "56 jars"],
      ["-1,234.5", "-1,234.5"],
      ["No, he did not.", "No, he did not."],
      ["[[56]]", "56"],
      ["x=2", "x=2"],
      ["-1 + sqrt(3)", "-1 + sqrt(3)"],
      ["(-\\infty,-8)\\cup (8,\\infty)", "(-\\infty,-8)\\cup (8,\\infty)"],
      ["2\\sqrt{3} \\text{ cm}", "2\\sqrt{3} \\text{ cm}"],
      ["x = 2 or x = 3", "x = 2 or x = 3"],
      ["[0, 1)", "[0, 1)"],
      ["\\begin{pmatrix} 1 & 2 \\end{pmatrix}", "\\begin{pmatrix} 1 & 2 \\end{pmatrix}"],
      ["2, 3, 5", "2, 3, 5"],
      ["odd $n$", "odd $n$"],
      ["all primes \\(p\\)", "all primes \\(p\\)"],
      ["x = 5 +", undefined],
      ["x = (5 + 2", undefined],
      ["1. x=2", undefined],
      ["- 5", undefined],
      ["is it 5?", undefined],
      ["it is 5", undefined],
      ["Hi 5", undefined],
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

describe("extractAnswer, of texts as models write them", () => {
  const cases: [text: string, answer: string | undefined][] = [
    ["<answer>42</answer>", "42"],
    ["<answer>\n\\boxed{5}\n</answer>", "5"],
    ["<ANSWER>B</ANSWER>", "B"],
    ["<think>x</think><answer>The answer is 7.</answer>", "7"],
    ["<answer>42", undefined],
    ["\\boxed{1}, \\boxed{2}", "\\boxed{1}, \\boxed{2}"],
    ["\\boxed{5} and again \\boxed{5}", "5"],
    ["\\boxed{3}. Then \\boxed{4}.", "4"],
    ["\\boxed{12} not \\boxed{13}", "13"],
    ["\\boxed5", "5"],
    ["\\boxed{\\text{a}{b}}", "\\text{a}{b}"],
    ["The final answer is **42**.", "42"],
    ["**Answer:** 42 apples", "42 apples"],
    ["**Answer**: 42", "42"],
    ["__Answer__: 42", "42"],
    ["Answer - 42", undefined],
    ["ANSWER: C", "C"],
    ["Final answer = 9", "9"],
    ["answer → 9", "9"],
    ["The correct option is (D) because it fits.", "(D)"],
    ["The best choice is C.", "C"],
    ["Result: 12", "12"],
    ["The result of this is clear.", undefined],
    ["The solution is $x=3$.", "$x=3$"],
    ["My answer would be Paris, since it is the capital.", "Paris"],
    ["The answer is in the form a + b.", undefined],
    ["The answer is not 5.", undefined],
    ["If the answer is 5, then we are done.", undefined],
    ["The answer is correct.", undefined],
    ["I wonder whether the answer is 5.", undefined],
    ["The answer is given below.", undefined],
    ["The answer is 5. Is the answer is correct? Yes.", "5"],
    ["The answer is 42 and", undefined],
    ["I think the answer is 42, so I check 6 * 7 and", undefined],
    ["The answer is 42.\nHope this helps", "42"],
    ["The answer is 42. Now I want to check this by adding all of the numbers", undefined],
    ["The answer is", undefined],
    ["The answer is:", undefined],
    ["Die Antwort lautet 42.", "42"],
    ["Die Antwort ist: 42", "42"],
    ["La réponse est 42.", "42"],
    ["La risposta è 42.", "42"],
    ["A resposta é 42.", "42"],
    ["Ответ: 42", "42"],
    ["答案是42。", "42"],
    ["所以答案为：B", "B"],
    ["答えは42です。", "42です"],
    ["정답: 3", "3"],
    ["La respuesta correcta es (B).", "(B)"],
    ["Answer:\n```\n42\n```", "42"],
    ["**Answer:**\n```python\nprint(5)\n```", "print(5)"],
    ["Answer:\n$$\nx = 5\n$$", "x = 5"],
    ["Answer:\n\\[\n5\n\\]", "5"],
    ['{"answer": "Paris"}', "Paris"],
    ['{"reasoning": "the answer is 3", "answer": 4}', "4"],
    ["{'final_answer': 'B'}", "B"],
    ['{"answer": [1, 2]}', "[1, 2]"],
    ["The answer is 3.14.", "3.14"],
    ["The answer is Dr. Smith.", "Dr. Smith"],
    ["The answer is 5 p.m. on Monday.", "5 p.m. on Monday"],
    ["The answer is $5.00.", "$5.00"],
    ["The answer is $5 and $6.", "$5 and $6"],
    ["The answer is 1. No, the final answer is 2.", "2"],
    ["Answer: yes — it does", "yes"],
    ["The answer is 5 instead of 6.", "5"],
    ["So the answer is: **B) Paris**", "B) Paris"],
    ["- **Final Answer**: 7", "7"],
    ["> Answer: 7", "7"],
    ["## Answer\n7", "7"],
    ["# Final answer\n\n**7**", "7"],
    ["Answer: 7 ✅", "7"],
    ["The answer is 12 🍓🍓", "12"],
    ["### Explanation\nWe add.\nThe answer is 5.", "5"],
    ["#### 1. Add the numbers\n3+4", undefined],
    ["### Step 1\n...\n### 42", "42"],
    ["The answer is \\(x = 5\\).", "\\(x = 5\\)"],
    ["The answer to life, the universe and everything is 42.", "42"],
    ["The answer (in cm) is 42.", "42"],
    ["The answer is therefore 42.", "42"],
    ["Thus, the answer must be 42!", "42"],
    ["the answers are 3 and 4.", "3 and 4"],
    ["The answer is that the cat won.", "the cat won"],
    ["<final_answer>42</final_answer>", "42"],
    ["[ANSWER]42[/ANSWER]", "42"],
    ["<|begin_of_box|>42<|end_of_box|>", "42"],
    ["<solution>42</solution>", "42"],
    [`<solution>First ${"we add. ".repeat(40)}</solution>`, undefined],
    ["boxed{42}", "42"],
    ["\boxed{42}", "42"],
    ["unboxed{42}", undefined],
    ['{"answer": ["42"]}', "42"],
    ['{"answer": [42]}', "42"],
    ["Ans: 42", "42"],
    ["The plans: 42", undefined],
    ["Final Answer: There are 42 jars.", "There are 42 jars"],
    ["The answer is there.", undefined],
    ["The answer is 5? No.", undefined],
    ["My first answer was 5. That is wrong.", undefined],
    ["The wrong answer is 5.", undefined],
    ["Option B is the correct answer.", "B"],
    ["B is correct.", "B"],
    ["So **B** is the best option.", "B"],
    ["Option B is not correct.", undefined],
    ["Is B correct? Let me see.", undefined],
    ["B is correct if x > 0.", undefined],
    ["Neither A nor B is correct.", undefined],
    ["Option A is correct. Option C is correct.", undefined],
    ["I would choose option B.", "B"],
    ["I choose A and B.", undefined],
    ["故选：B。", "B"],
    ["选项B正确。", "B"],
    ["选项B不正确。", undefined],
    ["Ответ — 42.", "42"],
    ["최종 답은 42", "42"],
    ["La réponse est donc 42.", "42"],
    ["Final answer (B)", "(B)"],
    ["Answer (B) and (C) first.", undefined],
    ["Відповідь: 42", "42"],
    ["Svaret är 42.", "42"],
    ["Vastaus on 42.", "42"],
    ["Đáp án đúng là B.", "B"],
    ["Jawabannya adalah 42.", "42"],
    ["Jibu ni 42.", "42"],
    ["సమాధానం 42.", "42"],
    ["উত্তর হল ৪২।", "৪২"],
    ["คำตอบคือ 42", "42"],
    ["الإجابة الصحيحة هي (B).", "(B)"],
    ["התשובה היא 42.", "42"],
    ["Svara på frågan.", undefined],
    ["Ответ не 42.", undefined],
  ];
  for (const [text, answer] of cases) {
    it(JSON.stringify(text), () => {
      const found = extractAnswer(text);
      assert.equal(found?.answer, answer);
      if (found) assert.equal(text.slice(...found.range), found.answer);
    });
  }

  it("finds no answer in a text that breaks off in a sentence", () => {
    const cut = [
      "The problem says the answer is in the form a + b, so two numbers are wanted.\nNow I try 4 and 5, and",
      "The problem says the answer is positive.\nNow I try all pairs of numbers whose sum is nine and",
      "I guess the answer is 5, but first I have to add up all of the remaining jars",
      "The answer is",
      "So **5** jars are left, and then",
    ];
    for (const text of cut) assert.equal(extractAnswer(text, { conclusion: true }), undefined, text);
    assert.equal(extractAnswer("\\boxed{5}. To check this I", { conclusion: true })?.answer, "5");
  });

  it("believes the final answer that is said after the last box", () => {
    assert.equal(extractAnswer("It earns \\boxed{255}.\nFinal Answer: The final answer is 10,455.")?.answer, "10,455");
  });

  it("keeps equations and inequalities whole that are themselves the conclusion", () => {
    const texts = { "So $x-2y=0$.": "x-2y=0", "Thus $x <= 2$ is left.": "x <= 2", "Thus $k=1, n=2$.": "k=1, n=2" };
    for (const [text, answer] of Object.entries(texts)) {
      assert.equal(extractAnswer(text, { conclusion: true })?.answer, answer);
    }
  });

  it("takes all of a list that the last line emphasises, and none of what only leads to its last words", () => {
    const texts: Record<string, string | undefined> = {
      "So $x=1$ or $x=2$.": "$x=1$ or $x=2$",
      "Thus the roots are **1** and **2**.": "**1** and **2**",
      "The possible values are $1$, $2$ and $4$.": "$1$, $2$ and $4$",
      "They are \\(1\\), \\(2\\), and \\(4\\).": "\\(1\\), \\(2\\), and \\(4\\)",
      "So $x = 3$, $x = -2$.": "$x = 3$, $x = -2$",
      "Es sind $3$ oder $5$.": "$3$ oder $5$",
      "For $x=2$ and $y=3$, $x+y=5$.": "5",
      "If $x = 2$, $y = 4$.": "4",
      "With $a = 3$ and $b = 4$ we get $c = 5$.": "5",
      "The roots are:\n- $1$\n- $2$": undefined,
      "1. **Anna**\n2. **Bert**": undefined,
      "It costs **5** and not **6**.": undefined,
    };
    for (const [text, answer] of Object.entries(texts)) {
      const found = extractAnswer(text, { conclusion: true });
      assert.equal(found?.answer, answer, text);
      if (found) assert.equal(text.slice(...found.range), found.answer);
    }
    assert.equal(gradeAnswer("$x=1$ or $x=2$", "2"), false);
    assert.equal(gradeAnswer("**1** and **2**", "1, 2"), true);
  });

  it("takes no heading and no label for the answer", () => {
    const texts: Record<string, string | undefined> = {
      '### **5. "Alternate Routes" → try them**': undefined,
      "### 🌙 6. **Special nights**": undefined,
      "### 🌙 6. **Special nights**\nWe go.": undefined,
      "### 1️⃣ First\nWe go.": undefined,
      "## **2. Then**": undefined,
      "### IV. Results\nSo.": undefined,
      "### **Key point:**": undefined,
      "**Key point**: plan ahead.": undefined,
      "Some text.\n\n**Key point:** plan ahead.": undefined,
      "### **42**": "42",
      "### **B. Paris**": "B. Paris",
      "### 5 km": "5 km",
      "## **42**": "42",
      "Text.\n**Total**: $5$": "5",
      "Text.\n- **Total:** **5**": "5",
      "Text.\n**Yes**: it does.": "Yes",
      "Text.\n**B**: Paris": "B",
      "Text.\nSo it is **42**: all of it.": "42",
    };
    for (const [text, answer] of Object.entries(texts)) {
      assert.equal(extractAnswer(text, { conclusion: true })?.answer, answer, text);
    }
  });

  describe("takes linear time", () => {
    const fill = (piece: string) => piece.repeat(Math.ceil(200_000 / piece.length));
    const texts = [
      `#### answer${" ".repeat(200_000)}x`,
      `answer${fill(" ")}x`,
      `answer is${fill("\n")}x`,
      `\\boxed${fill(" ")}x`,
      `\\boxed{5}${fill("\n\n")}`,
      ...[
        ..."answer <answer> </answer> <answer></answer> \\boxed{ \\boxed{} \\boxed{\\boxed{1} } { # #### $ ** \\( \\) 1 1,234 1/ - 答案 答 🍓 answer= answer:".split(
          " ",
        ),
        "answer ",
        "answer is ",
        "answer to the ",
        "answer in the ",
        "answer (",
        "answer is not 5. ",
        "answer is because ",
        "answer is $a ",
        "answer is $$",
        "answer is \\[",
        "answer is ```",
        "answer is {",
        "answer is\n",
        "answer\n\n",
        "if the answer is 5 ",
        "**Answer:** ",
        "**Answer**\n",
        "Answer:\n```\n",
        '"answer": ',
        '"answer": "',
        '"answer": [1,',
        "option is A. ",
        "result: ",
        "\\boxed{1} and ",
        "\\boxed{1}, \\boxed{2}. ",
        "#### ",
        "#### answer   ",
        "#### Step 1\n",
        "### x\n",
        "B is correct. ",
        "option A is ",
        "I choose B. ",
        "故选",
        "选项A",
        "الإجابة ",
        "ответ — ",
        "boxed{",
        "[answer]",
        "A) x\n",
        " \n",
        "\t",
      ].map(fill),
    ];
    for (const text of texts) {
      it(JSON.stringify(text.slice(0, 24)), () => {
        const took = cpuMs(() => {
          extractAnswer(text, { conclusion: true, lastNumber: true });
          goldAnswer(text);
        });
        assert.ok(took < 1500, `${took} ms`);
      });
    }
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

describe("several right answers", () => {
  const gold = oneOf(["Sinclair Lewis", "sinclair lewis", "Harry Lewis", ""]);

  it("are one text, each once", () => {
    assert.equal(gold, "Sinclair Lewis ⟨or⟩ Harry Lewis");
    assert.equal(goldAnswer("so #### 4 ⟨or⟩ \\boxed{5}"), "4 ⟨or⟩ 5");
    assert.equal(acceptedIn(oneOf(Array.from({ length: 1000 }, (_, nth) => `${nth}`))).length, 50);
  });

  for (const [answer, verdict] of [
    ["Sinclair Lewis", true],
    ["harry lewis", true],
    ["C. S. Forester", false],
    ["Lewis", undefined],
  ] as const) {
    it(`${answer}: ${verdict}`, () => assert.equal(gradeAnswer(answer, gold), verdict));
  }
});
