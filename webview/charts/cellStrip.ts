/** A strip of cells, one for each continuous thought or soft token: its size, its spread, the words nearest to it. */
import { max, scaleLinear } from "d3";
import { formatProbability } from "../dom/quantities";
import { clipText } from "./labels";
import { frame, picture, type Drawn, type DrawnPoint, type Svg } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface Cell {
  name: string;
  /** Position on the axis that the cell stands for. */
  at: number;
  norm: number | undefined;
  /** Nats. */
  entropy: number | undefined;
  /** Nearest words, best first, with probability or cosine. */
  words: readonly (readonly [word: string, share: number])[];
  /** The answer that would come out if thinking stopped here. */
  answer: string | undefined;
  right: boolean | undefined;
}

export interface CellStripData {
  run: string;
  title: string;
  cells: readonly Cell[];
}

const LEFT = 92;
const NARROWEST_CELL = 104;
const WORD_HEIGHT = 16;
const MOST_WORDS = 8;

export function cellStrip({ run, title, cells }: CellStripData, width: number, theme: Theme): Drawn {
  const perLine = Math.max(1, Math.min(cells.length, Math.floor((width - LEFT) / NARROWEST_CELL)));
  const cellWidth = Math.min(170, (width - LEFT) / perLine);
  const words = Math.min(MOST_WORDS, max(cells, (cell) => cell.words.length) ?? 0);
  const has = {
    norm: cells.some(({ norm }) => norm !== undefined),
    entropy: cells.some(({ entropy }) => entropy !== undefined),
    answer: cells.some(({ answer }) => answer !== undefined),
  };
  const rows = { norm: 20, entropy: has.norm ? 38 : 20, words: 20 + (has.norm ? 18 : 0) + (has.entropy ? 18 : 0) + 6 };
  const answerTop = rows.words + words * WORD_HEIGHT + 8;
  const lineHeight = answerTop + (has.answer ? 26 : 8);
  const lines = Math.ceil(cells.length / perLine);
  const area = frame(width, Math.max(1, lines) * lineHeight, { top: 0, right: 0, bottom: 0, left: LEFT });
  const svg = picture(area, `${title}: ${cells.map(sentence).join("; ") || l10n.t("none")}`, theme);
  const norm = scaleLinear([0, max(cells, (cell) => cell.norm) ?? 1], [0, cellWidth - 60]);
  const entropy = scaleLinear([0, max(cells, (cell) => cell.entropy) ?? 1], [0, cellWidth - 60]);
  const points: DrawnPoint[] = [];

  for (let line = 0; line < lines; line += 1) {
    const top = line * lineHeight;
    const names = svg.append("g").attr("fill", theme.muted).attr("aria-hidden", "true");
    const rowName = (y: number, text: string): void =>
      void names
        .append("text")
        .attr("x", 0)
        .attr("y", top + y + 11)
        .text(text);
    if (has.norm) rowName(rows.norm, l10n.t("norm"));
    if (has.entropy) rowName(rows.entropy, l10n.t("entropy, nats"));
    if (words > 0) rowName(rows.words, l10n.t("nearest words"));
    if (has.answer) rowName(answerTop, l10n.t("answer here"));
  }
  cells.forEach((cell, index) => {
    const left = LEFT + (index % perLine) * cellWidth;
    const top = Math.floor(index / perLine) * lineHeight;
    svg
      .append("rect")
      .attr("x", left + 0.5)
      .attr("y", top + 0.5)
      .attr("width", cellWidth - 7)
      .attr("height", lineHeight - 8)
      .attr("rx", 2)
      .attr("fill", "none")
      .attr("stroke", theme.grid)
      .attr("stroke-opacity", 0.6);
    svg
      .append("text")
      .attr("x", left + 8)
      .attr("y", top + 14)
      .attr("font-weight", 600)
      .text(cell.name);
    if (cell.norm !== undefined)
      bar(svg, left + 8, top + rows.norm, norm(cell.norm), cell.norm.toFixed(2), theme.series[0]!);
    if (cell.entropy !== undefined)
      bar(svg, left + 8, top + rows.entropy, entropy(cell.entropy), cell.entropy.toFixed(2), theme.series[1]!);
    cell.words
      .slice(0, MOST_WORDS)
      .forEach(([word, share], rank) =>
        wordBar(svg, left + 8, top + rows.words + rank * WORD_HEIGHT, cellWidth - 22, word, share, theme),
      );
    if (cell.answer !== undefined) {
      const sign = cell.right === undefined ? "" : cell.right ? "✓ " : "✗ ";
      svg
        .append("text")
        .attr("x", left + 8)
        .attr("y", top + answerTop + 11)
        .attr("font-weight", 600)
        .attr("fill", cell.right === undefined ? theme.foreground : cell.right ? theme.right : theme.wrong)
        .text(clipText(`${sign}${cell.answer}`, cellWidth - 20));
    }
    points.push({ x: left + cellWidth - 18, y: top + 11, radius: 5, label: sentence(cell), run, at: cell.at });
  });
  return { svg: svg.node()!, points };
}

function bar(svg: Svg, x: number, y: number, length: number, value: string, colour: string): void {
  svg
    .append("rect")
    .attr("x", x)
    .attr("y", y + 3)
    .attr("width", Math.max(1, length))
    .attr("height", 8)
    .attr("fill", colour);
  svg
    .append("text")
    .attr("x", x + Math.max(1, length) + 4)
    .attr("y", y + 11)
    .text(value);
}

/** A word over a bar of its share, the share at the right. */
function wordBar(svg: Svg, x: number, y: number, width: number, word: string, share: number, theme: Theme): void {
  svg
    .append("rect")
    .attr("x", x)
    .attr("y", y)
    .attr("width", Math.max(1, width * Math.min(1, Math.max(0, share))))
    .attr("height", WORD_HEIGHT - 3)
    .attr("fill", theme.series[0]!)
    .attr("fill-opacity", 0.3);
  svg
    .append("text")
    .attr("x", x + 3)
    .attr("y", y + 10.5)
    .text(clipText(word, width - 36));
  svg
    .append("text")
    .attr("x", x + width)
    .attr("y", y + 10.5)
    .attr("text-anchor", "end")
    .attr("fill", theme.muted)
    .text(share.toFixed(2).replace(/^0/, ""));
}

/** One cell in words. */
export function sentence(cell: Cell): string {
  const nearest = cell.words.slice(0, 3).map(([word, share]) => `${word} ${formatProbability(share)}`);
  const parts = [
    nearest.length > 0 && l10n.t("nearest {0}", nearest.join(", ")),
    cell.norm !== undefined && l10n.t("norm {0}", cell.norm.toFixed(2)),
    cell.entropy !== undefined && l10n.t("entropy {0} nats", cell.entropy.toFixed(2)),
    cell.answer !== undefined && l10n.t("answer {0}", cell.answer),
    cell.right !== undefined && (cell.right ? l10n.t("right") : l10n.t("wrong")),
  ];
  return `${cell.name}: ${parts.filter(Boolean).join(", ")}`;
}
