/** Going on from inside a run, by keys, by the diff in which a thought is edited, and by the tree. */
import assert from "node:assert/strict";
import type { Frame, Locator } from "playwright-core";
import { endlessPrompt } from "./endlessPrompt";
import { Workbench } from "./workbench";

describe("branches of a run in the workbench", () => {
  let workbench: Workbench;

  before(async () => {
    const { folder, settings } = endlessPrompt();
    workbench = await Workbench.open({ folder, settings, size: { width: 1800, height: 1000 } });
    await workbench.openFile("stories.prompt.md");
    await workbench.page.locator(".activitybar .action-item a[aria-label^='Thoughtlens']").first().click();
    await workbench.codeLens("Trace").click();
    await workbench.codeLens(/^\d+ tokens \(Chain of Thought\)$/).waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-branches");
  });
  after(() => workbench?.close());

  async function page(): Promise<Frame> {
    for (const deadline = Date.now() + 60_000; ;) {
      for (const frame of workbench.page.frames())
        if (
          (await frame
            .locator(".column-title")
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      if (Date.now() > deadline) throw new Error("No page shows a trace.");
      await workbench.page.waitForTimeout(300);
    }
  }

  /** Waits for what some page shows; pages come and go with what they show. */
  async function seen(wanted: (shown: Frame) => Locator): Promise<void> {
    for (const deadline = Date.now() + 100_000; ;) {
      for (const frame of workbench.page.frames())
        if (
          await wanted(frame)
            .first()
            .isVisible()
            .catch(() => false)
        )
          return;
      if (Date.now() > deadline) throw new Error("No page shows what was waited for.");
      await workbench.page.waitForTimeout(300);
    }
  }

  /** The cell of the parent's nth step. */
  const step = async (nth: number): Promise<Locator> =>
    (await page()).locator(".cell[data-column='0'] .block.step").nth(nth - 1);

  async function press(key: string, nth: number): Promise<void> {
    const cell = (await step(nth)).locator("xpath=ancestor::*[contains(@class,'cell ') or @class='cell'][1]");
    await cell.focus();
    await cell.press(key);
  }

  const column = async (words: RegExp): Promise<Locator> =>
    (await page()).locator(".column-title", { has: (await page()).locator(".strategy", { hasText: words }) });

  it("stops behind a step and answers, in a column beside that draws what both share once", async () => {
    await press("a", 1);
    const stopped = await column(/Stopped and answered at \d+/);
    await stopped.locator(".final-answer, .no-answer").waitFor();
    const shown = await page();
    await shown.locator(".cell[data-column='1'] .block.shared .as-before").first().waitFor();
    assert.equal(await shown.locator(".cell[data-column='1'] .block.shared .block-text:visible").count(), 0);
    await workbench.screenshotThemes("branch-answer");
    await workbench.setTheme("light");
  });

  it("goes on from a thought that was edited in a diff", async () => {
    await press("c", 2);
    const diff = workbench.page.locator(".diff-editor, .monaco-diff-editor").first();
    await diff.waitFor();
    const editor = workbench.page.locator(".monaco-diff-editor .editor.modified");
    await editor.locator(".view-line").last().click();
    await workbench.page.keyboard.press("Control+End");
    await workbench.page.keyboard.type(" Then she finds 1 more book. That makes 65 books.");
    await workbench.screenshot("branch-edit");
    await workbench.runCommand("Thoughtlens: Continue from the Edited Thought");
    const edited = await column(/Continued from an edit at \d+/);
    await edited.locator(".final-answer, .no-answer").waitFor();
    assert.equal(
      await workbench.page.locator(".monaco-diff-editor").count(),
      0,
      "the diff is closed, and nothing asked",
    );
  });

  it("samples a step again as often as is said", async () => {
    await press("s", 2);
    const input = workbench.quickInput("Sample Again from Here");
    await input.locator("input").first().fill("2");
    await workbench.page.keyboard.press("Enter");
    const second = await column(/Sampled again at \d+ \(2 of 2\)/);
    await second.locator(".final-answer, .no-answer").waitFor();
    await workbench.screenshot("branch-samples");
  });

  it("tells what else a token might have been, and takes another one", async () => {
    const shown = await page();
    await shown.locator(".cell[data-column='0'] .token[class*='unsure']").first().hover();
    await shown.locator(".token-tip", { hasText: /or “/ }).waitFor();
    await workbench.screenshot("branch-alternatives");
    await shown.locator(".cell[data-column='0'] .token[class*='unsure']").first().click({ button: "right" });
    await workbench.page.getByText("Take Another Token…").click();
    const list = workbench.quickInput("Take Another Token");
    await list.locator(".monaco-list-row").first().click();
    const taken = await column(/Another token taken at \d+/);
    await taken.locator(".final-answer, .no-answer").waitFor();
  });

  it("lists branches under the run that they began in", async () => {
    const run = workbench.treeRow(/^Chain of Thought/);
    // A step that was chosen in the panel has opened it already.
    if (!(await workbench.treeRow(/Stopped and answered at \d+/).isVisible()))
      await run.locator(".monaco-tl-twistie").click();
    await workbench.treeRow(/Stopped and answered at \d+/).waitFor();
    await workbench.treeRow(/Continued from an edit at \d+/).waitFor();
    await workbench.screenshot("branch-tree");
  });

  it("keeps a branch whose parent is deleted, and says that it was", async () => {
    const run = workbench.treeRow(/^Chain of Thought/);
    await workbench.pressInRow(run, (row) => row.getByRole("button", { name: "Delete Run" }));
    await workbench.treeRow(/Stopped and answered at \d+.*its parent was deleted/).waitFor();
  });

  it("holds a run that goes on, and has it answer where it stands", async () => {
    await workbench.openFile("endless.prompt.md");
    await workbench.runCommand("Thoughtlens: Trace Prompt");
    await workbench.page.locator(".statusbar-item", { hasText: /Chain of Thought \d+ tokens/ }).waitFor();
    await workbench.page.keyboard.press("Control+Alt+P");
    await workbench.page.locator(".statusbar-item", { hasText: "Paused" }).waitFor();
    await seen((shown) => shown.locator(".column-title .live", { hasText: "paused" }));
    await workbench.screenshot("run-paused");
    // A page that is made anew in the meantime, as one whose tab was hidden, says it as well.
    await workbench.runCommand("Developer: Reload Webviews");
    await seen((shown) => shown.locator(".column-title .live", { hasText: "paused" }));
    await workbench.page.keyboard.press("Control+Alt+A");
    await seen((shown) => shown.locator(".exit-mark", { hasText: "stopped by hand" }));
    await workbench.screenshot("run-stopped");
  });
});
