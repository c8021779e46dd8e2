/** What a probe is taught has to be what an exit at the same place would have come to; and when it is let stop. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { scoreOf } from "../../../src/core/exits/rules";
import * as z from "zod";
import { fold } from "../../../src/core/trace/fold";
import { replay } from "../../../src/core/exits/replay";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { loadOnnxModel, type OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { collectExamples } from "../../../src/engine/training/trainOn";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { thinkWithChecks } from "../../../src/engine/thinking/earlyExit";
import { stepByStep, strategy } from "../../../src/engine/strategies/strategy";

interface Problem {
  question: string;
  answer: string;
}

const route = () => Promise.reject(new Error("Nobody is to be routed."));
const { signal } = new AbortController();

/** Chain of thought that is stopped at its check number `index`, from 0. */
const stoppedAt = (index: number) =>
  strategy({
    ...{
      id: "stopped",
      name: "Stopped",
      title: "Stopped",
      summary: "Stops at one check.",
      needs: [],
      stepKind: "step",
    },
    options: z.object({}),
    words: stepByStep,
    run(context) {
      let asked = 0;
      const everywhere = { checkAt: "line" as const, transitions: [], maxChecks: 1000, thinkRatio: 0.9 };
      return thinkWithChecks(context, context.localDecoder(), everywhere, "probe", () =>
        Promise.resolve(asked++ === index),
      );
    },
  });

describe("examples for a probe", function () {
  this.timeout(60_000);
  let model: OnnxModel;
  before(async () => {
    model = await loadOnnxModel(path.resolve("models/pocket/base"), { threads: 1 });
  });
  after(() => model.dispose());

  it("are right where a run that stops there is right", async () => {
    // Asked in the middle of thinking, the model knows the class before it says what the count comes to; an exit there
    // makes it say the class of the single reading.
    const all = readFileSync("bench/data/triage.test.jsonl", "utf8").split("\n");
    const lines = [all[101]!, all[141]!];
    const labels: boolean[] = [];
    for (const line of lines) {
      const { question, answer } = JSON.parse(line) as Problem;
      const { examples } = await collectExamples(model, { question, answer }, { checkAt: "line" }, { signal, route });
      for (const [index, { right }] of examples.entries()) {
        const { correct } = await runStrategy({
          backend: model,
          strategy: stoppedAt(index),
          request: {
            ...{ id: "stopped", strategy: "stopped", model: { kind: "folder", path: model.folder } },
            messages: [{ role: "user", content: question }],
            gold: answer,
          },
          route,
          emit: () => undefined,
          signal,
        });
        assert.equal(right, correct, `${question} at check ${index}`);
        labels.push(right);
      }
    }
    assert.ok(labels.includes(true) && labels.includes(false));
  });

  it("teach a probe that stops after as many passes in a row as it is asked for, and its trace replays so", async () => {
    const { question } = JSON.parse(
      readFileSync("bench/data/arithmetic.valid.jsonl", "utf8").split("\n")[0]!,
    ) as Problem;
    for (const patience of [1, 3]) {
      const events: TraceEvent[] = [];
      await runStrategy({
        backend: model,
        request: {
          ...{ id: "patient", strategy: "probe", model: { kind: "folder", path: model.folder } },
          messages: [{ role: "user", content: question }],
          options: { patience, threshold: 0.2 },
        },
        route,
        emit: (batch) => events.push(...batch),
        signal,
      });
      const trace = fold(events);
      const passed = trace.checks.map((check) => scoreOf(check)!.value > 0.2);
      assert.equal(trace.exit?.why, "probe");
      assert.ok(passed.length >= patience && passed.slice(-patience).every(Boolean));
      assert.equal(replay(trace).check, passed.length - 1);
    }
  });
});
