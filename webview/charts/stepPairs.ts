/** Full steps beside the short ones that do the same work: what became of each, in tokens, and what was left out. */
import { max, scaleLinear } from "d3";
import { formatCount } from "../dom/quantities";
import { clipText, textWidth } from "./labels";
import { frame, picture, type Drawn, type DrawnPoint } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface StepPair {
  /** The full step: its number, tokens and first position; undefined where the short trace has something of its own. */
  full: { step: number; tokens: number; at: number; text: string } | undefined;
  short: { tokens: number; at: number; text: string } | undefined;
  /** What the full step says and the short trace says nowhere; undefined where it says nothing new. */
  lost: readonly string[] | undefined;
  /** Whether the short trace had been cut short before. */
  isUnreached?: true;
}

export interface StepPairsData {
  run: string;
  baseRun: string;
  title: string;
  baseTitle: string;
  pairs: readonly StepPair[];
}

const ROW = 24;

export function stepPairs(data: StepPairsData, width: number, theme: Theme): Drawn {
  const { run, baseRun, title, baseTitle, pairs } = data;
  const middle = Math.round(width * 0.46);
  const barWidth = Math.round(width * 0.2);
  const area = frame(width, pairs.length * ROW + 30, { top: 26, right: 0, bottom: 4, left: 0 });
  const longest = max(pairs.flatMap(({ full, short }) => [full?.tokens ?? 0, short?.tokens ?? 0])) ?? 1;
  const length = scaleLinear([0, Math.max(1, longest)], [0, barWidth]);
  const lost = pairs.filter((pair) => pair.lost && !pair.isUnreached).length;
  const svg = picture(
    area,
    l10n.t("{0} against {1}: {2} rows, {3} left out", baseTitle, title, pairs.length, formatCount(lost)),
    theme,
  );
  const head = svg.append("g").attr("fill", theme.muted);
  head
    .append("text")
    .attr("x", middle - 6)
    .attr("y", 12)
    .attr("text-anchor", "end")
    .text(baseTitle);
  head
    .append("text")
    .attr("x", middle + 6)
    .attr("y", 12)
    .text(title);
  svg
    .append("path")
    .attr("d", `M${middle + 0.5},18V${area.height}`)
    .attr("stroke", theme.grid);
  const points: DrawnPoint[] = [];
  pairs.forEach((pair, index) => {
    const { full, short } = pair;
    const y = area.top + index * ROW;
    if (full) {
      const bar = length(full.tokens);
      svg
        .append("rect")
        .attr("x", middle - 3 - bar)
        .attr("y", y)
        .attr("width", Math.max(1, bar))
        .attr("height", 14)
        .attr("fill", theme.kinds.thinking)
        .attr("fill-opacity", short ? 0.9 : 0.35);
      const count = formatCount(full.tokens);
      svg
        .append("text")
        .attr("x", middle - 7 - bar)
        .attr("y", y + 11)
        .attr("text-anchor", "end")
        .text(count);
      const room = middle - 16 - bar - textWidth(count) - 18;
      svg
        .append("text")
        .attr("x", 0)
        .attr("y", y + 11)
        .attr("fill", theme.muted)
        .text(full.step);
      svg
        .append("text")
        .attr("x", 18)
        .attr("y", y + 11)
        .attr("fill", theme.muted)
        .text(fit(full.text, room));
      points.push({
        x: middle - 3 - bar / 2,
        y: y + 7,
        radius: 6,
        run: baseRun,
        at: full.at,
        label: l10n.t("Step {0}, {1} tokens: {2}", full.step, count, full.text),
      });
    }
    if (short) {
      const bar = length(short.tokens);
      svg
        .append("rect")
        .attr("x", middle + 4)
        .attr("y", y)
        .attr("width", Math.max(1, bar))
        .attr("height", 14)
        .attr("fill", theme.kinds.answer);
      const words = `${formatCount(short.tokens)} · ${short.text}`;
      svg
        .append("text")
        .attr("x", middle + 9 + bar)
        .attr("y", y + 11)
        .text(fit(words, width - middle - bar - 14));
      points.push({
        x: middle + 4 + bar / 2,
        y: y + 7,
        radius: 6,
        run,
        at: short.at,
        label: l10n.t("{0} tokens: {1}", formatCount(short.tokens), short.text),
      });
    } else {
      svg
        .append("text")
        .attr("x", middle + 9)
        .attr("y", y + 11)
        .attr("fill", theme.muted)
        .attr("font-style", "italic")
        .text(fit(leftOut(pair), width - middle - 14));
    }
  });
  return { svg: svg.node()!, points };
}

/** `left out: 26, brother`; a step that is said elsewhere in the short trace, says nothing, or was never come to, is not left out. */
export function leftOut({ lost, isUnreached }: Pick<StepPair, "lost" | "isUnreached">): string {
  if (!lost) return l10n.t("nothing new");
  const facts = lost.join(", ");
  if (isUnreached) return facts === "" ? l10n.t("not come to") : l10n.t("not come to: {0}", facts);
  return facts === "" ? l10n.t("left out") : l10n.t("left out: {0}", facts);
}

/** `text` cut to a width; left out where not even a few letters fit. */
function fit(text: string, width: number): string {
  return width < textWidth("four") ? "" : clipText(text, width);
}
