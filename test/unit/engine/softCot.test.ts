/** SoftCoT with an assistant whose soft tokens are the embeddings of words, so that what has to come out is known. */
import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { LocalDecoder } from "../../../src/engine/decoding/localDecoder";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { Recorder } from "../../../src/engine/decoding/recorder";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import prompts from "../../../src/engine/strategies/prompts.json";
import { instructed } from "../../../src/engine/strategies/strategy";
import { Structure } from "../../../src/engine/decoding/structure";
import { encodeModel, type OracleValue } from "../onnx/onnxProto";

const [FLOAT, INT64] = [1, 7];
const PLACEHOLDER = "</think>";
const WORDS = " apples have";
const QUESTION = "How many apples?";
const MOST = 12;

/** input_ids [1, seq] → soft_tokens [1, N, hidden]: always the same ones. */
function assistant(vectors: Float32Array, count: number): Uint8Array {
  const dims = [1, count, vectors.length / count];
  const value = (name: string, elemType: number, shape: (number | string)[]): OracleValue => ({
    name,
    type: {
      tensorType: {
        elemType,
        shape: { dim: shape.map((dim) => (typeof dim === "string" ? { dimParam: dim } : { dimValue: dim })) },
      },
    },
  });
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ version: 13 }],
    graph: {
      name: "assistant",
      input: [value("input_ids", INT64, [1, "seq"])],
      output: [value("soft_tokens", FLOAT, dims)],
      initializer: [{ name: "vectors", dims, dataType: FLOAT, rawData: new Uint8Array(vectors.slice().buffer) }],
      node: [{ opType: "Identity", input: ["vectors"], output: ["soft_tokens"] }],
    },
  });
}

describe("SoftCoT", function () {
  this.timeout(60_000);
  let folder: string;
  let model: OnnxModel;
  let words: number[];
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-softcot-"));
    await cp(path.resolve("test/fixtures/models/tiny"), folder, { recursive: true });
    const source = await loadOnnxModel(folder, { threads: 1 });
    words = source.tokenizer.encode(WORDS);
    await writeFile(path.join(folder, "softcot.onnx"), assistant(await source.embed(words), words.length));
    await writeFile(path.join(folder, "narrow.onnx"), assistant(new Float32Array(8), 2));
    const methods = { softcot: { placeholder: PLACEHOLDER, tokens: words.length } };
    await writeFile(path.join(folder, "thoughtlens.json"), JSON.stringify({ methods }));
    await source.dispose();
    model = await loadOnnxModel(folder, { threads: 1 });
  });
  after(async () => {
    await model.dispose();
    await rm(folder, { recursive: true });
  });

  async function run(options: Record<string, unknown>): Promise<Trace> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model,
      request: {
        ...{ id: "run", strategy: "softcot", model: { kind: "folder", path: folder } },
        messages: [{ role: "user", content: QUESTION }],
        options: { maxTokens: MOST, ...options },
      },
      route: () => Promise.reject(new Error("Nobody is to be routed.")),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    return fold(events);
  }

  /** What the model writes after a prompt whose placeholders are `ids`. */
  async function expected(ids: readonly number[], lead = "", before = "", after = ""): Promise<string> {
    const recorder = new Recorder(() => undefined, new Structure("step"));
    const decoder = new LocalDecoder(model, recorder, { signal: new AbortController().signal, random: Math.random });
    const content = lead + QUESTION + before + PLACEHOLDER.repeat(ids.length) + after;
    const { system } = prompts["no-thinking"];
    const prompt = model.tokenizer.encode(model.tokenizer.chat(instructed([{ role: "user", content }], system)));
    const placeholder = model.tokenizer.idOf(PLACEHOLDER)!;
    // The instruction names the same token; the last ones are those that were appended.
    const places = prompt.flatMap((id, index) => (id === placeholder ? [index] : [])).slice(-ids.length);
    const at = (index: number) => (ids.length > 0 ? places.indexOf(index) : -1);
    await decoder.prefillIds(prompt.map((id, index) => ids[at(index)] ?? id));
    await decoder.force("<think>\n\n</think>\n\n");
    await decoder.generate({ maxTokens: MOST });
    return decoder.text;
  }
  const textOf = ({ positions }: Trace) => positions.map(({ text }) => text).join("");

  it("writes what it would have written had the words stood there that its soft tokens embed", async () => {
    const trace = await run({});
    assert.equal(words.length, 2);
    assert.equal(textOf(trace), await expected(words));
    assert.deepEqual(
      trace.softs.map(({ nearest }) => nearest[0]![0]),
      words.map((id) => model.tokenizer.decode([id])),
    );
    assert.ok(trace.softs.every(({ nearest }) => Math.abs(nearest[0]![1] - 1) < 1e-3));
  });

  it("puts words around them that the base was trained with, and the assistant not", async () => {
    const around = { lead: "Mia has apples. ", before: " Think of", after: " and say how many." };
    const trace = await run(around);
    assert.equal(textOf(trace), await expected(words, around.lead, around.before, around.after));
    const read = ({ notes }: Trace) => notes.map(({ message }) => / read (\d+) tokens/.exec(message)?.[1]).join("");
    assert.equal(read(trace), read(await run({})));
  });

  it("without them writes what the bare prompt leads to", async () => {
    const trace = await run({ control: "no-soft" });
    assert.equal(trace.softs.length, 0);
    assert.equal(textOf(trace), await expected([]));
  });

  it("shuffles them for the control: the same lengths in other directions", async () => {
    const [plain, shuffled] = [await run({}), await run({ control: "shuffled" })];
    assert.equal(shuffled.softs.length, words.length);
    shuffled.softs.forEach(({ norm, vector, nearest }, index) => {
      const own = plain.softs[index]!;
      assert.ok(Math.abs(norm - own.norm) < 1e-4);
      assert.notEqual(vector, own.vector);
      assert.ok(nearest[0]![1] < 0.999);
    });
    assert.deepEqual(textOf(await run({ control: "shuffled" })), textOf(shuffled), "the same shuffle each time");
  });

  const refusals: [what: string, options: Record<string, unknown>, code: string][] = [
    ["an assistant of another width", { file: "narrow.onnx" }, "assistant-mismatch"],
    ["another number of soft tokens", { tokens: 5 }, "assistant-mismatch"],
    ["a file outside the model's folder", { file: "../softcot.onnx" }, "assistant-missing"],
    ["a file that is not there", { file: "none.onnx" }, "assistant-missing"],
    ["a placeholder that is no token", { placeholder: "<nothing>" }, "token-missing"],
  ];
  for (const [what, options, code] of refusals) {
    it(`refuses ${what}: ${code}`, () => assert.rejects(run(options), { code }));
  }
});
