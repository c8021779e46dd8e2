/**
 * UMAP (1802.03426) of unit vectors under cosine distance, by umap-js. Neighbours are found exactly and handed over: its
 * own search cannot be interrupted, and a few hundred points need no approximation.
 */
import { l10n } from "../../core/text/l10n";
import { UMAP } from "umap-js";
import { seededRandom } from "../../core/measure/random";
import type { Pace } from "./pace";

const NEIGHBOURS = 15;
/** Share of the work that finding neighbours is, for the progress. */
const SEARCH_SHARE = 0.2;

/**
 * @param rows [n, width], each of length 1; n at least 3
 * @returns [n, 2]; the same for the same rows
 * @throws the reason of the pace's signal
 */
export async function umapLayout(rows: Float32Array, width: number, pace: Pace): Promise<[number, number][]> {
  const count = rows.length / width;
  const neighbours = Math.min(NEIGHBOURS, count - 1);
  const indices: number[][] = [];
  const distances: number[][] = [];
  for (let point = 0; point < count; point++) {
    const nearest = nearestOf(rows, width, point, neighbours);
    indices.push(nearest.map(([index]) => index));
    distances.push(nearest.map(([, distance]) => distance));
    await pace.step(l10n.later`Finding neighbours`, (SEARCH_SHARE * point) / count);
  }
  const umap = new UMAP({ nNeighbors: neighbours, random: seededRandom(1) });
  umap.setPrecomputedKNN(indices, distances);
  // With neighbours given it reads no vector, only how many there are.
  const epochs = umap.initializeFit(indices);
  for (let epoch = 0; epoch < epochs; epoch = umap.step())
    await pace.step(l10n.later`Laying out by UMAP`, SEARCH_SHARE + ((1 - SEARCH_SHARE) * epoch) / epochs);
  return umap.getEmbedding().map(([x = 0, y = 0]) => [x, y]);
}

/** The point itself and those nearest to it, with their cosine distances, nearest first. */
function nearestOf(rows: Float32Array, width: number, point: number, count: number): [number, number][] {
  const found: [index: number, distance: number][] = [];
  const start = point * width;
  for (let other = 0; other * width < rows.length; other++) {
    if (other === point) continue;
    let cosine = 0;
    for (let each = 0; each < width; each++) cosine += rows[start + each]! * rows[other * width + each]!;
    const distance = Math.max(0, 1 - cosine);
    if (found.length === count - 1 && distance >= (found.at(-1)?.[1] ?? 0)) continue;
    const at = found.findLastIndex(([, known]) => known <= distance) + 1;
    found.splice(at, 0, [other, distance]);
    if (found.length > count - 1) found.pop();
  }
  return [[point, 0], ...found];
}
