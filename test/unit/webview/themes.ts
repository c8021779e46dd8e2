/** The colours that the editor gives to webviews, for its four kinds of theme: those of a real workbench. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { ThemeKind } from "../../../webview/charts/palette";

/** A theme of the workbench, as `recordThemes.ts` read it. */
export interface RecordedTheme {
  kind: ThemeKind;
  /** By the name of the variable without `--vscode-`; what a theme leaves empty is missing. */
  colours: Record<string, string>;
}

/** By the names that the theme picker shows. */
export const RECORDED_THEMES = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, "../../fixtures/workbenchThemes.json"), "utf8"),
) as Record<string, RecordedTheme>;

const SHOWN: Record<ThemeKind, string> = {
  light: "Light Modern",
  dark: "Dark Modern",
  "high-contrast": "Dark High Contrast",
  "high-contrast-light": "Light High Contrast",
};

const FONTS = {
  "font-family": "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif",
  "font-size": "13px",
  "editor-font-family": "'DejaVu Sans Mono', monospace",
};

/** The classes that the editor sets on a webview's body: light high contrast has those of both kinds. */
export function bodyClass(theme: ThemeKind): string {
  return theme === "high-contrast-light" ? `vscode-${theme} vscode-high-contrast` : `vscode-${theme}`;
}

/** A style sheet that sets the editor's variables. */
export function themeSheet(theme: ThemeKind): string {
  const { colours } = RECORDED_THEMES[SHOWN[theme]]!;
  const lines = Object.entries({ ...colours, ...FONTS }).map(([name, value]) => `  --vscode-${name}: ${value};`);
  return `html {\n${lines.join("\n")}\n  color-scheme: ${theme.endsWith("light") ? "light" : "dark"};\n}\n`;
}
