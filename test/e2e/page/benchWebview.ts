/**
 * `npm run bench:webview`: how long the panel takes to show a trace of 1 000, 10 000 and 50 000 tokens, and how long
 * its frames are while a person scrolls, while a model appends to it, and on a search. Prints one table.
 */
import type { Page } from "playwright-core";
import { launchChromium } from "../../harness/chromium.mjs";
import { long } from "../../unit/samples/sampleTraces";
import { openPanelPage } from "./panelPage";

const SIZES = [1_000, 10_000, 50_000];
const COLUMNS = 2;

/** Runs `step` once a frame and returns the frames' lengths in ms, sorted. Runs in the page. */
const FRAMES = `async (count, step) => {
  const lengths = [];
  let last = await new Promise(requestAnimationFrame);
  for (let index = 0; index < count; index += 1) {
    step(index);
    const now = await new Promise(requestAnimationFrame);
    lengths.push(now - last);
    last = now;
  }
  return lengths.sort((a, b) => a - b);
}`;

function summary(lengths: number[]): string {
  const at = (share: number): string => lengths[Math.floor((lengths.length - 1) * share)]!.toFixed(0);
  return `${at(0.5)} / ${at(0.95)} / ${at(1)}`;
}

async function measureSize(page: Page, tokens: number): Promise<Record<string, string>> {
  const traces = Array.from({ length: COLUMNS }, (_, index) => ({
    run: `run-${index}`,
    events: long(tokens, `run-${index}`, index === 0 ? "chain-of-thought" : "deer"),
    live: index === 0,
  }));
  const load = await page.evaluate(
    async (message) => {
      const started = performance.now();
      window.postMessage(message, "*");
      while (!document.querySelector(".token")) await new Promise(requestAnimationFrame);
      // The frame after the first tokens is the first in which a person can scroll.
      await new Promise(requestAnimationFrame);
      await new Promise((done) => setTimeout(done));
      return performance.now() - started;
    },
    { type: "show", title: "Bench", traces },
  );
  const scroll = await page.evaluate<number[]>(`(${FRAMES})(60, (index) => {
    const box = document.querySelector(".compare-scroll");
    box.scrollTop = index % 2 ? box.scrollTop + 400 : box.scrollTop + box.scrollHeight / 60;
  })`);
  const append = await page.evaluate<number[]>(`(${FRAMES})(60, (index) => window.postMessage({
    type: "events", run: "run-0", live: true,
    events: [{ t: "tokens", at: ${tokens + 100} + index * 4, kind: "text", text: [" one", " more", " live", " word"], logprob: [-0.1, -0.2, -0.1, -1] }],
  }, "*"))`);
  const search = await page.evaluate(async () => {
    const field = document.querySelector<HTMLInputElement>(".search input")!;
    const started = performance.now();
    field.value = "apples";
    field.dispatchEvent(new Event("input"));
    await new Promise(requestAnimationFrame);
    return performance.now() - started;
  });
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  return {
    "tokens a column": String(tokens),
    "load, ms": load.toFixed(0),
    "frames while scrolling, ms (median / p95 / max)": summary(scroll),
    "frames while appending, ms": summary(append),
    "search, ms": search.toFixed(0),
    "DOM nodes": String(nodes),
  };
}

const browser = await launchChromium();
try {
  const rows: Record<string, string>[] = [];
  for (const size of SIZES) {
    const panel = await openPanelPage(browser, "dark", { width: 1280, height: 800 });
    rows.push(await measureSize(panel.page, size));
    for (const problem of panel.problems) console.error(problem);
    await panel.page.context().close();
  }
  console.log(`${COLUMNS} columns, ${browser.version()}`);
  console.table(rows);
} finally {
  await browser.close();
}
