/**
 * A binary search among the places of an ordered list.
 * @param isBefore holds at every place before the one that is looked for, and at none from there on
 * @returns how many places it holds at, which is the index of the first where it does not
 */
export function countBefore(length: number, isBefore: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
