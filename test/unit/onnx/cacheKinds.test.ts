/** Caches of every kind: what is found of them, and that every token is onnxruntime's own whatever was rewound on the way. */
import assert from "node:assert/strict";
import path from "node:path";
import { measure } from "../../../src/core/measure/metrics";
import type { Trace } from "../../../src/core/trace/fold";
import { toErrorShape } from "../../../src/core/protocol/rpc";
import { loadOnnxModel, type OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { STRATEGIES } from "../../../src/engine/strategies";
import { patchGraph } from "../../../src/engine/backends/onnx/patch/graphPatch";
import { ELSEWHERE, OPTIONS, TOKENS } from "../engine/shortRuns";
import { readFixture } from "./fixtures";
import { checked, CHECKS, Comparison, strategyRun } from "./graphChecks";
import { GraphOracle } from "./graphOracle";
import { kindConfig, KindFolders, kindNames } from "./kindFolders";
import type { OracleModel } from "./onnxProto";
import { inEnglish } from "../../../src/core/text/l10n";

const folders = new KindFolders();
after(() => folders.remove());

const load = async (name: string, options: Parameters<typeof loadOnnxModel>[1] = {}): Promise<OnnxModel> =>
  loadOnnxModel(await folders.make(name), { threads: 1, openEnded: true, ...options });

/** Of each graph the parts of its cache, how its rows are put out, and why it cannot do what caches of rows can. */
const KINDS: Record<string, { parts: [kind: string, past: string, present: string][]; reason: RegExp }> = {
  "kinds-window": {
    parts: [
      ["window", "past_key_values.0.key", "present.0.key"],
      ["window", "past_key_values.0.value", "present.0.value"],
      ["rows", "past_key_values.1.key", "present.1.key"],
      ["rows", "past_key_values.1.value", "present.1.value"],
    ],
    reason:
      /^The cache has windows of 6 rows \(past_key_values\.0\.key, past_key_values\.0\.value\), which would reach/,
  },
  "kinds-window-cut": {
    parts: [
      ["rows", "past_key_values.1.key", "present.1.key"],
      ["rows", "past_key_values.1.value", "present.1.value"],
      ["window", "past_key_values.0.key", "present.0.key"],
      ["window", "past_key_values.0.value", "present.0.value"],
    ],
    reason: /^The cache has windows \(past_key_values\.0\.key, past_key_values\.0\.value\), /,
  },
  "kinds-conv": {
    parts: [
      ["rows", "past_key_values.1.key", "present.1.key"],
      ["rows", "past_key_values.1.value", "present.1.value"],
      ["state", "past_conv.0", "present_conv.0"],
      ["state", "past_conv.2", "present_conv.2"],
    ],
    reason:
      /^The cache has states \(past_conv\.0 and 1 more\), out of which no single token can be hidden or dropped\.$/,
  },
  "kinds-recurrent": {
    parts: [
      ["rows", "past_key_values.2.key", "present.2.key"],
      ["rows", "past_key_values.2.value", "present.2.value"],
      ["state", "past.0.conv", "present.0.conv"],
      ["state", "past.0.recurrent", "present.0.recurrent"],
      ["state", "past.1.conv", "present.1.conv"],
      ["state", "past.1.recurrent", "present.1.recurrent"],
    ],
    reason: /states \(past\.0\.conv, past\.0\.recurrent and 2 more\)/,
  },
  "kinds-ssm": {
    parts: [
      ["state", "past_conv.0", "present_conv.0"],
      ["state", "past_ssm.1", "present_ssm.1"],
    ],
    reason: /states \(past_conv\.0, past_ssm\.1\)/,
  },
  "kinds-half": {
    parts: [
      ["rows", "past_key_values.2.key", "present.2.key"],
      ["rows", "past_key_values.2.value", "present.2.value"],
      ["state", "past_conv.0", "present_conv.0"],
      ["state", "past_ssm.1", "present_ssm.1"],
    ],
    reason: /states \(past_conv\.0, past_ssm\.1\)/,
  },
  "kinds-unnamed": {
    parts: [
      ["rows", "key_cache_1", "key_cache_1_out"],
      ["rows", "value_cache_1", "value_cache_1_out"],
      ["state", "memory_0", "memory_0_next"],
    ],
    reason: /states \(memory_0\)/,
  },
};

/** A signal that is found aborted once `chunks` were read. */
function cancelledAfter(chunks: number): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  let left = chunks;
  signal.throwIfAborted = () => {
    if (left-- === 0) controller.abort();
    AbortSignal.prototype.throwIfAborted.call(signal);
  };
  return signal;
}

it("has a graph of each kind", () => assert.deepEqual(kindNames.toSorted(), Object.keys(KINDS).toSorted()));

for (const [name, { parts, reason }] of Object.entries(KINDS))
  describe(`the cache of ${name}`, function () {
    this.timeout(60_000);
    let model: OnnxModel;
    let poor: OnnxModel;
    let oracle: GraphOracle;
    before(async () => {
      model = await load(name);
      poor = await load(name, { limits: { snapshotBytes: 0, slack: 0 } });
      oracle = await GraphOracle.open(path.join(model.folder, "onnx/model.onnx"), kindConfig);
    });
    after(async () => {
      await model.dispose();
      await poor.dispose();
      await oracle.release();
    });

    it("is found, part by part", () => {
      const { cache } = patchGraph(readFixture(name), { config: kindConfig });
      assert.deepEqual(
        cache.map(({ kind, past, present }) => [kind, past, present]),
        parts,
      );
    });

    it("is counted by kind, as a person is told", () => {
      const counted = new Map<string, number>();
      for (const [kind] of parts) counted.set(kind, (counted.get(kind) ?? 0) + 1);
      const told = new Map<string, number>();
      for (const { kind, parts } of model.cache) told.set(kind, (told.get(kind) ?? 0) + parts);
      assert.deepEqual(told, counted);
      assert.ok(model.cache.every(({ half }) => half === (name === "kinds-half")));
    });

    it("lets the model do all but evict and mask, and says why", () => {
      for (const { capability, has, reason: said } of model.capabilities) {
        assert.equal(has, !["cache-evict", "attention-mask"].includes(capability), capability);
        assert.match(inEnglish(said), has ? /^[A-Z].*\.$/ : reason);
      }
    });

    for (const [check, compare] of Object.entries(CHECKS))
      for (const means of ["snapshots", "reading again"])
        it(`gives onnxruntime's own tokens in ${check}, by ${means}`, async () => {
          const comparison = new Comparison(oracle);
          await compare(means === "snapshots" ? model : poor, comparison);
          assert.ok(comparison.tokens > 0);
          assert.deepEqual(comparison.differences, []);
        });

    it("takes soft tokens, and reads them again", async () => {
      const ids = model.tokenizer.encode("Mia has 12 apples and gives 3 of them away.");
      const soft = await poor.embed(ids.slice(2, 6));
      const sequence = poor.newSequence();
      const places = ids.map((id, index) => (index >= 2 && index < 6 ? -1 : id));
      await sequence.feed({ ids: places, soft });
      const mark = sequence.mark();
      await sequence.feed({ ids: [5, 6] });
      sequence.rewind(mark);
      const comparison = new Comparison(oracle);
      for (const [index, id] of [7, 8].entries()) {
        const { distributions } = await sequence.feed({ ids: [id] });
        await comparison.take([...ids, ...[7, 8].slice(0, index + 1)], distributions[0]!);
      }
      assert.deepEqual(comparison.differences, []);
    });

    it("stands where it stood after a feed that was cancelled", async () => {
      const comparison = new Comparison(oracle);
      const sequence = checked(poor, comparison).newSequence();
      const ids = model.tokenizer.encode("On day one Mia picks three apples. ".repeat(8));
      await sequence.feed({ ids: ids.slice(0, 20) });
      const feeding = sequence.feed({ ids: ids.slice(20) }, { signal: cancelledAfter(1) });
      await assert.rejects(feeding);
      await sequence.feed({ ids: [9] });
      assert.deepEqual(comparison.differences, []);
      assert.ok(comparison.tokens >= 2);
    });

    it("is the same in a graph that runs as it came", async () => {
      const plain = await load(name, { patch: false });
      for (const check of ["steps", "rewind"]) {
        const comparison = new Comparison(oracle);
        await CHECKS[check]!(plain, comparison);
        assert.deepEqual(comparison.differences, []);
      }
      await plain.dispose();
    });
  });

describe("strategies that need no eviction", function () {
  this.timeout(60_000);
  const options: Record<string, Record<string, unknown>> = {
    ...OPTIONS,
    inftythink: { roundTokens: 16, summaryTokens: 8, maxRounds: 2 },
    deer: { checkAt: "line", parallel: true },
  };
  const those = STRATEGIES.filter(({ id, needs }) => !ELSEWHERE.includes(id) && !needs.includes("cache-evict"));
  for (const name of ["kinds-recurrent", "kinds-window"])
    for (const limits of [{}, { snapshotBytes: 0, slack: 0 }])
      it(`all run on ${name}, ${"slack" in limits ? "reading again" : "by snapshots"}, and what is tried changes nothing`, async () => {
        const model = trainedFor(await load(name, { limits }));
        for (const { id } of those) {
          const trace = await strategyRun(model, id, { maxTokens: 30, ...options[id] });
          assert.ok(trace.positions.length > 0 && trace.end, id);
          if (id === "deer") assert.match(trace.notes[0]!.message, /cannot mask and evict, so trials run one after/);
          if (id !== "coconut") continue;
          const untried = await strategyRun(model, id, { maxTokens: 30, ...options[id], answers: false });
          const textOf = ({ positions, spans }: Trace): string =>
            positions
              .filter((_, at) => !spans.some(({ kind, from, to }) => kind === "trial" && at >= from && at < to))
              .map(({ text }) => text)
              .join("");
          assert.equal(textOf(trace), textOf(untried));
        }
        await model.dispose();
      });
});

/** The model with a manifest that names every method, and of those that are trained the tokens. */
function trainedFor(model: OnnxModel): LanguageModel {
  const methods = Object.fromEntries(STRATEGIES.map(({ id, trainedFor }) => [id, trainedFor ? TOKENS : {}]));
  return new Proxy<LanguageModel>(model, {
    get(target, key): unknown {
      if (key === "manifest") return { methods };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

describe("the account of a trial that was taken back", function () {
  this.timeout(60_000);
  const options = { maxTokens: 30, checkAt: "line", transitions: ["e", "a", "n", "t", "s", "o"], threshold: 1 };
  for (const [means, limits, reads] of [
    ["a snapshot", {}, false],
    ["reading again", { snapshotBytes: 0 }, true],
  ] as const)
    it(`${reads ? "counts" : "has no"} tokens that were read again where it was by ${means}`, async () => {
      const model = await load("kinds-recurrent", { limits });
      const words = (await strategyRun(model, "chain-of-thought", options)).positions.map(({ text }) => text.trim());
      const transitions = words.filter((word) => /^\p{L}+$/u.test(word)).slice(2, 5);
      const trace = await strategyRun(model, "deer", { ...options, checkAt: "transition", transitions });
      assert.ok(trace.checks.length > 0);
      assert.equal(trace.rereads.length > 0, reads);
      const again = trace.rereads.reduce((sum, { tokens }) => sum + tokens, 0);
      const prompt = trace.prefills.reduce((sum, { tokens }) => sum + tokens, 0);
      assert.equal(measure(trace).tokens.prompt, prompt + again);
      assert.ok(trace.prefills.length === 1 && trace.rereads.every(({ at, tokens }) => tokens <= prompt + at));
      await model.dispose();
    });
});

describe("a cache that cannot be used", function () {
  this.timeout(60_000);
  const retype = (graph: OracleModel["graph"], name: string, type: number): void => {
    for (const value of [...graph.input!, ...graph.output!])
      if (value.name === name) value.type!.tensorType!.elemType = type;
  };
  const cases: [
    what: string,
    name: string,
    change: (graph: OracleModel["graph"]) => void,
    code: string,
    said: RegExp,
  ][] = [
    [
      "a state of bfloat16",
      "kinds-conv",
      (graph) => retype(graph, "past_conv.2", 16),
      "graph-cache-dtype",
      /^The model keeps its cache part past_conv\.2 in bfloat16\.$/,
    ],
    [
      "a state of whole numbers",
      "kinds-ssm",
      (graph) => retype(graph, "present_ssm.1", 7),
      "graph-cache-dtype",
      /part present_ssm\.1 in int64\.$/,
    ],
    [
      "a state of unknown size",
      "kinds-conv",
      (graph) => {
        for (const value of [...graph.input!, ...graph.output!])
          if (/_conv\.0/.test(value.name)) value.type!.tensorType!.shape!.dim![2] = { dimParam: "taps" };
      },
      "graph-cache-size",
      /^The model does not say how large its state past_conv\.0 is\.$/,
    ],
    [
      "a part that nothing is put out for",
      "kinds-conv",
      (graph) => {
        graph.output = graph.output!.filter(({ name }) => name !== "present_conv.2");
      },
      "graph-cache-unknown",
      /^The model wants a cache part past_conv\.2 and puts out none that goes on with it\.$/,
    ],
    [
      "a state that is right after single tokens only",
      "kinds-conv",
      (graph) => {
        // The first inputs of the step in place of its last.
        const cut = graph.node!.find(({ output }) => output!.includes("present_conv.0"))!;
        const [from, to] = [1n, 5n].map((value) => new Uint8Array(BigInt64Array.of(value).buffer));
        graph.initializer!.push(
          { name: "first", dims: [1], dataType: 7, rawData: from! },
          { name: "fifth", dims: [1], dataType: 7, rawData: to! },
        );
        cut.input = [cut.input![0]!, "first", "fifth", cut.input![3]!];
      },
      "graph-single-token",
      /reads one token at a time only/,
    ],
    [
      "an operator that the runtime refuses",
      "kinds-window",
      (graph) => {
        for (const { attribute = [] } of graph.node!)
          for (const each of attribute) if (each.name === "kv_num_heads") each.i = 2;
      },
      "graph-does-not-run",
      /^ONNX Runtime cannot run the model: .*\.$/,
    ],
    [
      "an input of an unknown name that nothing is put out for",
      "kinds-conv",
      (graph) => {
        graph.output = graph.output!.filter(({ name }) => name !== "present_conv.2");
        graph.input!.find(({ name }) => name === "past_conv.2")!.name = "taps";
        for (const node of graph.node!)
          node.input = node.input!.map((name) => (name === "past_conv.2" ? "taps" : name));
      },
      "graph-no-causal-lm",
      /^model\.onnx is not a causal language model .* also wants taps/,
    ],
  ];
  for (const [what, name, change, code, said] of cases)
    it(`${what}: ${code}, one sentence and one action`, async () => {
      const folder = await folders.make(name, change);
      await assert.rejects(loadOnnxModel(folder, { threads: 1, openEnded: true }), (error) => {
        const shape = toErrorShape(error);
        assert.equal(shape.code, code);
        assert.match(shape.message, said);
        assert.match(shape.action!, /^[A-Z].*\.$/);
        return true;
      });
    });

  it("says what was assumed of parts that no exporter spells so", async () => {
    const model = await load("kinds-unnamed");
    const assumed = "memory_0 was taken for a cache part (state) that memory_0_next goes on with, by order and shape.";
    assert.deepEqual(model.notes, [assumed]);
    await model.dispose();
  });
});
