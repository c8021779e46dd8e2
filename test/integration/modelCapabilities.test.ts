import assert from "node:assert/strict";
import * as vscode from "vscode";
import { escapeMarkdown } from "../../src/core/text/markdownEscape";
import { activeApi, closeEditors, waitFor } from "./support";

/** What the Markdown preview makes of a document. */
async function rendered(document: vscode.TextDocument): Promise<string> {
  return vscode.commands.executeCommand<string>("markdown.api.render", document);
}

async function shown(model: string): Promise<vscode.TextDocument> {
  const page = await vscode.commands.executeCommand<vscode.Uri>("thoughtlens.showCapabilities", model);
  return vscode.workspace.openTextDocument(page);
}

describe("what a model can do", function () {
  this.timeout(120_000);
  afterEach(closeEditors);

  it("is shown in a preview, for the family and each of its members", async () => {
    const document = await shown("pocket");
    await waitFor("the preview", () =>
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(
          ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("markdown.preview"),
        ),
      ),
    );
    assert.equal(document.languageId, "markdown");
    const text = document.getText();
    for (const heading of ["# Capabilities of pocket", "## pocket:base", "## pocket:coconut"]) {
      assert.ok(text.split("\n").includes(heading), heading);
    }
    assert.match(text, /\| Coconut \| can run \| Runs on pocket:coconut\. \|/);
    assert.match(text, /- Licence: mit/);
    assert.match(text, /- Graph patch: Proven at load/);
    const html = await rendered(document);
    assert.match(html, /<td[^>]*>cannot run<\/td>\s*<td[^>]*>The model was not trained for Coconut/);
  });

  it("is shown for one model by itself, and refreshed when it is asked for again", async () => {
    const first = await shown("pocket:base");
    const second = await shown("pocket:base");
    assert.equal(second.uri.toString(), first.uri.toString());
    assert.doesNotMatch(second.getText(), /^## pocket:/m);
    assert.match(second.getText(), /\| Coconut \| cannot run \| The model was not trained for Coconut /);
  });

  it("says what is wrong where the model does not load", async () => {
    const { messages } = await activeApi();
    // What a person's own settings name is not asked about.
    const configuration = vscode.workspace.getConfiguration("thoughtlens");
    await configuration.update("model", "/no/such/model", vscode.ConfigurationTarget.Global);
    const told = new Promise<string>((resolve) => {
      const listening = messages.onDidShow(({ code }) => {
        listening.dispose();
        resolve(code);
      });
    });
    await vscode.commands.executeCommand("thoughtlens.showCapabilities", "/no/such/model");
    assert.equal(await told, "model-folder-missing");
    await configuration.update("model", undefined, vscode.ConfigurationTarget.Global);
  });

  it("is text to the preview, whatever a model calls itself", async () => {
    const hostile = "<img src=x> [a](https://a.example) ![b](c) `d` *e* $f$ www.a.example http://a.example g|h\\|i";
    const content = `| name | end |\n| --- | --- |\n| ${escapeMarkdown(hostile)} | . |\n`;
    const html = await rendered(await vscode.workspace.openTextDocument({ language: "markdown", content }));
    assert.doesNotMatch(html, /<(img|a|code|em|math|script)\b/);
    assert.ok(html.includes("g|h\\|i"), html);
    assert.equal(html.match(/<td/g)?.length, 2);
  });
});
