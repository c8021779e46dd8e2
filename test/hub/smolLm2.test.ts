/** `npm run test:hub`: a real instruct model all the way, from a hub that cuts its connection to traces of every strategy. */
import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { EngineNotifications, ModelInfo, ModelReference } from "../../src/core/protocol/engineApi";
import type { TraceEvent } from "../../src/core/trace/trace";
import { Engine } from "../../src/engine/engine";
import { root } from "../harness/project.mjs";
import { LoopbackHub } from "../unit/engine/loopbackHub";
import { smolLm2 } from "../harness/smolLm2.mjs";
import { inEnglish } from "../../src/core/text/l10n";

const ID = "HuggingFaceTB/SmolLM2-135M-Instruct-ONNX";
const MODEL: ModelReference = { kind: "hub", id: ID };
const QUESTION = "Natalia sold 48 clips in April and half as many in May. How many clips did she sell altogether?";
const TRAINING_FREE = [
  "chain-of-thought",
  "no-thinking",
  "budget",
  "chain-of-draft",
  "sketch-of-thought",
  "inftythink",
  "deer",
  "entropy-after-thinking",
];

/** Easy enough for a small model to be right about some of them. */
const SUMS = Array.from({ length: 36 }, (_, index) => {
  const [has, gets] = [2 + (index % 8), 1 + ((5 * index) % 7)];
  const question = `Ann has ${has} apples and gets ${gets} more. How many apples does Ann have now?`;
  return { question, answer: String(has + gets) };
});

describe("SmolLM2-135M, from the hub to a trace", function () {
  this.timeout(3_600_000);
  let scratch: string;
  let hub: LoopbackHub;
  let engine: Engine;
  let info: ModelInfo;
  const progress: string[] = [];
  const events = new Map<string, TraceEvent[]>();
  const environment = { ...process.env };

  before(async () => {
    const model = await smolLm2();
    scratch = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-hub-"));
    const served = path.join(scratch, "served");
    await cp(model, served, { recursive: true, filter: (file) => !file.endsWith(".gguf") });
    hub = await LoopbackHub.start(ID, served);
    process.env["HF_ENDPOINT"] = hub.url;
    process.env["HF_HOME"] = path.join(scratch, "home");
    delete process.env["HF_HUB_CACHE"];
    const on: { [N in keyof EngineNotifications]?: (params: EngineNotifications[N]) => void } = {
      events: ({ run, events: batch }) => void events.set(run, [...(events.get(run) ?? []), ...batch]),
    };
    engine = new Engine({
      pocketFolder: path.join(root, "models/pocket"),
      cacheFolder: path.join(scratch, "cache"),
      notify: (name, params) => on[name]?.(params),
    });
  });
  after(async () => {
    process.env = environment;
    await engine?.unloadModels({});
    await hub?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  it("is not there at first, and is described before it is downloaded", async () => {
    await assert.rejects(engine.loadModel({ model: MODEL }), { code: "model-not-downloaded" });
    const { licence, variants } = await engine.describeModel({ id: ID });
    assert.equal(licence, "mit");
    assert.deepEqual(
      variants.map(({ dtype }) => dtype),
      ["q4"],
    );
    assert.ok(variants[0]!.bytes > 70e6 && variants[0]!.bytes < 120e6);
  });

  it("comes over a connection that is cut twice", async () => {
    hub.misbehaviour = { files: /model_q4\.onnx$/, times: 2, how: "cut" };
    await engine.downloadModel({ id: ID }, { progress: (message) => void progress.push(inEnglish(message)) });
    assert.ok(hub.transfers.filter(({ range }) => range !== undefined).length >= 2);
    assert.match(progress.at(-1)!, /^HuggingFaceTB\/SmolLM2-135M-Instruct-ONNX: (\d+) of \1 MB, /);
  });

  it("is patched, and proven to compute what it did", async () => {
    info = await engine.loadModel({ model: MODEL });
    assert.equal(info.id, ID);
    assert.deepEqual([info.hiddenSize, info.vocabularySize, info.contextLength], [576, 49152, 8192]);
    for (const { capability, has, reason } of info.capabilities) assert.ok(has, `${capability}: ${inEnglish(reason)}`);
    assert.match(
      inEnglish(info.capabilities.find((row) => row.capability === "hidden-states")!.reason),
      /^Proven at load/,
    );
  });

  for (const strategy of TRAINING_FREE) {
    it(`runs ${strategy}`, async () => {
      assert.ok(info.strategies.find(({ id }) => id === strategy)?.runs);
      await engine.run({
        id: strategy,
        model: MODEL,
        strategy,
        options: {
          maxTokens: 64,
          ...(strategy === "inftythink" ? { roundTokens: 32, summaryTokens: 24, maxRounds: 2 } : {}),
        },
        messages: [{ role: "user", content: QUESTION }],
        gold: "72",
      });
      const trace = events.get(strategy)!;
      const end = trace.at(-1)!;
      assert.ok(end.t === "end" && (end.tokens?.total ?? 0) > 0);
      const words = trace.flatMap((event) => (event.t === "tokens" ? event.text : [])).join("");
      assert.match(words, /[a-z]{3}|\d/i);
    });
  }

  it("learns a probe on sums, which then watches its thinking", async () => {
    const file = path.join(scratch, "probe.json");
    const options = { maxTokens: 64 };
    const { figures } = await engine.trainProbe({
      ...{ model: MODEL, questions: SUMS, data: "sums", checkAt: "line", file, options },
    });
    assert.ok(figures.states > 0 && figures.brier < 0.25, JSON.stringify(figures));
    const messages = [{ role: "user" as const, content: SUMS[0]!.question }];
    await engine.run({ id: "probe", model: MODEL, strategy: "probe", options: { ...options, file }, messages });
    const trace = events.get("probe")!;
    const checks = trace.filter((event) => event.t === "check");
    assert.ok(checks.length > 0 && checks.every(({ by, signals }) => by === "probe" && signals!["probability"]! >= 0));
    assert.equal(trace.at(-1)!.t, "end");
  });

  for (const strategy of ["lightthinker", "coconut", "softcot"]) {
    it(`says that it was not trained for ${strategy}`, () => {
      assert.match(inEnglish(info.strategies.find(({ id }) => id === strategy)!.reason!), /not trained/);
    });
  }
});
