/** What a workspace names is asked about once, by its name, before it is opened. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../harness/project.mjs";
import { copySamples } from "../harness/sampleWorkspace.mjs";
import { Workbench } from "./workbench";

const QUESTION = /^Use the file .+probe\.json\? This workspace names it, and your own settings do not\.$/;

describe("a probe that a workspace names", () => {
  let workbench: Workbench;

  before(async () => {
    const folder = copySamples();
    const file = path.join(folder, "probe.json");
    copyFileSync(path.join(root, "models", "pocket", "base", "probe.json"), file);
    mkdirSync(path.join(folder, ".vscode"), { recursive: true });
    const settings = { "thoughtlens.strategy": "probe", "thoughtlens.strategyOptions": { probe: { file } } };
    writeFileSync(path.join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    workbench = await Workbench.open({ folder });
    await workbench.openFile("stories.prompt.md");
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-named-files");
  });
  after(() => workbench?.close());

  const dialog = () => workbench.page.locator(".monaco-dialog-box");
  const trace = () => workbench.codeLens("Trace").click();
  const result = () => workbench.codeLens(/^\d+ tokens \(.*Probe.*\)$/i);

  it("is asked about by its name, and not opened where the person says no", async () => {
    await trace();
    await dialog().waitFor();
    assert.match(await dialog().locator(".dialog-message-text").innerText(), QUESTION);
    await workbench.screenshot("named-file-question");
    await dialog().getByRole("button", { name: "Not Now" }).click();
    await workbench.page.locator(".notification-list-item-message", { hasText: "was not allowed" }).first().waitFor();
    assert.equal(await result().count(), 0);
  });

  it("is used once it is allowed, and not asked about again", async () => {
    await workbench.runCommand("Notifications: Clear All Notifications");
    await trace();
    await dialog().getByRole("button", { name: "Allow" }).click();
    await result().waitFor();
    // A question comes before anything runs: one that has not come by now does not come.
    await trace();
    await workbench.page.waitForTimeout(5000);
    assert.equal(await dialog().count(), 0);
  });

  it("is asked about anew once the person takes the word back", async () => {
    await workbench.runCommand("Thoughtlens: Review Allowed Folders, Servers and Files…");
    const widget = workbench.quickInput("Allowed Folders, Servers and Files");
    await widget.locator(".quick-input-list .monaco-list-row", { hasText: "probe.json" }).click();
    await workbench.acceptPicks("Allowed Folders, Servers and Files");
    await workbench.openFile("stories.prompt.md");
    await trace();
    await dialog().getByRole("button", { name: "Not Now" }).click();
    await workbench.page.locator(".notification-list-item-message", { hasText: "was not allowed" }).first().waitFor();
  });
});
