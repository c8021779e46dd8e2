/** What of a run stands before a place in it: the text that a branch keeps, and that a person edits. */
import type { Trace } from "../trace/fold";
import { purposes } from "./metrics";

/** The offset at which the running prompt's text begins, for a place at `at`; InftyThink reads a new prompt each round. */
export function sectionStart({ prefills }: Trace, at: number): number {
  return prefills.findLast((prefill) => prefill.at < at)?.at ?? 0;
}

/** Offsets of the text before `at`, from `from` on: without trial answers, which were taken back, and positions that are no text. */
export function textOffsets(trace: Trace, at: number, from = 0): number[] {
  const purpose = purposes(trace);
  const offsets: number[] = [];
  for (let place = from; place < Math.min(at, trace.positions.length); place++) {
    const { kind } = trace.positions[place]!;
    if ((kind === "text" || kind === "forced") && purpose[place] !== "trial") offsets.push(place);
  }
  return offsets;
}

/** The text before `at` that the model goes on from, as it was written, with the marks of thinking. */
export function textBefore(trace: Trace, at: number): string {
  return textOffsets(trace, at, sectionStart(trace, at))
    .map((place) => trace.positions[place]!.text)
    .join("");
}
