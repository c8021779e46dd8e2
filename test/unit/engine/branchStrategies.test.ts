/** Every strategy goes on from inside its own runs as if it had not been interrupted. */
import assert from "node:assert/strict";
import path from "node:path";
import type { LanguageModel } from "../../../src/engine/decoding/model";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { ActionableError } from "../../../src/core/protocol/rpc";
import { strategyInfos } from "../../../src/engine/strategies";
import { placesIn, recordBranch, recordRun, standing } from "./branchedRuns";

/** Options under which a method runs on a model that was never trained for it: tokens that its vocabulary happens to have. */
const TOKENS = {
  ...{ compress: "<think>", gists: ["</think>"], go: "<|im_start|>" },
  ...{ begin: "<|im_start|>", end: "<|im_end|>", pause: "<|im_start|>" },
};
const OPTIONS: Record<string, Record<string, unknown>> = {
  lightthinker: { schedule: "token", every: 5 },
  coconut: { steps: 3 },
  "coconut-pause": { steps: 3 },
  budget: { tokens: 12, extensions: 2 },
  effort: { by: "instruction", level: "low" },
  inftythink: { protocol: "prompt", roundTokens: 16, summaryTokens: 8, maxRounds: 3 },
  "chain-of-draft": { shots: 1 },
  "sketch-of-thought": { shots: 1 },
};
/** These need files of their own, which the included models have. */
const ELSEWHERE = ["probe", "softcot"];

let model: LanguageModel;
before(async () => {
  const tiny = await loadOnnxModel(path.resolve("test/fixtures/models/tiny"), { threads: 1 });
  const methods = Object.fromEntries(strategyInfos().map(({ id }) => [id, TOKENS]));
  model = new Proxy(tiny, {
    get: (target, key) => {
      if (key === "manifest") return { methods };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
});

describe("a run that goes on from inside another", () => {
  for (const { id } of strategyInfos().filter((each) => !ELSEWHERE.includes(each.id))) {
    for (const [name, sampling] of [
      ["greedy", {}],
      ["sampled", { temperature: 1 }],
    ] as const) {
      it(`has the rest of its parent, token for token: ${id}, ${name}`, async () => {
        const options = { maxTokens: 60, checkAt: "line", maxChecks: 4, ...OPTIONS[id], ...sampling };
        const parent = await recordRun(model, id, { options, seed: 3 });
        for (const at of placesIn(parent, 6)) {
          const branch = await recordBranch(model, parent.events, { at, kind: "continue" });
          assert.deepEqual(standing(branch), standing(parent), `at ${at}`);
          assert.deepEqual(
            [branch.trace.exit?.why, branch.trace.end?.answer],
            [parent.trace.exit?.why, parent.trace.end?.answer],
          );
        }
      });
    }
  }
});

describe("a run of an included model that goes on from inside another", function () {
  this.timeout(60_000);
  const CASES: [member: string, strategy: string][] = [
    ["base", "probe"],
    ["base", "softcot"],
    ["base", "deer"],
    ["coconut", "coconut"],
    ["coconut-pause", "coconut-pause"],
    ["lightthinker", "lightthinker"],
  ];
  for (const [member, strategy] of CASES)
    it(`has the rest of its parent, token for token: ${strategy}`, async () => {
      const included = await loadOnnxModel(path.resolve("models/pocket", member), { threads: 1 });
      const parent = await recordRun(included, strategy, { options: { maxTokens: 160 } });
      for (const at of placesIn(parent, 4)) {
        const branch = await recordBranch(included, parent.events, { at, kind: "continue" }).catch((error: unknown) => {
          // Between the mark that opens latent thinking and the first thought nothing can begin.
          if (error instanceof ActionableError && /latent steps/.test(error.message)) return undefined;
          throw error;
        });
        if (branch) assert.deepEqual(standing(branch), standing(parent), `at ${at}`);
      }
      await included.dispose();
    });

  it("has the rest of its parent where the model writes its gists itself, before and behind them (AnLLM)", async () => {
    const anchored = await loadOnnxModel(path.resolve("test/fixtures/official/anllm"), { threads: 1 });
    const parent = await recordRun(anchored, "lightthinker", { options: { maxTokens: 120 } });
    const gists = parent.trace.evictions.map(({ to }) => to);
    assert.ok(gists.length > 0);
    for (const at of gists.flatMap((gist) => [gist - 1, gist, gist + 1])) {
      const branch = await recordBranch(anchored, parent.events, { at, kind: "continue" });
      assert.deepEqual(standing(branch), standing(parent), `at ${at}`);
      assert.equal(branch.trace.evictions.length, gists.length);
    }
    await anchored.dispose();
  });

  it("says where the rows of the thought had left the cache, and has them read again (LightThinker)", async () => {
    const included = await loadOnnxModel(path.resolve("models/pocket/lightthinker"), { threads: 1 });
    const parent = await recordRun(included, "lightthinker", { options: { maxTokens: 160 } });
    const { from, to } = parent.trace.evictions[0]!;
    const at = Math.floor((from + to) / 2);
    const branch = await recordBranch(included, parent.events, { at, kind: "continue" });
    assert.ok(
      branch.trace.notes.some(({ message }) => message.startsWith("The rows of this thought had left the cache")),
    );
    assert.deepEqual(standing(branch), standing(parent));
    await included.dispose();
  });
});
