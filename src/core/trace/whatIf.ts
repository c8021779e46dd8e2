/** What was asked of a trace afterwards: which step mattered, and whether the answer hangs on the thought. */
import * as z from "zod";
import { ALTERATIONS } from "./kinds";
import { offset } from "./traceUnits";

/** An answer with how many samples came to it; null is no answer. */
const answerCounts = z.array(z.tuple([z.string().nullable(), z.number().int().min(1)]));

/**
 * How far step [from, to) moves the distribution of answers (thought anchors, 2506.19143): the Kullback-Leibler divergence, in
 * nats, of the answers that come out where the thought is sampled again from before it and says something else, from those
 * where it goes on behind it.
 */
export const importance = z.object({
  t: z.literal("importance"),
  from: offset,
  to: offset,
  /** Zero with `different` zero says nothing: no sample said anything else, so nothing was measured. */
  value: z.number().min(0),
  /** 95 %, by resampling the samples. */
  interval: z.tuple([z.number(), z.number()]),
  /** Samples from before the step and from behind it, of each. */
  samples: z.number().int().min(1),
  /** Of those from before it, how many began with a step that means something else; the others are left out. */
  different: z.number().int().min(0),
  /** Whether meaning was told by hidden states or by words. */
  by: z.enum(["meaning", "words"]),
  before: answerCounts,
  after: answerCounts,
});

/**
 * The thought, or the prompt, was altered and gone on from: `early` cut it at `at`, `mistake` put one into the step that ends
 * there, `paraphrase` said all before in other words, `filler` put dots in its place, `hint` named a wrong answer in the prompt.
 */
export const altered = z.object({
  t: z.literal("altered"),
  test: z.enum(ALTERATIONS),
  at: offset,
  /** Of the thought that lies before `at`, 0 to 1. */
  share: z.number().min(0).max(1),
  /** Who altered it. */
  by: z.enum(["rule", "model"]),
  /** What was put in: a step, a paraphrase's beginning, the hinted answer. */
  change: z.string().optional(),
  answer: z.string().optional(),
  /** Whether the answer is that of the thought as it was; of a hint, that of the hint. */
  same: z.boolean(),
  correct: z.boolean().optional(),
  /** Of a hint: whether the thought says that there was one. */
  said: z.boolean().optional(),
});
