/** The small graphs of the tests and sessions on them. Test graphs are made by test/fixtures/onnx/make*.py. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { InferenceSession } from "onnxruntime-node";
import type { GraphConfig } from "../../../src/engine/backends/onnx/patch/patchedGraph";

export const fixtureFolder = path.resolve("test/fixtures/onnx");

export const fixtureNames = readdirSync(fixtureFolder)
  .filter((name) => name.endsWith(".onnx"))
  .map((name) => name.slice(0, -".onnx".length));

/** Those with a cache of rows that can be used: merged-single reads one token at a time only. */
export const wholeFixtures = fixtureNames.filter((name) => name !== "merged-single" && !name.startsWith("kinds-"));

export function readFixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.join(fixtureFolder, `${name}.onnx`)));
}

/** Tokens that the handmade ones have positions for; others have more. */
export const fixturePositions = 64;

export function fixtureConfig(name: string): GraphConfig {
  return name.startsWith("genai")
    ? { hidden_size: 32, vocab_size: 64, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 16 }
    : { hidden_size: 16, vocab_size: 48, num_attention_heads: 4, num_key_value_heads: 2 };
}

/** One thread, so that sums are taken in one order. */
export function open(model: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    extra: {
      session: { intra_op: { allow_spinning: "0" }, model_external_initializers_file_folder_path: fixtureFolder },
    },
  });
}
