import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { loadRouter } from "../../../src/engine/routing/paradigmRouter";

const QUESTIONS: [question: string, paradigm: string][] = [
  ["Mia has 12 apples and buys 5 more. How many apples does she have now?", "chunked_symbolism"],
  ["Every yimpus is a wumpus. Tom is a yimpus. Is Tom a wumpus or a fompus?", "conceptual_chaining"],
  [
    "Blood pressure: warning above 150, critical above 182 mmHg. Readings: blood pressure 190 mmHg. Which class is the patient?",
    "expert_lexicons",
  ],
];

describe("the paradigm router that ships", () => {
  for (const [question, paradigm] of QUESTIONS) {
    it(`sends “${question.slice(0, 40)}…” to ${paradigm}`, async () => {
      const { scores } = (await loadRouter(path.resolve("models/pocket/router/router.json")))(question);
      assert.equal(scores[0]![0], paradigm);
      assert.ok(Math.abs(scores.reduce((sum, [, probability]) => sum + probability, 0) - 1) < 1e-9);
      assert.ok(scores[0]![1] >= scores[1]![1] && scores[1]![1] >= scores[2]![1]);
    });
  }

  it("says what to do when its file is missing or broken", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "router-"));
    const broken = path.join(folder, "router.json");
    await writeFile(broken, '{"v":1,"labels":');
    for (const file of [path.join(folder, "none.json"), broken]) {
      await assert.rejects(loadRouter(file), { code: "router-missing" });
    }
  });

  it("answers an empty question and one of other scripts", async () => {
    const route = await loadRouter(path.resolve("models/pocket/router/router.json"));
    for (const question of ["", "首尔使用什么货币？", "٣ + ٤"]) assert.equal(route(question).scores.length, 3);
  });
});
