/** Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations. */

const SWEEPS = 60;

export interface Eigen {
  /** Largest first. */
  values: number[];
  /** `vectors[i]` belongs to `values[i]` and has length 1. */
  vectors: number[][];
}

/** @param matrix [n, n], symmetric; it is left as it is */
export function symmetricEigen(matrix: readonly (readonly number[])[]): Eigen {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  // Column i of the rotations so far is `vectors[i]`.
  const vectors = a.map((_, row) => a.map((__, column) => (row === column ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotated = rotate(a, vectors, p, q) || rotated;
    if (!rotated) break;
  }
  const order = a.map((_, index) => index).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((index) => a[index]![index]!), vectors: order.map((index) => vectors[index]!) };
}

/** Brings a[p][q] to nought. @returns false where it is as good as nought already */
function rotate(a: number[][], vectors: number[][], p: number, q: number): boolean {
  const off = a[p]![q]!;
  const difference = a[q]![q]! - a[p]![p]!;
  if (Math.abs(off) <= 1e-15 * Math.hypot(a[p]![p]!, a[q]![q]!)) return false;
  const theta = difference / (2 * off);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (let k = 0; k < a.length; k++) {
    const [kp, kq] = [a[k]![p]!, a[k]![q]!];
    a[k]![p] = cosine * kp - sine * kq;
    a[k]![q] = sine * kp + cosine * kq;
  }
  for (let k = 0; k < a.length; k++) {
    const [pk, qk] = [a[p]![k]!, a[q]![k]!];
    a[p]![k] = cosine * pk - sine * qk;
    a[q]![k] = sine * pk + cosine * qk;
    const [vp, vq] = [vectors[p]![k]!, vectors[q]![k]!];
    vectors[p]![k] = cosine * vp - sine * vq;
    vectors[q]![k] = sine * vp + cosine * vq;
  }
  return true;
}
