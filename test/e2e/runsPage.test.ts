/** The table of all runs in a real browser, on invented rows, without an editor around it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import type { DetailsOf } from "../../src/core/protocol/runsApi";
import { launchChromium } from "../harness/chromium.mjs";
import { sampleRows } from "../unit/samples/sampleRuns";
import { openPanelPage, type PanelPage } from "./page/panelPage";
import type { ThemeKind } from "../../webview/charts/palette";

const THEMES: ThemeKind[] = ["light", "dark", "high-contrast", "high-contrast-light"];
const SIZE = { width: 1400, height: 900 };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

const detailsOf = (run: string, at: number): DetailsOf => ({
  run,
  details: {
    tokens: 800,
    counted: at % 3 !== 2,
    after: (at % 10) / 10,
    from: "steps",
    spark: Array.from({ length: 32 }, (_, point) => (point === 7 ? null : 0.95 - 0.3 * Math.abs(Math.sin(point + at)))),
  },
});

describe("the table of all runs in a browser", () => {
  let browser: Browser;
  let panel: PanelPage;

  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  async function open(count: number, theme: ThemeKind = "dark", size = SIZE): Promise<void> {
    panel = await openPanelPage(browser, theme, size, "runs");
    await tellRows(count);
  }

  async function tellRows(count: number): Promise<void> {
    const rows = sampleRows(count);
    await panel.post({ type: "rows", rows, first: true, more: false });
    await panel.post({ type: "details", of: rows.slice(0, 60).map(({ run }, at) => detailsOf(run, at)) });
  }

  afterEach(async () => {
    const { problems, page } = panel;
    await page.context().close();
    assert.deepEqual(problems, [], "the page broke its policy or threw");
  });

  for (const theme of THEMES)
    for (const width of [1400, 400])
      it(`has no accessibility violation, flat, grouped or empty (${theme}, ${width} px)`, async () => {
        await open(90, theme, { width, height: 800 });
        const { page } = panel;
        await page.evaluate(AXE);
        const demandClean = async (what: string) => {
          const found = await page.evaluate<Violation[]>("axe.run(document).then(({ violations }) => violations)");
          assert.deepEqual(
            found.map(
              ({ id, help, nodes }) => `${what}: ${id}, ${help}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`,
            ),
            [],
          );
        };
        await page.locator('.runs-body [tabindex="0"]').press("Space");
        await demandClean("flat");
        await page.getByLabel("Group by question").check();
        await page.getByRole("treegrid").waitFor();
        await demandClean("grouped");
        await page.getByRole("searchbox").fill("no such run");
        await page.getByText("No run fits").waitFor();
        await demandClean("empty");
      });

  it("scrolls through 10 000 runs and draws only those in sight", async () => {
    await open(10_000);
    const { page } = panel;
    const grid = page.getByRole("grid");
    assert.equal(await grid.getAttribute("aria-rowcount"), "10002");
    const longest = await page.evaluate(async () => {
      const scroller = document.querySelector(".runs-grid")!;
      let worst = 0;
      for (let step = 1; step <= 40; step += 1) {
        const began = performance.now();
        scroller.scrollTop = (scroller.scrollHeight / 40) * step;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        worst = Math.max(worst, performance.now() - began);
      }
      return worst;
    });
    assert.ok(longest < 1000, `a step of scrolling took ${Math.round(longest)} ms`);
    assert.ok((await page.locator(".runs-body [role=row]").count()) < 100);
    await page.locator('.runs-body [aria-rowindex="10001"]').waitFor();
    await page.getByRole("searchbox").fill("3335 apples");
    await page.getByText("3 of 10,000 runs").waitFor();
  });

  it("is gone through and compared from by keyboard alone", async () => {
    await open(9);
    const { page } = panel;
    const { keyboard } = page;
    await page.getByRole("searchbox").focus();
    await keyboard.press("ArrowDown");
    await keyboard.press("Space");
    await keyboard.press("Shift+ArrowDown");
    await keyboard.press("Control+End");
    assert.equal(
      await page.locator(":focus").evaluate((node) => node.parentElement!.getAttribute("aria-rowindex")),
      "10",
    );
    await page.getByRole("button", { name: "Compare 2" }).press("Enter");
    assert.deepEqual((await panel.sent()).at(-1), { type: "compare", runs: ["run-0", "run-1"] });
    await page.locator('.runs-grid [tabindex="0"]').focus();
    await keyboard.press("Control+Home");
    await keyboard.press("ArrowUp");
    await keyboard.press("ArrowRight");
    await keyboard.press("Enter");
    await page.locator('[data-column="question"][aria-sort="ascending"]').waitFor();
  });

  it("keeps the focus on its run while others come and the rows move", async () => {
    await open(30);
    const { page } = panel;
    await page.locator('[data-key="run run-4"] [data-column="question"]').click();
    await panel.post({ type: "gone", runs: ["run-0", "run-1"] });
    assert.equal(await page.locator(":focus").evaluate((node) => node.parentElement!.dataset["key"]), "run run-4");
  });

  it("keeps order, filter, groups, selection and place over a reload", async () => {
    await open(3000);
    const { page } = panel;
    await page.locator('[role=columnheader][data-column="strategy"]').click();
    await page.getByLabel("Group by question").check();
    await page.locator('[data-key="run run-3"] [data-column="selected"]').click();
    await page.locator(".runs-grid").evaluate((node) => (node.scrollTop = 5000));
    await page.waitForTimeout(200);
    await page.reload();
    await page.waitForFunction("window.sent.some((message) => message.type === 'ready')");
    await tellRows(3000);
    await page.getByText("1 selected").waitFor();
    await page.getByRole("treegrid").waitFor();
    await page.locator('[data-column="strategy"][aria-sort="ascending"]').waitFor();
    assert.equal(await page.locator(".runs-grid").evaluate((node) => node.scrollTop), 5000);
  });

  const small = [
    { what: "400 pixels", size: { width: 400, height: 700 } },
    { what: "200 % zoom", size: { width: 700, height: 450 } },
  ];
  for (const { what, size } of small)
    it(`fits ${what} without scrolling sideways`, async () => {
      await open(50, "light", size);
      const [inside, outside] = await panel.page
        .locator(".runs-grid")
        .evaluate((node) => [node.scrollWidth, node.clientWidth] as const);
      assert.ok(inside <= outside, `${inside} in ${outside}`);
      assert.ok((await panel.page.locator(".runs-body [role=row]").count()) > 8);
    });
});
