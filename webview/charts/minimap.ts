/** A whole trace in one low line: what its tokens are, how sure they were, and where checks, the exit and hits stand. */
import { create } from "d3";
import { purposes } from "../../src/core/measure/metrics";
import { exitPlace } from "../../src/core/trace/exitPlace";
import { probabilityOf, type Trace } from "../../src/core/trace/fold";
import type { CountedKind } from "../../src/core/trace/kinds";
import type { Theme } from "./theme";

/** Of the picture; the page stretches it to its place. */
const MINIMAP_HEIGHT = 14;
/** More would be narrower than a pixel of the columns that there are. */
const MOST_BINS = 240;
/** What a bin of the surest and of the least sure tokens reaches of the height. */
const [LOW, HIGH] = [0.3, 0.85];

/** Positions [from, to) that are drawn as one. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  /** What most of them were for. */
  readonly kind: CountedKind;
  /** Mean probability of the tokens taken; undefined where none was recorded. */
  readonly confidence: number | undefined;
}

/** The trace cut into at most 240 stretches of equal length. */
export function bins(trace: Trace): Bin[] {
  const kinds = purposes(trace);
  const length = kinds.length;
  const count = Math.min(length, MOST_BINS);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [Math.floor((index * length) / count), Math.floor(((index + 1) * length) / count)];
    const tally = new Map<CountedKind, number>();
    let [sum, known] = [0, 0];
    for (let at = from; at < to; at += 1) {
      tally.set(kinds[at]!, (tally.get(kinds[at]!) ?? 0) + 1);
      const probability = probabilityOf(trace.positions[at]!);
      if (probability === undefined) continue;
      sum += probability;
      known += 1;
    }
    const [kind] = [...tally].reduce((most, each) => (each[1] > most[1] ? each : most));
    return { from, to, kind, confidence: known > 0 ? sum / known : undefined };
  });
}

/**
 * An SVG as wide as it is given room; it has no text and is drawn beside words that say the same.
 * @param hits positions that a search found
 */
export function minimap(trace: Trace, hits: readonly number[], theme: Theme): SVGSVGElement {
  const length = Math.max(1, trace.positions.length);
  const svg = create("svg")
    .attr("viewBox", `0 0 ${length} ${MINIMAP_HEIGHT}`)
    .attr("preserveAspectRatio", "none")
    .attr("aria-hidden", "true");
  for (const { from, to, kind, confidence } of bins(trace)) {
    const height = MINIMAP_HEIGHT * (confidence === undefined ? HIGH : LOW + (HIGH - LOW) * confidence);
    svg
      .append("rect")
      .attr("x", from)
      .attr("y", MINIMAP_HEIGHT - height)
      .attr("width", to - from)
      .attr("height", height)
      .attr("fill", theme.kinds[kind]);
  }
  const mark = (
    name: string,
    places: readonly number[],
    [top, bottom]: readonly [number, number],
    colour: string,
    width: number,
  ): void => {
    if (places.length === 0) return;
    svg
      .append("path")
      .attr("class", name)
      .attr("d", places.map((at) => `M${Math.min(at, length)},${top}V${bottom}`).join(""))
      .attr("stroke", colour)
      .attr("stroke-width", width)
      // The picture is stretched to its column, and its lines are not.
      .attr("vector-effect", "non-scaling-stroke");
  };
  mark(
    "checks",
    trace.checks.map(({ at }) => at),
    [0, MINIMAP_HEIGHT / 2],
    theme.threshold,
    2,
  );
  mark("hits", hits, [0, MINIMAP_HEIGHT / 3], theme.foreground, 2);
  mark("exit", trace.exit ? [exitPlace(trace)!] : [], [0, MINIMAP_HEIGHT], theme.exit, 2);
  return svg.node()!;
}
