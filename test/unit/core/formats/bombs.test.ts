/** Files that are made to take all time or memory there is: each is refused in part or whole, in a moment, and says so. */
import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { importTraces, type ImportResult } from "../../../../src/core/formats/importTraces";
import { MOST_TRACES } from "../../../../src/core/formats/limits";
import { parseCsv } from "../../../../src/core/formats/reading/csv";
import { readJson } from "../../../../src/core/formats/reading/jsonDocument";
import { cpuMs } from "../cpuTime";
import { zipOf, type PackedEntry } from "./zipOf";
import { inEnglish } from "../../../../src/core/text/l10n";

/** Milliseconds of processor time that none of them may take. */
const LONGEST = 15_000;

function timed(name: string, content: Uint8Array | string): ImportResult {
  const file = typeof content === "string" ? { name, text: content } : { name, text: "", bytes: content };
  let result: ImportResult | undefined;
  const took = cpuMs(() => (result = importTraces(file)));
  assert.ok(took < LONGEST, `${took} ms`);
  return result!;
}

const sample = (answer: string) =>
  JSON.stringify({
    id: 1,
    messages: [
      { role: "user", content: "?" },
      { role: "assistant", content: answer },
    ],
  });

describe("archives that unpack to more than they are", () => {
  it("five thousand entries that lie over one another are read once", () => {
    const packed = deflateRawSync(Buffer.from(sample("a".repeat(200_000))));
    const entry: PackedEntry = { name: "samples/1.json", method: 8, bytes: new Uint8Array(packed) };
    const archive = Buffer.from(zipOf([entry, ...Array<PackedEntry>(1).fill({ ...entry, name: "samples/2.json" })]));
    // The directory of the second entry, again and again, with the place of the first.
    const end = archive.subarray(-22);
    const start = end.readUInt32LE(16);
    const size = (archive.length - 22 - start) / 2;
    const one = Buffer.from(archive.subarray(start, start + size));
    const many = Buffer.concat([archive.subarray(0, start), ...Array<Buffer>(5000).fill(one), end]);
    many.writeUInt16LE(5000, many.length - 12);
    const { traces, problems } = timed("bomb.eval", new Uint8Array(many));
    assert.equal(traces.length, 1);
    assert.match(problems.map(inEnglish).join(" "), /4999 entries of the archive lie over others and were left out\./);
  });

  it("entries that are zeros for gigabytes are left out, and end the reading", () => {
    const packed = new Uint8Array(deflateRawSync(Buffer.alloc(90_000_000)));
    const entries = Array.from({ length: 400 }, (_, index) => ({
      name: `samples/${index}.json`,
      method: 8,
      bytes: packed,
    }));
    const { traces, problems } = timed("zeros.eval", zipOf(entries));
    assert.equal(traces.length, 0);
    assert.match(
      problems.map(inEnglish).join(" "),
      /unpacks to more than can be read.*samples could not be read: an entry is too large\./,
    );
  });

  it("entries that are large together end at the bound of all of them", () => {
    const packed = new Uint8Array(deflateRawSync(Buffer.from(sample("56") + " ".repeat(15_000_000))));
    const entries = Array.from({ length: 30 }, (_, index) => ({
      name: `samples/${index}.json`,
      method: 8,
      bytes: packed,
    }));
    const { traces, problems } = timed("large.eval", zipOf(entries));
    assert.equal(traces.length, 19);
    assert.match(
      problems.map(inEnglish).join(" "),
      /unpacks to more than can be read: its first 20 samples were read\./,
    );
  });

  it("a second frame of zstd that asks for a gigabyte is refused before it is unpacked", () => {
    const small = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x02, 0x11, 0x00, 0x00, 0x7b, 0x7d];
    const large = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00];
    const skipped = [0x50, 0x2a, 0x4d, 0x18, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00];
    for (const frames of [
      [small, large],
      [small, small, large],
      [skipped, small, large],
    ]) {
      const bytes = new Uint8Array(frames.flat());
      const { problems } = timed("frames.eval", zipOf([{ name: "samples/1.json", method: 93, bytes }]));
      assert.match(problems.map(inEnglish).join(" "), /an entry asks for too much memory/);
    }
  });
});

describe("texts that are made to hang a reader", () => {
  it("a quoted field of nine megabytes is one field", () => {
    const field = "a, b\n".repeat(1_800_000);
    let fields: string[] = [];
    const took = cpuMs(() => (fields = parseCsv(`question,response\n"q","${field}"\n`)[1]!.fields));
    assert.ok(took < LONGEST, `${took} ms`);
    assert.deepEqual(
      fields.map(({ length }) => length),
      [1, field.length],
    );
  });

  it("a quoted field of quotes alone is read in one pass", () => {
    assert.ok(cpuMs(() => void parseCsv(`"${'""'.repeat(2_000_000)}`)) < LONGEST);
  });

  it("a hundred thousand spans give as many traces as are read of any file", function () {
    this.timeout(60_000);
    const span = (index: number) => ({
      spanId: `${index}`,
      attributes: [
        {
          key: "gen_ai.output.messages",
          value: { stringValue: '[{"role":"assistant","parts":[{"type":"text","content":"56"}]}]' },
        },
      ],
    });
    const spans = Array.from({ length: 100_000 }, (_, index) => span(index));
    const { traces, problems } = timed("o.json", JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    assert.equal(traces.length, MOST_TRACES);
    assert.match(problems.map(inEnglish).join(" "), /more than can be shown: its first 20000 traces were read/);
  });

  it("ten thousand rows are all read, with a word of progress now and then", function () {
    this.timeout(60_000);
    const rows = Array.from({ length: 10_000 }, (_, index) =>
      JSON.stringify({ question: `q${index}`, response: `<think>a</think>\\boxed{${index}}`, answer: index }),
    );
    const told: number[] = [];
    const { traces, problems } = importTraces(
      { name: "rows.jsonl", text: rows.join("\n") },
      { progress: (count) => told.push(count) },
    );
    assert.deepEqual([traces.length, problems, told.length, told.at(-1)], [10_000, [], 100, 10_000]);
  });

  const hostile: [why: string, name: string, text: string][] = [
    [
      "a session of one turn after another",
      "s.jsonl",
      `${JSON.stringify({ type: "assistant", uuid: "x", message: { content: [{ type: "thinking", thinking: "a" }] } })}\n`.repeat(
        20_000,
      ),
    ],
    ["brackets that never close, line by line", "x.json", "{\n".repeat(300_000)],
    ["keys that never end", "x.json", `{"${"a".repeat(3_000_000)}`],
    ["escapes that never end", "x.json", `{"a":"${'\\"'.repeat(1_500_000)}`],
    ["backslashes", "x.json", `{"a":"${"\\".repeat(3_000_001)}`],
    ["a hundred thousand broken lines", "x.jsonl", `{"question":1,\n{"question":1}\n`.repeat(50_000)],
    ["values after one another", "x.json", "{}".repeat(300_000)],
    ["data of events without an end", "x.txt", `data: {"a":[\n`.repeat(100_000)],
    [
      "pieces of a stream of one character",
      "x.jsonl",
      `{"choices":[{"index":0,"delta":{"content":"a"}}]}\n`.repeat(60_000),
    ],
    [
      "choices with as many indices",
      "x.jsonl",
      Array.from(
        { length: 4000 },
        (_, index) => `{"object":"chat.completion.chunk","choices":[{"index":${index},"delta":{"content":"a"}}]}`,
      ).join("\n"),
    ],
    [
      "fences of commands",
      "x.json",
      JSON.stringify([{ role: "assistant", content: `THOUGHT ${"```a\n".repeat(100_000)}` }]),
    ],
    [
      "attributes within one another",
      "x.json",
      JSON.stringify([
        {
          context: {},
          span_id: "1",
          attributes: { [`${"a.".repeat(50_000)}b`]: 1, "gen_ai.completion.0.content": "x" },
        },
      ]),
    ],
    [
      "Harmony's headers",
      "x.txt",
      "<|start|>user<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b".repeat(3000),
    ],
    ["transcript lines that are none", "x.md", `<think>${"<!-- thoughtlens run {".repeat(100_000)}`],
  ];
  for (const [why, name, text] of hostile) {
    it(`${why}: done in a moment, or said in a sentence`, function () {
      this.timeout(60_000);
      const { traces, problems } = timed(name, text);
      assert.ok(traces.length > 0 || problems.length > 0);
    });
  }

  it("values within one another ten thousand deep are read as far as anybody would look", () => {
    const text = `{"messages":${'[{"content":'.repeat(10_000)}`;
    assert.ok(cpuMs(() => void readJson(text)) < LONGEST);
    assert.ok(timed("x.json", text).problems.length > 0);
  });
});
