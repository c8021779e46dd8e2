import assert from "node:assert/strict";
import { probeOptions } from "../../../src/editor/probes/probeOptions";

const BOTH = { words: "/words.json", latents: "/latents.json" };
const NONE = { words: undefined, latents: undefined };

describe("options of a trained probe", () => {
  const CASES: [strategy: string, asked: object, probes: typeof BOTH | typeof NONE, expected: object][] = [
    ["probe", {}, BOTH, { file: "/words.json" }],
    ["probe", {}, NONE, {}],
    ["coconut", { length: "probe" }, BOTH, { probe: "/latents.json" }],
    ["coconut", { length: "probe" }, NONE, {}],
    ["coconut", { length: "padded" }, BOTH, {}],
    ["coconut", {}, BOTH, {}],
    ["coconut-pause", { length: "probe" }, BOTH, {}],
    ["deer", {}, BOTH, {}],
  ];
  for (const [strategy, asked, probes, expected] of CASES) {
    it(`are ${JSON.stringify(expected)} for ${strategy} with ${JSON.stringify(asked)}, ${probes === BOTH ? "both" : "none"} trained`, () =>
      assert.deepEqual(probeOptions(strategy, { ...asked }, probes), expected));
  }
});
