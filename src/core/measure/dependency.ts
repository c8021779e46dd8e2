/** How many cache rows the positions of a run attended to: the memory traffic of a method (LightThinker, 2502.15589 §4.1, Dep). */
import type { Trace } from "../trace/fold";

/** Rows that positions [from, to) of a text attend to when each sees all before it and itself. */
const causal = (from: number, to: number): number => (to * (to + 1) - from * (from + 1)) / 2;

/**
 * Σ over all positions but those of the first prompt. What a mask hides is not attended to; later prompts, text that was read
 * again, soft tokens in the prompt and what other models read are counted where the trace tells of them.
 * @param rows live after each position was fed, [positions]
 */
export function dependency(trace: Trace, rows: readonly number[]): number {
  let sum = 0;
  for (const live of rows) sum += live;
  for (const { from, to, rows: hidden } of trace.masks) {
    for (let at = from; at < Math.min(to, rows.length); at++) sum -= Math.min(hidden, Math.max(0, rows[at]! - 1));
  }
  for (const { tokens, reused, later, soft = [] } of trace.prefills) {
    if (later) sum += causal(Math.min(reused, tokens), tokens);
    else for (const place of soft) sum += place + 1;
  }
  for (const { at, tokens } of trace.rereads) {
    // The rows before the position that was fed next, or after the last one.
    const live = at < rows.length ? rows[at]! - 1 : (rows.at(-1) ?? tokens);
    sum += causal(Math.max(0, live - tokens), live);
  }
  for (const { attended } of trace.auxiliaries) sum += attended;
  return sum;
}
