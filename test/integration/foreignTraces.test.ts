import assert from "node:assert/strict";
import * as vscode from "vscode";
import { activeApi, closeEditors, completionOf, inWorkspace, openText, runsOf, waitFor } from "./support";

const COMPLETION = completionOf("Tom has 3 apples.\n\nHe buys 4, so he has 7.", "The answer is \\boxed{7}.");

describe("traces of other tools", () => {
  afterEach(closeEditors);

  it("imports a chat completion once, however often it is imported", async () => {
    const { store } = await activeApi();
    const { document } = await openText("completion.json", JSON.stringify(COMPLETION));
    const [run, ...more] = await runsOf("thoughtlens.importTraces", document.uri);
    assert.ok(run);
    assert.deepEqual(more, []);
    const trace = await store.trace(run);
    assert.equal(trace.header?.model.id, "deepseek-reasoner");
    assert.equal(trace.end?.answer, "7");
    assert.match(trace.positions.map(({ text }) => text).join(""), /He buys 4, so he has 7\..*boxed\{7\}/s);
    const count = store.runs.length;
    assert.deepEqual(await runsOf("thoughtlens.importTraces", document.uri), [run]);
    assert.equal(store.runs.length, count);
    assert.ok(store.run(run)?.file, "an imported trace has a file of its own");
  });

  it("imports what was dropped from outside, of which only the content is known", async () => {
    const { store } = await activeApi();
    const dropped = { name: "C:\\logs\\dropped.txt", bytes: new TextEncoder().encode("<think>1 + 1</think>It is 2.") };
    const [run] = await runsOf("thoughtlens.importTraces", [dropped]);
    assert.ok(run);
    assert.equal(store.run(run)?.header.source?.file, "dropped.txt");
    await waitFor("its panel", () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === "dropped.txt")),
    );
  });

  it("opens all files that were chosen together side by side", async () => {
    const { store } = await activeApi();
    const files = ["one.txt", "two.txt"].map((name) => inWorkspace(name));
    for (const [index, file] of files.entries())
      await vscode.workspace.fs.writeFile(file, Buffer.from(`<think>${index}</think>The answer is ${index}.`));
    // The file explorer gives the file under the pointer first, then all that are selected.
    const runs = await runsOf("thoughtlens.importTraces", files[0], files);
    assert.deepEqual(
      runs.map((run) => store.run(run)?.end?.answer),
      ["0", "1"],
    );
  });

  it("says in one sentence that a file is gone", async () => {
    const { messages } = await activeApi();
    const told = new Promise<string>((resolve) => {
      const listening = messages.onDidShow(({ code }) => {
        listening.dispose();
        resolve(code);
      });
    });
    await runsOf("thoughtlens.importTraces", inWorkspace("nowhere.json"));
    assert.equal(await told, "import-unreadable");
  });

  it("shows the reasoning in a selection", async () => {
    const { store } = await activeApi();
    const editor = await openText("notes.txt", "before\n<think>3 + 4 = 7</think>The answer is 7.\nafter");
    editor.selection = new vscode.Selection(1, 0, 1, 100);
    const [run] = await runsOf("thoughtlens.inspectSelection");
    assert.ok(run);
    const { positions, spans } = await store.trace(run);
    const text = positions.map((position) => position.text).join("");
    assert.doesNotMatch(text, /before|after/);
    assert.ok(spans.some(({ kind }) => kind === "thinking"));
    await waitFor("its panel", () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === "Selection of notes.txt")),
    );
  });

  for (const [about, text, code] of [
    ["holds no traces", '{"hello": []}', "import-nothing"],
    ["holds fields of its own, which a person can name", '{"q": "2 + 3?", "monologue": "2, 3 … 5"}', "import-unknown"],
  ] as const) {
    it(`says in one sentence that a file ${about}`, async () => {
      const { messages } = await activeApi();
      await vscode.workspace.fs.writeFile(inWorkspace("nothing.json"), Buffer.from(text));
      const told = new Promise<string>((resolve) => {
        const listening = messages.onDidShow((error) => {
          listening.dispose();
          resolve(error.code);
        });
      });
      assert.deepEqual(await runsOf("thoughtlens.importTraces", inWorkspace("nothing.json")), []);
      assert.equal(await told, code);
    });
  }
});
