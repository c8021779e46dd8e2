import assert from "node:assert/strict";
import fc from "fast-check";
import { GraphEditor } from "../../../src/engine/backends/onnx/graph/graphEdit";
import { readGraph } from "../../../src/engine/backends/onnx/graph/graphView";
import { floatTensor, int64Tensor, valueField } from "../../../src/engine/backends/onnx/graph/graphWrite";
import { body, fields, join, ProtobufError, readInt, varint } from "../../../src/engine/backends/onnx/graph/protobuf";
import { fixtureNames, readFixture } from "./fixtures";
import type { OracleValue } from "./onnxProto";
import { decodeModel, encodeModel, Writer } from "./onnxProto";

describe("protobuf wire format", () => {
  it("writes 64-bit integers as the library does", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        assert.deepEqual(varint(value), new Uint8Array(Writer.create().int64(value).finish()));
      }),
    );
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bytes = join([varint(8), varint(value)]);
        const [field] = fields(bytes, { start: 0, end: bytes.length });
        assert.equal(readInt(bytes, field!), value);
      }),
    );
  });

  it("ends on any bytes, with a ProtobufError if anything", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const field of fields(bytes, { start: 0, end: bytes.length }))
            assert.ok(body(field).end <= bytes.length);
        } catch (error) {
          assert.ok(error instanceof ProtobufError);
        }
      }),
    );
  });
});

describe("readGraph", () => {
  for (const name of fixtureNames)
    it(`lists ${name} as a protobuf library does`, () => {
      const bytes = readFixture(name);
      const view = readGraph(bytes);
      const oracle = decodeModel(bytes);
      const { graph } = oracle;
      assert.equal(view.irVersion, oracle.irVersion);
      assert.deepEqual(
        [...view.opsets],
        oracle.opsetImport.map(({ domain = "", version }) => [domain === "ai.onnx" ? "" : domain, version]),
      );
      assert.deepEqual(
        view.nodes.map(({ name, opType, domain, inputs, outputs, attributes }) => ({
          name,
          opType,
          domain,
          inputs,
          outputs,
          attributes: attributes.map((attribute) => attribute.name),
        })),
        (graph.node ?? []).map(({ name = "", opType, domain = "", input = [], output = [], attribute = [] }) => ({
          name,
          opType,
          domain: domain === "ai.onnx" ? "" : domain,
          inputs: input,
          outputs: output,
          attributes: attribute.map(({ name }) => name),
        })),
      );
      assert.deepEqual(
        [...view.initializers.values()].map(({ name, dims, dataType }) => ({ name, dims, dataType })),
        (graph.initializer ?? []).map(({ name, dims = [], dataType }) => ({ name, dims, dataType })),
      );
      const values = (list: OracleValue[] = []) =>
        list.map(({ name, type }) => ({
          name,
          dataType: type?.tensorType?.elemType,
          dims:
            type?.tensorType?.shape &&
            (type.tensorType.shape.dim ?? []).map((dim) => dim.dimValue ?? dim.dimParam ?? ""),
        }));
      const ours = (list: Iterable<{ name: string; dataType: number; dims?: (number | string)[] }>) =>
        [...list].map(({ name, dataType, dims }) => ({ name, dataType, dims }));
      assert.deepEqual(ours(view.inputs), values(graph.input));
      assert.deepEqual(ours(view.outputs), values(graph.output));
      assert.deepEqual(ours(view.values.values()), values(graph.valueInfo));
    });

  it("names the file of external weights and leaves it alone", () => {
    const model = decodeModel(readFixture("plain"));
    const weight = model.graph.initializer![0]!;
    delete weight.rawData;
    weight.externalData = [
      { key: "location", value: "model.onnx_data" },
      { key: "offset", value: "0" },
    ];
    const view = readGraph(encodeModel(model));
    assert.equal(view.initializers.get(weight.name!)?.external, "model.onnx_data");
  });
});

describe("GraphEditor", () => {
  for (const name of fixtureNames)
    it(`writes an untouched ${name} back with the same content`, () => {
      const bytes = readFixture(name);
      assert.deepEqual(decodeModel(new GraphEditor(readGraph(bytes)).write()), decodeModel(bytes));
    });

  it("changes the edges of a node and keeps its attributes", () => {
    const editor = new GraphEditor(readGraph(readFixture("plain")));
    const softmax = editor.nodes.find((node) => node.opType === "Softmax")!;
    const [scores] = softmax.inputs as [string];
    editor.insertBefore(softmax, [{ opType: "Identity", inputs: [scores], outputs: ["new"] }]);
    editor.redirect(softmax, scores, "new");
    const nodes = decodeModel(editor.write()).graph.node!;
    const index = nodes.findIndex((node) => node.opType === "Softmax");
    assert.deepEqual(nodes[index]!.input, ["new"]);
    assert.equal(nodes[index]!.attribute![0]!.i, -1);
    assert.deepEqual(nodes[index - 1]!.output, ["new"]);
    assert.deepEqual(editor.consumersOf("new"), [softmax]);
  });

  it("sweeps what nothing reads, and only that", () => {
    const editor = new GraphEditor(readGraph(readFixture("gqa")));
    const attention = editor.nodes.filter((node) => node.opType === "GroupQueryAttention");
    const lengths = attention[0]!.inputs[5]!;
    editor.rewire(attention[0]!, { inputs: attention[0]!.inputs.slice(0, 5) });
    editor.sweep([lengths]);
    assert.ok(editor.producer(lengths), "the other layer reads it");
    editor.rewire(attention[1]!, { inputs: attention[1]!.inputs.slice(0, 5) });
    editor.sweep([lengths]);
    assert.equal(editor.producer(lengths), undefined);
    assert.ok(!editor.nodes.some((node) => node.opType === "ReduceSum" && node.inputs[0] === "attention_mask"));
  });

  it("encodes new parts as the library reads them", () => {
    const editor = new GraphEditor(readGraph(readFixture("plain")));
    editor.append([
      {
        opType: "Some",
        domain: "com.microsoft",
        inputs: ["logits", ""],
        outputs: ["some"],
        attributes: { whole: -3, half: { float: 0.5 }, list: [1, -1] },
      },
    ]);
    editor.addInput("more", 1, ["batch", 4, ""]);
    const { graph } = decodeModel(editor.write());
    const node = graph.node!.at(-1)!;
    assert.deepEqual(
      [node.opType, node.domain, node.input, node.output],
      ["Some", "com.microsoft", ["logits", ""], ["some"]],
    );
    assert.deepEqual(
      node.attribute!.map(({ name, i, f, ints, type }) => [name, type, i ?? f ?? ints]),
      [
        ["whole", 2, -3],
        ["half", 1, 0.5],
        ["list", 7, [1, -1]],
      ],
    );
    assert.deepEqual(graph.input!.at(-1), {
      name: "more",
      type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: "batch" }, { dimValue: 4 }, {}] } } },
    });
  });

  it("encodes tensors and values that a reader takes apart again", () => {
    const graph = [
      int64Tensor("whole", [1, -2], [2]),
      floatTensor("half", [0.5], []),
      valueField(12, "out", 7, undefined),
    ];
    const model = join([
      ...[varint(8), varint(8), varint(66), varint(2), varint(16), varint(17)],
      ...[varint(58), varint(graph.reduce((sum, piece) => sum + piece.length, 0)), ...graph],
    ]);
    const view = readGraph(model);
    assert.deepEqual(
      [...view.initializers.values()].map(({ name, dims, dataType }) => [name, dims, dataType]),
      [
        ["whole", [2], 7],
        ["half", [], 1],
      ],
    );
    assert.deepEqual([view.outputs[0]!.name, view.outputs[0]!.dims], ["out", undefined]);
  });
});
