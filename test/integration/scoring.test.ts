import assert from "node:assert/strict";
import * as vscode from "vscode";
import { fold } from "../../src/core/trace/fold";
import { activeApi, closeEditors, completionOf, openText, runsOf, traceFileOf, waitFor } from "./support";

const COMPLETION = completionOf(
  "Ann has 5 pens.\n\nShe buys 4, so she has 9.\n\nWait, nothing was lost. It is 9.",
  "The answer is \\boxed{9}.",
);

describe("scoring a trace of another tool", function () {
  this.timeout(120_000);
  afterEach(closeEditors);

  it("writes a trace of its own, with trial answers, and shows it", async () => {
    const api = await activeApi();
    const { document } = await openText("reasoner.json", JSON.stringify(COMPLETION));
    const [original] = await runsOf("thoughtlens.importTraces", document.uri);
    const [run] = await runsOf("thoughtlens.scoreTrace", { run: original }, "pocket");
    assert.ok(run);
    const trace = await api.store.trace(run);
    assert.equal(trace.header?.scored?.run, original);
    assert.equal(trace.header?.scored?.model, "deepseek-reasoner");
    // Every exit rule is asked at each place; the included model has a probe as well.
    const ofTrials = ["deer", "semantic-redundancy", "answer-agreement", "answer-convergence"];
    const rules = ["probe", "think-brake", ...ofTrials, "entropy-after-thinking"];
    assert.deepEqual(
      trace.checks.map(({ by }) => by),
      [...rules, ...rules],
    );
    assert.equal(trace.end?.answer, "9");
    assert.deepEqual(fold(await traceFileOf(api, run)).positions, trace.positions);
    await waitFor("its panel", () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.startsWith("Scored: "))),
    );
  });

  it("says in one sentence why a scored trace is not scored again", async () => {
    const { store, messages } = await activeApi();
    const scored = store.runs.find(({ header }) => header.scored);
    const told = new Promise<string>((resolve) => {
      const listening = messages.onDidShow(({ code }) => {
        listening.dispose();
        resolve(code);
      });
    });
    await runsOf("thoughtlens.scoreTrace", { run: scored!.id }, "pocket");
    assert.equal(await told, "score-again");
  });
});
