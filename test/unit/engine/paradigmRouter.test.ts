import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { loadRouter } from "../../../src/engine/routing/paradigmRouter";
import { routerBuckets } from "../../../src/engine/routing/routerFeatures";
import { cpuMs } from "../core/cpuTime";

const QUESTIONS: [question: string, paradigm: string][] = [
  ["Mia has 12 apples and buys 5 more. How many apples does she have now?", "chunked_symbolism"],
  ["Every yimpus is a wumpus. Tom is a yimpus. Is Tom a wumpus or a fompus?", "conceptual_chaining"],
  [
    "Blood pressure: warning above 150, critical above 182 mmHg. Readings: blood pressure 190 mmHg. Which class is the patient?",
    "expert_lexicons",
  ],
];

const FILE = path.resolve("models/pocket/router/router.json");
/** What training/router.py finds for the same questions and the same file. */
const PINNED = path.resolve("test/fixtures/router.json");

interface Pinned {
  question: string;
  buckets: number[];
  /** In the order of the file's labels. */
  probabilities: number[];
}

describe("the paradigm router that ships", () => {
  it("finds the buckets and probabilities that its training finds", async () => {
    const { labels, buckets } = JSON.parse(await readFile(FILE, "utf8")) as { labels: string[]; buckets: number };
    const route = await loadRouter(FILE);
    const pinned = JSON.parse(await readFile(PINNED, "utf8")) as Pinned[];
    assert.ok(pinned.length > 20);
    for (const expected of pinned) {
      assert.deepEqual(routerBuckets(expected.question, buckets), expected.buckets, expected.question.slice(0, 60));
      for (const [paradigm, probability] of route(expected.question).scores) {
        const wanted = expected.probabilities[labels.indexOf(paradigm)]!;
        assert.ok(Math.abs(probability - wanted) < 1e-9, `${expected.question.slice(0, 60)}: ${paradigm}`);
      }
    }
  });

  for (const [question, paradigm] of QUESTIONS) {
    it(`sends “${question.slice(0, 40)}…” to ${paradigm}`, async () => {
      const { scores } = (await loadRouter(FILE))(question);
      assert.equal(scores[0]![0], paradigm);
      assert.ok(Math.abs(scores.reduce((sum, [, probability]) => sum + probability, 0) - 1) < 1e-9);
      assert.ok(scores[0]![1] >= scores[1]![1] && scores[1]![1] >= scores[2]![1]);
    });
  }

  const whole = async () => JSON.parse(await readFile(FILE, "utf8")) as Record<string, unknown>;
  const broken: [what: string, text: () => Promise<string>, code: string][] = [
    ["is cut", () => Promise.resolve('{"v":2,"labels":'), "router-missing"],
    ["is no object", () => Promise.resolve("[]"), "router-missing"],
    ["is of the first version", () => Promise.resolve('{"v":1,"labels":[],"weights":[[0.5]]}'), "router-outdated"],
    ["is of a version to come", async () => JSON.stringify({ ...(await whole()), v: 3 }), "router-missing"],
    [
      "has fewer weights than buckets",
      async () => JSON.stringify({ ...(await whole()), buckets: 32768 }),
      "router-missing",
    ],
    [
      "has weights for two labels",
      async () => JSON.stringify({ ...(await whole()), weights: ["", ""] }),
      "router-missing",
    ],
    [
      "has weights in no base64",
      async () => JSON.stringify({ ...(await whole()), weights: ["?", "?", "?"] }),
      "router-missing",
    ],
    ["has no temperature", async () => JSON.stringify({ ...(await whole()), temperature: 0 }), "router-missing"],
  ];
  for (const [what, text, code] of broken) {
    it(`says what to do when its file ${what}`, async () => {
      const file = path.join(await mkdtemp(path.join(os.tmpdir(), "router-")), "router.json");
      await writeFile(file, await text());
      await assert.rejects(loadRouter(file), { code });
    });
  }

  it("says what to do when its file is missing", async () => {
    await assert.rejects(loadRouter(path.resolve("none.json")), { code: "router-missing" });
  });

  it("reads a long text in no time, one word of it as well as many", async () => {
    const route = await loadRouter(FILE);
    const took = cpuMs(() => {
      for (const text of ["a".repeat(2_000_000), "ab ".repeat(700_000), "9".repeat(2_000_000)]) route(text);
    });
    assert.ok(took < 3000, `${took} ms`);
  });

  it("answers an empty question and one of other scripts", async () => {
    const route = await loadRouter(FILE);
    for (const question of ["", "首尔使用什么货币？", "٣ + ٤"]) assert.equal(route(question).scores.length, 3);
  });
});
