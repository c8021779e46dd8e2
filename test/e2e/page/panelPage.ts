/** The webview's bundle in a bare browser page, with the editor's side of the conversation played by the test. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import type { FromPanel, ToPanel } from "../../../src/core/protocol/panelApi";
import type { FromRuns, ToRuns } from "../../../src/core/protocol/runsApi";
import type { ThemeKind } from "../../../webview/charts/palette";
import { bodyClass, themeSheet } from "../../unit/webview/themes";

const ORIGIN = "http://panel.test";
const DIST = path.resolve(import.meta.dirname, "../../../dist");

/** The same policy as in the editor, so that what it forbids fails here too. */
const POLICY =
  "default-src 'none'; script-src http://panel.test; style-src http://panel.test; img-src blob: data:; base-uri 'none'; form-action 'none'";

const FAKE_EDITOR = `
window.sent = [];
window.kept = JSON.parse(sessionStorage.getItem("kept") ?? "null") ?? undefined;
window.acquireVsCodeApi = () => ({
  postMessage: (message) => void window.sent.push(message),
  getState: () => window.kept,
  setState: (state) => { window.kept = state; sessionStorage.setItem("kept", JSON.stringify(state)); },
});`;

export interface PanelPage {
  readonly page: Page;
  /** Violations of the policy, uncaught errors and errors on the console. */
  readonly problems: string[];
  post(...messages: (ToPanel | ToRuns)[]): Promise<void>;
  /** What the webview said so far. */
  sent(): Promise<(FromPanel | FromRuns)[]>;
}

/**
 * Opens the panel of traces, or the table of all runs, and waits for its `ready`.
 * @param words the bundle of another language than English
 */
export async function openPanelPage(
  browser: Browser,
  theme: ThemeKind,
  viewport: { width: number; height: number },
  shown: "traces" | "runs" = "traces",
  words: Readonly<Record<string, string>> = {},
): Promise<PanelPage> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  const files: Record<string, () => Promise<[string, string]>> = {
    "/": async () => ["text/html", html(theme, shown, words)],
    "/theme.css": async () => ["text/css", themeSheet(theme)],
    "/editor.js": async () => ["text/javascript", FAKE_EDITOR],
    "/webview.js": async () => ["text/javascript", await readFile(path.join(DIST, "webview.js"), "utf8")],
    "/webview.css": async () => ["text/css", await readFile(path.join(DIST, "webview.css"), "utf8")],
  };
  await page.route(`${ORIGIN}/**`, async (route) => {
    const file = files[new URL(route.request().url()).pathname];
    if (!file) return route.fulfill({ status: 404 });
    const [contentType, body] = await file();
    return route.fulfill({ contentType, body });
  });
  await page.goto(`${ORIGIN}/`);
  await page.waitForFunction("window.sent.some((message) => message.type === 'ready')");
  return {
    page,
    problems,
    post: async (...messages) => {
      await page.evaluate((all) => all.forEach((message) => window.postMessage(message, "*")), messages);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    },
    sent: () => page.evaluate("window.sent"),
  };
}

function html(theme: ThemeKind, shown: string, words: object): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${POLICY}">
  <link rel="stylesheet" href="/theme.css">
  <link rel="stylesheet" href="/webview.css">
  <title>Thoughtlens</title>
</head>
<body class="${bodyClass(theme)}" data-page="${shown}"><script type="application/json" id="l10n">${JSON.stringify(words).replaceAll("<", "\\u003c")}</script><script src="/editor.js"></script><script src="/webview.js"></script></body>
</html>`;
}
