/** Thoughts folding into gist tokens (LightThinker), with the attention that later thoughts pay to earlier gists. */
import { max, scaleSqrt } from "d3";
import { formatCount, formatShare } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { acrossPlot, bottomAxis } from "./axes";
import { textWidth } from "./labels";
import { frame, picture, type Drawn, type DrawnPoint } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

/** One thought, positions [from, to), and the gist tokens that stand for it. */
export interface Thought {
  text: string;
  from: number;
  to: number;
  /** Rows of the cache that were dropped after it, 0 if none. */
  dropped: number;
  gist: readonly [from: number, to: number] | undefined;
}

export interface GistFoldData {
  run: string;
  title: string;
  length: number;
  thoughts: readonly Thought[];
  /** Share of its attention that a thought pays to an earlier thought's gist, indices into `thoughts`, the mean of its positions. */
  attention: readonly GistAttention[];
}

type GistAttention = readonly [from: number, to: number, share: number];

const ARCS = 74;
const BLOCK = 26;
const FOLD = 34;

export function gistFold(
  { run, title, length, thoughts, attention }: GistFoldData,
  width: number,
  theme: Theme,
): Drawn {
  const arcs = attention.length > 0 ? ARCS : 8;
  const area = frame(width, arcs + BLOCK + FOLD + 38 + 44, { top: arcs, right: 16, bottom: 40, left: 12 });
  const x = acrossPlot(length, area);
  const dropped = thoughts.reduce((sum, thought) => sum + thought.dropped, 0);
  const kept = thoughts.reduce((sum, { gist }) => sum + (gist ? gist[1] - gist[0] : 0), 0);
  const svg = picture(
    area,
    l10n.t(
      "{0}: {1} thoughts, {2} cache rows dropped, {3} gist tokens kept",
      title,
      thoughts.length,
      formatCount(dropped),
      formatCount(kept),
    ),
    theme,
  );
  bottomAxis(svg, x, area, theme, l10n.t("tokens"), formatCount);
  const blockTop = arcs;
  const gistTop = arcs + BLOCK + FOLD;

  const weight = scaleSqrt([0, max(attention, ([, , each]) => each) ?? 1], [0, 5]);
  for (const [from, to, each] of attention) {
    const source = thoughts[from];
    const target = thoughts[to]?.gist;
    if (!source || !target) continue;
    const [x1, x2] = [(x(source.from) + x(source.to)) / 2, (x(target[0]) + x(target[1])) / 2];
    const rise = Math.min(arcs - 8, 14 + Math.abs(x1 - x2) / 5);
    svg
      .append("path")
      .attr("d", `M${x1},${blockTop - 2}C${x1},${blockTop - rise} ${x2},${blockTop - rise} ${x2},${blockTop - 2}`)
      .attr("fill", "none")
      .attr("stroke", theme.series[1]!)
      .attr("stroke-width", Math.max(0.4, weight(each)))
      .attr("stroke-opacity", 0.55);
  }

  const points = thoughts.map((thought, index): DrawnPoint => {
    const [left, right] = [x(thought.from), x(thought.to)];
    svg
      .append("rect")
      .attr("x", left)
      .attr("y", blockTop)
      .attr("width", Math.max(1, right - left - 1))
      .attr("height", BLOCK)
      .attr("fill", theme.kinds.thinking)
      .attr("fill-opacity", thought.gist ? 0.28 : 0.8);
    if (right - left > textWidth(String(index + 1)) + 4)
      svg
        .append("text")
        .attr("x", (left + right) / 2)
        .attr("y", blockTop + 17)
        .attr("text-anchor", "middle")
        .text(index + 1);
    if (thought.gist) {
      const [gistLeft, gistRight] = [x(thought.gist[0]), Math.max(x(thought.gist[1]), x(thought.gist[0]) + 3)];
      svg
        .append("path")
        .attr("d", `M${left},${blockTop + BLOCK}H${right - 1}L${gistRight - 1},${gistTop}H${gistLeft}Z`)
        .attr("fill", theme.kinds.gist)
        .attr("fill-opacity", 0.16);
      for (let at = thought.gist[0]; at < thought.gist[1]; at += 1)
        svg
          .append("rect")
          .attr("x", x(at))
          .attr("y", gistTop)
          .attr("width", Math.max(1, x(at + 1) - x(at) - 1))
          .attr("height", 14)
          .attr("fill", theme.kinds.gist);
    }
    const seen = attentionSentence(index, attention);
    return {
      x: (left + right) / 2,
      y: blockTop + BLOCK / 2,
      radius: 9,
      run,
      at: thought.from,
      label: l10n.t(
        "Thought {0}: {1}, “{2}”{3}",
        index + 1,
        thoughtSentence(thought),
        oneLine(thought.text, 60),
        seen ? l10n.t("; attention: {0}", seen) : "",
      ),
    };
  });
  svg
    .append("text")
    .attr("x", area.left)
    .attr("y", gistTop + 14 + 13)
    .attr("fill", theme.muted)
    .text(l10n.t("{0} cache rows dropped, {1} gist tokens kept for them", formatCount(dropped), formatCount(kept)));
  return { svg: svg.node()!, points };
}

/** `12 % to thought 1, 4 % to thought 2`: what a thought sees of the gists before it; empty where that was not recorded. */
export function attentionSentence(index: number, attention: readonly GistAttention[]): string {
  const paid = attention.filter(([from]) => from === index).toSorted((a, b) => a[1] - b[1]);
  return paid.map(([, to, share]) => l10n.t("{0} to thought {1}", formatShare(share), to + 1)).join(", ");
}

/** `30 tokens into 3 gist tokens`. */
export function thoughtSentence({ from, to, gist }: Thought): string {
  const tokens = l10n.t("{0} tokens", formatCount(to - from));
  return gist
    ? l10n.t("{0} into {1} gist tokens", tokens, formatCount(gist[1] - gist[0]))
    : l10n.t("{0}, not compressed", tokens);
}
