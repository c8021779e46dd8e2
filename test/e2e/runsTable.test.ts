/** The table of all runs in the workbench: an import of many, a comparison of two questions, a delete with its undo, a reload. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Frame, Locator } from "playwright-core";
import { copySamples } from "../harness/sampleWorkspace.mjs";
import { Workbench } from "./workbench";

const ROWS = 9;
const question = (nth: number): string => `Ann has ${nth} pears and buys ${nth + 1}. How many has she?`;

const conversations = Array.from({ length: ROWS }, (_, nth) =>
  JSON.stringify({
    messages: [
      { role: "user", content: question(nth) },
      {
        role: "assistant",
        content: `<think>\n${nth} + ${nth + 1} = ${2 * nth + 1}.\n</think>\nShe has ${2 * nth + 1}.`,
      },
    ],
  }),
);

describe("the table of runs in the workbench", () => {
  let workbench: Workbench;

  before(async () => {
    const folder = copySamples();
    writeFileSync(path.join(folder, "many.jsonl"), `${conversations.join("\n")}\n`);
    workbench = await Workbench.open({ folder });
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench.screenshot("failed-runs-table");
  });
  after(() => workbench?.close());

  /** The page that holds something: the table and a comparison may stand side by side. */
  async function pageWith(selector: string): Promise<Frame> {
    for (const deadline = Date.now() + 60_000; ;) {
      for (const frame of workbench.page.frames())
        if (
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      if (Date.now() > deadline) throw new Error(`No page holds ${selector}.`);
      await workbench.page.waitForTimeout(300);
    }
  }

  const runsPage = (): Promise<Frame> => pageWith(".runs-page");
  const rowsOf = (page: Frame): Locator => page.locator(".runs-body [role=row]");

  it("shows an import of many, in the order of its file, with what their sources did not count", async () => {
    await workbench.openFile("many.jsonl");
    await workbench.runCommand("Thoughtlens: Inspect Reasoning in Selection");
    await workbench.acceptPicks("Import from Selection of many.jsonl");
    const page = await runsPage();
    await rowsOf(page)
      .nth(ROWS - 1)
      .waitFor();
    assert.equal(await rowsOf(page).count(), ROWS);
    await page.getByText("Only from Selection of many.jsonl").waitFor();
    const questions = await rowsOf(page).locator(".of-question").allInnerTexts();
    assert.deepEqual(
      questions.map((text) => text.trim()),
      Array.from({ length: ROWS }, (_, nth) => question(nth)),
    );
    await rowsOf(page).first().locator(".of-tokens", { hasText: /≈ \d+/ }).waitFor();
    await workbench.screenshotThemes("runs-table");
  });

  it("brings back what was deleted", async () => {
    const page = await runsPage();
    await rowsOf(page).nth(2).locator(".of-selected").click();
    await page.locator(":focus").press("Delete");
    const message = workbench.page.locator(".notification-list-item", { hasText: "Deleted 1 trace." });
    await message.waitFor();
    await rowsOf(page)
      .nth(ROWS - 1)
      .waitFor({ state: "detached" });
    await message.getByRole("button", { name: "Undo" }).click();
    await rowsOf(page)
      .nth(ROWS - 1)
      .waitFor();
    assert.equal((await rowsOf(page).nth(2).locator(".of-question").innerText()).trim(), question(2));
  });

  it("compares runs of two questions without holding them against each other", async () => {
    const page = await runsPage();
    await rowsOf(page).nth(0).locator(".of-selected").click();
    await rowsOf(page).nth(1).locator(".of-selected").click();
    await page.getByRole("button", { name: "Compare 2" }).click();
    const comparison = await pageWith(".compare-grid");
    await comparison.getByText("2 questions, each by itself:").waitFor();
    assert.doesNotMatch(await comparison.locator("body").innerText(), /[+−]\d+ %/);
    await workbench.screenshotThemes("two-questions", ["dark"]);
  });

  it("is as it was after a reload", async () => {
    const page = await runsPage();
    await page.getByRole("searchbox").fill("buys 9.");
    await page
      .getByText(/^\d of 9 runs/)
      .first()
      .waitFor();
    await workbench.reloadWindow();
    const again = await runsPage();
    await rowsOf(again).first().waitFor();
    assert.equal(await again.getByRole("searchbox").inputValue(), "buys 9.");
  });
});
