/** Gives back at once what is not used any more: a model's file is read and patched in memory, and lies there until then. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Collects garbage. Left to itself the runtime does so when its own heap fills, which says nothing of the hundreds of megabytes
 * that a few buffers hold. Where it cannot be told to, nothing happens.
 */
export function freeMemory(): void {
  try {
    collect ??= collector();
    collect();
  } catch {
    collect = () => undefined;
  }
}

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const found = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  return found;
}
