import assert from "node:assert/strict";
import { Workbench } from "./workbench";

describe("comparing strategies on a prompt", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ size: { width: 1800, height: 1000 } });
    await workbench.openFile("stories.prompt.md");
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-compare");
  });
  after(() => workbench?.close());

  it("offers Trace and Compare above the prompt", async () => {
    await workbench.codeLens("Trace").waitFor();
    await workbench.codeLens("Compare").waitFor();
    await workbench.screenshotThemes("lenses");
    await workbench.setTheme("light");
  });

  it("shows the traces side by side, each with its answer", async () => {
    await workbench.codeLens("Compare").click();
    await workbench.acceptPicks("Compare Strategies");
    const columns = workbench.webview().locator(".column-title");
    await workbench.webview().locator(".column-title .final-answer").nth(2).waitFor();
    assert.deepEqual(await columns.locator(".strategy").allInnerTexts(), [
      "Chain of Thought",
      "Chain of Draft",
      "DEER",
    ]);
    assert.equal(await columns.locator(".live").count(), 0);
  });

  it("says above the prompt what the comparison came to", async () => {
    await workbench.codeLens("Cancel").waitFor({ state: "hidden" });
    await workbench.codeLens(/^\d+ → \d+ tokens/).waitFor();
  });

  it("looks finished in every theme", async () => {
    await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
    await workbench.screenshotThemes("compare");
  });

  it("keeps its state when the page is loaded anew", async () => {
    await workbench.reloadWindow();
    await workbench.webview().locator(".column-title .final-answer").nth(2).waitFor();
  });
});
