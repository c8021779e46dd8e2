/**
 * Principal components: the plane in which a table of vectors spreads most. Found by block power iteration on the rows
 * themselves (Rutishauser's simultaneous iteration with a Rayleigh-Ritz step), so that no covariance matrix is built.
 */
import { l10n } from "../../core/text/l10n";
import { seededRandom } from "../../core/measure/random";
import type { Pace } from "./pace";
import { symmetricEigen } from "./symmetricEigen";

export interface PrincipalPlane {
  /** [width] */
  mean: Float64Array;
  /** Two orthonormal directions, [width] each; the component that is largest in size is positive. */
  axes: [Float64Array, Float64Array];
  /** Share of the table's variance along each of them, 0 to 1. */
  variance: [number, number];
}

/** More directions than are asked for: the third and fourth may be nearly as strong as the second. */
const BLOCK = 6;
const MOST_ROUNDS = 200;
/** Relative change of the two variances at which they stand. An error of this size is the square of the axes' own. */
const TOLERANCE = 1e-9;

/**
 * @param rows [n, width], n at least 1
 * @throws the reason of the pace's signal
 */
export async function principalPlane(rows: Float32Array, width: number, pace: Pace): Promise<PrincipalPlane> {
  const mean = meanOf(rows, width);
  const total = squares(rows) - (rows.length / width) * squares(mean);
  const random = seededRandom(1);
  let basis = orthonormal(
    Array.from({ length: Math.min(BLOCK, width) }, () => Float64Array.from({ length: width }, () => random() - 0.5)),
    random,
  );
  let found = { values: [0, 0], vectors: basis };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const image = await scatterTimes(rows, width, mean, basis, pace);
    const before = found.values;
    found = ritz(basis, image);
    const change = Math.max(...[0, 1].map((axis) => Math.abs((found.values[axis] ?? 0) - (before[axis] ?? 0))));
    if (change <= TOLERANCE * (found.values[0] ?? 0)) break;
    basis = orthonormal(image, random);
  }
  const axis = (index: number): Float64Array => pointed(found.vectors[index] ?? new Float64Array(width));
  const share = (index: number): number =>
    total > 0 ? Math.min(1, Math.max(0, (found.values[index] ?? 0) / total)) : 0;
  return { mean, axes: [axis(0), axis(1)], variance: [share(0), share(1)] };
}

/** Where `vector`, [width], falls on the plane. */
export function placeOn({ mean, axes }: PrincipalPlane, vector: ArrayLike<number>): [number, number] {
  let x = 0;
  let y = 0;
  for (let index = 0; index < mean.length; index++) {
    const value = vector[index]! - mean[index]!;
    x += value * axes[0][index]!;
    y += value * axes[1][index]!;
  }
  return [x, y];
}

/** Σ (row − mean)(row − mean)ᵀ times each vector of `basis`. */
async function scatterTimes(
  rows: Float32Array,
  width: number,
  mean: Float64Array,
  basis: readonly Float64Array[],
  pace: Pace,
): Promise<Float64Array[]> {
  const image = basis.map(() => new Float64Array(width));
  const shift = basis.map((vector) => dot(vector, mean, 0, width));
  for (let start = 0; start < rows.length; start += width) {
    basis.forEach((vector, index) => {
      // Centred scores sum to nought, so the mean need not be taken from the row a second time.
      const score = dot(vector, rows, start, width) - shift[index]!;
      const sum = image[index]!;
      for (let each = 0; each < width; each++) sum[each]! += score * rows[start + each]!;
    });
    await pace.step(l10n.later`Fitting principal components`, 0.5);
  }
  return image;
}

/** The best approximations of eigenvectors within the span of `basis`. */
function ritz(basis: readonly Float64Array[], image: readonly Float64Array[]) {
  const width = basis[0]!.length;
  const { values, vectors } = symmetricEigen(basis.map((left) => image.map((right) => dot(left, right, 0, width))));
  const combined = vectors.map((weights) => {
    const vector = new Float64Array(width);
    weights.forEach((weight, index) => {
      for (let each = 0; each < width; each++) vector[each]! += weight * basis[index]![each]!;
    });
    return vector;
  });
  return { values, vectors: combined };
}

/** Gram and Schmidt, twice each for the sake of rounding. A direction that vanishes is replaced by a random one. */
function orthonormal(vectors: Float64Array[], random: () => number): Float64Array[] {
  const done: Float64Array[] = [];
  for (const given of vectors) {
    let vector = given;
    for (let attempt = 0; attempt < 4; attempt++) {
      const before = Math.sqrt(squares(vector));
      for (let pass = 0; pass < 2; pass++)
        for (const other of done) {
          const along = dot(other, vector, 0, other.length);
          for (let each = 0; each < vector.length; each++) vector[each]! -= along * other[each]!;
        }
      const length = Math.sqrt(squares(vector));
      if (length > before * 1e-10 && length > 0) {
        done.push(vector.map((value) => value / length));
        break;
      }
      vector = vector.map(() => random() - 0.5);
    }
  }
  return done;
}

/** The same direction, its largest component positive: of the two signs one has to be chosen. */
function pointed(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) + 1e-12 ? value : most), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}

function meanOf(rows: Float32Array, width: number): Float64Array {
  const mean = new Float64Array(width);
  for (let index = 0; index < rows.length; index++) mean[index % width]! += rows[index]!;
  return mean.map((sum) => (sum * width) / rows.length);
}

function squares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]! ** 2;
  return sum;
}

/** Product of `vector`, [width], with `rows` from `start` on. */
function dot(vector: Float64Array, rows: ArrayLike<number>, start: number, width: number): number {
  let sum = 0;
  for (let each = 0; each < width; each++) sum += vector[each]! * rows[start + each]!;
  return sum;
}
