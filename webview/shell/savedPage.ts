/** Everything that a panel shows as one self-contained HTML page: figures, pictures, and each trace in full. */
import { trimSides } from "../../src/core/text/trim";
import { htmlOf } from "../../src/core/formats/exports/htmlExport";
import { svgText, EXPORT_WIDTH } from "../parts/pictureFile";
import { paletteVariables } from "../charts/palette";
import { editorTheme, resolveTheme } from "../charts/theme";
import { oneLine } from "../dom/safeText";
import type { PanelState } from "../shown/state";
import type { FigureSpec } from "../figures/figure";

/** A page is read and printed outside the editor: its pictures stand on white, whatever the editor's colours are. */
const PAPER: Record<string, string> = {
  ...paletteVariables("light"),
  "--vscode-foreground": "#1f1f1f",
  "--vscode-descriptionForeground": "#5a5a5a",
  "--vscode-editor-background": "#ffffff",
  "--vscode-font-family": "system-ui, sans-serif",
};

/** @param figures of all views */
export function savedPage({ title, traces }: PanelState, figures: readonly FigureSpec[]): string {
  const theme = resolveTheme(editorTheme, (variable) => PAPER[variable] ?? "");
  const pictures = figures.map((figure) => ({
    // What says how to drag has no place where nothing can be dragged.
    caption: figure.caption === "" || figure.onDrag ? figure.title : `${figure.title}. ${figure.caption}`,
    svg: svgText(figure.draw(theme, EXPORT_WIDTH).svg, theme.background),
  }));
  return htmlOf(
    traces.map(({ trace }) => trace),
    oneLine(title, 120),
    pictures,
  );
}

/** As in `compare-three-steps.html`. */
export function pageName(title: string): string {
  const name = trimSides(oneLine(title, 60).replace(/[^\p{L}\p{N}]+/gu, "-"), "-").toLowerCase();
  return `${name === "" ? "traces" : name}.html`;
}
