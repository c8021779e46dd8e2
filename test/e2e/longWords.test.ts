/** Words of other languages are longer: every view with sentences two fifths longer than English ones, wide and narrow. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../harness/chromium.mjs";
import { l10nKeys } from "../harness/l10nKeys";
import { root } from "../harness/project.mjs";
import { sampleBench } from "../unit/samples/sampleBench";
import { sampleGroup } from "../unit/samples/sampleGroup";
import * as samples from "../unit/samples/sampleTraces";
import { openPanelPage } from "./page/panelPage";

/** How much longer, as a share: what German or Finnish adds to short English words. */
const LONGER = 0.4;
/** Marks a word that was looked up. */
const MARK = "ʌ";
const VIEWS = 9;
const TRACES = [
  samples.chainOfThought(),
  samples.deer(),
  samples.lightThinker(),
  samples.coconut(),
  samples.whatIf(),
].map((events, index) => ({ run: `run-${index}`, events, live: false }));

/** Every sentence made longer at its end, with its places as they are. */
const longer = (key: string): string => {
  const letters = key.replace(/\{\d+\}/g, "").length;
  return `${key}${MARK}${"mn".repeat(Math.ceil((letters * LONGER) / 2))}`;
};

/** Words of buttons, tabs, titles and heads that do not fit into their boxes, and boxes that stick out of the page. */
const CUT_OFF = `(() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) found.push("the page is wider than its window");
  for (const node of document.querySelectorAll("button, [role=tab], h1, h2, summary, select, .empty-state p, figcaption")) {
    const box = node.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(node).visibility === "hidden") continue;
    const words = node.textContent.trim().slice(0, 60);
    const isCut = node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflow !== "visible";
    const clips = getComputedStyle(node).textOverflow === "ellipsis";
    if (isCut && !clips && node.tagName !== "SELECT") found.push("cut off: " + words);
    let above = node.parentElement;
    while (above && !/auto|scroll/.test(getComputedStyle(above).overflowX)) above = above.parentElement;
    if (!above && box.right > width + 1) found.push("out of the page: " + words);
  }
  return found;
})()`;

async function viewsOf(page: Page, look: (view: string) => Promise<void>): Promise<void> {
  const tabs = page.getByRole("tab");
  const count = await tabs.count();
  assert.equal(count, VIEWS);
  for (let index = 0; index < count; index += 1) {
    const tab = tabs.nth(index);
    if (!(await tab.isVisible())) continue;
    await tab.click();
    await page.waitForTimeout(100);
    await look((await tab.textContent()) ?? "");
  }
}

describe("the panel with longer words", () => {
  let browser: Browser;
  const words = Object.fromEntries(l10nKeys(root).keys.map((key) => [key, longer(key)]));

  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  for (const size of [
    { width: 1400, height: 900 },
    { width: 620, height: 700 },
  ])
    it(`cuts nothing off at ${size.width} pixels`, async () => {
      const panel = await openPanelPage(browser, "dark", size, "traces", words);
      await panel.post({ type: "show", title: "Apples", traces: TRACES });
      await panel.post({ type: "bench", bench: sampleBench() });
      await panel.post({ type: "samples", samples: sampleGroup(12) });
      const found: string[] = [];
      await viewsOf(panel.page, async (view) => {
        assert.ok(view.includes(MARK), `${view} was not looked up`);
        const cut = await panel.page.evaluate<string[]>(CUT_OFF);
        found.push(...cut.map((what) => `${view}: ${what}`));
      });
      assert.deepEqual(found, []);
      assert.deepEqual(panel.problems, []);
      await panel.page.context().close();
    });
});
