import assert from "node:assert/strict";
import { HUB_CATALOGUE } from "../../../src/core/protocol/hubCatalogue";
import { localRows, modelRows, readyRows, type ModelRow, type ModelsKnown } from "../../../src/editor/models/modelRows";
import { RecentModels } from "../../../src/editor/models/recentModels";

const QWEN = "onnx-community/Qwen3-0.6B-ONNX";
const known: ModelsKnown = {
  current: "pocket",
  recent: [],
  included: [{ name: "base", strategies: [] }],
  cached: [],
};

/** Labels of the rows under each heading. */
function groups(rows: readonly ModelRow[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let group = "";
  for (const { label, choice } of rows) {
    if (choice) found[group]!.push(label);
    else found[(group = label)] = [];
  }
  return found;
}

describe("the list of models to choose from", () => {
  it("offers the catalogue by family, each model once, to be downloaded", () => {
    const rows = modelRows(known);
    const downloads = rows.filter(({ choice }) => choice && "download" in choice);
    assert.deepEqual(
      downloads.map(({ description }) => description),
      HUB_CATALOGUE.map(({ id }) => id),
    );
    const families = Object.keys(groups(rows)).filter((name) => name.startsWith("Download: "));
    assert.deepEqual(families, [...new Set(HUB_CATALOGUE.map(({ family }) => `Download: ${family}`))]);
    assert.ok(groups(rows)["Download: Qwen3"]!.includes("Qwen3 0.6B"));
    for (const { detail } of downloads) assert.match(detail!, /licence /);
  });

  it("puts the models chosen last before everything else, and none twice", () => {
    const recent = ["/models/mine", QWEN, "http://127.0.0.1:8080#m"];
    const rows = modelRows({ ...known, current: QWEN, recent, cached: [QWEN, "a/b"] });
    assert.deepEqual(groups(rows)["Recent"], ["mine", "Qwen3-0.6B-ONNX", "m"]);
    assert.equal(rows[0]!.label, "Recent");
    assert.equal(rows.find(({ label }) => label === "Qwen3-0.6B-ONNX")!.description, "in use");
    assert.deepEqual(groups(rows)["On this machine"], ["a/b", "Folder…"]);
    assert.ok(!groups(rows)["Download: Qwen3"]!.includes("Qwen3 0.6B"), "it is here");
  });

  it("says of a model that is here what the catalogue knows, and shows one in use that no list has", () => {
    const rows = modelRows({ ...known, current: "/models/mine", cached: [QWEN] });
    assert.match(rows.find(({ label }) => label === QWEN)!.detail!, /^thinks in <think>/);
    assert.deepEqual(groups(rows)["On this machine"], [QWEN, "mine", "Folder…"]);
  });

  it("offers for several at once only what runs as it is", () => {
    const rows = readyRows({ ...known, recent: ["http://127.0.0.1:8080#m"], cached: [QWEN] });
    assert.deepEqual(
      rows.map(({ choice }) => choice),
      ["http://127.0.0.1:8080#m", "pocket", "pocket:base", QWEN].map((model) => ({ model })),
    );
  });

  it("leaves free entry, servers and capabilities where they were", () => {
    const rows = modelRows(known);
    assert.deepEqual(groups(rows)["Elsewhere"], ["Hugging Face Model…", "Server…"]);
    assert.deepEqual(groups(rows)["In use"], ["Show Capabilities"]);
  });

  it("offers no server where a model has to run here", () => {
    const rows = localRows({ ...known, recent: ["http://127.0.0.1:8080", "a/b"] });
    assert.deepEqual(groups(rows)["Recent"], ["b"]);
    assert.equal(groups(rows)["Elsewhere"], undefined);
  });
});

describe("recent models", () => {
  function kept(value?: unknown) {
    let memory = value;
    return new RecentModels({
      get: <T>() => memory as T,
      update: async (_: string, next: unknown) => void (memory = next),
    });
  }

  it("are kept with the latest first, each once, six of them", async () => {
    const recent = kept();
    for (const name of ["a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/3"]) await recent.add(name);
    assert.deepEqual(recent.names, ["a/3", "a/7", "a/6", "a/5", "a/4", "a/2"]);
  });

  it("hold no address with a password in it", async () => {
    const recent = kept();
    await recent.add("http://me:secret@host/v1");
    assert.deepEqual(recent.names, []);
  });

  it("are none where something else was kept", () => {
    assert.deepEqual(kept({ a: 1 }).names, []);
    assert.deepEqual(kept(["a/b", 3]).names, ["a/b"]);
  });
});
