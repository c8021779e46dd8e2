/** Every view of the panel in a real browser, on invented traces, without an editor around it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import type { FromPanel, PanelTrace } from "../../src/core/protocol/panelApi";
import { launchChromium } from "../harness/chromium.mjs";
import { sampleBench } from "../unit/samples/sampleBench";
import { sampleGroup } from "../unit/samples/sampleGroup";
import { sampleSurveys } from "../unit/samples/sampleSurveys";
import * as samples from "../unit/samples/sampleTraces";
import { openPanelPage, type PanelPage } from "./page/panelPage";
import type { ThemeKind } from "../../webview/charts/palette";

const THEMES: ThemeKind[] = ["light", "dark", "high-contrast", "high-contrast-light"];
const VIEWS = ["Compare", "Confidence", "Exits", "Memory", "Latents", "Compression", "Samples", "What If", "Bench"];
const SIZE = { width: 1400, height: 900 };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const finished = (run: string, events: PanelTrace["events"]): PanelTrace => ({ run, events, live: false });
const TRACES = [
  finished("cot", samples.chainOfThought()),
  finished("deer", samples.deer()),
  finished("draft", samples.chainOfDraft()),
  finished("light", samples.lightThinker()),
  finished("infty", samples.inftyThink()),
  finished("coconut", samples.coconut()),
  finished("soft", samples.softCot()),
  finished("mathematics", samples.mathematics()),
  finished("hostile", samples.hostile()),
  finished("whatif", samples.whatIf()),
];

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

describe("the panel in a browser", () => {
  let browser: Browser;
  let panel: PanelPage;

  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  async function open(traces: PanelTrace[], theme: ThemeKind = "dark", size = SIZE): Promise<void> {
    panel = await openPanelPage(browser, theme, size);
    await panel.post({ type: "show", title: "Apples", traces });
  }

  afterEach(async () => {
    const { problems, page } = panel;
    await page.context().close();
    assert.deepEqual(problems, [], "the page broke its policy or threw");
  });

  for (const theme of THEMES)
    it(`has no accessibility violation in any view (${theme})`, async () => {
      await open(TRACES, theme);
      await panel.post({ type: "bench", bench: sampleBench() });
      await panel.post({ type: "samples", samples: sampleGroup(12) });
      await panel.page.evaluate(AXE);
      for (const view of VIEWS) {
        await panel.page.getByRole("tab", { name: view }).click();
        await panel.page.getByRole("tab", { name: view, selected: true }).waitFor();
        await panel.page.waitForTimeout(100);
        const found = await panel.page.evaluate<Violation[]>("axe.run(document).then(({ violations }) => violations)");
        assert.deepEqual(
          found.map(({ id, help, nodes }) => `${view}: ${id}, ${help}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`),
          [],
        );
      }
    });

  it("goes through the views and the steps by keyboard alone", async () => {
    await open(TRACES.slice(0, 2));
    const { keyboard } = panel.page;
    await keyboard.press("Tab");
    await keyboard.press("ArrowRight");
    await panel.page.getByRole("tab", { name: "Confidence", selected: true }).waitFor();
    await keyboard.press("Home");
    await panel.page.getByRole("tab", { name: "Compare", selected: true }).waitFor();
    await panel.page.locator('.cell[tabindex="0"]').focus();
    await keyboard.press("j");
    await keyboard.press("l");
    await keyboard.press("t");
    const focused = panel.page.locator(".cell:focus");
    assert.match((await focused.textContent()) ?? "", /^step 2, /);
    await focused.locator(".trial-text").waitFor();
    await keyboard.press("Control+f");
    await keyboard.type("brother");
    await panel.page.getByText("1 of 2").waitFor();
    await keyboard.press("Enter");
    await panel.page.getByText("2 of 2").waitFor();
    assert.ok(await panel.page.locator(".token.hit.current").first().isVisible());
  });

  it("draws mathematics and Markdown, shows them as written by a key, and keeps that over a reload", async () => {
    const traces = [finished("mathematics", samples.mathematics())];
    await open(traces);
    const { page } = panel;
    const fraction = page.locator(".formula mfrac").last();
    const [above, below] = await fraction.locator("mn").all();
    assert.ok((await above!.boundingBox())!.y < (await below!.boundingBox())!.y);
    await page.locator(".formula-box[class*=unsure]").first().hover();
    assert.match(await page.getByRole("tooltip").innerText(), /probability 0\.\d+/);
    await page.locator('.cell[tabindex="0"]').focus();
    await page.keyboard.press("Shift+R");
    assert.equal(await page.locator(".formula").count(), 0);
    await page.reload();
    await page.waitForFunction("window.sent.some((message) => message.type === 'ready')");
    await panel.post({ type: "show", title: "Apples", traces });
    await page.locator(".token", { hasText: "boxed" }).first().waitFor();
    await page.locator('.cell[tabindex="0"]').focus();
    await page.keyboard.press("r");
    assert.ok((await page.locator(".rendered .formula").count()) > 0);
  });

  it("stays quick on text that was made to be slow", async () => {
    const slow = ["$\\def\\a{\\a\\a}\\a$ ", "![[]()", "*a _", "> ", "$x^{", "\\[\\frac{", "| a ", "\\left("];
    const events = samples
      .chainOfThought()
      .map((event) =>
        event.t === "tokens"
          ? { ...event, text: event.text.map((_, at) => slow[at % slow.length]!.repeat(20)) }
          : event,
      );
    const began = Date.now();
    await open([finished("slow", events)]);
    await panel.page.locator(".token").first().waitFor();
    assert.ok(Date.now() - began < 15_000);
  });

  it("says what is known of the token under the pointer", async () => {
    await open(TRACES.slice(0, 1));
    await panel.page.locator(".block-text .token[class*=unsure]").first().hover();
    const tip = await panel.page.getByRole("tooltip").innerText();
    assert.match(tip, /probability 0\.\d+/);
    assert.match(tip, /entropy \d/);
  });

  it("follows what a running model writes", async () => {
    const events = samples.long(1500);
    await open([{ run: "long", events: events.slice(0, 100), live: true }]);
    const scroller = panel.page.locator(".compare-scroll");
    await scroller.evaluate((node) => (node.scrollTop = node.scrollHeight));
    for (let from = 100; from < events.length; from += 25)
      await panel.post({
        type: "events",
        run: "long",
        events: events.slice(from, from + 25),
        live: from + 25 < events.length,
      });
    await panel.page.getByText("#### 42").or(panel.page.locator(".final-answer")).first().waitFor();
    await panel.page.waitForFunction(() => {
      const { scrollHeight, scrollTop, clientHeight } = document.querySelector(".compare-scroll")!;
      return scrollHeight - scrollTop - clientHeight < 5;
    });
    // Whoever scrolls up is let go.
    await scroller.hover();
    await panel.page.mouse.wheel(0, -600);
    await panel.page.waitForFunction(() => {
      const { scrollHeight, scrollTop, clientHeight } = document.querySelector(".compare-scroll")!;
      return scrollHeight - scrollTop - clientHeight > 300;
    });
    const top = await scroller.evaluate((node) => node.scrollTop);
    await panel.post({ type: "events", run: "long", events: [], live: false });
    assert.ok(Math.abs((await scroller.evaluate((node) => node.scrollTop)) - top) < 200);
  });

  it("moves the exit by dragging the threshold", async () => {
    await open([finished("deer", samples.deer())]);
    await panel.page.getByRole("tab", { name: "Exits" }).click();
    const canvas = panel.page.locator(".exit-panel .canvas");
    const box = (await canvas.boundingBox())!;
    await panel.page.mouse.move(box.x + 300, box.y + 60);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + 300, box.y + 110, { steps: 5 });
    await panel.page.mouse.up();
    await panel.page.locator(".outcome", { hasText: "32" }).waitFor();
    const kept = await panel.page.evaluate<{ thresholds: Record<string, number> }>("window.kept");
    assert.ok(kept.thresholds["deer"]! < 0.62);
  });

  it("compares two samples by one press, and has votes by dragging", async () => {
    await open([]);
    await panel.post({ type: "samples", samples: sampleGroup(1000) });
    const { page } = panel;
    await page.getByRole("tab", { name: "Samples", selected: true }).waitFor();
    await page.locator(".sample-table").getByRole("button", { name: "Compare", exact: true }).nth(4).click();
    const compared = (await panel.sent()).find((message) => message.type === "compare-runs");
    assert.equal((compared as { runs: string[] }).runs.length, 2);
    const before = await page.locator(".vote-table tbody").innerText();
    await page.getByLabel("samples that vote, k").fill("3");
    assert.notEqual(await page.locator(".vote-table tbody").innerText(), before);
  });

  it("shows an exit that turned an answer wrong by one press, over a group", async () => {
    await open(sampleSurveys(16).map((events, at) => finished(`survey-${at}`, events)));
    const { page } = panel;
    await page.getByRole("tab", { name: "Exits" }).click();
    await page.getByRole("img", { name: /^Every rule at every setting, against tokens: 16 questions/ }).waitFor();
    await page.getByRole("button", { name: "Use This" }).first().click();
    assert.ok((await panel.sent()).some(({ type }) => type === "use-setting"));
    await page
      .getByTitle(/^Show where it stops/)
      .first()
      .click();
    await page.getByRole("tab", { name: "Compare", selected: true }).waitFor();
  });

  it("saves a picture as SVG and PNG, and its table", async () => {
    await open(TRACES.slice(0, 2));
    await panel.page.getByRole("tab", { name: "Memory" }).click();
    for (const format of ["SVG", "PNG", "CSV"])
      await panel.page.getByRole("button", { name: `Save as ${format}` }).click();
    await panel.page.waitForFunction("window.sent.filter((message) => message.type === 'save').length === 3");
    type Save = Extract<FromPanel, { type: "save" }>;
    const saved = (await panel.sent()).filter((message): message is Save => message.type === "save");
    const of = (format: Save["format"]): string => saved.find((message) => message.format === format)!.content;
    assert.match(of("svg"), /^<svg[^>]*xmlns/);
    assert.doesNotMatch(of("svg"), /var\(/);
    assert.equal(Buffer.from(of("png"), "base64").subarray(1, 4).toString(), "PNG");
    assert.match(of("csv"), /^trace,prompt rows/);
  });

  it("keeps view, folds and place over a reload", async () => {
    await open(TRACES.slice(0, 2));
    await panel.page.locator('.cell[tabindex="0"]').focus();
    await panel.page.keyboard.press("Enter");
    await panel.page.getByRole("tab", { name: "Memory" }).click();
    await panel.page.reload();
    await panel.page.waitForFunction("window.sent.some((message) => message.type === 'ready')");
    await panel.post({ type: "show", title: "Apples", traces: TRACES.slice(0, 2) });
    await panel.page.getByRole("tab", { name: "Memory", selected: true }).waitFor();
    await panel.page.getByRole("tab", { name: "Compare" }).click();
    await panel.page.locator(".row.folded").waitFor();
    assert.equal(await panel.page.locator(".row.folded").count(), 1);
  });

  it("scrolls sideways where columns would get too narrow", async () => {
    await open(TRACES.slice(0, 3), "dark", { width: 640, height: 700 });
    const [column, grid, box] = await panel.page.evaluate(() => [
      document.querySelector(".column-title")!.getBoundingClientRect().width,
      document.querySelector(".compare-grid")!.scrollWidth,
      document.querySelector(".compare-scroll")!.clientWidth,
    ]);
    assert.ok(column! >= 240);
    assert.ok(grid! > box!);
  });

  it("shows 50 000 tokens and scrolls through them", async () => {
    await open([]);
    await panel.post({ type: "show", title: "Long", traces: [finished("long", samples.long(50_000))] });
    await panel.page.locator(".token").first().waitFor();
    const drawn = await panel.page.locator(".token").count();
    assert.ok(drawn < 10_000, `${drawn} tokens were drawn at once`);
    await panel.post({ type: "reveal", run: "long", at: 40_000 });
    await panel.page.locator('.token[data-at="40000"]').waitFor();
    assert.ok(await panel.page.locator('.token[data-at="40000"]').isVisible());
  });
});
