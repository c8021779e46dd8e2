import assert from "node:assert/strict";
import * as vscode from "vscode";
import { activeExtension } from "./support";

interface Contributions {
  contributes: { commands: { command: string }[] };
}

describe("activation", () => {
  it("activates", async () => {
    const extension = await activeExtension();
    assert.equal(extension.isActive, true);
  });

  it("registers every command it contributes", async () => {
    const extension = await activeExtension();
    const contributed = (extension.packageJSON as Contributions).contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
