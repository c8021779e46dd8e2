/** Options that a person chose for one prompt, as they are kept. */
import assert from "node:assert/strict";
import { PromptOptions } from "../../../src/editor/runs/promptOptions";

describe("options kept for a prompt", () => {
  /** What a workspace remembers; JSON, as on the disk. */
  function memory(before?: unknown) {
    let kept = JSON.stringify(before);
    return {
      get: <T>() => (kept === undefined ? undefined : (JSON.parse(kept) as T)),
      update: (_: string, value: unknown) => {
        kept = JSON.stringify(value);
        return Promise.resolve();
      },
    };
  }
  const optionsIn = (before?: unknown) =>
    new PromptOptions(memory(before) as ConstructorParameters<typeof PromptOptions>[0]);

  it("are those of one strategy on one prompt, and no other's", async () => {
    const options = optionsIn();
    await options.set("a", "deer", "threshold", 0.5);
    await options.set("a", "deer", "patience", 2);
    await options.set("a", "budget", "tokens", 40);
    assert.deepEqual(options.of("a", "deer"), { threshold: 0.5, patience: 2 });
    assert.deepEqual(options.of("a", "budget"), { tokens: 40 });
    assert.deepEqual(options.of("b", "deer"), {});
  });

  it("are forgotten one by one, and all at once", async () => {
    const options = optionsIn();
    await options.replace("a", "deer", { threshold: 0.5, patience: 2 });
    await options.set("a", "deer", "threshold", undefined);
    assert.deepEqual(options.of("a", "deer"), { patience: 2 });
    await options.replace("a", "deer", {});
    assert.deepEqual(options.of("a", "deer"), {});
  });

  it("are shared by the contenders of a strategy", async () => {
    const options = optionsIn();
    await options.set("a", "effort:low", "by", "instruction");
    assert.deepEqual(options.of("a", "effort:high"), { by: "instruction" });
  });

  it("are of the prompts that were changed last", async () => {
    const options = optionsIn();
    for (let at = 0; at < 310; at++) await options.set(`prompt ${at}`, "deer", "patience", at + 1);
    await options.set("prompt 10", "deer", "patience", 7);
    await options.set("another", "deer", "patience", 1);
    assert.deepEqual(options.of("prompt 9", "deer"), {});
    assert.deepEqual(options.of("prompt 10", "deer"), { patience: 7 });
    assert.deepEqual(options.of("prompt 11", "deer"), {});
    assert.deepEqual(options.of("prompt 309", "deer"), { patience: 310 });
  });

  for (const damaged of [null, "text", [1], { a: 3 }, { a: { deer: "x" } }])
    it(`are none where what was kept is damaged: ${JSON.stringify(damaged)}`, () =>
      assert.deepEqual(optionsIn(damaged).of("a", "deer"), {}));
});
