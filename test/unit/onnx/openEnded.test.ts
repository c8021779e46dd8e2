import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { demandEnding, openEndedOperators } from "../../../src/engine/backends/onnx/graph/openEnded";
import { readFixture, wholeFixtures } from "./fixtures";
import { doublingFunctions, ofSomebody, OPEN_ENDED } from "./openEndedGraphs";

const tiny = readFileSync("test/fixtures/models/tiny/onnx/model.onnx");

describe("graphs that decide by themselves how long they run", () => {
  for (const [what, make, operators] of OPEN_ENDED)
    it(`are asked about: ${what}`, () => {
      const bytes = make(tiny);
      assert.deepEqual(openEndedOperators(bytes), operators);
      assert.throws(() => demandEnding(bytes, "model.onnx"), {
        code: "graph-open-ended",
        message: `model.onnx has operators that may run for ever (${operators.join(", ")}).`,
      });
    });

  it("are not those of branches, functions of their own and the sets that come with the runtime", () => {
    for (const name of wholeFixtures) assert.deepEqual(openEndedOperators(readFixture(name)), [], name);
    assert.deepEqual(openEndedOperators(tiny), []);
    assert.deepEqual(openEndedOperators(doublingFunctions(tiny)), []);
  });

  it("name no more than a sentence holds, and nothing that a terminal obeys", () => {
    const bytes = ofSomebody(tiny, "acme\u001b[2J", `Think${"k".repeat(1000)}\n`);
    assert.throws(
      () => demandEnding(bytes, "model.onnx"),
      (error: Error) => {
        assert.match(error.message, /^model\.onnx has operators that may run for ever \(acme\?\?2J::Thinkk{1,60}\)\.$/);
        return true;
      },
    );
  });

  it("are no files that are none", () => {
    assert.throws(() => openEndedOperators(new Uint8Array(100)), { code: "not-onnx" });
    assert.throws(() => openEndedOperators(tiny.subarray(0, 3000)), { code: "cut-off" });
  });
});
