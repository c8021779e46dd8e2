import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { scoreOf } from "../../../src/core/exits/rules";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { measure, purposes, spanText } from "../../../src/core/measure/metrics";
import type { ProbeFile } from "../../../src/engine/probes/probe";
import { by, run, score, standing, textOf, tiny } from "./scoredTraces";

before(async function () {
  this.timeout(60_000);
  await tiny();
});

/** A word that the model writes in its plain chain of thought, to check before. */
async function wordOf(): Promise<string> {
  const { positions } = fold(await run("chain-of-thought"));
  return positions
    .slice(5)
    .map(({ text }) => text.trim())
    .find((word) => /^\p{L}{2,}$/u.test(word))!;
}

describe("scoring what the same model wrote", function () {
  this.timeout(60_000);
  const cases: [strategy: string, options: Record<string, unknown>][] = [
    ["chain-of-thought", {}],
    ["chain-of-draft", { shots: 1 }],
    ["sketch-of-thought", { shots: 1 }],
    ["budget", { tokens: 12 }],
    ["deer", { threshold: 1, transitions: ["the", "and", "She", "apples"] }],
  ];
  for (const [strategy, options] of cases) {
    it(`${strategy}: the same text with the log-probabilities of its own run`, async () => {
      const events = await run(strategy, options);
      const original = fold(events);
      const { trace } = await score(events);
      assert.equal(textOf(trace), textOf(original));
      const [before, after] = [standing(original), standing(trace)];
      let compared = 0;
      before.forEach(({ logprob, entropy, id }, at) => {
        assert.equal(after[at]!.id, id);
        if (logprob === undefined) return;
        compared += 1;
        assert.ok(Math.abs(after[at]!.logprob! - logprob) < 1e-3, `token ${at}: ${logprob}, ${after[at]!.logprob}`);
        assert.ok(Math.abs(after[at]!.entropy! - entropy!) < 1e-3);
      });
      assert.ok(compared > 10);
      assert.equal(trace.exit?.why, original.exit?.why);
      assert.equal(trace.end?.answer, original.end?.answer);
      const spans = (of: Trace) =>
        of.spans
          .filter(({ kind }) => kind !== "trial")
          .map((span) => `${span.kind}: ${spanText({ ...of, positions: standing(of) }, onStanding(of, span))}`)
          .sort();
      assert.deepEqual(spans(trace), spans(original));
    });
  }

  for (const protocol of ["trained", "prompt"]) {
    it(`InftyThink, ${protocol}: its first round under the instruction that it had`, async () => {
      const events = await run("inftythink", { protocol, roundTokens: 24, summaryTokens: 8, maxRounds: 2 });
      const original = fold(events);
      const { trace } = await score(events);
      assert.equal(trace.prefills[0]!.tokens, original.prefills[0]!.tokens);
      // The trained protocol closes thinking that this model never opened, and what is scored then begins with the tag.
      const end = protocol === "trained" ? 0 : original.prefills[1]!.at;
      const after = standing(trace);
      let compared = 0;
      standing(original)
        .slice(0, end)
        .forEach(({ logprob, id }, at) => {
          if (logprob === undefined || after[at]!.id !== id) return;
          compared += 1;
          assert.ok(Math.abs(after[at]!.logprob! - logprob) < 1e-3, `token ${at}: ${logprob}, ${after[at]!.logprob}`);
        });
      assert.ok(compared > 10 || protocol === "trained", `${compared} tokens`);
    });
  }

  /** A span by numbers of standing positions. */
  function onStanding(trace: Trace, { from, to }: { from: number; to: number }): { from: number; to: number } {
    const purpose = purposes(trace);
    const before = (at: number) => purpose.slice(0, at).filter((each) => each !== "trial").length;
    return { from: before(from), to: before(to) };
  }

  it("tries the answers that DEER tried, at the same places, as sure of them", async () => {
    const transitions = [await wordOf()];
    const events = await run("deer", { threshold: 1, transitions, thinkRatio: 1 });
    const { trace, progress } = await score(events, { at: ["transition"], transitions });
    const told = (of: Trace) =>
      by(of, "deer").map((check) => {
        const { at, answer, trial } = check;
        return {
          ...{ answer, tokens: trial![1] - trial![0] },
          score: scoreOf(check)!.value.toFixed(4),
          after: purposes(of)
            .slice(0, at)
            .filter((each) => each !== "trial").length,
          text: spanText(of, { from: trial![0], to: trial![1] }),
        };
      });
    const original = fold(events);
    assert.ok(original.checks.length > 0);
    assert.deepEqual(told(trace), told(original));
    assert.ok(trace.prefills[0]!.tokens === original.prefills[0]!.tokens, "the prompt is counted");
    assert.ok(progress.length > 0 && progress.every((share) => share >= 0 && share <= 1));
  });

  it("records what a survey of the same run does, at the same places", async () => {
    const transitions = [await wordOf()];
    const events = await run("survey", { checkAt: "transition", transitions, thinkRatio: 1 });
    const { trace } = await score(events, { at: ["transition"], transitions });
    const told = (of: Trace) =>
      of.checks.map(({ by, answer, signals, trial }) => ({
        ...{ by, answer, tokens: trial && trial[1] - trial[0] },
        signals: Object.entries(signals!).map(([name, value]) => `${name} ${value.toFixed(3)}`),
      }));
    assert.ok(fold(events).checks.length > 0);
    assert.deepEqual(told(trace), told(fold(events)));
    assert.equal(measure(trace).tokens.trial, measure(fold(events)).tokens.trial);
  });

  it("a run that a check stopped is tried where it stopped", async () => {
    const transitions = [await wordOf()];
    const events = await run("deer", { threshold: 0, transitions });
    const original = fold(events);
    const { trace } = await score(events, { at: ["transition"], transitions });
    assert.equal(original.exit?.why, "confidence");
    const tried = by(trace, "deer");
    assert.equal(tried.length, 1);
    assert.equal(tried[0]!.answer, original.checks[0]!.answer);
    assert.equal(trace.exit?.at, tried[0]!.at);
  });

  it("asks the probe at its places, with what it said during the run", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-score-"));
    try {
      const file = path.join(folder, "probe.json");
      const transitions = [await wordOf()];
      const { id, sha256, hiddenSize } = (await tiny()).facts;
      const weight = [Array.from({ length: hiddenSize! }, (_, index) => Math.sin(index + 1) / 4)];
      const probe: ProbeFile = {
        v: 1,
        kind: "hidden-state-probe",
        model: { id, sha256: sha256!, hiddenSize: hiddenSize! },
        checkAt: "transition",
        layers: [{ weight, bias: [0.1] }],
        calibration: { scale: 1, shift: 0 },
        threshold: 0.9,
        patience: 1,
        figures: { auc: 0.5, ece: 0.1, brier: 0.2, accuracy: 0.5, questions: 1, states: 1 },
        trained: { data: "test", questions: 1, states: 1, seed: 0 },
      };
      await writeFile(file, JSON.stringify(probe));
      const events = await run("probe", { file, threshold: 1, transitions, thinkRatio: 1 });
      const { trace } = await score(events, { probe: file, transitions });
      const said = (of: Trace) => by(of, "probe").map((check) => scoreOf(check)!.value.toFixed(3));
      assert.ok(said(fold(events)).length > 0);
      assert.deepEqual(said(trace), said(fold(events)));
      assert.ok(by(trace, "deer").length > 0, "and answers are tried beside it");
      await writeFile(file, JSON.stringify({ ...probe, model: { ...probe.model, sha256: "other" } }));
      await assert.rejects(score(events, { probe: file }), { code: "probe-mismatch" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
