/**
 * Where a run begins inside another: what its header says of that. The part that both share stands in the branch itself, as
 * plain tokens up to its `fork` event, so that a branch can be exported, opened and gone on from when its parent is gone.
 */
import * as z from "zod";
import { offset } from "./traceUnits";

/** Why a run left its parent. `continue`: nothing was changed, and it goes on from there. */
const BRANCH_REASONS = ["answer", "continue", "edit", "sample", "token"] as const;
export type BranchReason = (typeof BRANCH_REASONS)[number];

/** A stretch of text and what stands in its place. */
const change = z.object({ was: z.string(), is: z.string() });

export const branch = z.object({
  /** The id of the run that it began in. */
  run: z.string(),
  /** The offset on that run's axis before which everything was kept. */
  at: offset,
  why: z.enum(BRANCH_REASONS),
  /** The first run of the line, where `run` is a branch itself. */
  root: z.string().optional(),
  /** `edit`: what a person changed of the thought. `token`: the token that stood at `at`, and the one taken instead. */
  change: change.optional(),
  /** `sample`: which of how many, from 1. */
  sample: z.object({ n: z.int().min(1), of: z.int().min(1) }).optional(),
});
export type Branch = z.infer<typeof branch>;

/** From `at` on a branch went its own way; what stands before was read, as its parent had written it. */
export const fork = z.object({ t: z.literal("fork"), at: offset });

/** The text in [from, to), which is `forced`, was put there by a person as if the model had thought it: no strategy wrote it. */
export const set = z.object({ t: z.literal("set"), from: offset, to: offset });

/** The part of `before` that differs from `after`, and what stands in its place: equal beginnings and ends are left out. */
export function changeOf(before: string, after: string): { from: number; was: string; is: string } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let end = 0;
  while (end < shorter - from && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from, was: before.slice(from, before.length - end), is: after.slice(from, after.length - end) };
}

const isBlank = (character: string | undefined): boolean => character === undefined || character.trim() === "";

/** As `changeOf`, in whole words: what a person reads of it. */
export function changedWords(before: string, after: string): { was: string; is: string } {
  const { from, was, is } = changeOf(before, after);
  let start = from;
  while (!isBlank(before[start - 1])) start -= 1;
  const end = from + was.length;
  let stop = end;
  while (!isBlank(before[stop])) stop += 1;
  const [head, tail] = [before.slice(start, from), before.slice(end, stop)];
  return { was: head + was + tail, is: head + is + tail };
}
