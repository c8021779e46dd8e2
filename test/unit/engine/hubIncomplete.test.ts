import assert from "node:assert/strict";
import { cp, mkdtemp, rm, truncate, unlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ModelReference } from "../../../src/core/protocol/engineApi";
import { fromErrorShape, toErrorShape, type RpcErrorShape } from "../../../src/core/protocol/rpc";
import { Engine } from "../../../src/engine/engine";
import { LoopbackHub } from "./loopbackHub";

const ID = "owner/tiny-ONNX";
const MODEL: ModelReference = { kind: "hub", id: ID };

describe("a model of the hub that is here in part", () => {
  let folder: string;
  let hub: LoopbackHub;
  let engine: Engine;
  const environment = { ...process.env };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-hub-"));
    await cp(path.resolve("test/fixtures/models/tiny"), path.join(folder, "source"), { recursive: true });
    hub = await LoopbackHub.start(ID, path.join(folder, "source"));
    process.env["HF_ENDPOINT"] = hub.url;
    process.env["HF_HOME"] = path.join(folder, "home");
    delete process.env["HF_HUB_CACHE"];
    engine = new Engine({
      pocketFolder: folder,
      cacheFolder: path.join(folder, "cache"),
      threads: 1,
      notify: () => undefined,
    });
  });
  afterEach(async () => {
    process.env = { ...environment };
    await engine.unloadModels({});
    await hub.close();
    await rm(folder, { recursive: true });
  });

  /** Why it does not load, as the editor hears of it. */
  const failure = (): Promise<RpcErrorShape | undefined> =>
    engine.loadModel({ model: MODEL }).then(
      () => undefined,
      (error: unknown) => toErrorShape(fromErrorShape(toErrorShape(error))),
    );
  const again = () =>
    new Engine({ pocketFolder: folder, cacheFolder: path.join(folder, "cache"), threads: 1, notify: () => undefined });

  it("is told by its name where nothing of it is here, and is whole once it was downloaded", async () => {
    const told = await failure();
    assert.deepEqual([told?.code, told?.model], ["model-not-downloaded", ID]);
    await engine.downloadModel({ id: ID });
    assert.equal(await failure(), undefined);
  });

  const parts: [what: string, harm: (snapshot: string) => Promise<void>][] = [
    ["its graph", (snapshot) => unlink(path.join(snapshot, "onnx/model.onnx"))],
    ["its tokenizer", (snapshot) => unlink(path.join(snapshot, "tokenizer.json"))],
    ["its config", (snapshot) => unlink(path.join(snapshot, "config.json"))],
    ["the end of its graph", (snapshot) => truncate(path.join(snapshot, "onnx/model.onnx"), 50_000)],
    ["the end of its config", (snapshot) => truncate(path.join(snapshot, "config.json"), 20)],
  ];
  for (const [what, harm] of parts)
    it(`lacks ${what}: says so in one sentence with its name, and a download brings it`, async () => {
      const { folder: snapshot } = await engine.downloadModel({ id: ID });
      await harm(snapshot);
      engine = again();
      const told = await failure();
      assert.deepEqual([told?.code, told?.model, told?.action], ["model-incomplete", ID, "Download what is missing."]);
      assert.match(told!.message, /^owner\/tiny-ONNX is not whole in the Hugging Face cache of this machine: \S.*\.$/);
      await engine.downloadModel({ id: ID });
      assert.equal(await failure(), undefined);
    });

  it("is fetched once where it is asked for twice at the same time", async () => {
    await Promise.all([engine.downloadModel({ id: ID }), engine.downloadModel({ id: ID })]);
    const files = hub.transfers.map((each) => each.path);
    assert.equal(new Set(files).size, files.length);
    assert.equal(await failure(), undefined);
  });

  it("is told as what it is where a download brought all that the hub has", async () => {
    await hub.close();
    await unlink(path.join(folder, "source/tokenizer.json"));
    hub = await LoopbackHub.start(ID, path.join(folder, "source"));
    process.env["HF_ENDPOINT"] = hub.url;
    await engine.downloadModel({ id: ID });
    const told = await failure();
    assert.equal(told?.code, "tokenizer-missing");
    assert.equal(told?.model, undefined);
  });
});
