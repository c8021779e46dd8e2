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
