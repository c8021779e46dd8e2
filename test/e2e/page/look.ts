/**
 * Takes pictures of every view on invented traces, in three themes, into out/look. For people to look at:
 * `npx tsx test/e2e/page/look.ts [name…]`.
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { PanelTrace } from "../../../src/core/protocol/panelApi";
import { launchChromium } from "../../harness/chromium.mjs";
import { sampleBench } from "../../unit/samples/sampleBench";
import { sampleGroup } from "../../unit/samples/sampleGroup";
import { sampleSurveys } from "../../unit/samples/sampleSurveys";
import * as samples from "../../unit/samples/sampleTraces";
import { openPanelPage, type PanelPage } from "./panelPage";
import type { ThemeKind } from "../../../webview/charts/palette";

const OUT = path.resolve(import.meta.dirname, "../../../out/look");

const trace = (run: string, events: PanelTrace["events"], live = false): PanelTrace => ({ run, events, live });

interface Scene {
  traces: PanelTrace[];
  size?: { width: number; height: number };
  act?: (panel: PanelPage) => Promise<void>;
  themes?: ThemeKind[];
}

const tab = (name: string) => (panel: PanelPage) => panel.page.getByRole("tab", { name }).click();

const three = [
  trace("cot", samples.chainOfThought()),
  trace("deer", samples.deer()),
  trace("draft", samples.chainOfDraft()),
];

const SCENES: Record<string, Scene> = {
  compare: { traces: three, themes: ["light", "dark", "high-contrast", "high-contrast-light"] },
  narrow: { traces: three, size: { width: 400, height: 800 } },
  zoomed: { traces: three, size: { width: 720, height: 450 } },
  open: {
    traces: [trace("cot", samples.chainOfThought()), trace("deer", samples.deer())],
    size: { width: 1000, height: 860 },
    act: async ({ page }) => {
      await page.locator(".check-chip").nth(1).click();
      await page.getByRole("searchbox").fill("32");
      await page.locator(".block-text .token.unsure-3").first().hover();
    },
  },
  routed: {
    traces: [trace("cot", samples.chainOfThought()), trace("sketch", samples.sketchOfThought())],
    size: { width: 1000, height: 700 },
    act: async ({ page }) => {
      await page.getByRole("button", { name: "Figures and prompt" }).first().click();
      await page.getByText("prompt, 48 tokens").click();
    },
  },
  keys: {
    traces: three.slice(0, 2),
    size: { width: 1000, height: 600 },
    act: async ({ page }) => {
      await page.getByRole("button", { name: "More" }).click();
      await page.getByText("Keys").click();
    },
  },
  live: {
    traces: [
      trace("cot", samples.chainOfThought().slice(0, 12), true),
      trace("deer", samples.deer().slice(0, 9), true),
    ],
  },
  compressed: {
    traces: [
      trace("light", samples.lightThinker()),
      trace("infty", samples.inftyThink()),
      trace("coconut", samples.coconut()),
    ],
    size: { width: 1400, height: 1000 },
  },
  hostile: { traces: [trace("hostile", samples.hostile()), trace("budget", samples.cutByBudget())] },
  confidence: { traces: three, act: tab("Confidence"), size: { width: 1100, height: 1200 }, themes: ["light", "dark"] },
  memory: {
    traces: [
      trace("cot", samples.chainOfThought()),
      trace("light", samples.lightThinker()),
      trace("infty", samples.inftyThink()),
      trace("deer", samples.deer()),
    ],
    act: tab("Memory"),
    size: { width: 1100, height: 460 },
    themes: ["light", "dark"],
  },
  latents: {
    traces: [trace("coconut", samples.coconut()), trace("soft", samples.softCot())],
    act: tab("Latents"),
    size: { width: 1100, height: 620 },
    themes: ["light", "dark"],
  },
  compression: {
    traces: [
      trace("cot", samples.chainOfThought()),
      trace("draft", samples.chainOfDraft()),
      trace("light", samples.lightThinker()),
      trace("infty", samples.inftyThink()),
    ],
    act: tab("Compression"),
    size: { width: 1100, height: 1100 },
    themes: ["light", "dark"],
  },
  marks: { traces: [trace("whatif", samples.whatIf())], size: { width: 1100, height: 900 }, themes: ["light", "dark"] },
  whatif: {
    traces: [trace("whatif", samples.whatIf())],
    act: tab("What If"),
    size: { width: 1100, height: 1000 },
    themes: ["light", "dark"],
  },
  exits: {
    traces: [
      trace("deer", samples.deer()),
      trace("cot", samples.chainOfThought()),
      trace("long", samples.long(3000, "long", "deer")),
    ],
    act: async (panel) => {
      await tab("Exits")(panel);
      await panel.page.getByLabel("threshold").first().fill("0.8");
    },
    size: { width: 1100, height: 1500 },
    themes: ["light", "dark"],
  },
  bench: {
    traces: [],
    size: { width: 1100, height: 1000 },
    themes: ["light", "dark"],
    act: (panel) => panel.post({ type: "bench", bench: sampleBench() }),
  },
  exitsGroup: {
    traces: sampleSurveys(24).map((events, at) => trace(`survey-${at}`, events)),
    act: async (panel) => {
      await tab("Exits")(panel);
      await panel.page.getByLabel("Risk").selectOption({ index: 5 });
    },
    size: { width: 1100, height: 1300 },
    themes: ["light", "dark"],
  },
  samples: {
    traces: [],
    size: { width: 1100, height: 1500 },
    themes: ["light", "dark"],
    act: (panel) => panel.post({ type: "samples", samples: sampleGroup(40) }),
  },
  empty: { traces: [] },
};

const wanted = process.argv.slice(2);
const browser = await launchChromium();
await mkdir(OUT, { recursive: true });
for (const [name, scene] of Object.entries(SCENES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of scene.themes ?? ["dark"]) {
    const panel = await openPanelPage(browser, theme, scene.size ?? { width: 1400, height: 900 });
    await panel.post({ type: "show", title: "Apples", traces: scene.traces });
    await scene.act?.(panel);
    await panel.page.waitForTimeout(150);
    await panel.page.screenshot({ path: path.join(OUT, `${name}-${theme}.png`) });
    for (const problem of panel.problems) console.error(`${name} (${theme}): ${problem}`);
    await panel.page.context().close();
  }
}
await browser.close();
