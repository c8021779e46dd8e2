/** Where a local model computes: each device gives the text of the CPU, or its absence is said and the CPU takes its place. */
import assert from "node:assert/strict";
import path from "node:path";
import { DEVICES } from "../../../src/core/protocol/device";
import { Engine } from "../../../src/engine/engine";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";

const BASE = path.resolve("models/pocket/base");
const QUESTION = "Mia has 12 apples and gives 3 to her brother. How many apples does she have now?";

/** Greedy ids after a question, and what computed them. */
async function greedyOn(device: (typeof DEVICES)[number]) {
  const model = await loadOnnxModel(BASE, { threads: 1, device });
  try {
    const sequence = model.newSequence();
    const out: number[] = [];
    let ids = model.tokenizer.encode(model.tokenizer.chat([{ role: "user", content: QUESTION }]));
    while (out.length < 24) {
      const { distributions } = await sequence.feed({ ids });
      ids = [distributions.at(-1)!.argmax()];
      out.push(...ids);
    }
    sequence.dispose();
    return { out, provider: model.facts.provider, notes: model.notes };
  } finally {
    await model.dispose();
  }
}

describe("a device", function () {
  this.timeout(60_000);
  let cpu: Awaited<ReturnType<typeof greedyOn>>;
  before(async () => {
    cpu = await greedyOn("cpu");
  });

  for (const device of DEVICES) {
    it(`${device} gives the CPU's text, or is said not to be had`, async () => {
      const found = await greedyOn(device);
      assert.deepEqual(found.out, cpu.out);
      const fell = found.notes.filter((note) => note.includes(`runs on the CPU, not on ${device} (`));
      assert.equal(fell.length, device !== "cpu" && found.provider === "cpu" ? 1 : 0, found.notes.join(" "));
      if (device !== "gpu" && fell.length === 0) assert.equal(found.provider, device);
    });
  }

  it("is told to the engine, which loads models anew on it and warns where it is not to be had", async () => {
    const warnings: string[] = [];
    const engine = new Engine({
      pocketFolder: path.resolve("models/pocket"),
      notify: (name, params) => {
        if (name === "log" && "level" in params && params.level === "warn") warnings.push(params.message);
      },
    });
    const model = { kind: "pocket", member: "base" } as const;
    // No platform has both.
    for (const device of ["cpu", "dml", "coreml"] as const) {
      await engine.setDevice({ device });
      await engine.loadModel({ model });
    }
    assert.ok(
      warnings.length >= 1 &&
        warnings.every((each) => /runs on the CPU: (dml|coreml) is not to be had here\.$/.test(each)),
    );
    await engine.unloadModels({});
  });
});
