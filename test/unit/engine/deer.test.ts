/** DEER's options on a tiny model, and the rules of its trials on tokens written out. */
import assert from "node:assert/strict";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { measure, purposes } from "../../../src/core/measure/metrics";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { LocalDecoder } from "../../../src/engine/decoding/localDecoder";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { Recorder } from "../../../src/engine/decoding/recorder";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { GREEDY } from "../../../src/engine/decoding/sampling";
import { tryBeside } from "../../../src/engine/thinking/besideTrial";
import type { RunContext } from "../../../src/engine/thinking/runContext";
import { trialConfidence } from "../../../src/core/exits/trialConfidence";
import { Box, TRIAL_INDUCERS } from "../../../src/engine/thinking/trial";
import { Structure } from "../../../src/engine/decoding/structure";

const token = (text: string, probability = 1) => ({
  ...{ id: 0, text, logprob: Math.log(probability), entropy: undefined },
  ms: 0,
});

describe("a trial's box", () => {
  const cases: [what: string, tokens: string[], through: boolean, over: boolean, answer: string, thinking: boolean][] =
    [
      ["closes at its brace", ["4", "2", "}"], false, true, "42", false],
      ["holds braces of its own", ["\\frac{1}", "{2}", "}."], false, true, "\\frac{1}{2}", false],
      ["goes on to the end of thinking where that is wanted", ["42}", "\n"], true, false, "42", false],
      ["is over with thinking, in the same token or later", ["42}</think>"], true, true, "42", true],
      ["is over with thinking, in pieces", ["42", "}", " </thi", "nk>"], true, true, "42", true],
      ["does not take a tag inside it for the end", ["</think>", "4"], true, false, "</think>4", false],
    ];
  for (const [what, tokens, through, over, answer, thinking] of cases) {
    it(what, () => {
      const box = new Box(through ? "</think>" : undefined);
      const last = tokens.map((text) => box.take(token(text))).at(-1);
      const read = box.read();
      assert.deepEqual([last, read.answer, read.closedThinking], [over, answer, thinking]);
    });
  }

  it("counts the probabilities of what stands in it, and of nothing after", () => {
    const box = new Box("</think>");
    [token("4", 0.5), token("2}", 0.8), token(" so", 0.1), token("</think>", 0.1)].forEach((each) => box.take(each));
    const { logprobs } = box.read();
    assert.ok(Math.abs(trialConfidence(logprobs, "geometric") - Math.sqrt(0.4)) < 1e-12);
    assert.ok(Math.abs(trialConfidence(logprobs, "arithmetic") - 0.65) < 1e-12);
  });

  it("that is empty is no confidence, and neither is one without log-probabilities", () => {
    assert.equal(trialConfidence([], "arithmetic"), 0);
    assert.equal(trialConfidence([Number.NaN], "geometric"), 0);
  });
});

describe("DEER", function () {
  this.timeout(60_000);
  let model: OnnxModel;
  before(async () => {
    model = await loadOnnxModel(path.resolve("test/fixtures/models/tiny"), { threads: 1 });
  });
  after(() => model.dispose());

  async function run(options: Record<string, unknown>, strategy = "deer"): Promise<Trace> {
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model,
      request: {
        ...{ id: "run", strategy, model: { kind: "folder", path: "tiny" } },
        messages: [{ role: "user", content: "Mia has 12 apples and gives 3 of them to her brother." }],
        options: { maxTokens: 60, thinkRatio: 1, ...options },
      },
      route: () => Promise.resolve({ by: "test", scores: [["chunked_symbolism", 1]] }),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    return fold(events);
  }
  const standing = (trace: Trace): string => {
    const purpose = purposes(trace);
    return trace.positions.map(({ text }, at) => (purpose[at] === "trial" ? "" : text)).join("");
  };
  /** Words of the model's chain of thought to check before. */
  async function transitions(): Promise<string[]> {
    const { positions } = await run({}, "chain-of-thought");
    const words = positions.slice(5).map(({ text }) => text.trim());
    return [words.find((word) => /^\p{L}{2,}$/u.test(word)) ?? words.find((word) => /^\p{L}+$/u.test(word))!];
  }
  const told = ({ checks }: Trace) =>
    checks.map(({ answer, signals }) => [answer, signals?.["confidence"]?.toFixed(4)]);

  it("PRo asks every inducer and takes the mean less the mean absolute deviation", async () => {
    const options = { transitions: await transitions(), threshold: 1, maxChecks: 1 };
    const single = await Promise.all(
      TRIAL_INDUCERS.map(
        async (inducer) => (await run({ ...options, inducers: [inducer] })).checks[0]!.signals!["confidence"]!,
      ),
    );
    const [check] = (await run({ ...options, score: "pro" })).checks;
    const mean = single.reduce((sum, each) => sum + each, 0) / single.length;
    const deviation = single.reduce((sum, each) => sum + Math.abs(each - mean), 0) / single.length;
    assert.equal(TRIAL_INDUCERS.length, 3);
    assert.ok(deviation > 0, "the inducers differ");
    assert.ok(Math.abs(check!.signals!["confidence"]! - Math.max(0, mean - deviation)) < 1e-6);
  });

  for (const score of ["geometric", "pro"]) {
    it(`decodes ${score} trials beside the thought to what they come to apart`, async () => {
      const options = { transitions: await transitions(), threshold: 1, maxChecks: 3, score };
      const [apart, beside] = [await run(options), await run({ ...options, parallel: true })];
      assert.ok(beside.checks.length > 0);
      assert.deepEqual(told(beside), told(apart));
      assert.equal(standing(beside), standing(apart));
      const lengths = (trace: Trace) =>
        trace.spans.filter(({ kind }) => kind === "trial").map(({ from, to }) => to - from);
      assert.deepEqual(lengths(beside), lengths(apart));
    });
  }

  it("goes on from where it stands when nothing was held back, as after a line", async () => {
    const recorder = new Recorder(() => undefined, new Structure("step"));
    const signal = new AbortController().signal;
    const decoder = () => new LocalDecoder(model, recorder, { signal, random: Math.random });
    const [alone, beside] = [decoder(), decoder()];
    for (const each of [alone, beside]) await each.prefill([{ role: "user", content: "How many apples?" }]);
    const context = { recorder, signal, sampling: GREEDY, random: Math.random } as unknown as RunContext;
    const trial = await tryBeside(context, beside, {
      ...{ held: [], inducers: TRIAL_INDUCERS, transitions: [], maxTokens: 8 },
      ...{ closer: "</think>", through: undefined, waitsAtLines: false },
    });
    const { length } = trial.goOn();
    assert.ok(length > 3);
    await alone.generate({ maxTokens: length });
    assert.equal(beside.text, alone.text);
    for (const each of [alone, beside]) await each.generate({ maxTokens: 6 });
    assert.equal(beside.text, alone.text);
    assert.equal(beside.sequence.rows, alone.sequence.rows);
  });

  it("answers within the tokens that the run was given", async () => {
    const trace = await run({ transitions: await transitions(), threshold: 0, maxTokens: 20 });
    const purpose = purposes(trace);
    const chosen = trace.positions.filter(({ kind }, at) => kind === "text" && purpose[at] !== "trial");
    assert.ok(chosen.length > 20 && chosen.length <= 40, `${chosen.length} tokens`);
  });

  it("keeps room for the answer where the context fills while it thinks and tries", async () => {
    const contextTokens = measure(await run({}, "chain-of-thought")).tokens.prompt + 160;
    for (const [strategy, options] of [
      ["deer", { transitions: await transitions(), threshold: 1, maxChecks: 1000 }],
      ["budget", { tokens: 2000 }],
    ] as const) {
      const trace = await run({ ...options, contextTokens, maxTokens: 2000 }, strategy);
      assert.ok(trace.end, strategy);
      assert.equal(trace.exit?.why, "budget", strategy);
    }
  });

  it("does not count a trial that leaves open what has to be closed", async () => {
    const options = { transitions: await transitions(), threshold: 0, maxChecks: 1, trialTokens: 1 };
    const counted = await run(options);
    assert.equal(counted.exit?.why, "confidence");
    for (const mustClose of ["box", "thinking"]) {
      const trace = await run({ ...options, mustClose });
      assert.equal(trace.checks[0]!.signals?.["confidence"], 0, mustClose);
      assert.notEqual(trace.exit?.why, "confidence");
    }
  });
});
