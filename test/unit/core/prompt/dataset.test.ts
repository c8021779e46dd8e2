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
