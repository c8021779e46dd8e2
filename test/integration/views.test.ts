import assert from "node:assert/strict";
import { appendFile, copyFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { EventOf } from "../../src/core/trace/trace";
import { stateOf } from "../../src/core/measure/runSummary";
import { activeApi, closeEditors, inWorkspace, openSample, openText, waitFor } from "./support";

const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
const panelTabs = () =>
  tabs().filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("thoughtlens.trace"));

async function traced(line = 4): Promise<string> {
  const target = { uri: inWorkspace("stories.prompt.md"), line };
  const [run] = (await vscode.commands.executeCommand<string[]>("thoughtlens.traceWith", target, "no-thinking")) ?? [];
  assert.ok(run);
  return run;
}

describe("views of traces", function () {
  this.timeout(240_000);
  let run: string;

  before(async () => {
    await openSample("stories.prompt.md");
    run = await traced();
  });
  afterEach(closeEditors);

  it("opens a panel beside the prompt and leaves the focus where it was", async () => {
    await openSample("stories.prompt.md");
    await traced();
    const [tab, ...more] = await waitFor("a panel", () => panelTabs().length > 0 && panelTabs());
    assert.ok(tab);
    assert.deepEqual(more, []);
    assert.equal(tab.group.viewColumn, vscode.ViewColumn.Two);
    assert.equal(vscode.window.activeTextEditor?.document.uri.path, inWorkspace("stories.prompt.md").path);
  });

  it("uses the panel of a prompt again, and another for another prompt", async () => {
    await openSample("stories.prompt.md");
    await traced(4);
    await traced(4);
    await waitFor("one panel", () => panelTabs().length === 1);
    await traced(10);
    await waitFor("two panels", () => panelTabs().length === 2);
  });

  it("opens a recorded run", async () => {
    await vscode.commands.executeCommand("thoughtlens.openTrace", { run });
    await waitFor("its panel", () => panelTabs().some(({ label }) => label === "No Thinking"));
  });

  it("opens trace files in the trace editor, cut ones too", async () => {
    const { store } = await activeApi();
    const copy = inWorkspace("copy.thoughts.jsonl");
    await copyFile(store.run(run)!.file!, copy.fsPath);
    await openTraceFile(copy);
    const cut = (await openText("cut.thoughts.jsonl", '{"t":"run","v":1,"id":"x"')).document.uri;
    await closeEditors();
    await openTraceFile(cut);
  });

  it("opens the sample traces that come with the extension", async () => {
    await vscode.commands.executeCommand("thoughtlens.openSampleTrace", "deer");
    await waitFor("the trace editor", () => tabs().some(({ label }) => label === "deer.thoughts.jsonl"));
  });

  it("finds its runs again in their files", async () => {
    const { store } = await activeApi();
    const ids = () => store.runs.map(({ id }) => id).sort();
    const before = ids();
    await store.reload();
    assert.deepEqual(ids(), before);
    assert.equal(store.run(run)?.header.prompt.title, "Three steps");
  });

  it("keeps in its file what was worked out from a trace later, also behind a line that was cut", async () => {
    const { store } = await activeApi();
    const layout = (x: number): EventOf<"projection"> => ({
      ...{ t: "projection", of: "latent", method: "umap" },
      ...{ points: [[x, 0]], words: [], nearest: [[]] },
    });
    const told: string[] = [];
    const listening = store.onDidAppend((appended) => told.push(appended.run));
    await store.extend(run, layout(1));
    await appendFile(store.run(run)!.file!, '{"t":"note","lev');
    await store.extend(run, layout(2));
    await store.extend("nobody's", layout(3));
    listening.dispose();
    assert.deepEqual(told, [run, run]);
    await store.reload();
    assert.deepEqual((await store.trace(run)).projections, [layout(2)]);
    assert.equal(stateOf(store.run(run)!), "finished");
  });

  it("writes traces into the folder of the setting", async () => {
    const { store } = await activeApi();
    const configuration = vscode.workspace.getConfiguration("thoughtlens");
    const folder = inWorkspace("my traces").fsPath;
    await configuration.update("traceFolder", folder, vscode.ConfigurationTarget.Global);
    try {
      const file = store.run(await traced())?.file;
      assert.equal(file && path.dirname(file), folder);
      assert.match(path.basename(file!), /^[\w-]+\.thoughts\.jsonl$/);
    } finally {
      await configuration.update("traceFolder", undefined, vscode.ConfigurationTarget.Global);
      await store.reload();
    }
  });

  it("deletes a run with its file", async () => {
    const { store } = await activeApi();
    const doomed = await traced();
    const file = vscode.Uri.file(store.run(doomed)!.file!);
    await vscode.commands.executeCommand("thoughtlens.deleteRun", { run: doomed });
    assert.equal(store.run(doomed), undefined);
    await assert.rejects(async () => vscode.workspace.fs.stat(file));
  });

  it("writes the results under the prompt as a comment, which changes neither the prompt nor its answer", async () => {
    await traced();
    const { document } = await openSample("stories.prompt.md");
    await vscode.commands.executeCommand("thoughtlens.insertResult", { uri: document.uri, line: 4 });
    assert.match(
      document.getText(),
      /<!-- expected: 38 -->\n<!-- thoughtlens: on .*\n(?:.*: .* tokens.*\n)*?No Thinking: .* tokens/,
    );
    const { store } = await activeApi();
    const after = store.run(await traced());
    assert.equal(after?.header.gold, "38");
    assert.doesNotMatch(after.header.messages.map(({ content }) => content).join("\n"), /thoughtlens/);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  async function openTraceFile(uri: vscode.Uri): Promise<void> {
    await vscode.commands.executeCommand("vscode.open", uri);
    await waitFor("the trace editor", () =>
      tabs().some(
        ({ input }) => input instanceof vscode.TabInputCustom && input.viewType === "thoughtlens.traceEditor",
      ),
    );
  }
});
