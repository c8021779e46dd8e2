/** Lenses are drawn anew only where they would say something else. */
import assert from "node:assert/strict";
import { DrawnLenses } from "../../../src/editor/results/drawnLenses";

const now =
  (words: Record<string, string>) =>
  (prompt: string): string =>
    words[prompt] ?? "";

describe("the lenses that are drawn", () => {
  it("stay while the runs of their prompts come to what they say", () => {
    const drawn = new DrawnLenses();
    drawn.set("a", new Map([["one", "96 tokens"]]));
    assert.equal(drawn.differ(now({ one: "96 tokens", another: "of a file that is not open" })), false);
    assert.equal(drawn.differ(now({ one: "412 tokens" })), true);
  });

  it("are those that were drawn last", () => {
    const drawn = new DrawnLenses();
    drawn.set("a", new Map([["one", ""]]));
    drawn.set("a", new Map([["one", "96 tokens"]]));
    assert.equal(drawn.differ(now({ one: "96 tokens" })), false);
  });

  it("have none of a file that is closed", () => {
    const drawn = new DrawnLenses();
    drawn.set("a", new Map([["one", "96 tokens"]]));
    drawn.delete("a");
    assert.equal(drawn.differ(now({})), false);
  });
});
