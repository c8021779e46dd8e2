/** Weights that stay in their file: a model says where they are, and computes what it did with them inside. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { weightsInPlace } from "../../../src/engine/backends/onnx/graph/weightsInPlace";
import { followLinks } from "../../../src/engine/backends/onnx/graph/weightLocations";
import { Tensor } from "../../../src/engine/backends/onnx/runtime";
import { startSession } from "../../../src/engine/backends/onnx/sessions";
import { decodeModel } from "./onnxProto";

const FOLDER = path.resolve("models/pocket/base/onnx");
const NAME = "model.onnx";

describe("weights in place", function () {
  let file: Uint8Array;
  before(async () => {
    file = await readFile(path.join(FOLDER, NAME));
  });

  const large = (model: Uint8Array) =>
    decodeModel(model).graph.initializer!.filter(
      ({ rawData, externalData }) => rawData?.length || externalData?.length,
    );

  it("leave a model that is small, and names where each lies", () => {
    const model = weightsInPlace(file, file, NAME);
    assert.ok(model.length < file.length / 2, `${model.length} of ${file.length}`);
    const before = new Map(large(file).map(({ name, rawData }) => [name, rawData!]));
    let placed = 0;
    for (const { name, externalData = [] } of large(model)) {
      const { location, offset, length } = Object.fromEntries(externalData.map(({ key, value }) => [key, value]));
      if (location === undefined) continue;
      placed += 1;
      assert.equal(location, NAME);
      const there = file.subarray(Number(offset), Number(offset) + Number(length));
      assert.equal(Buffer.compare(there, before.get(name)!), 0);
    }
    assert.ok(placed > 5);
  });

  it("stay inside where the model has others than the file", () => {
    const changed = Uint8Array.from(file);
    const [tensor] = large(weightsInPlace(file, file, NAME)).filter(({ externalData }) => externalData?.length);
    const offset = tensor!.externalData!.find(({ key }) => key === "offset")!.value;
    changed[Number(offset)]! ^= 1;
    const names = (model: Uint8Array) =>
      large(model).flatMap(({ name, externalData }) => (externalData?.length ? [name] : []));
    const [all, rest] = [names(weightsInPlace(file, file, NAME)), names(weightsInPlace(changed, file, NAME))];
    assert.deepEqual(
      all.filter((name) => !rest.includes(name)),
      [tensor!.name],
    );
  });

  it("stay inside where an element would begin at another place than its size allows", () => {
    const FLOAT16 = 10;
    const halves = (model: Uint8Array) =>
      large(model).filter(
        ({ dataType, rawData = [], externalData }) =>
          dataType === FLOAT16 && (externalData?.length || rawData.length >= 2 ** 16),
      );
    // The same file, and behind a field of three bytes that nobody knows: each tensor is aligned in one of the two.
    const placed = [0, 1].flatMap((count) => {
      const moved = new Uint8Array(
        Buffer.concat([...Array<Buffer>(count).fill(Buffer.from([0x98, 0x06, 0x00])), file]),
      );
      return halves(weightsInPlace(moved, moved, NAME)).flatMap(({ name, externalData }) =>
        externalData?.length ? [name] : [],
      );
    });
    assert.deepEqual(
      placed.toSorted(),
      halves(file)
        .map(({ name }) => name)
        .toSorted(),
    );
    assert.ok(placed.length > 0);
  });

  it("give the same logits, also by a link as the hub's cache has them", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-place-"));
    await symlink(path.join(FOLDER, NAME), path.join(folder, NAME));
    const whole = await startSession(file, { threads: 1 }, NAME);
    const logitsOf = async (session: typeof whole) => {
      const feeds = Object.fromEntries(
        session.inputMetadata.map((input) => {
          const shape = input.isTensor ? input.shape.map((dim) => (typeof dim === "number" && dim > 0 ? dim : 1)) : [];
          if (/past/.test(input.name)) return [input.name, new Tensor("float32", [], [1, shape[1]!, 0, shape[3]!])];
          return [input.name, new Tensor("int64", [5n], [1, 1])];
        }),
      );
      feeds["attention_mask"] = new Tensor("int64", [1n], [1, 1]);
      if (feeds["position_ids"]) feeds["position_ids"] = new Tensor("int64", [0n], [1, 1]);
      const { logits } = await session.run(feeds);
      return [...(logits!.data as Float32Array)];
    };
    const expected = await logitsOf(whole);
    for (const place of [FOLDER, folder]) {
      const { model, folder: weightsFolder } = await followLinks(weightsInPlace(file, file, NAME), place);
      const session = await startSession(model, { threads: 1, weightsFolder }, NAME);
      assert.deepEqual(await logitsOf(session), expected);
      await session.release();
    }
    await whole.release();
    await rm(folder, { recursive: true });
  });
});
