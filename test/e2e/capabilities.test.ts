import assert from "node:assert/strict";
import { Workbench } from "./workbench";

describe("what a model can do, and what it makes of a recorded trace", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ size: { width: 1600, height: 950 } });
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-capabilities");
  });
  after(() => workbench?.close());

  it("is a page with every strategy and the reason of each refusal", async () => {
    await workbench.runCommand("Thoughtlens: Show Model Capabilities");
    const page = workbench.webview();
    await page
      .getByRole("heading", { name: /pocket/i })
      .first()
      .waitFor();
    for (const strategy of ["Chain of Thought", "LightThinker", "Coconut", "SoftCoT"])
      assert.ok((await page.getByRole("cell", { name: strategy, exact: true }).count()) > 0, strategy);
    assert.ok((await page.getByRole("cell", { name: /was not trained for/ }).count()) > 0);
    await workbench.screenshotThemes("capabilities");
  });

  it("reads a trace that is open and shows where it could have stopped", async () => {
    await workbench.openFile("stories.prompt.md");
    await workbench.codeLens("Trace").click();
    await workbench.codeLens(/^\d+ tokens \(Chain of Thought\)$/).waitFor();
    await workbench.runCommand("Thoughtlens: Score Trace with a Local Model");
    await workbench.pick("", "Chain of Thought");
    await workbench.pick("", "Pocket models");
    await workbench.page.locator(".tab", { hasText: "Scored: Three steps" }).waitFor();
    const panel = workbench.webview();
    await panel.getByText("Scored Trace").first().waitFor();
    await panel.locator(".check-chip").first().waitFor();
    await workbench.screenshotThemes("scored");
  });
});
