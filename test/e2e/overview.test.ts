/** The top of the comparison in a real browser: what is seen without scrolling, at every size and in every theme. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Browser } from "playwright-core";
import { COLUMN_NAMES, COMPARISON_COLUMNS, type ColumnName } from "../../src/core/measure/comparison";
import type { PanelTrace } from "../../src/core/protocol/panelApi";
import { launchChromium } from "../harness/chromium.mjs";
import { root } from "../harness/project.mjs";
import * as samples from "../unit/samples/sampleTraces";
import { openPanelPage, type PanelPage } from "./page/panelPage";
import type { ThemeKind } from "../../webview/charts/palette";

const SCREENSHOTS = path.join(root, "out", "screenshots");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const THEMES: ThemeKind[] = ["light", "dark", "high-contrast", "high-contrast-light"];
/** A page at 200 % zoom is laid out in half as many pixels each way. */
const SIZES = {
  "1440 × 900": { width: 1440, height: 900 },
  "1440 × 900 at 200 %": { width: 720, height: 450 },
  "400 px": { width: 400, height: 800 },
} as const;
/** More than fit beside each other at any of the sizes. */
const MANY = 9;

const finished = (run: string, events: PanelTrace["events"]): PanelTrace => ({ run, events, live: false });
const three = [
  finished("cot", samples.chainOfThought()),
  finished("deer", samples.deer()),
  finished("draft", samples.chainOfDraft()),
];
const many = Array.from({ length: MANY }, (_, index) =>
  finished(`cot-${index}`, samples.chainOfThought(`cot-${index}`)),
);
/** Another model, a price for it, and what was processed: all columns that there are. */
const work = { processed: 1412, reused: 640, warm: 640, generated: 1180 };
const withAll = three.map((trace, index) => ({
  ...trace,
  events: trace.events.map((event) => {
    if (event.t === "run") return { ...event, model: { id: `model-${index}` } };
    return event.t === "end" ? { ...event, work } : event;
  }),
}));
const prices = { "model-0": { input: 1, output: 2, currency: "EUR" } };

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

describe("the top of the comparison", () => {
  let browser: Browser;
  let panel: PanelPage;

  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    browser = await launchChromium();
  });
  after(() => browser?.close());

  async function open(
    traces: PanelTrace[],
    size: { width: number; height: number } = SIZES["1440 × 900"],
    theme: ThemeKind = "dark",
  ): Promise<void> {
    panel = await openPanelPage(browser, theme, size);
    await panel.post({ type: "show", title: "Apples", traces, prices });
    await panel.page.locator(".block-text .token").first().waitFor();
  }

  afterEach(async () => {
    const { problems, page } = panel;
    await page.context().close();
    assert.deepEqual(problems, [], "the page broke its policy or threw");
  });

  const boxes = (selector: string): Promise<Box[]> =>
    panel.page.locator(selector).evaluateAll((nodes) =>
      nodes.map((node) => {
        const { left, right, top, bottom } = node.getBoundingClientRect();
        return { left, right, top, bottom };
      }),
    );
  const shownColumns = async (): Promise<ColumnName[]> => {
    const shown: ColumnName[] = [];
    for (const name of COLUMN_NAMES)
      if (await panel.page.locator(`.overview thead .of-${name}`).isVisible()) shown.push(name);
    return shown;
  };

  for (const [name, size] of Object.entries(SIZES))
    for (const theme of THEMES)
      it(`shows the overview and the first step of thought without scrolling, ${name}, ${theme}`, async () => {
        await open(three, size, theme);
        const { page } = panel;
        await page.screenshot({
          path: path.join(SCREENSHOTS, `overview-${size.width}-${theme}.png`),
        });
        const rows = await boxes(".overview tbody tr");
        assert.equal(rows.length, 3);
        for (const { bottom } of rows) assert.ok(bottom <= size.height);
        // Two lines of it at least.
        const [step] = await boxes(".block-text");
        const [heads] = await boxes(".heads");
        assert.ok(step!.top >= heads!.bottom - 1);
        assert.ok(size.height - step!.top >= 40, `${size.height - step!.top} px of the first step are in sight`);
        const [bar] = await boxes(".compare-bar");
        assert.ok(bar!.bottom - bar!.top <= 36, "the controls take one row");
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= size.width, "the page does not scroll sideways");
        const table = await page.locator(".overview").evaluate((node) => [node.scrollWidth, node.clientWidth]);
        assert.ok(table[0]! <= table[1]!, "the table fits");

        const names = await page
          .locator(".overview thead th:visible")
          .evaluateAll((heads) =>
            heads.map((head) => [head.className, head.firstElementChild!.getBoundingClientRect().width] as const),
          );
        for (const [column, width] of names) assert.ok(width >= 8, `${column} does not say what it is`);

        await page.evaluate(AXE);
        const found = await page.evaluate<{ id: string; help: string; nodes: { html: string }[] }[]>(
          "axe.run(document).then(({ violations }) => violations)",
        );
        assert.deepEqual(
          found.map(({ id, help, nodes }) => `${id}, ${help}: ${nodes[0]!.html}`),
          [],
        );
      });

  it("lets columns of the table fall away in their order as it gets narrower", async () => {
    await open(withAll);
    const drawn: ColumnName[] = COLUMN_NAMES.filter((name) => name !== "parts");
    assert.deepEqual(await shownColumns(), drawn);
    const stays = (name: ColumnName): number => (COMPARISON_COLUMNS[name] as { stays?: number }).stays ?? Infinity;
    let before = drawn;
    for (let width = 1400; width >= 320; width -= 40) {
      await panel.page.setViewportSize({ width, height: 800 });
      const now = await shownColumns();
      const gone = before.filter((name) => !now.includes(name));
      const least = Math.min(...now.map(stays));
      for (const name of gone) assert.ok(stays(name) < least, `${name} fell away before another at ${width} px`);
      const [scroll, client] = await panel.page
        .locator(".overview")
        .evaluate((node) => [node.scrollWidth, node.clientWidth]);
      assert.ok(scroll! <= client!, `the table fits into ${width} px`);
      before = now;
    }
    assert.deepEqual(before, ["strategy", "answer", "verdict", "tokens", "saving"]);
  });

  it("stands as many columns side by side as fit in full, at least 240 px wide", async () => {
    const fitting = { "1440 × 900": 5, "1440 × 900 at 200 %": 2, "400 px": 1 };
    await open(many);
    for (const [name, size] of Object.entries(SIZES)) {
      await panel.page.setViewportSize(size);
      await panel.page.waitForTimeout(100);
      const columns = (await boxes(".column-title")).filter(({ left, right }) => right > left);
      const inSight = columns.filter(({ right }) => right <= size.width);
      assert.equal(inSight.length, fitting[name as keyof typeof fitting], name);
      for (const { left, right } of columns) assert.ok(right - left >= 239.5, `${right - left} px at ${name}`);
      // None is cut: the next one begins where the panel ends.
      const next = columns[inSight.length];
      assert.ok(next ? next.left >= size.width - 20 : inSight.length === 1);
    }
  });

  it("keeps the chips of checks inside the narrowest column", async () => {
    const long = samples
      .deer()
      .map((event) =>
        event.t === "check"
          ? { ...event, by: "entropy-after-thinking", answer: "three hundred and twenty-four apples", correct: false }
          : event,
      );
    await open([finished("cot", samples.chainOfThought()), finished("deer", long)], { width: 520, height: 900 });
    const chips = await panel.page.locator(".check-chip:visible").evaluateAll((nodes) =>
      nodes.map((chip) => {
        const column = chip.closest(".cell")!.getBoundingClientRect();
        const parts = [chip, ...chip.children].map((part) => part.getBoundingClientRect());
        const { left, right } = chip.getBoundingClientRect();
        return {
          inColumn: left >= column.left && right <= column.right,
          inChip: parts.every((part) => part.left >= left - 0.5 && part.right <= right + 0.5),
          column: column.width,
        };
      }),
    );
    assert.ok(chips.length > 0);
    for (const chip of chips) {
      assert.ok(chip.column < 270, `${chip.column} px`);
      assert.ok(chip.inColumn && chip.inChip, JSON.stringify(chip));
    }
  });

  it("shows one column at a time where one fits, without the room that the others need, and goes to them", async () => {
    await open(three, SIZES["400 px"]);
    const { page } = panel;
    const shown = (): Promise<string[]> => page.locator(".column-title:visible .strategy").allInnerTexts();
    assert.deepEqual(await shown(), ["Chain of Thought"]);
    const gaps = async (): Promise<number[]> => {
      const cells = (await boxes(".cell:visible")).filter(({ top, bottom }) => bottom > top);
      return cells.slice(1).map(({ top }, index) => Math.abs(top - cells[index]!.bottom));
    };
    const blanks = await page
      .locator(".cell:visible")
      .evaluateAll((cells) =>
        cells.map(
          (cell) => cell.getBoundingClientRect().height - cell.firstElementChild!.getBoundingClientRect().height,
        ),
      );
    for (const blank of blanks) assert.ok(blank < 12, `${blank} px of a cell are blank`);
    for (const gap of await gaps()) assert.ok(gap < 2, `${gap} px between two steps`);
    await page.locator(".overview").getByRole("button", { name: "Chain of Draft", exact: true }).click();
    assert.deepEqual(await shown(), ["Chain of Draft"]);
    assert.match(await page.locator(".cell:focus").innerText(), /14 apples/);
    await page.keyboard.press("ArrowLeft");
    assert.deepEqual(await shown(), ["DEER"]);
    await page.setViewportSize(SIZES["1440 × 900"]);
    await page.locator(".column-title:visible").nth(2).waitFor();
  });

  it("fills the panel with three columns at 1440 px", async () => {
    await open(three);
    const columns = await boxes(".column-title");
    assert.equal(columns.length, 3);
    assert.ok(columns[2]!.right <= 1440 && columns[2]!.right > 1400);
  });

  it("fits its bars into their column when the panel gets narrower and wider", async () => {
    await open(three);
    for (const width of [1440, 600, 400, 1000]) {
      await panel.page.setViewportSize({ width, height: 800 });
      const bars = await boxes(".overview td.of-tokens svg");
      const cells = await boxes(".overview td.of-tokens");
      bars.forEach((bar, index) => {
        assert.ok(bar.left >= cells[index]!.left && bar.right <= cells[index]!.right, `at ${width} px`);
        assert.ok(bar.right - bar.left > 20);
      });
      const maps = await boxes(".minimap svg");
      const columns = await boxes(".map-cell");
      maps.forEach((map, index) => assert.ok(map.right <= columns[index]!.right + 0.5));
    }
  });

  it("is sorted and pinned by keyboard alone, and keeps the baseline over a reload", async () => {
    await open(three);
    const { page } = panel;
    const sort = page.getByRole("button", { name: "tokens", exact: true });
    await sort.focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator('th[aria-sort="ascending"]').innerText(), "tokens");
    assert.match(await page.locator(".overview tbody tr").first().innerText(), /^Chain of Draft/);
    await page.getByRole("button", { name: "Count savings against DEER" }).focus();
    await page.keyboard.press("Space");
    assert.equal(await page.locator(".column-title .strategy").first().innerText(), "DEER");
    await page.reload();
    await page.waitForFunction("window.sent.some((message) => message.type === 'ready')");
    await panel.post({ type: "show", title: "Apples", traces: three });
    assert.equal(await page.locator(".column-title .strategy").first().innerText(), "DEER");
    assert.equal(await page.locator(".overview .baseline .of-saving").innerText(), "baseline");
    const deer = page.getByRole("button", { name: "Count savings against DEER" });
    assert.equal(await deer.getAttribute("aria-pressed"), "true");
  });

  it("goes to a place of a long trace by its minimap, with the pointer and by keys", async () => {
    await open([finished("long", samples.long(3000, "long", "deer"))]);
    const { page } = panel;
    const map = page.getByRole("slider", { name: "Minimap of DEER" });
    const inSight = (at: number): Promise<void> =>
      page.waitForFunction((place) => {
        const token = document.querySelector(`.token[data-at="${place}"]`)?.getBoundingClientRect();
        return token && token.top > 0 && token.bottom < window.innerHeight;
      }, at) as unknown as Promise<void>;
    const box = (await map.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const clicked = Number(await map.getAttribute("aria-valuenow"));
    assert.ok(clicked > 1000 && clicked < 2100);
    await inSight(clicked);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    const second = Number(await map.getAttribute("aria-valuenow"));
    assert.ok(second > 0 && second < 200);
    await inSight(second);
    assert.ok(await map.evaluate((node) => node === document.activeElement));
    assert.match((await map.getAttribute("aria-valuetext"))!, /^step 2, token \d+ of [\d,]+$/);
  });

  it("says what the name of a figure means under the pointer and with the focus", async () => {
    await open(three);
    const { page } = panel;
    await page.getByRole("button", { name: "saving", exact: true }).hover();
    const tip = page.locator(".term-tip");
    assert.match(await tip.innerText(), /than the baseline/);
    await page.keyboard.press("Escape");
    await tip.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "peak", exact: true }).focus();
    assert.match(await tip.innerText(), /KV cache/);
  });

  it("keeps the rest of its controls in a menu where they do not fit, and all of them reachable", async () => {
    await open(three, SIZES["400 px"]);
    const { page } = panel;
    const fold = page.getByRole("button", { name: "Fold all", exact: true });
    assert.equal(await fold.isVisible(), false);
    await page.getByRole("button", { name: "More" }).click();
    for (const name of ["As written", "Fold all", "Unfold all", "Copy link", "Copy as Markdown"]) {
      const [box] = await boxes(`button:text-is("${name}")`);
      assert.ok(box && box.left >= 0 && box.right <= 400, name);
    }
    await fold.click();
    assert.ok((await page.locator(".row.folded").count()) > 3);
    await page.keyboard.press("Escape");
    assert.equal(await fold.isVisible(), false);
  });
});
