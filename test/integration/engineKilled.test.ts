import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { fold } from "../../src/core/trace/fold";
import { seededRandom } from "../../src/core/measure/random";
import { readTrace } from "../../src/core/trace/traceFile";
import { activeApi, closeEditors, codeLensTitles, inWorkspace, openSample, traceFileOf, waitFor } from "./support";

const KILLS = 20;
const SEED = 20_260_504;

function setOptions(options: object | undefined): Thenable<void> {
  const configuration = vscode.workspace.getConfiguration("thoughtlens");
  return configuration.update("strategyOptions", options, vscode.ConfigurationTarget.Global);
}

/** Runs a prompt that thinks for a while. @returns the run's id, once it is over */
async function traceOnce(): Promise<string> {
  const target = { uri: inWorkspace("stories.prompt.md"), line: 16 };
  const runs = await vscode.commands.executeCommand<string[]>("thoughtlens.traceWith", target, "chain-of-thought");
  assert.equal(runs?.length, 1);
  return runs[0]!;
}

describe("an engine that is killed", function () {
  this.timeout(600_000);

  before(async () => {
    // Whatever the model has to say, a run lasts about as long as the next one.
    await setOptions({ "chain-of-thought": { maxTokens: 400 } });
    await openSample("stories.prompt.md");
  });
  after(async () => {
    await setOptions(undefined);
    await closeEditors();
  });

  it(`leaves a readable trace each of ${KILLS} times, and a working editor`, async () => {
    const api = await activeApi();
    const random = seededRandom(SEED);
    await traceOnce();
    const began = performance.now();
    await traceOnce();
    const undisturbedMs = performance.now() - began;

    let interrupted = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await api.engine.hello();
      const pid = api.engine.pid;
      assert.ok(pid);
      const tracing = traceOnce();
      await new Promise((resolve) => setTimeout(resolve, random() * undisturbedMs));
      process.kill(pid, "SIGKILL");
      const run = await tracing;

      const trace = fold(await traceFileOf(api, run));
      assert.equal(trace.header?.id, run);
      assert.ok(trace.end, "a trace ends, whatever happened");
      if (trace.exit?.why === "error") {
        interrupted++;
        assert.match(trace.exit.message ?? "", /engine was killed/);
      }
      // The child may still be dying when the run was over before the kill.
      await waitFor("the next engine", () => api.engine.pid !== pid);
    }
    assert.ok(interrupted >= KILLS / 4, `only ${interrupted} of ${KILLS} kills met a run`);

    const after = fold(await traceFileOf(api, await traceOnce()));
    assert.notEqual(after.exit?.why, "error");
    assert.ok((await codeLensTitles(inWorkspace("stories.prompt.md"))).includes("Compare"));
  });

  it("is ended when it does not obey a cancel, and the trace says so", async () => {
    const api = await activeApi();
    const tracing = traceOnce();
    await waitFor("the first token", () => (api.runs.progress?.tokens ?? 0) > 0);
    const pid = api.engine.pid!;
    process.kill(pid, "SIGSTOP");
    await vscode.commands.executeCommand("thoughtlens.cancel");
    const trace = fold(await traceFileOf(api, await tracing));
    assert.equal(trace.exit?.why, "cancelled");
    assert.ok(trace.end);
    assert.notEqual(api.engine.pid, pid);
    assert.notEqual(fold(await traceFileOf(api, await traceOnce())).exit?.why, "error");
  });

  it("keeps what was traced when a person cancels", async () => {
    const api = await activeApi();
    const tracing = traceOnce();
    await waitFor("the first token", () => (api.runs.progress?.tokens ?? 0) > 0);
    await vscode.commands.executeCommand("thoughtlens.cancel");
    const run = await tracing;
    const { events } = readTrace(await readFile(api.store.run(run)!.file!, "utf8"));
    const trace = fold(events);
    assert.equal(trace.exit?.why, "cancelled");
    assert.ok(trace.end);
    assert.ok(trace.positions.length > 0);
  });
});
