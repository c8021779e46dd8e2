import assert from "node:assert/strict";
import { Workbench } from "./workbench";

describe("an editor in Simplified Chinese", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ language: "zh-cn", size: { width: 1600, height: 950 } });
    await workbench.openFile("stories.prompt.md");
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-language");
  });
  after(() => workbench?.close());

  it("says above a prompt, in the status bar and in lists what it says elsewhere in English", async () => {
    await workbench.codeLens("追踪").waitFor();
    await workbench.codeLens("比较").waitFor();
    const status = workbench.page.locator(".statusbar-item", { hasText: "pocket" });
    assert.match((await status.getAttribute("aria-label")) ?? "", /点击以选择模型/);
    await workbench.runCommand("Thoughtlens: 选择模型…");
    await workbench.quickInput("选择模型").locator(".monaco-list-row", { hasText: "自带的 Pocket 模型" }).waitFor();
    await workbench.page.keyboard.press("Escape");
  });

  it("says what went wrong, and what to do, with a button", async () => {
    await workbench.runCommand("Thoughtlens: 设置服务器密钥…");
    const told = workbench.page.locator(".notification-list-item-message");
    await told.filter({ hasText: "使用中的模型不是服务器。 请先选择服务器。" }).waitFor();
    await workbench.page.locator(".notification-list-item", { hasText: "选择模型…" }).waitFor();
    await workbench.runCommand("Notifications: Clear All Notifications");
  });

  it("shows a trace in Chinese, with names of methods and the model's text as they are", async () => {
    await workbench.codeLens("追踪").click();
    await workbench.codeLens(/^\d+ 个词元（Chain of Thought）$/).waitFor();
    const page = workbench.webview();
    await page.getByRole("tab", { name: "置信度" }).waitFor();
    await page.locator(".column-title .strategy", { hasText: "Chain of Thought" }).waitFor();
    await workbench.page.locator(".activitybar .action-item a[aria-label^='Thoughtlens']").first().click();
    const run = workbench.treeRow(/Chain of Thought.*个词元/);
    await run.locator(".monaco-tl-twistie").click();
    await workbench.treeRow(/答案 · \d+ 个词元/).waitFor();
    await workbench.screenshot("language-zh-cn");
  });
});
