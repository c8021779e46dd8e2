import assert from "node:assert/strict";
import { parseCsv } from "../../../../src/core/formats/reading/csv";
import { readDataset, type DatasetMapping } from "../../../../src/core/prompt/dataset";
import { inEnglish } from "../../../../src/core/text/l10n";
import { parsePromptFile } from "../../../../src/core/prompt/promptFile";

describe("readDataset", () => {
  const cases: [why: string, name: string, text: string, rows: [question: string, answer: string, line: number][]][] = [
    [
      "GSM8K",
      "train.jsonl",
      '{"question": "Clips?", "answer": "48/2 = <<48/2=24>>24\\n#### 72"}\n{"question": "Q", "answer": "#### 1,000"}\n',
      [
        ["Clips?", "72", 0],
        ["Q", "1,000", 1],
      ],
    ],
    [
      "GSM8K-Aug",
      "valid.txt",
      "How much?||<<4-2=2>> <<2*3=6>> #### 6\n\nNo steps?|| #### -3\n",
      [
        ["How much?", "6", 0],
        ["No steps?", "-3", 2],
      ],
    ],
    [
      "ProsQA",
      "prosqa.json",
      '[\n {"question": "Is Tom a lempus or scrompus?", "answer": "Tom is a lempus.", "steps": ["a, b"], "edges": [[0, 1]]},\n {"question": "Q2",\n  "answer": "A2"}]',
      [
        ["Is Tom a lempus or scrompus?", "Tom is a lempus.", 1],
        ["Q2", "A2", 2],
      ],
    ],
    [
      "MATH",
      "math.jsonl",
      '{"problem": "P", "solution": "So $\\\\boxed{\\\\frac{1}{2}}$."}',
      [["P", "\\frac{1}{2}", 0]],
    ],
    [
      "a score that is called the correct answer",
      "results.jsonl",
      '{"question": "P", "answer": 56, "correct_answer": 1.0}\n{"question": "Q", "answer": 0, "correct_answer": 0.0}',
      [
        ["P", "56", 0],
        ["Q", "0", 1],
      ],
    ],
    [
      "a score of a table",
      "results.csv",
      "question,answer,correct_answer\nP,56,0\nQ,54,1\n",
      [
        ["P", "56", 1],
        ["Q", "54", 2],
      ],
    ],
    [
      "a correct answer beside a model's",
      "a.json",
      '[{"question": "P", "answer": "54", "correct_answer": 56}, {"question": "Q", "answer": "7", "correct_answer": 1}]',
      [
        ["P", "56", 0],
        ["Q", "1", 0],
      ],
    ],
    ["an answer before the solution", "m.jsonl", '{"problem": "P", "solution": "long", "answer": 7}', [["P", "7", 0]]],
    ["rows in an object", "a.json", '{"data": [{"row": {"Prompt": "P", "Gold": true}}]}', [["P", "true", 0]]],
    [
      "JSON Lines named .json",
      "a.json",
      '{"question":"a","answer":"b"}\n{"question":"c","answer":"d"}',
      [
        ["a", "b", 0],
        ["c", "d", 1],
      ],
    ],
    [
      "CSV",
      "a.csv",
      'question,answer\r\n"Say ""hi"",\r\nthen?",5\r\nlast,6',
      [
        ['Say "hi",\nthen?', "5", 1],
        ["last", "6", 3],
      ],
    ],
  ];
  for (const [why, name, text, rows] of cases) {
    it(why, () => {
      const read = readDataset(name, text);
      assert.deepEqual(
        read.rows.map(({ question, answer, line }) => [question, answer, line]),
        rows,
      );
      assert.deepEqual(read.problems, []);
    });
  }

  it("tells what it left out", () => {
    const { rows, problems } = readDataset(
      "a.jsonl",
      '{"question":"a","answer":"b"}\n{"question":\n{"x":1}\n{"question":"c"}',
    );
    assert.equal(rows.length, 1);
    assert.deepEqual(
      problems.map(({ line, message }) => [line, inEnglish(message)]),
      [
        [1, "1 line is not JSON and left out."],
        [
          0,
          "1 row has no question and is left out: of the columns “x” none is question, problem, prompt, query, input or instruction.",
        ],
        [
          0,
          "1 row has no answer and cannot be graded: of the columns “question” none is answer, ground_truth, gold, expected, target, final_answer, expected_answer, gold_answer, correct_answer, reference_answer, label, solution or output.",
        ],
      ],
    );
  });

  const empty: [why: string, name: string, text: string, mapping: DatasetMapping | undefined, said: string][] = [
    ["an empty answer", "a.jsonl", '{"question":"a","lang":"en","answer":""}', undefined, "“answer”"],
    ["empty cells", "a.csv", "question,Gold,Answer\na,,\n", undefined, "“Gold” and “Answer”"],
    ["no answer", "a.jsonl", '{"question":"a","answer":null}', undefined, "“answer”"],
    ["an empty field that a person named", "a.jsonl", '{"question":"a","right":""}', { expected: "right" }, "“right”"],
  ];
  for (const [why, name, text, mapping, said] of empty)
    it(`says what is empty, and not that it is missing: ${why}`, () => {
      const fault = "1 row has no answer and cannot be graded";
      const { message, action } = readDataset(name, text, mapping).problems[0]!;
      assert.equal(inEnglish(message), `${fault}: nothing that can be read stands under ${said}.`);
      assert.equal(inEnglish(action), "Write what is missing there, or say which field holds it.");
    });
  it("says of an empty question that it is empty", () =>
    assert.equal(
      inEnglish(readDataset("a.csv", "question,answer\n,5\n").problems[0]!.message),
      "1 row has no question and is left out: nothing that can be read stands under “question”.",
    ));

  const unnamed: [why: string, name: string, text: string, mapping: DatasetMapping | undefined, said: RegExp][] = [
    [
      "those of a table",
      "a.csv",
      "id,text,gold\n1,Q,2\n",
      undefined,
      /of the columns “id”, “text” and “gold” none is question, problem/,
    ],
    ["those within `row`", "a.json", '[{"row":{"q":"Q"}}]', undefined, /of the columns “q” none is question/],
    [
      "the field that a person named",
      "a.jsonl",
      '{"q":"Q","answer":"2"}',
      { question: "asked" },
      /of the columns “q” and “answer” none is asked\./,
    ],
    [
      "the answer that a person named",
      "a.jsonl",
      '{"question":"Q","a":"2"}',
      { question: "question", answer: "right" },
      /“question” and “a” none is right\./,
    ],
    [
      "a few of very many",
      "a.jsonl",
      JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`c${at}`, 1]))),
      undefined,
      /“c11” and others none is question/,
    ],
    [
      "none of what is no object",
      "a.jsonl",
      "[1]\n7\n",
      undefined,
      /^2 rows have no question and are left out\.$|“0” none is question/,
    ],
  ];
  for (const [why, name, text, mapping, said] of unnamed)
    it(`names the columns that it found and those that it knows: ${why}`, () => {
      assert.match(inEnglish(readDataset(name, text, mapping).problems[0]!.message), said);
    });
});

describe("options in a text", () => {
  const told = (options: unknown, question = "Jars?") =>
    readDataset("a.jsonl", JSON.stringify({ question, options, answer: "B" }))
      .problems.map(({ message }) => inEnglish(message))
      .join();
  const unread: [why: string, options: unknown][] = [
    ["without letters", "54 or 56"],
    ["with a letter that is missing", "A) 54 C) 56"],
    ["with a letter that comes twice", "A) 54 B) 55 B) 56"],
    ["with a letter alone", "A) 54 and B. 56"],
    ["that is a broken list", '["54", "56'],
  ];
  for (const [why, options] of unread)
    it(`${why}: are not read, which is told`, () =>
      assert.equal(
        told(options),
        "The options of 1 of 1 rows are in no form that is known: the questions are asked without them.",
      ));
  it("that the question names, or that are none, are not missed", () => {
    assert.deepEqual(
      [told("54 or 56", "How many: 54 or 56?"), told(""), told("[]"), told(undefined), told({ temperature: 0 })],
      ["", "", "", "", ""],
    );
  });
});

describe("readDataset, of rows as datasets publish them", () => {
  const OPTIONS = "Jars?\n\nA. 54\nB. 56";
  const rows: [dataset: string, row: object, question: string, answer: string][] = [
    ["ARC", { question: "Jars?", choices: { text: ["54", "56"], label: ["A", "B"] }, answerKey: "B" }, OPTIONS, "B"],
    [
      "ARC, with numbers for labels",
      { question: "Jars?", choices: { text: ["54", "56"], label: ["1", "2"] }, answerKey: "2" },
      "Jars?\n\n1. 54\n2. 56",
      "2",
    ],
    [
      "ARC and CommonsenseQA as they came",
      {
        question: {
          stem: "Jars?",
          choices: [
            { text: "54", label: "A" },
            { text: "56", label: "B" },
          ],
        },
        answerKey: "B",
      },
      OPTIONS,
      "B",
    ],
    ["MMLU", { question: "Jars?", choices: ["54", "56"], answer: 1 }, OPTIONS, "B"],
    ["MMLU of simple-evals", { Question: "Jars?", A: "54", B: "56", Answer: "B" }, OPTIONS, "B"],
    ["MMLU-Pro", { question: "Jars?", options: ["54", "56"], answer: "B", answer_index: 1 }, OPTIONS, "B"],
    ["AQuA", { question: "Jars?", options: ["A)54", "B)56"], rationale: "…", correct: "B" }, OPTIONS, "B"],
    ["SAT", { question: "Jars?", options: "A) 54 B) 56", Answer: "B" }, OPTIONS, "B"],
    ["MathQA", { Problem: "Jars?", options: "a ) 54 , b ) 56", correct: "b" }, OPTIONS, "B"],
    ["options on lines of a text", { question: "Jars?", options: "(A) 54\n(B) 56", answer: "(B)" }, OPTIONS, "B"],
    ["MedMCQA", { question: "Jars?", opa: "54", opb: "56", cop: 1 }, OPTIONS, "B"],
    ["HellaSwag", { ctx: "A man", endings: ["sits.", "runs."], label: "1" }, "A man\n\nA. sits.\nB. runs.", "B"],
    [
      "WinoGrande",
      { sentence: "The _ ran.", option1: "cat", option2: "dog", answer: "2" },
      "The _ ran.\n\n1. cat\n2. dog",
      "2",
    ],
    [
      "MuSR",
      { narrative: "N", question: "Who?", choices: "['Al', 'Bo']", answer_index: 0 },
      "N\n\nWho?\n\nA. Al\nB. Bo",
      "A",
    ],
    [
      "options that the question names",
      { question: "54 or 56 jars?", choices: ["54", "56"], answer: 1 },
      "54 or 56 jars?",
      "B",
    ],
    ["a text among options", { question: "Jars?", options: { A: "54", B: "56" }, answer: "56" }, "Jars?", "56"],
    ["a number among options that are numbers", { question: "Jars?", choices: [1, 2, 3], answer: 2 }, "Jars?", "2"],
    ["GPQA", { Question: "Jars?", "Correct Answer": "56", "Incorrect Answer 1": "54" }, "Jars?", "56"],
    [
      "DROP",
      { passage: "P", question: "Q?", answers_spans: { spans: ["7", "8"], types: ["number"] } },
      "P\n\nQ?",
      "7, 8",
    ],
    ["DROP as it came", { passage: "P", question: "Q?", answer: { number: "7", date: {}, spans: [] } }, "P\n\nQ?", "7"],
    [
      "SQuAD",
      { context: "P", question: "Q?", answers: { text: ["7", "seven"], answer_start: [0, 0] } },
      "P\n\nQ?",
      "7 ⟨or⟩ seven",
    ],
    ["TriviaQA", { question: "Q?", answer: { aliases: ["The City"], value: "Paris" } }, "Q?", "Paris ⟨or⟩ The City"],
    ["NQ", { question: "Q?", answer: ["Paris", "City of Paris"] }, "Q?", "Paris ⟨or⟩ City of Paris"],
    ["PopQA", { question: "Q?", possible_answers: '["Paris", "City of Paris"]' }, "Q?", "Paris ⟨or⟩ City of Paris"],
    [
      "a list in Python",
      { question: "Q?", answers: "['Paris', \"City 'of' Paris\"]" },
      "Q?",
      "Paris ⟨or⟩ City 'of' Paris",
    ],
    [
      "MuSiQue",
      { question: "Q?", answer: "Paris", answer_aliases: ["paris", "The City"] },
      "Q?",
      "Paris ⟨or⟩ The City",
    ],
    [
      "ComplexWebQuestions",
      { question: "Q?", answers: [{ aliases: ["Lutetia"], answer: "Paris", answer_id: "m.1" }] },
      "Q?",
      "Paris ⟨or⟩ Lutetia",
    ],
    [
      "HotpotQA",
      { question: "Q?", answer: "Paris", supporting_facts: { title: ["Paris"], sent_id: [0] } },
      "Q?",
      "Paris",
    ],
    [
      "FOLIO",
      { premises: ["A.", "B."], conclusion: "C.", question: "Q?", label: "Uncertain" },
      "A.\nB.\n\nQ?",
      "Uncertain",
    ],
    ["TruthfulQA", { question: "Q?", mc1_targets: { choices: ["a", "b"], labels: [0, 1] } }, "Q?", "b"],
    ["BIG-bench", { input: "Q?", target_scores: { a: 0, b: 1 } }, "Q?", "b"],
    ["several right letters", { question: "Q?", answer: ["A", "C"] }, "Q?", "A, C"],
    ["a list that is the answer", { question: "Q?", answer: "[1, 2]" }, "Q?", "[1, 2]"],
    ["SVAMP", { Body: "B.", Question: "Q?", Answer: 56 }, "B.\n\nQ?", "56"],
    ["MGSM", { question: "Q?", answer: null, answer_number: 56 }, "Q?", "56"],
    ["Alpaca", { instruction: "Add.", input: "7 and 8", output: "15" }, "Add.\n\n7 and 8", "15"],
    [
      "DAPO",
      {
        prompt: [{ role: "user", content: "Q?" }],
        reward_model: { ground_truth: "56", style: "rule" },
        extra_info: { index: 0 },
      },
      "Q?",
      "56",
    ],
    ["a model's answer beside the right one", { question: "Q?", answer: "54", ground_truth: "56" }, "Q?", "56"],
    ["Ragas", { user_input: "Q?", reference: "56", retrieved_contexts: [] }, "Q?", "56"],
    ["DeepEval", { input: "Q?", actual_output: null, expected_output: "56" }, "Q?", "56"],
    ["Langfuse", { input: { question: "Q?" }, expectedOutput: { answer: "56" } }, "Q?", "56"],
    ["LangSmith", { inputs: { question: "Q?" }, outputs: { answer: "56" } }, "Q?", "56"],
    [
      "OpenAI evals",
      {
        input: [
          { role: "system", content: "S" },
          { role: "user", content: "Q?" },
        ],
        ideal: ["56"],
      },
      "S\n\nQ?",
      "56",
    ],
    ["LiveBench", { turns: ["Q?"], ground_truth: "56" }, "Q?", "56"],
    ["names in camel case", { questionText: "Q?", correctAnswer: "56" }, "Q?", "56"],
    ["names in Chinese", { 题目: "Q?", 答案: "56" }, "Q?", "56"],
  ];
  for (const [dataset, row, question, answer] of rows)
    it(dataset, () => {
      const read = readDataset("a.jsonl", JSON.stringify(row));
      assert.deepEqual(
        read.rows.map((each) => [each.question, each.answer]),
        [[question, answer]],
      );
      assert.deepEqual(read.problems, []);
    });

  const files: [why: string, name: string, text: string, rows: [question: string, answer: string][]][] = [
    [
      "columns",
      "a.json",
      '{"question":["a","b"],"answer":["1","2"]}',
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [
      "columns of pandas",
      "a.json",
      '{"question":{"0":"a","1":"b"},"answer":{"0":1,"1":2}}',
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    ["a table of pandas", "a.json", '{"columns":["question","answer"],"index":[0],"data":[["a",1]]}', [["a", "1"]]],
    [
      "rows under their ids",
      "a.json",
      '{"x":{"question":"a","answer":1},"y":{"question":"b","answer":2}}',
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [
      "a list deep inside",
      "a.json",
      '{"meta":{"tags":["x"]},"data":{"test":[{"question":"a","answer":1}]}}',
      [["a", "1"]],
    ],
    [
      "paragraphs of SQuAD",
      "a.json",
      '{"data":[{"paragraphs":[{"context":"P","qas":[{"question":"a","answers":[{"text":"1"}]}]}]}]}',
      [["P\n\na", "1"]],
    ],
    ["a list named .jsonl", "a.jsonl", '[\n{"question":"a","answer":1}\n]', [["a", "1"]]],
    ["tabs", "a.tsv", "question\tanswer\na, b\t1\n", [["a, b", "1"]]],
    [
      "tabs without names (MGSM)",
      "mgsm_de.tsv",
      "a?\t1\nb?\t2,000\n",
      [
        ["a?", "1"],
        ["b?", "2,000"],
      ],
    ],
    ["semicolons", "a.csv", "question;answer\na;1\n", [["a", "1"]]],
    ["options without names (MMLU)", "a.csv", "a?,7,8,9,B\n", [["a?\n\nA. 7\nB. 8\nC. 9", "B"]]],
    ["YAML", "a.yaml", "- question: a\n  answer: 1\n", [["a", "1"]]],
    [
      "tests of promptfoo",
      "a.yaml",
      "tests:\n  - vars:\n      question: a\n    assert:\n      - type: llm-rubric\n        value: polite\n      - type: equals\n        value: 1\n",
      [["a", "1"]],
    ],
  ];
  for (const [why, name, text, expected] of files)
    it(why, () =>
      assert.deepEqual(
        readDataset(name, text).rows.map(({ question, answer }) => [question, answer]),
        expected,
      ),
    );

  it("says of YAML that it cannot be read", () => {
    const { problems } = readDataset("a.yaml", "a: [1, 2\nb: }");
    assert.deepEqual(
      problems.map(({ message }) => inEnglish(message)),
      ["The file is no YAML that can be read."],
    );
  });
});

describe("a dataset as prompts", () => {
  it("is one prompt a row, also without answers", async () => {
    const { prompts } = await parsePromptFile("a.jsonl", '{"question":"a","answer":"x #### 3"}\n{"question":"c"}');
    assert.deepEqual(
      prompts.map(({ title, range, expected }) => [title, range, expected]),
      [
        ["1: a", [0, 1], "3"],
        ["2: c", [1, 2], undefined],
      ],
    );
  });

  it("knows GSM8K-Aug in a text file", async () => {
    const { prompts } = await parsePromptFile("valid.txt", "Q?||<<1+1=2>> #### 2\n");
    assert.deepEqual([prompts[0]!.messages[0]!.content, prompts[0]!.expected], ["Q?", "2"]);
  });
});

describe("parseCsv", () => {
  const cases: [string, string[][]][] = [
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,\n,b",
      [
        ["a", ""],
        ["", "b"],
      ],
    ],
    ["a,", [["a", ""]]],
    ['"a""b","c\nd"', [['a"b', "c\nd"]]],
    ['"never closed, x', [["never closed, x"]]],
    ['a"b,c', [['a"b', "c"]]],
    ["\n\na", [["a"]]],
    ["", []],
  ];
  for (const [text, records] of cases) {
    it(JSON.stringify(text), () =>
      assert.deepEqual(
        parseCsv(text).map(({ fields }) => fields),
        records,
      ),
    );
  }
});

describe("a file of more rows than are read", () => {
  for (const [name, head, row, join, end] of [
    ["a.csv", "question,answer\n", "Q,1", "\n", ""],
    ["a.jsonl", "", '{"question":"Q","answer":"1"}', "\n", ""],
    ["a.json", "[", '{"question":"Q","answer":"1"}', ",", "]"],
  ] as const)
    it(`${name} says so`, () => {
      const { rows, problems } = readDataset(name, head + Array(100_001).fill(row).join(join) + end);
      assert.equal(rows.length, 100_000);
      assert.deepEqual(
        problems.map(({ message }) => inEnglish(message)),
        ["The file has more than 100000 rows: the first of them are read."],
      );
    });
});
