/** Tokens by kind as one stacked bar; bars that share a `scale` can be compared by length. */
import { create, type Selection } from "d3";
import type { CountedTokens } from "../../src/core/measure/runSummary";
import { COUNTED_KINDS, type CountedKind } from "../../src/core/trace/kinds";
import { formatCount } from "../dom/quantities";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface TokenBarDimensions {
  width: number;
  height: number;
  /** Tokens that fill the whole width. */
  scale: number;
}

/** Kinds are told apart by texture too: lines for trials, dots for gists and latents. */
const TEXTURES: Partial<Record<CountedKind, string>> = {
  trial: "M-1,1 l2,-2 M0,4 l4,-4 M3,5 l2,-2",
  summary: "M0,2 h4",
  gist: "M1,1 h1 v1 h-1 z M3,3 h1 v1 h-1 z",
  latent: "M2,0 v4",
  reread: "M-1,3 l2,2 M0,0 l4,4 M3,-1 l2,2",
  auxiliary: "M0,1 h2 M2,3 h2",
};

/** An SVG `width` × `height`, labelled with its counts. */
export function tokenBar(counts: CountedTokens, dimensions: TokenBarDimensions, theme: Theme): SVGSVGElement {
  const { width, height, scale } = dimensions;
  const label = COUNTED_KINDS.filter((kind) => counts[kind])
    .map((kind) => `${formatCount(counts[kind]!)} ${kind}`)
    .join(", ");
  const svg = create("svg")
    .attr("width", width)
    .attr("height", height)
    .attr("viewBox", `0 0 ${width} ${height}`)
    // A page that stretches it to another width stretches all of it.
    .attr("preserveAspectRatio", "none")
    .attr("role", "img")
    .attr("aria-label", l10n.t("Tokens: {0}", label || l10n.t("none yet")));
  let x = 0;
  for (const kind of COUNTED_KINDS) {
    const count = counts[kind] ?? 0;
    if (count === 0 || scale <= 0) continue;
    const length = (count / scale) * width;
    svg.append("rect").attr("x", x).attr("width", length).attr("height", height).attr("fill", theme.kinds[kind]);
    texture(svg, kind, x, length, height, theme);
    x += length;
  }
  return svg.node()!;
}

function texture(
  svg: Selection<SVGSVGElement, undefined, null, undefined>,
  kind: CountedKind,
  x: number,
  length: number,
  height: number,
  theme: Theme,
): void {
  const path = TEXTURES[kind];
  if (path === undefined || length < 3) return;
  // Drawn as one path instead of a pattern: pattern ids would clash between the bars of a page.
  const tiles: string[] = [];
  for (let left = 0; left + 4 <= length; left += 4)
    for (let top = 0; top + 4 <= height; top += 4)
      tiles.push(path.replace(/M(-?\d+),(-?\d+)/g, (_, px: string, py: string) => `M${x + left + +px},${top + +py}`));
  svg
    .append("path")
    .attr("d", tiles.join(""))
    .attr("stroke", theme.background)
    .attr("stroke-width", 1)
    .attr("fill", "none");
}
