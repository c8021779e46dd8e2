/** The guided stories as the walkthrough tells them, on the traces that come with the extension, with their pictures. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import type { PanelTrace } from "../../src/core/protocol/panelApi";
import { readTrace } from "../../src/core/trace/traceFile";
import { splitRuns } from "../../src/core/trace/traceRuns";
import { launchChromium } from "../harness/chromium.mjs";
import { root } from "../harness/project.mjs";
import { themesOf } from "./page/pictureThemes";
import { openPanelPage, type PanelPage } from "./page/panelPage";
import stories from "../../media/stories/stories.json";
import type { ThemeKind } from "../../webview/charts/palette";

const SCREENSHOTS = path.join(root, "out", "screenshots");
const THEMES: ThemeKind[] = ["light", "dark", "high-contrast", "high-contrast-light"];

function tracesOf(story: string): PanelTrace[] {
  const text = readFileSync(path.join(root, "media", "stories", `${story}.thoughts.jsonl`), "utf8");
  return splitRuns(readTrace(text).events).map((events) => {
    const header = events.find((event) => event.t === "run")!;
    return { run: header.id, events, live: false };
  });
}

const titleOf = (story: string): string => stories.find(({ id }) => id === story)!.title;

interface Scene {
  tab: string;
  size: { width: number; height: number };
  /** Asserts that what the walkthrough speaks of is in sight. */
  see(page: Page): Promise<void>;
}

const SCENES: Record<string, Scene> = {
  overthinking: {
    tab: "Compare",
    size: { width: 1180, height: 720 },
    see: async (page) => {
      const rows = page.locator(".overview tbody tr");
      assert.equal(await rows.count(), 5);
      for (const row of await rows.all()) assert.match(await row.innerText(), /54[^]*✓/);
      assert.ok(await page.locator(".block-text .token").first().isVisible());
    },
  },
  "latent-thoughts": {
    tab: "Latents",
    size: { width: 1180, height: 760 },
    see: async (page) => {
      const strip = page.locator("figure", { hasText: "Answers after each thought" }).first();
      await strip.waitFor();
      assert.match((await strip.textContent()) ?? "", /(✗ rompus\.){4}(✓ vumpus\.){3}[^]*pause[^]*(✗ rompus\.){7}/);
    },
  },
  "folded-memory": {
    tab: "Memory",
    size: { width: 1180, height: 620 },
    see: async (page) => {
      const figure = page.locator("figure").first();
      for (const name of ["Chain of Thought", "InftyThink", "LightThinker"])
        assert.match((await figure.textContent()) ?? "", new RegExp(name));
    },
  },
};

describe("the guided stories", () => {
  let browser: Browser;
  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    browser = await launchChromium();
  });
  after(() => browser?.close());

  for (const [index, [story, { tab, size, see }]] of Object.entries(SCENES).entries())
    for (const theme of themesOf(index, THEMES))
      it(`${story}, ${theme}`, async () => {
        const panel: PanelPage = await openPanelPage(browser, theme, size);
        const { page } = panel;
        await panel.post({ type: "show", title: titleOf(story), traces: tracesOf(story) });
        await page.getByRole("tab", { name: tab }).click();
        await page.getByRole("tab", { name: tab, selected: true }).waitFor();
        await see(page);
        await page.screenshot({ path: path.join(SCREENSHOTS, `story-${story}-${theme}.png`), animations: "disabled" });
        assert.deepEqual(panel.problems, []);
        await page.context().close();
      });
});
