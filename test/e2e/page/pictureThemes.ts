import type { ThemeKind } from "../../../webview/charts/palette";

/**
 * The themes that the nth of several views is looked at in: one of them, another for each view, so that the gate sees every
 * view and every theme; all of them where pictures are taken (`npm run test:pictures`).
 */
export const themesOf = (nth: number, themes: readonly ThemeKind[]): readonly ThemeKind[] =>
  process.env["PICTURES"] === "all" ? themes : [themes[nth % themes.length]!];
