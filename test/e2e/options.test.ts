/** Options of a strategy, set beside the run: in lists and boxes of a real workbench, by keyboard alone. */
import assert from "node:assert/strict";
import { Workbench } from "./workbench";

describe("the options of a strategy for one prompt", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open();
    await workbench.openFile("stories.prompt.md");
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-options");
  });
  after(() => workbench?.close());

  const row = (text: string | RegExp) =>
    workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();

  it("are listed with their values, bounds and what they are for", async () => {
    await workbench.runCommand("Thoughtlens: Set Strategy Options…");
    await workbench.quickInput("Set Options of a Strategy").waitFor();
    await workbench.pick("DEER", "DEER");
    await workbench.quickInput("Options of DEER").waitFor();
    await row(/threshold[^]*0\.95 · default/).waitFor();
    await workbench.screenshot("options");
  });

  it("take what fits, and say what does not", async () => {
    await workbench.pick("threshold", "threshold");
    const box = workbench.quickInput("Options of DEER: threshold").locator("input").first();
    await box.fill("2");
    await workbench.page.getByText("It takes a number from 0 to 1.").first().waitFor();
    await workbench.page.keyboard.press("Enter");
    assert.ok(await box.isVisible(), "the box stays while the value does not fit");
    await box.fill("0.5");
    await workbench.page.keyboard.press("Enter");
    await row(/threshold[^]*0\.5 · this prompt/).waitFor();
    await workbench.page.keyboard.press("Escape");
  });

  it("are told in the lists of strategies, each with a button for its own", async () => {
    await workbench.codeLens("Compare").click();
    // Rows are drawn anew while the list grows: each is found by all that it says.
    const options = ".action-label[aria-label^='Options']";
    await workbench.pressInRow(row(/DEER[^]*threshold: 0\.5/), (deer) => deer.locator(options));
    await workbench.quickInput("Options of DEER").waitFor();
    await row("Forget all that was chosen here").click();
    await row(/threshold[^]*0\.95 · default/).waitFor();
    await workbench.page.keyboard.press("Escape");
    await row(/DEER \(dynamic early exit\)/).waitFor();
    assert.equal(await row(/threshold: 0\.5/).count(), 0);
    assert.equal(
      await workbench.page
        .locator(".quick-input-list .monaco-list-row input:checked, .quick-input-list .monaco-checkbox.checked")
        .count(),
      3,
      "what was ticked stays so",
    );
    await workbench.page.keyboard.press("Escape");
  });
});
