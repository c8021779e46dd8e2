import assert from "node:assert/strict";
import type { InferenceSession } from "onnxruntime-node";
import { Tensor } from "onnxruntime-node";
import { patchGraph } from "../../../src/engine/backends/onnx/patch/graphPatch";
import type { PatchedGraph } from "../../../src/engine/backends/onnx/patch/patchedGraph";
import { graphFeatures, rowParts } from "../../../src/engine/backends/onnx/patch/patchedGraph";
import type { Proof } from "../../../src/engine/backends/onnx/proof";
import { proveGraph } from "../../../src/engine/backends/onnx/proof";
import { distance, gatherReference } from "../../../src/engine/backends/onnx/proofReference";
import { dropRow, emptyRows, joinRows, runStep } from "../../../src/engine/backends/onnx/proofStep";
import { fixtureConfig, fixturePositions, open, readFixture, wholeFixtures } from "./fixtures";
import type { OracleModel } from "./onnxProto";
import { decodeModel, encodeModel } from "./onnxProto";

/** Graphs whose attention is written out anew, so that sums are taken in another order. */
const twoSegment = wholeFixtures.filter((name) => /^gqa|^genai/.test(name) && !name.endsWith("half"));

const everythingOut = Object.fromEntries(graphFeatures.map((feature) => [feature, "left out"]));

async function proofOf(name: string, attention: "two-segment" | "fused"): Promise<[PatchedGraph, Proof]> {
  const bytes = readFixture(name);
  const config = fixtureConfig(name);
  const graph = patchGraph(bytes, { config, attention });
  const original = await open(graph.halfCache ? patchGraph(bytes, { config, without: everythingOut }).model : bytes);
  const reference = await gatherReference(original, graph);
  const expected = { hiddenSize: config.hidden_size, vocabSize: config.vocab_size, contextLength: fixturePositions };
  return [graph, await proveGraph(await open(graph.model), await open(graph.embedding!), graph, reference, expected)];
}

describe("patchGraph", () => {
  for (const name of wholeFixtures) {
    const limit = twoSegment.includes(name) ? 1e-5 : 0;
    it(`gives ${name} every feature and ${limit ? "nearly the same" : "bit for bit the same"} results`, async () => {
      const [graph, proof] = await proofOf(name, "two-segment");
      assert.deepEqual(graph.refusals, []);
      assert.equal(graph.attention, limit ? "two-segment" : name === "gqa-half" ? "fused" : "original");
      for (const check of proof.checks) assert.ok(check.passed, `${check.name}: ${check.error ?? check.difference}`);
      for (const { name, difference } of proof.checks.slice(0, 3)) assert.ok(difference <= limit, name);
    });
  }

  for (const name of wholeFixtures.filter((candidate) => /^gqa|^genai/.test(candidate)))
    it(`keeps the attention operator of ${name} on demand, bit for bit`, async () => {
      const [graph, proof] = await proofOf(name, "fused");
      assert.equal(graph.attention, "fused");
      for (const check of proof.checks) assert.ok(check.passed, `${check.name}: ${check.error ?? check.difference}`);
      assert.ok(proof.bitEqual);
    });

  for (const name of ["plain", "gqa", "genai-int4-tied"])
    for (const feature of graphFeatures)
      it(`leaves ${feature} out of ${name} and says so`, async () => {
        const config = fixtureConfig(name);
        const graph = patchGraph(readFixture(name), { config, without: { [feature]: "because" } });
        assert.equal(graph.features[feature], false);
        assert.deepEqual(graph.refusals, [{ feature, reason: "because" }]);
        const session = await open(graph.model);
        const past = emptyRows(graph.cache);
        const { logits } = await runStep(session, graph, { ids: [[1, 2, 3]], past }, "patched");
        const original = await runStep(await open(readFixture(name)), graph, { ids: [[1, 2, 3]], past }, "original");
        assert.ok(distance(logits, original.logits) < 1e-5);
      });

  const detours: [what: string, tamper: (graph: OracleModel["graph"]) => void][] = [
    [
      "a cache that is concatenated by itself first",
      (graph) => {
        const join = graph.node!.find((node) => node.output![0] === "present.0.key")!;
        const [past, fresh] = join.input as [string, string];
        join.input = ["past_alone", fresh];
        const axis = { name: "axis", i: 2, type: 2 };
        graph.node!.unshift({ opType: "Concat", input: [past], output: ["past_alone"], attribute: [axis] });
      },
    ],
    [
      "hidden states that are reshaped to what they are",
      (graph) => {
        const head = graph.node!.at(-1)!;
        graph.node!.splice(-1, 0, { opType: "Reshape", input: [head.input![0]!, "same"], output: ["reshaped"] });
        head.input![0] = "reshaped";
        graph.initializer!.push({ name: "same", dims: [3], dataType: 7, rawData: int64([0, 0, -1]) });
      },
    ],
    [
      "a head that works on flattened hidden states",
      (graph) => {
        const head = graph.node!.at(-1)!;
        const hidden = head.input![0]!;
        head.input![0] = "flat";
        head.output = ["flat_logits"];
        graph.initializer!.push(
          { name: "rows", dims: [2], dataType: 7, rawData: int64([-1, 16]) },
          { name: "width", dims: [1], dataType: 7, rawData: int64([48]) },
        );
        graph.node!.splice(-1, 0, { opType: "Reshape", input: [hidden, "rows"], output: ["flat"] });
        const ids = { opType: "Shape", input: ["input_ids"], output: ["ids_shape"] };
        const shape = { opType: "Concat", input: ["ids_shape", "width"], output: ["logits_shape"] };
        graph.node!.push(
          ids,
          { ...shape, attribute: [{ name: "axis", i: 0, type: 2 }] },
          { opType: "Reshape", input: ["flat_logits", "logits_shape"], output: ["logits"] },
        );
      },
    ],
    [
      "a look-up whose ids are cast",
      (graph) => {
        const gather = graph.node!.find((node) => node.opType === "Gather" && node.input![1] === "input_ids")!;
        gather.input![1] = "ids_int32";
        const to = { name: "to", i: 6, type: 2 };
        graph.node!.unshift({ opType: "Cast", input: ["input_ids"], output: ["ids_int32"], attribute: [to] });
      },
    ],
    [
      "weights that are listed as inputs, as in old files",
      (graph) => {
        for (const { name, dims, dataType } of graph.initializer!) {
          const shape = { dim: (dims ?? []).map((dimValue) => ({ dimValue })) };
          graph.input!.push({ name: name!, type: { tensorType: { elemType: dataType!, shape } } });
        }
      },
    ],
    [
      "an input that chooses how many logits there are",
      (graph) => {
        const type = { tensorType: { elemType: 7, shape: { dim: [] } } };
        graph.input!.push({ name: "num_logits_to_keep", type });
        const cast = { opType: "Cast", input: ["num_logits_to_keep"], output: ["unused_count"] };
        graph.node!.push({ ...cast, attribute: [{ name: "to", i: 1, type: 2 }] });
      },
    ],
  ];
  for (const [what, tamper] of detours)
    it(`sees through ${what}`, async () => {
      const model = decodeModel(readFixture("plain"));
      tamper(model.graph);
      if (/old files/.test(what)) model.irVersion = 3;
      const bytes = encodeModel(model);
      const config = fixtureConfig("plain");
      const graph = patchGraph(bytes, { config });
      assert.deepEqual(graph.refusals, []);
      const reference = await gatherReference(await open(bytes), graph);
      const proof = await proveGraph(await open(graph.model), await open(graph.embedding!), graph, reference, {});
      for (const check of proof.checks) assert.ok(check.passed, `${check.name}: ${check.error ?? check.difference}`);
      assert.ok(proof.bitEqual);
    });

  it("describes the graph it made", async () => {
    const graph = patchGraph(readFixture("plain"), { config: fixtureConfig("plain") });
    assert.deepEqual(
      rowParts(graph.cache).map(({ layer, part, past, slot, heads, headSize }) => [
        layer,
        part,
        past,
        slot,
        heads,
        headSize,
      ]),
      [
        [0, "key", "past_key_values.0.key", 0, 2, 16],
        [0, "value", "past_key_values.0.value", 1, 2, 16],
        [1, "key", "past_key_values.1.key", 2, 2, 16],
        [1, "value", "past_key_values.1.value", 3, 2, 16],
      ],
    );
    assert.deepEqual([graph.embeddingSize, graph.hiddenSize, graph.vocabSize], [16, 16, 48]);
    const session = await open(graph.model);
    assert.deepEqual(
      session.inputNames.toSorted(),
      [...graph.inputs, ...graph.cache.map(({ past }) => past)].toSorted(),
    );
    assert.deepEqual(session.outputNames, [
      ...["logits", "hidden_states", "new_rows"],
      ...["top_ids", "top_logprobs", "entropy"],
    ]);
    assert.ok(graph.cache.every(({ output }) => output === "new_rows"));
  });

  it("takes head sizes from the config where the graph leaves them open", () => {
    const graph = patchGraph(readFixture("genai-int4"), { config: fixtureConfig("genai-int4") });
    assert.ok(rowParts(graph.cache).every(({ heads, headSize }) => heads === 2 && headSize === 16));
  });
});

describe("attention_bias", () => {
  const ids = [5, 9, 2];
  // Exporters whose graphs mask any row by attention_mask; GroupQueryAttention takes a length only.
  for (const name of ["plain", "legacy", "dynamo", "gpt2", "attention23", "mha"])
    it(`hides a row of ${name} as its own attention_mask does`, async () => {
      const graph = patchGraph(readFixture(name), { config: fixtureConfig(name) });
      const [original, patched] = [await open(readFixture(name)), await open(graph.model)];
      const past = (await runStep(patched, graph, { ids: [[1, 2, 3, 4]], past: emptyRows(graph.cache) }, "patched"))
        .rows;
      const hidden = await runStep(patched, graph, { ids: [ids], past, hide: [1] }, "patched");
      const masked = await runMasked(original, graph, ids, past, 1);
      assert.ok(distance(hidden.logits, masked) < 1e-5);
    });

  for (const name of ["plain", "gqa", "genai-int4", "gpt2-counted"])
    it(`separates two branches of ${name} in one step`, async () => {
      const graph = patchGraph(readFixture(name), { config: fixtureConfig(name) });
      const session = await open(graph.model);
      const past = (await runStep(session, graph, { ids: [[1, 2, 3]], past: emptyRows(graph.cache) }, "patched")).rows;
      const run = (branch: number[]) => runStep(session, graph, { ids: [branch], past, positions: [3, 4] }, "patched");
      const [one, other] = [await run([7, 8]), await run([11, 12])];
      // The second branch sees the past and itself: a tree mask, with both branches at the same positions.
      const tree = {
        ids: [[7, 8, 11, 12]],
        past,
        positions: [3, 4, 3, 4],
        hideFrom: [2, [3, 4]] as [number, number[]],
      };
      const both = await runStep(session, graph, tree, "patched");
      const half = both.logits.length / 2;
      assert.ok(distance(both.logits.subarray(0, half), one.logits) < 1e-5);
      assert.ok(distance(both.logits.subarray(half), other.logits) < 1e-5);
    });
});

describe("position_ids", () => {
  for (const name of ["gpt2-counted", "gqa", "genai-fp32", "plain"])
    it(`goes on counting in ${name} after rows were dropped`, async () => {
      const graph = patchGraph(readFixture(name), { config: fixtureConfig(name) });
      const session = await open(graph.model);
      const first = await runStep(session, graph, { ids: [[1, 2, 3, 4]], past: emptyRows(graph.cache) }, "patched");
      const kept = dropRow(graph.cache, dropRow(graph.cache, first.rows, 2), 1);
      const next = await runStep(session, graph, { ids: [[5, 6]], past: kept, positions: [4, 5] }, "patched");
      const hidden = await runStep(session, graph, { ids: [[5, 6]], past: first.rows, hide: [1, 2] }, "patched");
      assert.ok(distance(next.logits, hidden.logits) < 1e-5);
      const grown = joinRows(graph.cache, kept, next.rows);
      const last = await runStep(session, graph, { ids: [[7]], past: grown, positions: [6] }, "patched");
      const all = joinRows(graph.cache, first.rows, hidden.rows);
      const same = await runStep(session, graph, { ids: [[7]], past: all, hide: [1, 2] }, "patched");
      assert.ok(distance(last.logits, same.logits) < 1e-5);
    });
});

const int64 = (values: number[]): Uint8Array => new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);

/** One step of an original graph with one row of the past masked out. */
async function runMasked(
  session: InferenceSession,
  graph: PatchedGraph,
  ids: number[],
  past: { count: number; values: Float32Array[] },
  hidden: number,
): Promise<Float32Array> {
  const total = past.count + ids.length;
  const mask = Array.from({ length: total }, (_, column) => BigInt(column !== hidden));
  const positions = ids.map((_, index) => BigInt(past.count + index));
  const asTensor = (values: bigint[]) => new Tensor("int64", BigInt64Array.from(values), [1, values.length]);
  const feeds: Record<string, Tensor> = {
    input_ids: asTensor(ids.map(BigInt)),
    attention_mask: asTensor(mask),
    position_ids: asTensor(positions),
  };
  for (const [index, { past: name, heads, headSize }] of rowParts(graph.cache).entries())
    feeds[name] = new Tensor("float32", past.values[index]!, [1, heads, past.count, headSize]);
  return (await session.run(feeds)).logits!.data as Float32Array;
}
