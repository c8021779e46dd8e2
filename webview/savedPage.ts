/** Everything that a panel shows as one self-contained HTML page: figures, pictures, and each trace in full. */
import { htmlOf } from "../src/core/formats/htmlExport";
import { EXPORT_WIDTH, type FigureSpec } from "./figures/figureFrame";
import { svgText, themeOnScreen } from "./figures/pictureFile";
import { oneLine } from "./safeText";
import type { PanelState } from "./state";

/** @param figures of all views, drawn in the colours that are on screen */
export function savedPage({ title, traces }: PanelState, figures: readonly FigureSpec[]): string {
  const theme = themeOnScreen(document.body);
  const pictures = figures.map((figure) => ({
    caption: [figure.title, figure.caption].filter((words) => words !== "").join(". "),
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
  const name = oneLine(title, 60)
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
  return `${name === "" ? "traces" : name}.html`;
}
