/**
 * Reads the colours that a real workbench gives to webviews, theme by theme, and keeps them in `test/fixtures/workbenchThemes.json`, so
 * that pages and tests of contrast show what people see: `npx tsx test/e2e/page/recordThemes.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Workbench } from "../workbench";
import type { RecordedTheme } from "../../unit/webview/themes";

const FILE = path.resolve(import.meta.dirname, "../../fixtures/workbenchThemes.json");
const WEBVIEW = path.resolve(import.meta.dirname, "../../../webview");

/** The themes that come with the editor, as its theme picker calls them. */
const LABELS = [
  "Light 2026",
  "Dark 2026",
  "Light Modern",
  "Dark Modern",
  "Light+",
  "Dark+",
  "Light (Visual Studio)",
  "Dark (Visual Studio)",
  "Light High Contrast",
  "Dark High Contrast",
  "Abyss",
  "Kimbie Dark",
  "Monokai",
  "Monokai Dimmed",
  "Quiet Light",
  "Red",
  "Solarized Dark",
  "Solarized Light",
  "Tomorrow Night Blue",
];
/** The editor's own colours for charts: not ours to use, and kept to say why. */
const CHARTS = ["blue", "green", "orange", "purple", "red", "yellow"].map((colour) => `charts-${colour}`);

/** Every variable of the editor that the webview names. */
function usedVariables(): string[] {
  const files = readdirSync(WEBVIEW, { recursive: true, encoding: "utf8" }).filter((name) => /\.(css|ts)$/.test(name));
  const text = files.map((name) => readFileSync(path.join(WEBVIEW, name), "utf8")).join("\n");
  const named = [...text.matchAll(/--vscode-([\w-]+)/g), ...text.matchAll(/variable\("([\w-]+)"\)/g)];
  return [...new Set([...named.map(([, name]) => name!), "editor-foreground", ...CHARTS])].sort();
}

const workbench = await Workbench.open({ size: { width: 1280, height: 800 } });
try {
  const { page } = workbench;
  const names = usedVariables();
  const themes: Record<string, RecordedTheme> = {};
  for (const label of LABELS) {
    const before = await page.locator(".monaco-workbench").getAttribute("class");
    await workbench.chooseTheme(label);
    // The class names the theme's file. It stays where the theme was shown already.
    await page
      .waitForFunction((was) => document.querySelector(".monaco-workbench")!.className !== was, before, {
        timeout: 10_000,
      })
      .catch(() => undefined);
    await page.waitForTimeout(1000);
    themes[label] = await page.evaluate((wanted) => {
      const node = document.querySelector(".monaco-workbench")!;
      const style = getComputedStyle(node);
      const kinds = { "hc-light": "high-contrast-light", "hc-black": "high-contrast", "vs-dark": "dark", vs: "light" };
      const shown = Object.entries(kinds).find(([name]) => node.classList.contains(name))![1];
      const values = wanted.map((name) => [name, style.getPropertyValue(`--vscode-${name}`).trim()] as const);
      return { kind: shown as "light", colours: Object.fromEntries(values.filter(([, value]) => value !== "")) };
    }, names);
    console.log(label, themes[label]!.kind, Object.keys(themes[label]!.colours).length);
  }
  writeFileSync(FILE, `${JSON.stringify(themes, null, 2)}\n`);
} finally {
  await workbench.close();
}
