import assert from "node:assert/strict";
import { fold, type Trace } from "../../../../src/core/trace/fold";
import { importTraces, type ImportResult } from "../../../../src/core/formats/importTraces";
import { measure, spanText } from "../../../../src/core/measure/metrics";
import type { SpanKind } from "../../../../src/core/trace/trace";
import { FILES, SAID } from "./foreignFiles";

const text = (trace: Trace, kind: SpanKind) =>
  trace.spans
    .filter((span) => span.kind === kind)
    .map((span) => spanText(trace, span))
    .join("\n");

const read = (name: string, source: string): ImportResult & { folded: Trace[] } => {
  const result = importTraces({ name, text: source });
  return { ...result, folded: result.traces.map((events) => fold(events)) };
};

/** Files that do not hold the question, the model or how many tokens the prompt had. */
const WITHOUT_QUESTION = /stream|exec|reasoning\.jsonl|mistral|generate\.ndjson/;
const WITHOUT_MODEL =
  /stream\.jsonl|stream\.txt|openthoughts|\.txt$|exec|rollout-old|samples|turns|jars\.traj$|console|session|details|results-/;
const WITH_ANSWER_AS_RESULT = /jars\.traj$/;

describe("every reader of foreign files", () => {
  for (const [id, files] of Object.entries(FILES)) {
    for (const [name, source] of Object.entries(files)) {
      it(`${id}, ${name}: question, thought and answer each in its place`, () => {
        const { traces, problems, folded } = read(name, source);
        assert.deepEqual([traces.length, problems], [1, []]);
        const [trace] = folded;
        assert.equal(trace!.header!.source!.format, id);
        assert.equal(text(trace!, "thinking"), SAID.thought);
        assert.equal(trace!.exit!.why, WITH_ANSWER_AS_RESULT.test(name) ? "truncated" : "end-of-thinking");
        if (!WITH_ANSWER_AS_RESULT.test(name)) {
          assert.equal(text(trace!, "answer"), SAID.answer);
          assert.equal(trace!.end!.answer, "56");
        }
        if (!WITHOUT_QUESTION.test(name)) {
          assert.equal(trace!.header!.messages.findLast(({ role }) => role === "user")?.content, SAID.asked);
        }
        if (!WITHOUT_MODEL.test(name)) assert.match(trace!.header!.model.id, /^(?:m|deepseek)$/);
      });
    }
  }

  it("tell the tokens of the prompt, where the file counts them", () => {
    const counted = Object.values(FILES).flatMap((files) =>
      Object.entries(files).filter(([, source]) => /\b12\b/.test(source) && !/"doc_id"/.test(source)),
    );
    assert.ok(counted.length > 30);
    for (const [name, source] of counted) {
      assert.equal(measure(read(name, source).folded[0]!).tokens.prompt, 12, name);
    }
  });
});

describe("streams that were cut", () => {
  const streams = Object.entries(FILES).flatMap(([id, files]) =>
    Object.entries(files)
      .filter(([name]) => /stream\.(?!json)|ndjson|mistral/.test(name))
      .map(([name, source]) => ({ id, name, source })),
  );
  for (const { id, name, source } of streams) {
    it(`${id}, ${name}: at every place give what came before, and never more`, () => {
      for (let end = 40; end < source.length; end += 7) {
        const { traces, problems, folded } = read(name, source.slice(0, end));
        assert.ok(traces.length > 0 || problems.length > 0, `${end}`);
        for (const trace of folded) {
          assert.ok(SAID.thought.startsWith(text(trace, "thinking")), text(trace, "thinking"));
          // Half a mark is text as long as nothing follows.
          const answer = text(trace, "answer").replace(/^<t?h?i?n?k?$/, "");
          assert.ok(SAID.answer.startsWith(answer), answer);
        }
      }
    });
  }
});

describe("files in other encodings", () => {
  const source = FILES["claude-code"]!["session.jsonl"]!.replace("rows", "Reihen à");
  const wide = (littleEndian: boolean, mark: boolean) => {
    const bytes = Buffer.from(`${mark ? "\uFEFF" : ""}${source}`, "utf16le");
    return littleEndian ? bytes : bytes.swap16();
  };
  const cases: [why: string, bytes: Buffer, question: RegExp][] = [
    ["UTF-8", Buffer.from(source), /Reihen à/],
    ["UTF-8 with its mark", Buffer.from(`\uFEFF${source}`), /Reihen à/],
    ["UTF-16, little endian", wide(true, true), /Reihen à/],
    ["UTF-16, big endian", wide(false, true), /Reihen à/],
    ["UTF-16 without its mark", wide(true, false), /Reihen à/],
    ["UTF-16, big endian, without its mark", wide(false, false), /Reihen à/],
    ["Windows-1252", Buffer.from(source, "latin1"), /Reihen à/],
    ["lines that end in CR and LF", Buffer.from(source.replaceAll("\n", "\r\n")), /Reihen à/],
    ["UTF-8 cut within a character", Buffer.from(`${source}à`).subarray(0, -1), /Reihen à/],
  ];
  for (const [why, bytes, question] of cases) {
    it(why, () => {
      const { traces } = importTraces({ name: "x.jsonl", text: "", bytes: new Uint8Array(bytes) });
      assert.equal(traces.length, 1);
      assert.match(fold(traces[0]!).header!.messages[0]!.content, question);
    });
  }
});
