/**
 * The search behind a graph question: nodes by their distance from the root, each filled by the probability that the
 * continuous thought of that step gives it (superposition of the frontier, 2505.12514).
 */
import type { SearchGraph } from "../../src/core/measure/searchGraph";
import { pathTo } from "../../src/core/measure/searchGraph";
import { formatProbability, formatShare } from "../dom/quantities";
import { textWidth } from "./labels";
import { frame, picture, type Drawn, type DrawnPoint, type Svg } from "./picture";
import type { Theme } from "./theme";
import { l10n } from "../../src/core/text/l10n";

export interface SearchThought {
  at: number;
  /** Probability of each word that the thought's logit lens lists. */
  words: ReadonlyMap<string, number>;
}

export interface SearchTreeData {
  run: string;
  title: string;
  graph: SearchGraph;
  thoughts: readonly SearchThought[];
}

const ROW = 26;
const TOP = 54;
const RADIUS = 7;

/** Names at each distance, ordered so that nodes stand near those that lead to them. */
export function layersOf({ children, depth }: SearchGraph): string[][] {
  const layers: string[][] = [];
  for (const [node, steps] of depth) (layers[steps] ??= []).push(node);
  for (let steps = 1; steps < layers.length; steps += 1) {
    const above = layers[steps - 1]!;
    const place = new Map(
      layers[steps]!.map((node) => {
        const parents = above.flatMap((parent, row) => (children.get(parent)?.includes(node) ? [row] : []));
        return [node, parents.reduce((sum, row) => sum + row, 0) / Math.max(1, parents.length)];
      }),
    );
    layers[steps]!.sort((a, b) => place.get(a)! - place.get(b)!);
  }
  return layers;
}

/** Share of a thought on the nodes at exactly `steps` from the root. */
export function frontierMass({ depth }: SearchGraph, thought: SearchThought, steps: number): number {
  let mass = 0;
  for (const [word, probability] of thought.words) if (depth.get(word) === steps) mass += probability;
  return mass;
}

/** Share of a thought on the nodes at most `steps` from the root. */
export function reachedMass(graph: SearchGraph, thought: SearchThought, steps: number): number {
  let mass = 0;
  for (let near = 0; near <= steps; near += 1) mass += frontierMass(graph, thought, near);
  return mass;
}

export function searchTree({ run, title, graph, thoughts }: SearchTreeData, width: number, theme: Theme): Drawn {
  const layers = layersOf(graph);
  const tallest = Math.max(...layers.map((layer) => layer.length));
  const area = frame(width, TOP + tallest * ROW + 24, { top: TOP, right: 12, bottom: 8, left: 12 });
  const step = (width - area.left - area.right) / layers.length;
  const svg = picture(area, label(title, graph, thoughts), theme);
  const place = new Map(
    layers.flatMap((layer, steps) =>
      layer.map((node, row) => {
        const y = TOP + 12 + (row + (tallest - layer.length) / 2) * ROW;
        return [node, { x: area.left + steps * step + RADIUS + 2, y, steps }] as const;
      }),
    ),
  );
  const ways = graph.options.map((option) => pathTo(graph, option)).filter((way) => way.length > 0);
  const onWay = (from: string, to: string): boolean => ways.some((way) => way[way.indexOf(to) - 1] === from);

  layers.forEach((_, steps) => heading(svg, area.left + steps * step, steps, graph, thoughts[steps - 1], theme));
  const names = new Map(
    [...place].map(([node, { steps }]) => {
      const value = thoughts[steps - 1]?.words.get(node) ?? 0;
      const full = value >= 0.005 ? `${node} ${formatProbability(value)}` : node;
      return [node, textWidth(full) <= step - RADIUS * 2 - 24 ? full : node] as const;
    }),
  );
  for (const [parent, reached] of graph.children) {
    const from = place.get(parent);
    for (const name of reached) {
      const to = place.get(name);
      if (!from || !to || to.steps <= from.steps) continue;
      // Edges leave behind the name, so that they cross no text.
      const start = Math.min(from.x + RADIUS + 8 + textWidth(names.get(parent)!), to.x - RADIUS - 16);
      const end = to.x - RADIUS;
      const middle = (start + end) / 2;
      const strong = onWay(parent, name);
      svg
        .append("path")
        .attr("d", `M${start},${from.y}C${middle},${from.y} ${middle},${to.y} ${end},${to.y}`)
        .attr("fill", "none")
        .attr("stroke", strong ? theme.exit : theme.grid)
        .attr("stroke-width", strong ? 2 : 1)
        .attr("stroke-opacity", strong ? 1 : 0.55);
    }
  }
  const points: DrawnPoint[] = [];
  for (const [node, { x, y, steps }] of place) {
    const thought = thoughts[steps - 1];
    const value = thought?.words.get(node) ?? 0;
    const isOption = graph.options.includes(node);
    svg.append("circle").attr("cx", x).attr("cy", y).attr("r", RADIUS).attr("fill", theme.background);
    svg
      .append("circle")
      .attr("cx", x)
      .attr("cy", y)
      .attr("r", RADIUS)
      .attr("fill", theme.series[0]!)
      .attr("fill-opacity", steps === 0 ? 1 : Math.sqrt(Math.min(1, value)))
      .attr("stroke", isOption ? theme.exit : theme.muted)
      .attr("stroke-width", isOption ? 2.5 : 1);
    svg
      .append("text")
      .attr("x", x + RADIUS + 4)
      .attr("y", y + 4)
      .attr("font-weight", isOption || steps === 0 ? 600 : 400)
      .text(names.get(node)!);
    if (thought)
      points.push({
        x,
        y,
        radius: RADIUS,
        run,
        at: thought.at,
        label: l10n.t(
          "{0}, {1} steps from {2}: thought {3} gives it {4}{5}",
          node,
          steps,
          graph.root,
          steps,
          formatProbability(value),
          isOption ? l10n.t(", one of the two answers") : "",
        ),
      });
  }
  return { svg: svg.node()!, points };
}

function heading(
  svg: Svg,
  x: number,
  steps: number,
  graph: SearchGraph,
  thought: SearchThought | undefined,
  theme: Theme,
): void {
  const name = steps === 0 ? l10n.t("asked about") : l10n.t("thought {0}", steps);
  svg.append("text").attr("x", x).attr("y", 12).attr("font-weight", 600).text(name);
  if (steps === 0) return;
  const lines = thought
    ? [
        l10n.t("{0} on the frontier", formatShare(frontierMass(graph, thought, steps))),
        l10n.t("{0} within reach", formatShare(reachedMass(graph, thought, steps))),
      ]
    : [l10n.t("no thought")];
  lines.forEach((line, index) =>
    svg
      .append("text")
      .attr("x", x)
      .attr("y", 26 + index * 13)
      .attr("fill", theme.muted)
      .text(line),
  );
}

function label(title: string, graph: SearchGraph, thoughts: readonly SearchThought[]): string {
  const masses = thoughts.map((thought, index) => formatShare(frontierMass(graph, thought, index + 1)));
  return l10n.t(
    "Search of {0} from {1} for {2}: share of each thought on its frontier {3}",
    title,
    graph.root,
    graph.options.join(` ${l10n.t("or")} `),
    masses.join(", "),
  );
}
