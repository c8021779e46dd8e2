import assert from "node:assert/strict";
import { Workbench } from "./workbench";

describe("the side panel and the prompt's annotations", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ size: { width: 1600, height: 950 } });
    await workbench.openFile("stories.prompt.md");
    await workbench.page.locator(".activitybar .action-item a[aria-label^='Thoughtlens']").first().click();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-side-panel");
  });
  after(() => workbench?.close());

  it("says how to begin while there is nothing to show", async () => {
    for (const name of ["Open Samples", "Open a Sample Trace", "Choose Model…"]) {
      await workbench.page.locator(".welcome-view").getByRole("button", { name }).waitFor();
    }
  });

  it("holds prompt, run and steps once a prompt was traced", async () => {
    await workbench.codeLens("Trace").click();
    await workbench.codeLens(/^\d+ tokens \(Chain of Thought\)$/).waitFor();
    await workbench.treeRow("Three steps").waitFor();
    const run = workbench.treeRow(/Chain of Thought.*tokens/);
    await run.locator(".monaco-tl-twistie").click();
    await workbench.treeRow(/answer · \d+ tokens/).waitFor();
  });

  it("says behind the prompt's first line what the run cost, with a table in the hover", async () => {
    const line = workbench.page.locator(".view-line", { hasText: "# Three steps" });
    // The text of a decoration is generated content, which no locator sees.
    const behind = await line.evaluate((element) =>
      [...element.querySelectorAll("span")].map((each) => getComputedStyle(each, "::after").content).join(" "),
    );
    assert.match(behind, /\d+ tokens · /);
    await line.hover({ position: { x: 300, y: 8 } });
    const hover = workbench.page.locator(".monaco-hover:visible", { hasText: "strategy" });
    await hover.getByText("Open side by side").waitFor();
    assert.equal(await hover.locator("table tbody tr").count(), 1);
    assert.match(await hover.locator("table thead").innerText(), /time[^]*exit[^]*peak/);
    assert.ok(await hover.locator("img[src^='data:image/svg+xml']").isVisible());
    await workbench.screenshotThemes("side-panel");
  });

  it("names the model in the status bar and offers another", async () => {
    await workbench.page.locator(".statusbar-item", { hasText: "pocket" }).click();
    await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "Pocket models" }).waitFor();
    await workbench.page.keyboard.press("Escape");
  });
});
