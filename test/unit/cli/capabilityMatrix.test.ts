import assert from "node:assert/strict";
import { matrixText, NOT_LOADED, type MatrixColumn } from "../../../src/cli/capabilityMatrix";
import { noThinkFacts } from "../../../src/core/text/thinkFacts";
import { HOUSE_FORMAT, NO_THINK_FORMAT } from "../../../src/core/text/thinkFormat";

const column = (id: string, changes: Partial<MatrixColumn> = {}): MatrixColumn => ({
  ...{ model: `/models/${id}`, id, name: id, dtype: "q4" },
  thinking: noThinkFacts(NO_THINK_FORMAT),
  cache: [{ kind: "rows", parts: 4, reach: undefined, half: false }],
  capabilities: [{ capability: "logits", has: true, reason: "It runs here." }],
  cells: [
    { strategy: "deer", outcome: "ran", reason: "", tokens: 32, ms: 9 },
    { strategy: "coconut", outcome: "refused", reason: `${id} was not trained for it.` },
  ],
  ...changes,
});

describe("the table of models and strategies", () => {
  it("has a line for each model: how it thinks, its cache, and each strategy", () => {
    const thinking = { ...noThinkFacts(HOUSE_FORMAT), opening: "template" as const };
    const text = matrixText([column("a"), column("b", { thinking })]);
    assert.deepEqual(text.split("\n"), [
      "model                   think format            cache  deer  coconut",
      "─────  ─────────────────────────────  ───────────────  ────  ───────",
      "a q4                            none  4 parts of rows   ran      [1]",
      "b q4   think, opened by the template  4 parts of rows   ran      [1]",
      "",
      "model   logits",
      "─────  ───────",
      "a q4   yes [2]",
      "b q4   yes [2]",
      "",
      "[1] The model was not trained for it.",
      "[2] It runs here.",
    ]);
  });

  it("has dashes for one that does not load, and words for what could run and what failed", () => {
    const missing = column("x", {
      ...NOT_LOADED,
      cells: [{ strategy: "deer", outcome: "refused", reason: "There is none." }],
    });
    const tried = column("y", {
      cells: [
        { strategy: "deer", outcome: "failed", reason: "It broke." },
        { strategy: "coconut", outcome: "can run", reason: "" },
      ],
    });
    const lines = matrixText([missing, tried]).split("\n");
    assert.match(lines[2]!, /^\/models\/x +– +– +\[1\] +–$/);
    assert.match(lines[3]!, /^y q4 .* failed \[2\] +can run$/);
  });
});
