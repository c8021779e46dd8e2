/** Points at which two expressions with variables are compared. */
import { holds, type Node } from "./node";
import { toNumber } from "./rational";

type Point = Map<string, number>;

const REAL_POINTS = 9;
/** Whole numbers agree by chance: `n!` is `n` at 1 and 2, and `n/5` and `n/6` have the same floor at most of them. */
const WHOLE_POINTS = 40;
/** A sum over an index takes as many steps as its bounds are apart. */
const WHOLE_POINTS_OF_A_SERIES = 12;
/** One variable goes from 2 on, so that the jumps of what is divided by small numbers are met. */
const ROW = 24;
/** Each variable goes its own way: square roots of primes keep no step with each other. */
const PACES = [2, 3, 5, 7, 11, 13, 17, 19].map((prime) => Math.sqrt(prime) % 1);

/** Points for the variables; the last few have negative numbers. */
export function realPoints(names: readonly string[]): Point[] {
  return Array.from(
    { length: REAL_POINTS },
    (_, index) =>
      new Map(
        names.map((name, at) => {
          const value = 0.21 + 2.9 * (((at + 1) * 0.7548776662466927 + (index + 1) * 0.5698402909980532) % 1);
          return [name, index >= 6 && (at + index) % 2 === 0 ? -value : value];
        }),
      ),
  );
}

/** Points of whole numbers, small ones first. */
export function wholePoints(names: readonly string[], ofSeries: boolean): Point[] {
  const length = ofSeries ? WHOLE_POINTS_OF_A_SERIES : names.length === 1 ? ROW : WHOLE_POINTS;
  return Array.from(
    { length },
    (_, index) =>
      new Map(
        names.map((name, at) => {
          if (names.length === 1) return [name, 2 + index];
          const spread = ((index + 1) * PACES[at % PACES.length]! + 0.31 * at) % 1;
          return [name, 2 + Math.floor(spread * (4 + index / 3))];
        }),
      ),
  );
}

const isStep = (node: Node) => node.kind === "apply" && /^(?:floor|ceil)$/.test(node.operator);
/** Larger numbers put the jumps beyond the points. */
const SMALL = 11;

export const hasSteps = (node: Node): boolean => holds(node, isStep);

const isLarge = (node: Node) =>
  node.kind === "number" && (Math.abs(toNumber(node.value)) > SMALL || node.value.bottom > SMALL);

/** Whether the points may miss jumps: `⌊n/100⌋` has none among them. */
export const jumpsBeyond = (node: Node): boolean => holds(node, (each) => isStep(each) && holds(each, isLarge));

/** Letters that count, by custom; others may be any number. */
export const counts = (name: string): boolean => /^[i-nN]$/.test(name);
