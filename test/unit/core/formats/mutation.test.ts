import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { fold } from "../../../../src/core/fold";
import { pieces } from "../../../../src/core/formats/foreignRun";
import type { TraceFormat } from "../../../../src/core/formats/format";
import { IMPORTERS, importTraces, type ImportResult } from "../../../../src/core/formats/importTraces";
import { inspectJson } from "../../../../src/core/formats/inspectJson";
import { openAi } from "../../../../src/core/formats/openAi";
import { otel } from "../../../../src/core/formats/otel";
import { ours } from "../../../../src/core/formats/ours";
import { thinkText } from "../../../../src/core/formats/thinkText";
import { measure } from "../../../../src/core/metrics";
import { traceEvent } from "../../../../src/core/trace";
import { cpuMs } from "../cpuTime";
import { sampleTrace } from "../sampleTrace";

/** How many mutated files each importer gets; the full run has 10 000. */
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 200);
/** No file of this size may take longer, in milliseconds of processor time. */
const LONGEST = 1000;

const traces = [fold(sampleTrace)];
const written = (format: TraceFormat) => new TextEncoder().encode(format.write!(traces));
const fixture = path.join(import.meta.dirname, "../../../fixtures/traces/math500_deepseek_r1.jsonl");
const inspect = JSON.parse(inspectJson.write!(traces)) as { samples: unknown[] };
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const completion = JSON.parse(openAi.write!(traces)) as unknown;

const FILES: Record<string, Uint8Array> = {
  thoughtlens: written(ours),
  openai: written(openAi),
  inspect: written(inspectJson),
  otel: written(otel),
  "think-text": written(thinkText),
  tracy: json({ runtime: "x", trace: { name: "t", __frames: [{ inputs: {}, result: completion, __frames: [] }] } }),
  research: readFileSync(fixture).subarray(0, 9000),
  "inspect-eval": zipSync({ "header.json": json({ eval: {} }), "samples/a.json": json(inspect.samples[0]) }),
};

/** Bytes replaced, a stretch cut out, a stretch doubled, pieces of syntax put in. */
const change = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(60) }),
  fc.record({
    kind: fc.constant("double" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(200),
  }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.constantFrom(
      "null",
      "{}",
      "[]",
      "1e999",
      '"',
      "\\",
      "<think>",
      "</think>",
      "```\n",
      "[[[[",
      ",",
      "\u0000",
      "-1",
      "__proto__",
      "attachment://0",
      "\u202e",
    ),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

function changed(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  let result = Buffer.from(bytes);
  for (const each of changes) {
    const at = Math.floor(each.at * result.length);
    if (each.kind === "set" && at < result.length) result[at] = each.byte;
    if (each.kind === "cut") result = Buffer.concat([result.subarray(0, at), result.subarray(at + each.length)]);
    if (each.kind === "double") result = Buffer.concat([result.subarray(0, at + each.length), result.subarray(at)]);
    if (each.kind === "insert")
      result = Buffer.concat([result.subarray(0, at), Buffer.from(each.text), result.subarray(at)]);
  }
  return new Uint8Array(result);
}

describe("mutated files", () => {
  for (const format of IMPORTERS) {
    it(`${format.id}: no crash, no hang, events that are valid and can be measured`, function () {
      this.timeout(Math.max(20_000, numRuns * 50));
      const original = FILES[format.id]!;
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
          const bytes = changed(original, changes);
          const isArchive = format.id === "inspect-eval";
          const text = isArchive ? "" : new TextDecoder().decode(bytes);
          let result: ImportResult | undefined;
          const took = cpuMs(() => (result = importTraces({ name: "x", text, ...(isArchive ? { bytes } : {}) })));
          assert.ok(result && took < LONGEST, `${took} ms`);
          assert.ok(result.traces.length > 0 || result.problems.length > 0);
          for (const problem of result.problems) assert.match(problem, /^[^\n]{10,300}\.$/);
          for (const events of result.traces) {
            for (const event of events) assert.ok(traceEvent.safeParse(event).success, JSON.stringify(event));
            measure(fold(events));
          }
        }),
        { numRuns },
      );
    });
  }

  it("are read at all when they are whole: each importer knows its own file", () => {
    for (const format of IMPORTERS) {
      const bytes = FILES[format.id]!;
      const file =
        format.id === "inspect-eval"
          ? { name: "", text: "", bytes }
          : { name: "x", text: new TextDecoder().decode(bytes) };
      assert.equal(importTraces(file).format, format.title);
    }
  });
});

describe("text of hostile shape", () => {
  const cases: [why: string, text: string][] = [
    ["a hundred thousand brackets", "[".repeat(100_000)],
    ["deep JSON", `{"choices":${'[{"message":'.repeat(20_000)}`],
    ["many openers", "<think>".repeat(50_000)],
    ["many closers", "a</think>".repeat(50_000)],
    ["many boxes", `<think>a</think>${"\\boxed{".repeat(20_000)}`],
    ["many hashes", `<think>a</think>${"#### ".repeat(50_000)}`],
    ["many fences", `<think>${"```\n".repeat(50_000)}`],
    ["one long line", `<think>${"a".repeat(1_000_000)}`],
    ["blanks", `<think>${" ".repeat(1_000_000)}x</think>y`],
    ["line breaks", `<think>${"\n".repeat(1_000_000)}x</think>y`],
    ["answers", `<think>a</think>${"answer is ".repeat(50_000)}`],
    ["stars", `<think>a</think>${"*".repeat(200_000)}`],
    ["angle brackets", `<think>a</think>${"<".repeat(200_000)}`],
    ["dollars", `<think>a</think>${"$".repeat(200_000)}`],
    ["digits", `<think>a</think>#### ${"1,".repeat(100_000)}`],
  ];
  for (const [why, text] of cases) {
    it(`${why}: done in a moment`, function () {
      this.timeout(30_000);
      const took = cpuMs(() => void importTraces({ name: "", text }));
      assert.ok(took < 2 * LONGEST, `${took} ms`);
    });
  }
});

describe("pieces", () => {
  it("join to the text, whatever it is", function () {
    this.timeout(20_000);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.equal(
          pieces(text)
            .map((piece) => piece.text)
            .join(""),
          text,
        );
      }),
    );
  });
});
