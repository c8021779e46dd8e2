/** Whether a step says what was said before, by hidden states. */
import assert from "node:assert/strict";
import { readingSimilarity } from "../../../src/engine/thinking/stepSimilarity";

describe("the similarity of a step to the ones before it", () => {
  const cases: [what: string, window: number, states: number[][], similarities: (number | undefined)[]][] = [
    ["is not known of the first", 1, [[1, 0]], [undefined]],
    ["is 1 of one that says the same, however long its state", 1, [[1, 0], [5, 0]], [undefined, 1]], // prettier-ignore
    ["is 0 of one that says something else", 1, [[1, 0], [0, 1]], [undefined, 0]], // prettier-ignore
    ["is 0 of one that says the opposite", 1, [[1, 0], [-1, 0]], [undefined, 0]], // prettier-ignore
    ["is that to the last one", 1, [[1, 0], [0, 1], [1, 0]], [undefined, 0, 0]], // prettier-ignore
    ["is that to the likest of so many", 2, [[1, 0], [0, 1], [1, 0]], [undefined, 0, 1]], // prettier-ignore
    ["does not reach beyond these", 2, [[1, 0], [0, 1], [0, 1], [1, 0]], [undefined, 0, 1, 0]], // prettier-ignore
    ["is 0 of a state of nothing", 1, [[0, 0], [0, 0]], [undefined, 0]], // prettier-ignore
  ];
  for (const [what, window, states, similarities] of cases)
    it(what, () => {
      const decoder = { hidden: undefined as Float32Array | undefined };
      const read = readingSimilarity(decoder, window);
      const got = states.map((state) => {
        decoder.hidden = Float32Array.from(state);
        return read().signals.similarity;
      });
      assert.deepEqual(got, similarities);
    });

  it("is refused where the model shows no states", () =>
    assert.throws(readingSimilarity({ hidden: undefined }, 1), { code: "hidden-missing" }));
});
