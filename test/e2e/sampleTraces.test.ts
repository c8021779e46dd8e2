/** Every view on the traces that ship with the extension, by keyboard and pointer, with pictures in each theme. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Locator } from "playwright-core";
import type { PanelTrace, ToPanel } from "../../src/core/protocol/panelApi";
import { TraceReader } from "../../src/core/trace/traceFile";
import { launchChromium } from "../harness/chromium.mjs";
import { root } from "../harness/project.mjs";
import { sampleBench } from "../unit/samples/sampleBench";
import { sampleGroup } from "../unit/samples/sampleGroup";
import { whatIf } from "../unit/samples/sampleTraces";
import { themesOf } from "./page/pictureThemes";
import { openPanelPage, type PanelPage } from "./page/panelPage";
import type { ThemeKind } from "../../webview/charts/palette";

const SCREENSHOTS = path.join(root, "out", "screenshots");
const THEMES: ThemeKind[] = ["light", "dark", "high-contrast"];

function sample(name: string): PanelTrace {
  const reader = new TraceReader();
  reader.push(readFileSync(path.join(root, "media", "traces", `${name}.thoughts.jsonl`), "utf8"));
  const { events, problems } = reader.finish();
  assert.deepEqual(problems, []);
  return { run: name, events, live: false };
}

interface Scene {
  traces: readonly string[];
  height: number;
  /** Drives the view and asserts on what it shows. */
  act(panel: PanelPage): Promise<void>;
}

const text = async (place: Locator): Promise<string> => (await place.textContent()) ?? "";

const SCENES: Record<string, Scene> = {
  Compare: {
    traces: ["chain-of-thought", "chain-of-draft", "deer"],
    height: 900,
    act: async ({ page }) => {
      assert.match(await text(page.locator(".answer-line")), /^Same answer:54 ✓ right/);
      await page.locator('.cell[tabindex="0"]').focus();
      await page.keyboard.press("j");
      await page.keyboard.press("l");
      const focused = page.locator(".cell:focus");
      assert.equal(await focused.getAttribute("data-column"), "1");
      assert.ok((await page.locator(".block.linked").count()) > 0);
      assert.ok((await page.locator(".link-lost").count()) > 0);
      await page.locator(".check-chip").first().click();
      await page.locator(".trial-text:visible").first().waitFor();
    },
  },
  Confidence: {
    traces: ["chain-of-thought", "deer", "entropy-after-thinking"],
    height: 1000,
    act: async ({ page }) => {
      // A variance is no probability: its checks are drawn in the view of exits, on a scale of their own.
      assert.equal(await page.locator("figure", { hasText: "EAT" }).locator(".point").count(), 0);
      const points = page.locator("figure", { hasText: "DEER" }).locator(".point");
      assert.ok((await points.count()) > 0);
      await points.first().focus();
      await page.keyboard.press("End");
      assert.match((await page.locator(".point:focus").getAttribute("aria-label")) ?? "", /^Check at \d+: /);
    },
  },
  Exits: {
    traces: ["deer", "entropy-after-thinking"],
    height: 1500,
    act: async ({ page }) => {
      const panel = page.locator(".exit-panel").nth(1);
      const before = await text(panel.locator(".outcome"));
      await panel.getByLabel("budget").focus();
      await page.keyboard.press("Home");
      assert.match(await text(panel.locator(".outcome")), /^The budget would end thinking at token \d+/);
      await panel.getByRole("button", { name: "As recorded" }).click();
      assert.equal(await text(panel.locator(".outcome")), before);
      const canvas = (await panel.locator(".canvas").boundingBox())!;
      await page.mouse.move(canvas.x + 200, canvas.y + 200);
      await page.mouse.down();
      await page.mouse.move(canvas.x + 70, canvas.y + 200, { steps: 4 });
      await page.mouse.up();
      await panel.locator(".outcome", { hasText: "The budget would end thinking" }).waitFor();
      await page.getByRole("heading", { name: "Threshold, accuracy and tokens" }).waitFor();
    },
  },
  Memory: {
    traces: ["chain-of-thought", "inftythink"],
    height: 900,
    act: async ({ page }) => {
      const rounds = page.locator("figure", { hasText: "what dropping rows saves" });
      await rounds.locator("summary").click();
      assert.match(await text(rounds.locator("table")), /prompt tokens read again/);
      await rounds.locator(".point").first().focus();
      await page.keyboard.press("ArrowRight");
      const label = (await page.locator(".point:focus").getAttribute("aria-label")) ?? "";
      assert.match(label, /round 3 begins at token \d+ and reads \d+ rows/);
      await page.keyboard.press("Enter");
      await page.getByRole("tab", { name: "Compare", selected: true }).waitFor();
      await page.locator(".token.revealed").waitFor();
      await page.getByRole("tab", { name: "Memory" }).click();
    },
  },
  Latents: {
    traces: ["coconut"],
    height: 900,
    act: async ({ page }) => {
      const cells = page.locator("figure", { hasText: "continuous thoughts" }).first();
      await cells.locator("summary").first().focus();
      await page.keyboard.press("Enter");
      await cells.locator("tbody tr").nth(5).waitFor();
    },
  },
  Compression: {
    traces: ["chain-of-thought", "chain-of-draft", "inftythink"],
    height: 1300,
    act: async ({ page }) => {
      // Runs of several questions have theirs in their titles.
      const pairs = page.locator("figure", { hasText: /Chain of Thought.* against Chain of Draft/ });
      assert.match((await pairs.getByRole("img").getAttribute("aria-label")) ?? "", /\d+ rows, \d+ left out/);
      const rounds = page.locator("figure", { hasText: /InftyThink.*: rounds/ });
      await rounds.locator("summary").click();
      assert.match(await text(rounds.locator("tbody tr").first()), /kept \d+ of \d+ facts/);
    },
  },
};

describe("the views on the traces that ship", () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    browser = await launchChromium();
  });
  after(() => browser?.close());

  for (const [index, [view, { traces, height, act }]] of Object.entries(SCENES).entries())
    for (const theme of themesOf(index, THEMES))
      it(`${view}, ${theme}`, async () => {
        const panel = await openPanelPage(browser, theme, { width: 1400, height });
        await panel.post({ type: "show", title: "Samples", traces: traces.map(sample) });
        await panel.page.getByRole("tab", { name: view }).click();
        await panel.page.getByRole("tab", { name: view, selected: true }).waitFor();
        await act(panel);
        await panel.page.screenshot({
          path: path.join(SCREENSHOTS, `${view.toLowerCase().replace(" ", "-")}-view-${theme}.png`),
        });
        assert.deepEqual(panel.problems, []);
        await panel.page.context().close();
      });

  const INVENTED: Record<string, ToPanel> = {
    Bench: { type: "bench", bench: sampleBench() },
    Samples: { type: "samples", samples: sampleGroup(24) },
    "What If": { type: "show", title: "Samples", traces: [{ run: "whatif", events: whatIf(), live: false }] },
  };
  for (const [index, [view, message]] of Object.entries(INVENTED).entries())
    for (const theme of themesOf(index, THEMES))
      it(`${view} on invented figures, ${theme}`, async () => {
        const panel = await openPanelPage(browser, theme, { width: 1400, height: 900 });
        await panel.post({ type: "show", title: "Samples", traces: [] }, message);
        await panel.page.getByRole("tab", { name: view, exact: true }).click();
        await panel.page.locator("figure").first().waitFor();
        if (view !== "What If") assert.ok((await panel.page.locator("table tbody tr").count()) > 2);
        await panel.page.screenshot({
          path: path.join(SCREENSHOTS, `${view.toLowerCase().replace(" ", "-")}-view-${theme}.png`),
        });
        assert.deepEqual(panel.problems, []);
        await panel.page.context().close();
      });
});
