/** A whole file of every importer, and changes that files suffer on their way. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { fold } from "../../../../src/core/trace/fold";
import type { TraceFormat } from "../../../../src/core/formats/format";
import type { ForeignFile } from "../../../../src/core/formats/source";
import { inspectJson } from "../../../../src/core/formats/logs/inspectJson";
import { openAi } from "../../../../src/core/formats/answers/rawAnswers";
import { otel } from "../../../../src/core/formats/logs/otel";
import { ours } from "../../../../src/core/formats/texts/ours";
import { thinkText } from "../../../../src/core/formats/texts/thinkText";
import { atif } from "../../../../src/core/formats/sessions/atif";
import { openInference } from "../../../../src/core/formats/logs/openInference";
import { FILES as READ } from "./foreignFiles";
import { sampleTrace } from "../sampleTrace";

const traces = [fold(sampleTrace)];
const written = (format: TraceFormat) => new TextEncoder().encode(format.write!(traces));
const fixture = path.join(import.meta.dirname, "../../../fixtures/traces/math500_deepseek_r1.jsonl");
const inspect = JSON.parse(inspectJson.write!(traces)) as { samples: unknown[] };
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const bytesOf = (texts: Record<string, string>) => Object.values(texts).map((text) => new TextEncoder().encode(text));

/** Whole files, by the id of the importer. */
const FILES: Record<string, Uint8Array[]> = {
  ...Object.fromEntries(Object.entries(READ).map(([id, texts]) => [id, bytesOf(texts)])),
  thoughtlens: [written(ours)],
  openai: [written(openAi), ...bytesOf(READ["openai"]!)],
  inspect: [written(inspectJson)],
  otel: [written(otel), ...bytesOf(READ["otel"]!)],
  openinference: [written(openInference), ...bytesOf(READ["openinference"]!)],
  atif: [written(atif), ...bytesOf(READ["atif"]!)],
  "think-text": [written(thinkText), ...bytesOf(READ["think-text"]!)],
  research: [readFileSync(fixture).subarray(0, 9000), ...bytesOf(READ["research"]!)],
  "inspect-eval": [zipSync({ "header.json": json({ eval: {} }), "samples/a.json": json(inspect.samples[0]) })],
};

/** The whole files of an importer, the first as its own tool writes it. */
export function filesOf({ id }: TraceFormat): readonly [Uint8Array, ...Uint8Array[]] {
  const [first, ...more] = FILES[id] ?? [];
  assert.ok(first, `There is no file of ${id}: put a small one into foreignFiles.ts.`);
  return [first, ...more];
}

/** Bytes replaced, a stretch cut out, a stretch doubled, pieces of syntax put in. */
export const change = fc.oneof(
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
      "\\ud800",
      "\\u001b[31m",
      "</script><script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
    ),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never;

/** Bytes as a file is opened with them: an archive as it is, anything else as its text. */
export function fileOf(bytes: Uint8Array, original: Uint8Array): ForeignFile {
  const isArchive = original[0] === 0x50 && original[1] === 0x4b;
  return isArchive ? { name: "x", text: "", bytes } : { name: "x", text: new TextDecoder().decode(bytes) };
}

export function changed(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
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
