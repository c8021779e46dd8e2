import assert from "node:assert/strict";
import { homedir } from "node:os";
import path from "node:path";
import { modelFor, shortModelName } from "../../../src/editor/models/modelChoice";

describe("model choice", () => {
  const folder = (name: string) => ({ kind: "folder", path: name });
  const CASES: [setting: string, expected: object][] = [
    ["pocket", folder("pocket")],
    ["pocket:softcot", folder("pocket:softcot")],
    ["/models/mine", folder("/models/mine")],
    ["~/mine", folder(path.join(homedir(), "mine"))],
    ["http://127.0.0.1:8080/v1", { kind: "server", url: "http://127.0.0.1:8080/v1" }],
    ["onnx-community/Qwen3-0.6B-ONNX", { kind: "hub", id: "onnx-community/Qwen3-0.6B-ONNX" }],
    ["a/b@main:q4", { kind: "hub", id: "a/b", revision: "main", dtype: "q4" }],
  ];
  for (const [setting, expected] of CASES) {
    it(`reads ${setting}`, () => assert.deepEqual(modelFor(setting), expected));
  }

  for (const setting of ["no model", "pocket:../../etc", "models/../../etc", "../etc", "ftp://host/x", ""]) {
    it(`refuses “${setting}”`, () => assert.throws(() => modelFor(setting), { code: "model-name" }));
  }

  it("shortens names for the status bar", () => {
    assert.equal(shortModelName("/models/mine/"), "mine");
    assert.equal(shortModelName("onnx-community/Qwen3-0.6B-ONNX"), "Qwen3-0.6B-ONNX");
    assert.equal(shortModelName("http://127.0.0.1:8080/v1"), "127.0.0.1:8080");
  });
});
