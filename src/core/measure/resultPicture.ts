/** A small picture of what each strategy cost and whether it was right: one bar a strategy, parts by what the tokens were for. */
import { strategyTitle } from "../catalogue";
import type { TokenCounts } from "../trace/trace";
import { markOf, totalTokens, type RunSummary } from "./runSummary";

/** An image knows nothing of the theme: these stand out on light and on dark, and differ in lightness, not in hue alone. */
const COLOURS: readonly (readonly [kind: keyof TokenCounts, colour: string])[] = [
  ["thinking", "#4a90d9"],
  ["answer", "#3fa66b"],
  ["trial", "#e0a030"],
  ["summary", "#b07cd8"],
  ["gist", "#8f9aa8"],
  ["latent", "#d9728f"],
  ["reread", "#6f7f90"],
  ["auxiliary", "#2fa39b"],
];
const TEXT = "#8a8f98";
const LABEL_WIDTH = 130;
const BAR_WIDTH = 200;
const FIGURE_WIDTH = 60;
const ROW = 18;
const LEGEND_LEFT = 6;
/** About, at this size. */
const LETTER_WIDTH = 6;
const MOST_ROWS = 12;

/** @returns an SVG document; it holds figures and titles of strategies, and no other text of a trace */
export function resultPicture(runs: readonly RunSummary[]): string {
  const shown = runs.slice(-MOST_ROWS);
  const most = Math.max(1, ...shown.map(totalTokens));
  const width = LABEL_WIDTH + BAR_WIDTH + FIGURE_WIDTH;
  const rows = shown.map((run, index) => row(run, index * ROW, BAR_WIDTH / most));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${(shown.length + 1) * ROW}"`,
    ` font-family="sans-serif" font-size="11" fill="${TEXT}">${rows.join("")}${legend(shown, shown.length * ROW)}</svg>`,
  ].join("");
}

/** What the colours stand for, of those that occur. */
function legend(runs: readonly RunSummary[], top: number): string {
  let left = LEGEND_LEFT;
  return COLOURS.filter(([kind]) => runs.some((run) => run.end?.tokens?.[kind]))
    .map(([kind, colour]) => {
      const entry = `<circle cx="${left + 4}" cy="${top + 9}" r="4" fill="${colour}"/><text x="${left + 11}" y="${top + 13}">${kind}</text>`;
      left += LETTER_WIDTH * kind.length + 24;
      return entry;
    })
    .join("");
}

function row(run: RunSummary, top: number, scale: number): string {
  const tokens = run.end?.tokens ?? {};
  let left = LABEL_WIDTH;
  const parts = COLOURS.map(([kind, colour]) => {
    const width = (tokens[kind] ?? 0) * scale;
    const part = `<rect x="${left.toFixed(1)}" y="${top + 4}" width="${width.toFixed(1)}" height="10" fill="${colour}"/>`;
    left += width;
    return width > 0 ? part : "";
  });
  const baseline = top + 13;
  const label = `<text x="${LABEL_WIDTH - 6}" y="${baseline}" text-anchor="end">${escaped(strategyTitle(run.header.strategy))}</text>`;
  return `${label}${parts.join("")}<text x="${(left + 5).toFixed(1)}" y="${baseline}">${markOf(run)}${totalTokens(run)}</text>`;
}

const MOST_TITLE = 22;

function escaped(text: string): string {
  const short = text.length > MOST_TITLE ? `${text.slice(0, MOST_TITLE - 1)}…` : text;
  return short.replace(/[^\p{L}\p{N} ()…_.-]/gu, "").replace(/[\uD800-\uDFFF]/g, "");
}
