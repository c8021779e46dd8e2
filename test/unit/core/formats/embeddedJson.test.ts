import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import { importTraces } from "../../../../src/core/formats/importTraces";
import { spanText } from "../../../../src/core/measure/metrics";
import { SAID } from "./foreignFiles";

const { asked, thought, answer } = SAID;
const marked = `<think>\n${thought}\n</think>\n\n${answer}`;
const completion = {
  id: "c1",
  object: "chat.completion",
  choices: [
    { index: 0, message: { role: "assistant", content: answer, reasoning_content: thought }, finish_reason: "stop" },
  ],
};
const json = JSON.stringify(completion, null, 1);
const row = { question: asked, response: marked, answer: "56" };

function seen(source: string, name = "x.txt") {
  const { traces } = importTraces({ name, text: source });
  return traces.map((events) => {
    const trace = fold(events);
    const all = (kind: string) =>
      trace.spans
        .filter((span) => span.kind === kind)
        .map((span) => spanText(trace, span))
        .join("\n");
    return { thinking: all("thinking"), reply: all("answer"), answer: trace.end?.answer };
  });
}

describe("JSON in something else", () => {
  const cases: [why: string, text: string][] = [
    ["a fence of Markdown", `Here is the response:\n\n\`\`\`json\n${json}\n\`\`\`\n`],
    ["an answer with its headers", `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${json}`],
    ["the command that asked", `$ curl -s http://localhost:8000/v1/chat/completions -d @x.json\n${json}\n`],
    ["a comment above it", `// saved answer\n${json}`],
    ["a line of a log", `2026-01-01 00:00:00 INFO response ${JSON.stringify(completion)}`],
    [
      "what Python prints",
      "{'id': 'c1', 'choices': [{'index': 0, 'message': {'role': 'assistant', 'content': 'There are \\\\boxed{56} jars.', 'reasoning_content': \"7 * 8 = 56.\"}, 'finish_reason': 'stop'}], 'usage': None}",
    ],
    ["a string of JSON", JSON.stringify(marked)],
    ["a list of strings", JSON.stringify([marked])],
    ["objects of one text", JSON.stringify([{ text: marked }])],
    ["rows by their names", JSON.stringify({ q1: row })],
    ["rows two levels down", JSON.stringify({ config: { model: "m" }, results: { samples: [row] } })],
    [
      "OpenCompass",
      JSON.stringify({ "0": { origin_prompt: [{ role: "HUMAN", prompt: asked }], prediction: marked, gold: "56" } }),
    ],
    [
      "a prompt and its completion as turns",
      JSON.stringify({
        prompt: [{ role: "user", content: asked }],
        completion: [{ role: "assistant", content: marked }],
      }),
    ],
  ];
  cases.push([
    "turns in and out, of which one has its reasoning beside it",
    JSON.stringify({
      input: [{ role: "user", content: asked }],
      output: [{ role: "assistant", content: answer, reasoning: [{ id: "1", content: thought }] }],
    }),
  ]);
  for (const [why, text] of cases) {
    it(`${why}: is read as JSON`, () =>
      assert.deepEqual(seen(text), [{ thinking: thought, reply: answer, answer: "56" }]));
  }

  const texts: [why: string, text: string][] = [
    ["an answer that is JSON in a fence", `<think>${thought}</think>\n\`\`\`json\n${json}\n\`\`\``],
    ["an answer below its thinking", `<think>${thought}</think>\n{"question": "a", "response": "b"}`],
  ];
  for (const [why, text] of texts)
    it(`${why}: stays a text`, () =>
      assert.deepEqual(
        seen(text).map(({ thinking }) => thinking),
        [thought],
      ));
});

describe("turns before the last one", () => {
  const cases: [what: string, value: unknown][] = [
    [
      "Gemini's contents",
      {
        contents: [
          { role: "user", parts: [{ text: asked }] },
          { role: "model", parts: [{ text: "Look.", thought: true }, { functionCall: { name: "shelf", args: {} } }] },
          { role: "user", parts: [{ functionResponse: { name: "shelf", response: { rows: 7 } } }] },
          { role: "model", parts: [{ text: thought, thought: true }, { text: answer }] },
        ],
      },
    ],
    [
      "items of the Responses API",
      [
        { role: "user", content: asked },
        { type: "reasoning", summary: [{ type: "summary_text", text: "Look." }] },
        { type: "function_call", call_id: "c", name: "shelf", arguments: "{}" },
        { type: "function_call_output", call_id: "c", output: "7 rows" },
        { type: "reasoning", summary: [{ type: "summary_text", text: thought }] },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: answer }] },
      ],
    ],
  ];
  for (const [what, value] of cases) {
    it(`${what}: what was thought in them is shown too`, () => {
      const thoughts = seen(JSON.stringify(value), "x.json").map(({ thinking }) => thinking);
      assert.deepEqual(thoughts, ["Look.", thought]);
    });
  }

  it("line by line, below a line about the session", () => {
    const lines = [{ working_dir: "/" }, { role: "user", content: asked }, { role: "assistant", content: marked }];
    const { traces } = importTraces({ name: "x.jsonl", text: lines.map((line) => JSON.stringify(line)).join("\n") });
    assert.equal(fold(traces[0]!).header!.messages[0]!.content, asked);
  });
});
