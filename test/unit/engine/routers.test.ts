import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { EngineNotifications } from "../../../src/core/protocol/engineApi";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Engine } from "../../../src/engine/engine";
import { OFFICIAL_ROUTER, Routers } from "../../../src/engine/routing/routers";
import { writeClassifier } from "./classifierModel";

const BUNDLED = path.resolve("models/pocket/router/router.json");
/** Nobody but this classifier takes a sum for a matter of concepts. */
const WORDS = { apples: [0, 4, 1], patient: [1, 0, 6] };
const LABELS = ["chunked_symbolism", "conceptual_chaining", "expert_lexicons"];
const QUESTION = "Mia has 12 apples and buys 5 more. How many apples does she have now?";

describe("routers of Sketch-of-Thought", function () {
  this.timeout(60_000);
  let folder: string;
  const environment = { ...process.env };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-routers-"));
    process.env["HF_HUB_CACHE"] = path.join(folder, "hub");
  });
  afterEach(async () => {
    process.env = { ...environment };
    await rm(folder, { recursive: true });
  });
  const routers = () => new Routers(BUNDLED);
  const inFolder = (name: string) => path.join(folder, name);

  /** Puts a classifier where a download would have put it. */
  async function cache(id: string): Promise<void> {
    const repository = path.join(folder, "hub", `models--${id.replace("/", "--")}`);
    await writeClassifier(path.join(repository, "snapshots/c0ffee"), LABELS, WORDS);
    await mkdir(path.join(repository, "refs"));
    await writeFile(path.join(repository, "refs/main"), "c0ffee");
  }

  it("is the bundled one where nothing else is there", async () => {
    const { by, scores, tokens, note } = await routers().route(QUESTION);
    assert.deepEqual([by, scores[0]![0], note], ["bundled router", "chunked_symbolism", undefined]);
    assert.equal(tokens, undefined, "a linear layer over words reads no tokens");
  });

  it("is a classifier in a named folder, through the pipeline, with the softmax of its scores", async () => {
    await writeClassifier(inFolder("mine"), LABELS, WORDS);
    const { by, scores, tokens, note } = await routers().route(QUESTION, inFolder("mine"));
    assert.deepEqual([by, note], ["mine", undefined]);
    assert.equal(tokens, 17, "words and marks of the question");
    // "apples" stands twice.
    const weights = [0, 8, 2].map(Math.exp);
    const total = weights.reduce((sum, each) => sum + each, 0);
    assert.deepEqual(
      scores.map(([paradigm]) => paradigm),
      ["conceptual_chaining", "expert_lexicons", "chunked_symbolism"],
    );
    scores.forEach(([, probability], index) => {
      assert.ok(Math.abs(probability - [weights[1]!, weights[2]!, weights[0]!][index]! / total) < 1e-5);
    });
  });

  it("numbers labels without names as the official classifier does", async () => {
    await writeClassifier(inFolder("unnamed"), ["LABEL_0", "LABEL_1", "LABEL_2"], WORDS);
    const { scores } = await routers().route("The patient is tall.", inFolder("unnamed"));
    assert.equal(scores[0]![0], "expert_lexicons");
  });

  it("is the official classifier by itself where its ONNX is in the cache, unless the bundled one is asked for", async () => {
    await cache(OFFICIAL_ROUTER);
    assert.equal((await routers().route(QUESTION)).by, OFFICIAL_ROUTER);
    assert.equal((await routers().route(QUESTION, "bundled")).by, "bundled router");
  });

  const refusals: [what: string, make: () => Promise<unknown>, named: string, why: RegExp][] = [
    ["is not there", async () => undefined, "owner/none", /owner\/none is neither a folder nor in the .* cache/],
    [
      "tells other things apart",
      () => writeClassifier(inFolder("moods"), ["happy", "sad"], { apples: [1, 2] }),
      "moods",
      /does not tell apart chunked_symbolism/,
    ],
    [
      "has no graph",
      async () => {
        await mkdir(inFolder("empty"));
        await writeFile(inFolder("empty/config.json"), "{}");
      },
      "empty",
      /has no onnx\/model\.onnx/,
    ],
    [
      "is damaged",
      async () => {
        await writeClassifier(inFolder("damaged"), LABELS, WORDS);
        await writeFile(inFolder("damaged/onnx/model.onnx"), "<html>");
      },
      "damaged",
      /cannot be loaded/,
    ],
  ];
  for (const [what, make, named, why] of refusals) {
    it(`gives way to the bundled one where it ${what}, and says so`, async () => {
      await make();
      const { by, scores, note } = await routers().route(QUESTION, named.includes("/") ? named : inFolder(named));
      assert.deepEqual([by, scores[0]![0]], ["bundled router", "chunked_symbolism"]);
      assert.match(note!, /^The router that ships picked, because .* could not: /);
      assert.match(note!, why);
    });
  }

  it("speaks in the trace of a run, with its note", async () => {
    await cache(OFFICIAL_ROUTER);
    const events: TraceEvent[] = [];
    const engine = new Engine({
      pocketFolder: path.resolve("models/pocket"),
      cacheFolder: inFolder("engine"),
      threads: 1,
      notify: (name, params) =>
        void (name === "events" && events.push(...(params as EngineNotifications["events"]).events)),
    });
    const run = (router: string) =>
      engine.run({
        id: "r",
        model: { kind: "folder", path: path.resolve("test/fixtures/models/tiny") },
        strategy: "sketch-of-thought",
        options: { maxTokens: 4, shots: 1, router },
        messages: [{ role: "user", content: QUESTION }],
      });
    await run("");
    const official = events.find((event) => event.t === "route")!;
    assert.deepEqual([official.by, official.pick], [OFFICIAL_ROUTER, "conceptual_chaining"]);
    assert.ok(!events.some((event) => event.t === "note" && /router/.test(event.message)));
    const read = events.flatMap((event) => (event.t === "auxiliary" ? [[event.by, event.tokens, event.attended]] : []));
    assert.deepEqual(read, [[OFFICIAL_ROUTER, 17, 17 * 17]]);
    events.length = 0;
    await run("owner/none");
    const other = events.find((event) => event.t === "route")!;
    assert.deepEqual([other.by, other.pick], ["bundled router", "chunked_symbolism"]);
    assert.ok(!events.some((event) => event.t === "auxiliary"));
    assert.ok(events.some((event) => event.t === "note" && /because owner\/none could not/.test(event.message)));
    await engine.unloadModels({});
  });
});
