/**
 * Continuous thoughts in two dimensions among the vocabulary: numbered in their order along a path, the words nearest to
 * them by name, other words about them as dots. Both axes have one scale, so that distances can be compared.
 */
import { extent, scaleLinear } from "d3";
import type { EventOf } from "../../src/core/trace/trace";
import { vectorFromBase64 } from "../../src/core/trace/vector";
import { formatProbability } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { Occupied, textWidth } from "./labels";
import { frame, picture, type Drawn, type Frame, type Svg } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface ProjectionData {
  run: string;
  title: string;
  projection: EventOf<"projection">;
  /** Position on the axis of each thought; soft tokens have none. */
  at: readonly number[];
}

interface Spot {
  x: number;
  y: number;
}

/** What is beyond fits no picture; a trace from elsewhere may hold anything. */
const MOST = { points: 128, words: 320, others: 2000 };
const FARTHEST = 1e6;

const bounded = (value: number): number =>
  Number.isFinite(value) ? Math.max(-FARTHEST, Math.min(FARTHEST, value)) : 0;
const spot = ([x, y]: readonly [number, number]): Spot => ({ x: bounded(x), y: bounded(y) });

/** A word as a label: a token is often a piece with a space before it. */
export const wordLabel = (text: string): string => oneLine(text, 20) || "␣";

/** `thought 2, nearest timpus 0.81, lempus 0.64`. */
export function placeSentence({ projection }: Pick<ProjectionData, "projection">, index: number): string {
  const name = projection.of === "latent" ? l10n.t("thought {0}", index + 1) : l10n.t("soft token {0}", index + 1);
  const words = (projection.nearest[index] ?? []).slice(0, 3).flatMap(([word, cosine]) => {
    const known = projection.words[word];
    return known ? [`${wordLabel(known[0])} ${formatProbability(cosine)}`] : [];
  });
  return words.length > 0 ? l10n.t("{0}, nearest {1}", name, words.join(", ")) : name;
}

export function projectionChart(data: ProjectionData, width: number, theme: Theme): Drawn {
  const { run, title, projection, at } = data;
  const points = projection.points.slice(0, MOST.points).map(spot);
  const words = projection.words
    .slice(0, MOST.words)
    .map(([text, x, y]) => ({ text: wordLabel(text), ...spot([x, y]) }));
  const cloud = dotsOf(projection.others);
  const height = Math.round(Math.max(300, Math.min(520, width * 0.6)));
  const area = frame(width, height, { top: 22, right: 14, bottom: 24, left: 14 });
  // The frame is that of the thoughts and their next words: islands of others far off would make them one dot.
  const next = new Set(
    projection.nearest.slice(0, MOST.points).flatMap((all) => all.slice(0, 2).map(([word]) => word)),
  );
  const framed = [...points, ...words.filter((_, index) => next.has(index))];
  const to = oneScale(spreads(framed) ? framed : [...words, ...cloud, ...points], area);
  const others = cloud.map(to).filter((place) => isInside(place, area));
  const sentences = points.map((_, index) => placeSentence(data, index));
  const how = projection.method === "pca" ? l10n.t("principal components of the vocabulary") : "UMAP";
  const svg = picture(area, l10n.t("{0} by {1}: {2}", title, how, sentences.join("; ") || l10n.t("none")), theme);
  ground(svg, area, projection, theme);
  svg
    .append("path")
    .attr("fill", theme.muted)
    .attr("fill-opacity", 0.45)
    .attr("d", others.map((other) => disc(other, 1.4)).join(""));

  const taken = new Occupied();
  const placed = points.map(to);
  for (const { x, y } of placed) taken.take(x - 5, y - 5, x + 5, y + 5);
  if (projection.of === "latent") path(svg, placed, theme);
  placed.forEach(({ x, y }, index) => {
    svg
      .append("circle")
      .attr("cx", x)
      .attr("cy", y)
      .attr("r", 5)
      .attr("fill", theme.series[0]!)
      .attr("stroke", theme.background)
      .attr("stroke-width", 1.5);
    label(svg, String(index + 1), { x, y }, 7, area, taken, {
      weight: 700,
      colour: theme.foreground,
      leader: theme.muted,
    });
  });
  for (const word of words) {
    const { x, y } = to(word);
    if (!isInside({ x, y }, area)) continue;
    svg
      .append("path")
      .attr("d", `M${x},${y - 3.5}l3.5,3.5l-3.5,3.5l-3.5,-3.5z`)
      .attr("fill", theme.series[1]!);
    label(svg, word.text, { x, y }, 5, area, taken, { weight: 400, colour: theme.foreground });
  }
  return {
    svg: svg.node()!,
    points: placed.map(({ x, y }, index) => ({ x, y, radius: 5, label: sentences[index]!, run, at: at[index] ?? 0 })),
  };
}

function dotsOf(others: string | undefined): Spot[] {
  const values = others === undefined ? new Float32Array(0) : vectorFromBase64(others);
  const count = Math.min(MOST.others, values.length >> 1);
  return Array.from({ length: count }, (_, index) => spot([values[index * 2]!, values[index * 2 + 1]!]));
}

function spreads(all: readonly Spot[]): boolean {
  return all.some(({ x, y }) => Math.hypot(x - all[0]!.x, y - all[0]!.y) > 1e-6);
}

const isInside = ({ x, y }: Spot, area: Frame): boolean =>
  x > area.left + 2 && x < area.width - area.right - 2 && y > area.top + 2 && y < area.height - area.bottom - 2;

/** From the plane to pixels: as large as fits, in the middle, the same for both axes. */
function oneScale(all: readonly Spot[], area: Frame): (place: Spot) => Spot {
  const [left = 0, right = 0] = extent(all, ({ x }) => x);
  const [low = 0, high = 0] = extent(all, ({ y }) => y);
  const room = { x: area.width - area.left - area.right - 120, y: area.height - area.top - area.bottom - 70 };
  const unit = Math.max((right - left) / room.x, (high - low) / room.y, 1e-9);
  const centre = { x: (left + right) / 2, y: (low + high) / 2 };
  const middle = { x: (area.left + area.width - area.right) / 2, y: (area.top + area.height - area.bottom) / 2 };
  const x = scaleLinear([centre.x - unit, centre.x + unit], [middle.x - 1, middle.x + 1]);
  const y = scaleLinear([centre.y - unit, centre.y + unit], [middle.y + 1, middle.y - 1]);
  const tidy = (value: number): number => Math.round(value * 10) / 10;
  return (place) => ({ x: tidy(x(place.x)), y: tidy(y(place.y)) });
}

function ground(svg: Svg, area: Frame, { method, variance }: ProjectionData["projection"], theme: Theme): void {
  svg
    .append("rect")
    .attr("x", area.left + 0.5)
    .attr("y", area.top + 0.5)
    .attr("width", area.width - area.left - area.right)
    .attr("height", area.height - area.top - area.bottom)
    .attr("fill", "none")
    .attr("stroke", theme.grid)
    .attr("stroke-opacity", 0.6);
  const share = (axis: 0 | 1): string =>
    variance ? l10n.t(", {0} % of the vocabulary's variance", Math.round(bounded(variance[axis]) * 100)) : "";
  const words =
    method === "pca"
      ? [l10n.t("component 2{0}", share(1)), l10n.t("component 1{0}", share(0))]
      : [l10n.t("UMAP: near is alike, axes have no unit"), ""];
  const axis = svg.append("g").attr("fill", theme.muted).attr("aria-hidden", "true");
  axis.append("text").attr("x", area.left).attr("y", 14).text(words[0]!);
  axis
    .append("text")
    .attr("x", area.width - area.right)
    .attr("y", area.height - 8)
    .attr("text-anchor", "end")
    .text(words[1]!);
}

/** Lines from thought to thought, with an arrow in the middle of those that have room for one. */
function path(svg: Svg, placed: readonly Spot[], theme: Theme): void {
  if (placed.length < 2) return;
  svg
    .append("path")
    .attr("d", `M${placed.map(({ x, y }) => `${x},${y}`).join("L")}`)
    .attr("fill", "none")
    .attr("stroke", theme.series[0]!)
    .attr("stroke-width", 1.5)
    .attr("stroke-linejoin", "round");
  for (let index = 1; index < placed.length; index += 1) {
    const [from, to] = [placed[index - 1]!, placed[index]!];
    if (Math.hypot(to.x - from.x, to.y - from.y) < 22) continue;
    const angle = Math.round((Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI);
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    svg
      .append("path")
      .attr("d", "M-4,-3.5L4,0L-4,3.5z")
      .attr("transform", `translate(${x.toFixed(1)},${y.toFixed(1)}) rotate(${angle})`)
      .attr("fill", theme.series[0]!);
  }
}

/** Text at the nearest free place about a spot; without a leader it is left out where there is none. */
function label(
  svg: Svg,
  text: string,
  { x, y }: Spot,
  gap: number,
  area: Frame,
  taken: Occupied,
  style: { weight: number; colour: string; leader?: string },
): void {
  const width = textWidth(text);
  for (const far of style.leader ? [gap, gap + 8, gap + 18, gap + 30] : [gap]) {
    const places: [left: number, baseline: number][] = [
      [x + far, y + 4],
      [x - far - width, y + 4],
      [x - width / 2, y - far],
      [x - width / 2, y + far + 9],
      [x + far * 0.8, y - far * 0.8],
      [x - far * 0.8 - width, y - far * 0.8],
      [x + far * 0.8, y + far * 0.8 + 8],
      [x - far * 0.8 - width, y + far * 0.8 + 8],
    ];
    const free = places.find(
      ([left, base]) =>
        left > area.left &&
        left + width < area.width - area.right &&
        base > area.top + 10 &&
        base < area.height - area.bottom - 2 &&
        taken.take(left, base - 9, left + width, base + 2),
    );
    if (!free) continue;
    if (style.leader && far > gap)
      svg
        .append("path")
        .attr("d", `M${x},${y}L${(free[0] + width / 2).toFixed(1)},${(free[1] - 4).toFixed(1)}`)
        .attr("stroke", style.leader)
        .attr("stroke-width", 0.7);
    svg
      .append("text")
      .attr("x", free[0].toFixed(1))
      .attr("y", free[1].toFixed(1))
      .attr("font-weight", style.weight)
      .attr("fill", style.colour)
      .attr("stroke", "none")
      .text(text);
    return;
  }
}

const disc = ({ x, y }: Spot, radius: number): string =>
  `M${(x - radius).toFixed(1)},${y}a${radius},${radius} 0 1,0 ${radius * 2},0a${radius},${radius} 0 1,0 ${-radius * 2},0z`;
