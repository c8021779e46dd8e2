import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import { importTraces } from "../../../../src/core/formats/importTraces";
import { fieldsIn, valueAt, type FieldMapping } from "../../../../src/core/formats/rows/mapping";
import { measure, spanText } from "../../../../src/core/measure/metrics";
import { readDataset } from "../../../../src/core/prompt/dataset";
import { inEnglish } from "../../../../src/core/text/l10n";

const ROWS = [
  { q: "1 + 1?", reply: { "model.text": "<think>two</think>\\boxed{2}", parts: ["two", "2"] }, gold: 2 },
  { q: "2 + 2?", reply: { "model.text": "<think>four</think>\\boxed{5}", parts: ["four", "5"] }, gold: 4 },
];

describe("JSON or a table that no format knows", () => {
  const unknown: [why: string, name: string, text: string][] = [
    ["a list", "x.json", JSON.stringify(ROWS)],
    ["lines", "x.jsonl", ROWS.map((row) => JSON.stringify(row)).join("\n")],
    ["a list in an object", "x.json", JSON.stringify({ about: "sums", rows: ROWS, tags: ["a"] })],
    ["pasted", "", JSON.stringify(ROWS)],
    ["cut", "x.json", JSON.stringify(ROWS).slice(0, -20)],
    ["with marks of thinking in it", "x.json", JSON.stringify({ q: "<think>a</think>b" })],
  ];
  for (const [why, name, text] of unknown) {
    it(`${why}: is said to be unknown, with its fields, and never read as text`, () => {
      const { traces, problems, unknown: found } = importTraces({ name, text });
      assert.deepEqual(traces, []);
      assert.match(inEnglish(problems[0]!), /^The file is JSON of no form that is known here; its fields are q/);
      assert.equal(found!.fields[0]!.path, "q");
    });
  }

  it("is said of a table of other columns too", () => {
    const { traces, problems, unknown: found } = importTraces({ name: "x.csv", text: "q,monologue\n1 + 1?,two\n" });
    assert.deepEqual(traces, []);
    assert.match(
      inEnglish(problems[0]!),
      /^The file is a table of columns that are not known here: q, monologue: say which/,
    );
    assert.deepEqual(found!.fields, [
      { path: "q", example: "1 + 1?" },
      { path: "monologue", example: "two" },
    ]);
  });

  it("that is only broken is said to be that", () => {
    const { traces, problems } = importTraces({ name: "", text: '{"choices: [oops' });
    assert.deepEqual(
      [traces, problems.map(inEnglish)],
      [[], ["The file looks like JSON but is too broken to be read."]],
    );
  });

  it("that holds an error of a server says what it was", () => {
    const { problems } = importTraces({ name: "x.json", text: '{"error":{"message":"Rate limit reached"}}' });
    assert.deepEqual(problems.map(inEnglish), [
      "The file holds an error of a server and no answer: “Rate limit reached”.",
    ]);
  });

  const asked = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "1 + 1?" },
  ];
  const gemini = [{ role: "user", parts: [{ text: "1 + 1?" }] }];
  const requests: [why: string, value: unknown, isAlone: boolean][] = [
    ["of a chat API", { model: "m", messages: asked, temperature: 0, tools: [{ name: "add" }] }, true],
    ["of Gemini", { contents: gemini, generationConfig: { temperature: 0 } }, true],
    ["of a batch", { custom_id: "1", method: "POST", url: "/v1", body: { model: "m", messages: asked } }, true],
    ["as its turns", asked, true],
    ["with a field that may hold an answer", { messages: asked, monologue: "two" }, false],
    ["with one beside its body", { body: { messages: asked }, monologue: { said: "two" } }, false],
    ["of a system alone", { messages: asked.slice(0, 1) }, false],
  ];
  for (const [why, value, isAlone] of requests)
    it(`that is a request ${why} ${isAlone ? "is said to hold no answer" : "is unknown"}`, () => {
      const { traces, problems, unknown: found } = importTraces({ name: "x.json", text: JSON.stringify(value) });
      assert.deepEqual([traces, problems.length], [[], 1]);
      const said = "The file holds what a model was asked, and no answer of it.";
      assert.equal(inEnglish(problems[0]!) === said, isAlone, inEnglish(problems[0]!));
      assert.equal(found!.fields.length === 0, isAlone);
    });

  it("has the same shape whatever its rows say, and another one with other fields", () => {
    const shape = (rows: unknown) => fieldsIn({ name: "x.json", text: JSON.stringify(rows) })!.shape;
    assert.equal(shape(ROWS), shape(ROWS.slice(1)));
    assert.notEqual(shape(ROWS), shape([{ q: "a" }]));
  });
});

describe("a mapping", () => {
  const read = (mapping: FieldMapping, rows: unknown = ROWS) => {
    const { traces, problems } = importTraces({ name: "x.json", text: JSON.stringify(rows) }, { mapping });
    return { problems: problems.map(inEnglish), traces: traces.map((events) => fold(events)) };
  };
  const short = ({ traces, problems }: ReturnType<typeof read>) => ({
    problems,
    runs: traces.map((trace) => {
      const { answer, correct } = measure(trace);
      const span = trace.spans.find(({ kind }) => kind === "thinking");
      return [trace.header!.messages[0]?.content, span && spanText(trace, span), answer, correct];
    }),
  });
  const both = {
    problems: [],
    runs: [
      ["1 + 1?", "two", "2", true],
      ["2 + 2?", "four", "5", false],
    ],
  };
  const cases: [why: string, mapping: FieldMapping, expected: object][] = [
    ["a field whose name holds a dot", { question: "q", answer: "reply.model.text", expected: "gold" }, both],
    [
      "thinking and answer apart, in a list",
      { question: "q", thinking: "reply.parts.0", answer: "reply.parts.1", expected: "gold" },
      both,
    ],
    [
      "a field that is not there",
      { answer: "reply.nothing" },
      {
        problems: [
          "No row has the field reply.nothing; there are q, reply.model.text, reply.parts.0, reply.parts.1, gold.",
        ],
        runs: [],
      },
    ],
    [
      "neither thinking nor answer",
      { question: "q" },
      { problems: ["No field is named for the thinking or the answer."], runs: [] },
    ],
  ];
  for (const [why, mapping, expected] of cases) {
    it(why, () => assert.deepEqual(short(read(mapping)), expected));
  }

  it("leaves out rows that hold nothing there, and counts them", () => {
    const { runs, problems } = short(
      read({ question: "q", answer: "a" }, [
        { q: "1", a: "<think>x</think>2" },
        { q: "3", a: "" },
      ]),
    );
    assert.deepEqual([runs.length, problems], [1, ["1 of 2 rows hold nothing in the fields that you named."]]);
  });

  it("reads a table of other columns", () => {
    const text = "frage,antwort\n1 + 1?,<think>two</think>\\boxed{2}\n";
    const { traces } = importTraces({ name: "x.csv", text }, { mapping: { question: "frage", answer: "antwort" } });
    assert.equal(fold(traces[0]!).end!.answer, "2");
  });

  it("reads a dataset too, where `answer` and `expected` are the same", () => {
    for (const mapping of [
      { question: "q", expected: "gold" },
      { question: "q", answer: "gold" },
    ]) {
      const { rows } = readDataset("x.json", JSON.stringify({ tags: ["sums"], rows: ROWS }), mapping);
      assert.deepEqual(
        rows.map(({ question, answer }) => [question, answer]),
        [
          ["1 + 1?", "2"],
          ["2 + 2?", "4"],
        ],
      );
    }
  });

  it("takes values by the longest name that is there, and nothing of what all objects have", () => {
    assert.equal(valueAt({ "a.b": 1, a: { b: 2 } }, "a.b"), 1);
    assert.equal(valueAt({ a: { b: [1, { c: 3 }] } }, "a.b.1.c"), 3);
    for (const path of ["constructor", "__proto__.x", "a.length", "toString"])
      assert.equal(valueAt({ a: "x" }, path), undefined);
  });
});
