import assert from "node:assert/strict";
import { probePlaces } from "../../../src/editor/probes/probePlaces";

describe("places to ask a probe", () => {
  const placesWith = (runs: boolean) =>
    probePlaces([
      { id: "probe", runs: true, reason: undefined },
      { id: "coconut", runs, reason: undefined },
    ]).map(({ checkAt }) => checkAt);

  it("has continuous thoughts only where the model runs Coconut", () => {
    assert.deepEqual(placesWith(true), ["transition", "chunk", "paragraph", "line", "latent"]);
    assert.deepEqual(placesWith(false), ["transition", "chunk", "paragraph", "line"]);
    assert.deepEqual(
      probePlaces([]).map(({ checkAt }) => checkAt),
      ["transition", "chunk", "paragraph", "line"],
    );
  });
});
