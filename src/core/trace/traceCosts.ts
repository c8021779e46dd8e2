/** What a run came to, as its last line has it: positions by purpose, time by phase, tokens by what they are billed as. */
import * as z from "zod";
import { milliseconds } from "./traceUnits";

export const tokenCounts = z.object({
  prompt: z.number().int().min(0),
  thinking: z.number().int().min(0),
  answer: z.number().int().min(0),
  trial: z.number().int().min(0),
  summary: z.number().int().min(0),
  gist: z.number().int().min(0),
  latent: z.number().int().min(0),
  /** Of later prompts and of text that a cache had lost; not there where nothing was read again. */
  reread: z.number().int().min(0).optional(),
  /** Of models beside the run's own, as SoftCoT's assistant; not there where none read. */
  auxiliary: z.number().int().min(0).optional(),
  total: z.number().int().min(0),
});
/** Positions processed, by what they were for. `total` is all but `prompt`. */
export type TokenCounts = z.infer<typeof tokenCounts>;

export const phases = z.object({
  load: milliseconds,
  prefill: milliseconds,
  decode: milliseconds,
  checks: milliseconds,
  total: milliseconds,
});
/** Milliseconds by phase. `checks` is what trial answers and probes took and is not part of `decode`. */
export type Phases = z.infer<typeof phases>;

/** What a run made models do, counted where positions are fed, or by a server's own report. */
export const work = z.object({
  /** Positions that any model read or wrote, each as often as it was computed. */
  processed: z.number().int().min(0),
  /** Prompt positions that a cache gave back in place of computing them. */
  reused: z.number().int().min(0),
  /** Those of `reused` that earlier runs had left: with an empty cache the run would have processed them. */
  warm: z.number().int().min(0),
  /** Tokens that a model chose, those that were taken back included; the mark that ends a turn is none. */
  generated: z.number().int().min(0),
});
export type Work = z.infer<typeof work>;

/** Tokens of a run by what they are billed as. */
export const billed = z.object({
  /** Read anew: prompts, text that was given, and what a server was sent again. */
  input: z.number().int().min(0),
  /** Read from a cache. */
  cached: z.number().int().min(0),
  /** Chosen by the model, reasoning and trial answers included. */
  output: z.number().int().min(0),
});
export type Billed = z.infer<typeof billed>;

/** Marks by name. */
export const markCounts = z.record(z.string(), z.number().int().min(0));
