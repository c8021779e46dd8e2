import assert from "node:assert/strict";
import fc from "fast-check";
import { GraphError } from "../../../src/engine/backends/onnx/graph/graphError";
import type { GraphErrorCode } from "../../../src/engine/backends/onnx/graph/graphError";
import { patchGraph } from "../../../src/engine/backends/onnx/patch/graphPatch";
import { readGraph } from "../../../src/engine/backends/onnx/graph/graphView";
import { fixtureConfig, readFixture } from "./fixtures";
import type { OracleModel } from "./onnxProto";
import { decodeModel, encodeModel } from "./onnxProto";
import { inEnglish } from "../../../src/core/text/l10n";

function changed(name: string, change: (model: OracleModel["graph"]) => void): Uint8Array {
  const model = decodeModel(readFixture(name));
  change(model.graph);
  return encodeModel(model);
}

const rename = (list: { name: string }[] | undefined, from: string, to: string): void => {
  for (const value of list ?? []) if (value.name === from) value.name = to;
};

describe("files that are no causal language model", () => {
  const config = fixtureConfig("plain");
  const plain = readFixture("plain");
  const cases: [what: string, bytes: () => Uint8Array, code: GraphErrorCode, message: RegExp][] = [
    ["an empty file", () => new Uint8Array(), "not-onnx", /not an ONNX model/],
    ["a web page", () => new TextEncoder().encode("<!DOCTYPE html><html>…"), "not-onnx", /not an ONNX model/],
    [
      "a pointer of Git LFS",
      () => new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n"),
      "not-onnx",
      /ONNX/,
    ],
    ["the first half of a model", () => plain.subarray(0, plain.length / 2), "cut-off", /incomplete or damaged/],
    ["all but the last byte", () => plain.subarray(0, -1), "cut-off", /incomplete or damaged/],
    [
      "an encoder",
      () => changed("plain", (graph) => rename(graph.output, "logits", "last_hidden_state")),
      "no-causal-lm",
      /no output logits/,
    ],
    [
      "a vision model",
      () => changed("plain", (graph) => rename(graph.input, "input_ids", "pixel_values")),
      "no-causal-lm",
      /no input input_ids/,
    ],
    [
      "a decoder that reads an encoder",
      () =>
        changed("plain", (graph) => {
          graph.input!.push({ ...graph.input![0]!, name: "encoder_hidden_states" });
        }),
      "no-causal-lm",
      /encoder_hidden_states/,
    ],
    [
      "a model without a cache",
      () =>
        changed("plain", (graph) => {
          graph.output = graph.output!.filter(({ name }) => name === "logits");
        }),
      "no-causal-lm",
      /no key-value cache/,
    ],
  ];
  for (const [what, bytes, code, message] of cases)
    it(`refuses ${what} as ${code}`, () => {
      assert.throws(
        () => patchGraph(bytes(), { config }),
        (error) => {
          assert.ok(error instanceof GraphError);
          assert.equal(error.code, code);
          assert.match(error.message, message);
          assert.match(error.message, /^[A-Z].*\.$/);
          assert.ok(error.action);
          return true;
        },
      );
    });

  it("asks for the config when head sizes are symbolic", () => {
    assert.throws(
      () => patchGraph(readFixture("genai-int4"), { config: {} }),
      (error) => error instanceof GraphError && error.code === "no-head-size" && /config\.json/.test(error.action!),
    );
  });
});

describe("graphs that take some features only", () => {
  const config = fixtureConfig("plain");
  const refusals = (bytes: Uint8Array) =>
    Object.fromEntries(
      patchGraph(bytes, { config }).refusals.map(({ feature, reason }) => [feature, inEnglish(reason)]),
    );

  it("says that a second look-up is in the way of soft tokens", () => {
    const bytes = changed("plain", (graph) => {
      graph.node!.push({ ...graph.node!.find((node) => node.opType === "Gather")!, output: ["again"], name: "again" });
    });
    assert.deepEqual(refusals(bytes), { softTokens: "The model looks embeddings up in more than one table." });
  });

  it("says that an unknown last operator is in the way of hidden states", () => {
    const bytes = changed("plain", (graph) => {
      const head = graph.node!.at(-1)!;
      head.opType = "Einsum";
    });
    const reason = "The last matrix product before the logits is not recognised.";
    assert.deepEqual(refusals(bytes), { hiddenStates: reason, lastLogitsOnly: reason });
  });

  it("says that unknown attention is in the way of a bias", () => {
    const bytes = changed("plain", (graph) => {
      const first = graph.node!.find((node) => node.opType === "Softmax")!;
      first.opType = "LinearAttention";
    });
    assert.deepEqual(refusals(bytes), {
      attentionBias: "The model has 2 layers of cache, but 1 recognised places of attention.",
    });
  });

  for (const [where, bytes, given, attention] of [
    [
      "the operator",
      changed("gqa", (graph) => {
        const node = graph.node!.find(({ opType }) => opType === "GroupQueryAttention")!;
        node.attribute!.push({ name: "local_window_size", i: 32, type: 2 });
      }),
      config,
      // Written out, it hides rows by their positions; only the operator itself counts rows.
      "fused",
    ],
    ["the config", readFixture("plain"), { ...config, sliding_window: 32, max_position_embeddings: 64 }, "two-segment"],
  ] as const)
    it(`says that a sliding window, known from ${where}, is in the way of hiding rows`, () => {
      const { features, refusals } = patchGraph(bytes, { config: given, attention });
      assert.deepEqual([features.attentionBias, features.explicitPositions], [false, false]);
      for (const { reason } of refusals) assert.match(inEnglish(reason), /looks back 32 rows/);
    });

  it("takes no window from a config that does not use it", () => {
    for (const unused of [{ use_sliding_window: false }, { sliding_window: null }, { max_position_embeddings: 32 }])
      assert.deepEqual(
        patchGraph(readFixture("plain"), { config: { ...config, sliding_window: 32, ...unused } }).refusals,
        [],
      );
  });

  it("says that counted positions are in the way of dropping rows", () => {
    const bytes = changed("plain", (graph) => {
      graph.input = graph.input!.filter(({ name }) => name !== "position_ids");
      for (const node of graph.node!)
        node.input = node.input!.map((name) => (name === "position_ids" ? "input_ids" : name));
    });
    assert.match(refusals(bytes)["explicitPositions"]!, /counts positions itself/);
  });
});

describe("damaged bytes", function () {
  this.timeout(60_000);

  /** Any answer but a typed error or a result fails; so does a hang, by mocha's time limit. */
  function survives(bytes: Uint8Array): void {
    try {
      patchGraph(bytes, { config: fixtureConfig("plain") });
    } catch (error) {
      assert.ok(error instanceof GraphError, String(error));
    }
  }

  /** A file may end in fields that a model can do without, as a second set of operators: what stands before them is one. */
  function isWhole(bytes: Uint8Array): boolean {
    try {
      const { graph, opsetImport = [] } = decodeModel(bytes);
      return Boolean(graph) && opsetImport.length > 0;
    } catch {
      return false;
    }
  }

  for (const name of ["plain", "gqa", "gpt2", "genai-int4-tied"]) {
    const whole = readFixture(name);
    it(`gives a typed error for any beginning of ${name}`, () => {
      fc.assert(
        fc.property(fc.nat(whole.length - 1), (length) => {
          const bytes = whole.subarray(0, length);
          fc.pre(!isWhole(bytes));
          assert.throws(() => readGraph(bytes), GraphError);
        }),
      );
    });

    it(`ends with a result or a typed error on ${name} with bytes changed`, () => {
      const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
          const bytes = whole.slice();
          for (const [at, value] of changes) bytes[at] = value;
          survives(bytes);
        }),
        { numRuns: 80 },
      );
    });

    it(`ends with a result or a typed error on ${name} with a piece cut out or repeated`, () => {
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.nat(400), fc.boolean(), (at, length, repeat) => {
          const [before, piece, after] = [
            whole.subarray(0, at),
            whole.subarray(at, at + length),
            whole.subarray(at + length),
          ];
          survives(Uint8Array.from(repeat ? [...before, ...piece, ...piece, ...after] : [...before, ...after]));
        }),
        { numRuns: 40 },
      );
    });
  }
});
