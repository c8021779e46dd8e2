/** How many continuous thoughts Coconut thinks, on a tiny model that was never trained for it. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { scoreOf } from "../../../src/core/exits/rules";
import { gradeAnswer } from "../../../src/core/text/answer";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { collectLatents } from "../../../src/engine/training/latentExamples";
import { readProbe, type AnyProbeFile } from "../../../src/engine/probes/probe";
import { runStrategy } from "../../../src/engine/runs/runStrategy";

const STEPS = 3;
const route = () => Promise.reject(new Error("Nobody is to be routed."));

describe("continuous thoughts", function () {
  this.timeout(60_000);
  let model: OnnxModel;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-latents-"));
    model = await loadOnnxModel(path.resolve("test/fixtures/models/tiny"), { threads: 1 });
    const tokens = { begin: "<|im_start|>", end: "<|im_end|>", pause: "<|im_start|>", steps: STEPS };
    Object.defineProperty(model, "manifest", { value: { methods: { coconut: tokens, "coconut-pause": tokens } } });
  });
  after(async () => {
    await model.dispose();
    await rm(folder, { recursive: true });
  });

  async function run(options: Record<string, unknown>, strategy = "coconut"): Promise<Trace> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model,
      request: {
        ...{ id: "run", strategy, model: { kind: "folder", path: "tiny" } },
        messages: [{ role: "user", content: "Is Tom a lempus or scrompus?" }],
        options: { maxTokens: 8, lens: 2, ...options },
      },
      route,
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    return fold(events);
  }

  /** A probe that says the same of every state. */
  async function probe(probability: number, checkAt: AnyProbeFile["checkAt"] = "latent"): Promise<string> {
    const file = path.join(folder, `${checkAt}-${probability}.json`);
    const { id, sha256, hiddenSize } = model.facts;
    const bias = Math.log(probability / (1 - probability));
    const contents: AnyProbeFile = {
      ...{ v: 1, kind: "hidden-state-probe", checkAt, threshold: 0.5, patience: 1 },
      model: { id, sha256: sha256!, hiddenSize: hiddenSize! },
      layers: [{ weight: [Array.from({ length: hiddenSize! }, () => 0)], bias: [bias] }],
      calibration: { scale: 1, shift: 0 },
      figures: { auc: 1, ece: 0, brier: 0, accuracy: 1, questions: 1, states: 1 },
      trained: { data: "none", questions: 1, states: 1, seed: 0 },
    };
    await writeFile(file, JSON.stringify(contents));
    return file;
  }

  const lengths: [options: Record<string, unknown>, expected: number][] = [
    [{}, STEPS],
    [{ steps: 2 }, 2],
    [{ steps: 2, length: "padded" }, STEPS],
    [{ steps: 2, length: "padded", most: 5 }, 5],
    [{ steps: 0 }, 0],
  ];
  for (const [options, expected] of lengths) {
    it(`are ${expected} with ${JSON.stringify(options)}, and pause tokens as many`, async () => {
      const trace = await run(options);
      assert.equal(trace.latents.length, expected);
      assert.equal(trace.exit?.why, "end-of-thinking");
      assert.equal((await run(options, "coconut-pause")).latents.length, expected);
    });
  }

  it("end where a probe says enough, and at the length of training where it never does", async () => {
    const sure = await run({ length: "probe", probe: await probe(0.9) });
    assert.deepEqual([sure.latents.length, sure.exit?.why], [1, "probe"]);
    assert.equal(sure.checks.length, 1);
    assert.ok(Math.abs(scoreOf(sure.checks[0]!)!.value - 0.9) < 1e-6);
    const unsure = await run({ length: "probe", probe: await probe(0.2) });
    assert.deepEqual([unsure.latents.length, unsure.exit?.why], [STEPS, "end-of-thinking"]);
    assert.equal(unsure.checks.length, STEPS);
    const lowered = await run({ length: "probe", probe: await probe(0.2), threshold: 0.1 });
    assert.equal(lowered.latents.length, 1);
  });

  it("refuse a probe of words, as words refuse one of latents", async () => {
    await assert.rejects(run({ length: "probe", probe: await probe(0.9, "line") }), { code: "probe-mismatch" });
    await assert.rejects(run({ length: "probe" }), { code: "probe-missing" });
    await assert.rejects(readProbe(await probe(0.9)), { code: "probe-mismatch" });
  });

  it("are what such a probe is trained on: each state, and whether the answer tried there is right", async () => {
    const { signal } = new AbortController();
    const tried = (await run({ answers: true, lens: 0 })).latents;
    const gold = tried[1]!.answer ?? "none";
    const question = { question: "Is Tom a lempus or scrompus?", answer: gold };
    const { examples, thinking } = await collectLatents(model, question, { signal, route });
    assert.equal(tried.length, STEPS);
    assert.equal(thinking, STEPS);
    // Of an answer of which nobody can say whether it is right nothing is learned.
    const verdicts = tried.flatMap(({ answer }) => gradeAnswer(answer, gold) ?? []);
    assert.ok(verdicts.includes(true));
    assert.ok(examples.every(({ state }) => state.length === model.facts.hiddenSize));
    assert.deepEqual(
      examples.map(({ right }) => right),
      verdicts,
    );
  });
});
