/** Several samples of one prompt that go on at once, held, let go on and cancelled together. */
import { endlessPrompt } from "./endlessPrompt";
import { Workbench } from "./workbench";

describe("samples that go on at once", () => {
  let workbench: Workbench;

  before(async () => {
    const { folder, settings } = endlessPrompt();
    workbench = await Workbench.open({ folder, settings, size: { width: 1600, height: 950 } });
    await workbench.openFile("endless.prompt.md");
    await workbench.page.locator(".activitybar .action-item a[aria-label^='Thoughtlens']").first().click();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-samples-at-once");
  });
  after(() => workbench?.close());

  const status = (text: string | RegExp) => workbench.page.locator(".statusbar-item", { hasText: text });

  it("say how many they are, and are held and cancelled together", async () => {
    await workbench.runCommand("Thoughtlens: Compare with N Samples");
    for (const [step, given] of [
      ["1/3", "3"],
      ["2/3", "0.2"],
    ]) {
      const box = workbench.quickInput(`Compare with N Samples (${step})`).locator("input").first();
      await box.fill(given!);
      await box.press("Enter");
    }
    for (const row of ["Draw all of them whole", "Chain of Thought"])
      await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: row }).first().click();
    await status(/3 runs at once \d+ tokens/).waitFor();
    await workbench.webview().locator(".samples-status", { hasText: "0 of 3 samples" }).waitFor();
    await workbench.screenshot("samples-at-once");
    await workbench.runCommand("Thoughtlens: Pause Run");
    await status("3 runs at once Paused").waitFor();
    await workbench.runCommand("Thoughtlens: Resume Run");
    await status(/3 runs at once \d+ tokens/).waitFor();
    await workbench.runCommand("Thoughtlens: Cancel");
    await status("pocket").waitFor();
    await workbench.treeRow(/Endless.*3 runs/).waitFor();
  });
});
