import assert from "node:assert/strict";
import { KeptValues } from "../../../src/editor/prompts/keptValues";

describe("values that were given to a prompt", () => {
  /** What a workspace remembers; JSON, as on the disk. */
  function valuesIn(before?: unknown): KeptValues {
    let kept = JSON.stringify(before);
    const memory = {
      get: <T>() => (kept === undefined ? undefined : (JSON.parse(kept) as T)),
      update: (_: string, value: unknown) => {
        kept = JSON.stringify(value);
        return Promise.resolve();
      },
    };
    return new KeptValues(memory as ConstructorParameters<typeof KeptValues>[0]);
  }

  it("are those of the prompt, by name, and the last ones", async () => {
    const values = valuesIn();
    await values.set("a", { topic: "jars", rows: "7" });
    await values.set("b", { topic: "rows" });
    await values.set("a", { topic: "shelves" });
    assert.deepEqual(
      [values.of("a", "topic"), values.of("a", "rows"), values.of("b", "topic")],
      ["shelves", undefined, "rows"],
    );
  });

  it("are no task, and a task is no value", async () => {
    const values = valuesIn();
    await values.setTask("a", "Count.");
    await values.set("b", { task: "no" });
    assert.deepEqual([values.of("a"), values.of("b"), values.of("a", "task")], ["Count.", undefined, undefined]);
  });

  it("are of so many prompts, and no longer than a person types", async () => {
    const values = valuesIn();
    for (let at = 0; at < 120; at++) await values.set(`p${at}`, { a: String(at), long: "x".repeat(5000) });
    assert.deepEqual(
      [values.of("p19", "a"), values.of("p20", "a"), values.of("p119", "long")],
      [undefined, "20", undefined],
    );
  });

  it("are nothing where something else was remembered", () => {
    for (const before of [null, [], "x", { a: null }, { a: { topic: 1 } }])
      assert.equal(valuesIn(before).of("a", "topic"), undefined);
    assert.equal(valuesIn({ a: {} }).of("a", "constructor"), undefined);
  });
});
