import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { ActionableError } from "../../../src/core/protocol/rpc";
import { GraphError } from "../../../src/engine/backends/onnx/graph/graphError";
import { patchGraph } from "../../../src/engine/backends/onnx/patch/graphPatch";
import { proveGraph } from "../../../src/engine/backends/onnx/proof";
import { gatherReference } from "../../../src/engine/backends/onnx/proofReference";
import { patchAndProve } from "../../../src/engine/backends/onnx/provenGraph";
import { fixtureConfig, fixtureFolder, fixturePositions, open, readFixture } from "./fixtures";
import type { OracleModel } from "./onnxProto";
import { decodeModel, encodeModel } from "./onnxProto";
import { inEnglish } from "../../../src/core/text/l10n";

const config = fixtureConfig("plain");

/** The checks that a patched plain graph fails once it was tampered with. */
async function failuresAfter(tamper: (graph: OracleModel["graph"]) => void): Promise<string[]> {
  const graph = patchGraph(readFixture("plain"), { config });
  const reference = await gatherReference(await open(readFixture("plain")), graph);
  const model = decodeModel(graph.model);
  tamper(model.graph);
  const embedding = await open(graph.embedding!);
  const proof = await proveGraph(await open(encodeModel(model)), embedding, graph, reference, {
    hiddenSize: config.hidden_size,
    vocabSize: config.vocab_size,
  });
  return proof.checks.filter(({ passed }) => !passed).map(({ name }) => name);
}

const nodeWriting = (graph: OracleModel["graph"], output: string) =>
  graph.node!.find((node) => node.output!.includes(output))!;

describe("proveGraph", () => {
  const cases: [what: string, tamper: (graph: OracleModel["graph"]) => void, failures: string[]][] = [
    ["a patch as it was made", () => undefined, []],
    [
      "a bias that is not added",
      (graph) => {
        const add = graph.node!.find((node) => node.opType === "Add" && node.input!.includes("attention_bias"))!;
        add.opType = "Identity";
        add.input = add.input!.filter((name) => name !== "attention_bias");
      },
      ["a row hidden by the bias and the same row dropped"],
    ],
    [
      "positions that are not used",
      (graph) => {
        // Counted from the cache: 0, 1, 2 of the step whatever was dropped.
        const readers = graph.node!.filter((node) => node.input?.includes("position_ids"));
        for (const node of readers)
          node.input = node.input!.map((name) => (name === "position_ids" ? "input_ids" : name));
      },
      ["logits after a first step", "logits over a cache"],
    ],
    [
      "soft tokens that are not read",
      (graph) => {
        const where = graph.node!.find((node) => node.opType === "Where" && node.input![1] === "inputs_embeds")!;
        where.opType = "Identity";
        where.input = [where.input![2]!];
      },
      ["soft tokens in place of ids"],
    ],
    [
      "logits of other tokens",
      (graph) => {
        nodeWriting(graph, "hidden_states/chosen").input![1] = "patch/int64/-1";
      },
      ["logits after a first step", "logits over a cache"],
    ],
    [
      "entropy of the wrong sign",
      (graph) => {
        nodeWriting(graph, "entropy").opType = "Identity";
      },
      ["statistics of the logits"],
    ],
    [
      "keys in place of values",
      (graph) => {
        const value = nodeWriting(graph, "new.0.value");
        value.output = ["unread"];
        const copy = { opType: "Identity", input: ["new.0.key"], output: ["new.0.value"] };
        graph.node!.splice(graph.node!.indexOf(value) + 1, 0, copy);
      },
      ["cache rows"],
    ],
  ];
  for (const [what, tamper, failures] of cases)
    it(`${failures.length ? "catches" : "passes"} ${what}`, async () => {
      const found = await failuresAfter(tamper);
      for (const failure of failures) assert.ok(found.includes(failure), `${failure} not in ${found.join(", ")}`);
      if (!failures.length) assert.deepEqual(found, []);
    });
});

describe("patchAndProve", function () {
  // A proof starts three sessions.
  this.timeout(60_000);
  let cacheFolder: string;
  beforeEach(async () => {
    cacheFolder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-proof-"));
  });
  afterEach(() => rm(cacheFolder, { recursive: true }));

  /** A request that counts the sessions it starts. */
  function request(name: string) {
    const started: InferenceSession[] = [];
    const counting = async (model: Uint8Array) => {
      const session = await open(model);
      started.push(session);
      return session;
    };
    const base = { bytes: readFixture(name), config: fixtureConfig(name), contextLength: fixturePositions };
    const folders = { folder: fixtureFolder, cacheFolder };
    return { ...base, ...folders, open: counting, started };
  }

  it("proves once and remembers", async () => {
    const first = request("gqa");
    const proven = await patchAndProve(first);
    assert.equal(first.started.length, 3, "original, patched, look-up");
    assert.deepEqual(proven.verdict.without, {});
    assert.equal(proven.graph.attention, "two-segment");
    const again = request("gqa");
    const known = await patchAndProve(again);
    assert.equal(again.started.length, 0);
    assert.deepEqual(known, proven);
  });

  it("proves without remembering where the cache cannot be written", async () => {
    const file = path.join(cacheFolder, "file");
    await writeFile(file, "a file where the folder should be");
    const proven = await patchAndProve({ ...request("plain"), cacheFolder: path.join(file, "cache") });
    assert.deepEqual(proven.verdict.without, {});
  });

  it("proves again when the verdict is damaged, of another version or of another file", async () => {
    await patchAndProve(request("plain"));
    const [name] = await readdir(cacheFolder);
    const file = path.join(cacheFolder, name!);
    const verdict = JSON.parse(await readFile(file, "utf8")) as object;
    for (const stale of [
      "{",
      "null",
      JSON.stringify({ ...verdict, version: 0 }),
      JSON.stringify({ ...verdict, model: "other" }),
    ]) {
      await writeFile(file, stale);
      const again = request("plain");
      await patchAndProve(again);
      assert.equal(again.started.length, 3);
    }
    const other = request("legacy");
    await patchAndProve(other);
    assert.equal(other.started.length, 3);
  });

  it("leaves out what fails alone and keeps the rest", async () => {
    const broken = request("plain");
    let count = 0;
    const result = await patchAndProve({
      ...broken,
      // The first patched graph is given a look-up model of other weights.
      open: async (model) => {
        count++;
        return open(count === 3 ? patchGraph(readFixture("legacy"), { config }).embedding! : model);
      },
    });
    assert.deepEqual(Object.keys(result.verdict.without), ["softTokens"]);
    assert.match(
      inEnglish(result.verdict.without.softTokens!),
      /^It failed its proof at load \(soft tokens in place of ids\)\.$/,
    );
    assert.equal(result.graph.features.softTokens, false);
    assert.equal(result.graph.features.attentionBias, true);
    assert.equal(result.graph.embedding, undefined);
  });

  it("keeps the attention operator when writing it out fails", async () => {
    const result = await patchAndProve({
      ...request("gqa"),
      open: (model) => (isTwoSegment(model) ? Promise.reject(new Error("no such kernel")) : open(model)),
    });
    assert.equal(result.verdict.attention, "fused");
    assert.deepEqual(
      result.verdict.failures.map(({ name, error }) => [name, error]),
      [["loading", "no such kernel"]],
    );
    assert.deepEqual(result.verdict.without, {});
    assert.ok(result.verdict.bitEqual);
  });

  it("runs the graph as it came, with a reason, when no patch holds", async () => {
    const isPatched = (model: Uint8Array) =>
      decodeModel(model).graph.input!.some(({ name }) => /bias|embeds|at$/.test(name));
    const result = await patchAndProve({
      ...request("plain"),
      open: (model) => (isPatched(model) ? Promise.reject(new Error("out of luck")) : open(model)),
    });
    assert.ok(Object.values(result.graph.features).every((on) => !on));
    assert.equal(result.graph.refusals.length, 7);
    assert.match(inEnglish(result.graph.refusals[0]!.reason), /did not compute/);
  });

  it("does not take a lack of memory for a verdict", async () => {
    const isPatched = (model: Uint8Array) => decodeModel(model).graph.input!.some(({ name }) => name === "logits_at");
    const full = new ActionableError("graph-out-of-memory", "There is not enough memory.");
    const poor = patchAndProve({
      ...request("plain"),
      open: (model) => (isPatched(model) ? Promise.reject(full) : open(model)),
    });
    await assert.rejects(poor, full);
    assert.deepEqual(await readdir(cacheFolder), []);
  });

  it("refuses a model that reads one token at a time only", async () => {
    const refused = (error: unknown) => error instanceof GraphError && error.code === "single-token";
    await assert.rejects(patchAndProve(request("merged-single")), refused);
    assert.deepEqual(await readdir(cacheFolder), []);
  });

  it("says which weights file is missing", async () => {
    const model = decodeModel(readFixture("plain"));
    const weight = model.graph.initializer![0]!;
    delete weight.rawData;
    weight.externalData = [{ key: "location", value: "gone.onnx_data" }];
    await assert.rejects(
      patchAndProve({ ...request("plain"), bytes: encodeModel(model) }),
      (error) =>
        error instanceof GraphError && error.code === "weights-missing" && /gone\.onnx_data/.test(error.message),
    );
  });

  it("works with external weights", async () => {
    const folder = await mkdtemp(path.join(cacheFolder, "external-"));
    const model = decodeModel(readFixture("plain"));
    let offset = 0;
    const data: Uint8Array[] = [];
    for (const weight of model.graph.initializer!) {
      const raw = weight.rawData!;
      if (raw.length < 64) continue;
      delete weight.rawData;
      weight.externalData = [
        { key: "location", value: "weights.bin" },
        { key: "offset", value: String(offset) },
        { key: "length", value: String(raw.length) },
      ];
      (weight as { dataLocation?: number }).dataLocation = 1;
      data.push(raw);
      offset += raw.length;
    }
    await writeFile(path.join(folder, "weights.bin"), Buffer.concat(data));
    const bytes = encodeModel(model);
    const extra = { session: { model_external_initializers_file_folder_path: folder } };
    const { graph, verdict } = await patchAndProve({
      ...request("plain"),
      bytes,
      folder,
      open: (part) => InferenceSession.create(part, { intraOpNumThreads: 1, logSeverityLevel: 4, extra }),
    });
    assert.deepEqual(graph.externalFiles, ["weights.bin"]);
    assert.deepEqual(verdict.without, {});
    assert.ok(verdict.bitEqual);
    assert.ok(graph.model.length < bytes.length + 8000, "weights stay in their file");
  });
});

function isTwoSegment(model: Uint8Array): boolean {
  return decodeModel(model).graph.node!.some(({ output }) => output?.includes("patch/mask"));
}
