/** The risk that GSM8K's table promises of the probe's exits: one that is fixed beforehand, or none. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { provenRisk } from "../../../bench/gsm8kProbe";

describe("the risk of the probe's exits", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-risk-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function riskOf(curve?: object[]): Promise<number | undefined> {
    const file = path.join(folder, "probe.json");
    const probe = {
      ...{ v: 1, kind: "hidden-state-probe", checkAt: "line", threshold: 0.9 },
      model: { id: "m", sha256: "00", hiddenSize: 1 },
      layers: [{ weight: [[1]], bias: [0] }],
      calibration: { scale: 1, shift: 0 },
      figures: { auc: 1, ece: 0, brier: 0, accuracy: 1, questions: 1, states: 1 },
      trained: { data: "d", questions: 1, states: 1, seed: 0 },
      ...(curve ? { curve } : {}),
    };
    await writeFile(file, JSON.stringify(probe));
    return provenRisk(file);
  }
  const setting = (exits: number, wrong: number) => ({ threshold: 0.9, patience: 1, exits, wrong, thinking: 10 });

  const cases: [why: string, curve: object[] | undefined, risk: number | undefined][] = [
    ["is a tenth where that is proven", [setting(100, 4)], 0.1],
    ["is no smaller one, however few exits are wrong", [setting(200, 0)], 0.1],
    ["is none, and no larger one, where a tenth is not proven", [setting(100, 8)], undefined],
    ["is none where exits are too few to prove it", [setting(20, 0)], undefined],
    ["is none where the file holds no curve", undefined, undefined],
  ];
  for (const [why, curve, risk] of cases) it(why, async () => assert.equal(await riskOf(curve), risk));
});
