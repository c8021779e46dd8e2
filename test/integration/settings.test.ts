import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeEditors, openText, waitFor } from "./support";

describe("the settings of strategies", () => {
  afterEach(closeEditors);

  /** What the editor offers where the text has a bar, once `expected` is in it. */
  function offered(text: string, expected: string): Promise<string[]> {
    return waitFor(`a completion ${expected}`, async () => {
      const labels = await completions(text);
      return labels.includes(expected) && labels;
    });
  }

  async function completions(text: string): Promise<string[]> {
    const at = text.indexOf("|");
    const { document } = await openText(".vscode/settings.json", text.replace("|", ""));
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      document.positionAt(at),
    );
    return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
  }

  it("are completed: strategies, and the options of each", async () => {
    const strategies = await offered('{ "thoughtlens.strategyOptions": { "|" } }', "deer");
    assert.ok(strategies.includes("coconut") && strategies.includes("scored"), strategies.join(", "));
    const options = await offered('{ "thoughtlens.strategyOptions": { "deer": { "|" } } }', "threshold");
    assert.ok(options.includes("maxTokens") && !options.includes("steps"), options.join(", "));
  });

  it("are checked: an option that the strategy does not have is marked", async () => {
    const text = '{ "thoughtlens.strategyOptions": { "deer": { "threshhold": 0.9 } } }';
    const { document } = await openText(".vscode/settings.json", text);
    await waitFor("a mark", () =>
      vscode.languages.getDiagnostics(document.uri).some(({ message }) => message.includes("threshhold")),
    );
  });
});
