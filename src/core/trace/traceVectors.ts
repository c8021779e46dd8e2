/** Events that show what is inside a model: continuous thoughts, soft tokens, where they lie in the vocabulary, and attention. */
import * as z from "zod";
import { offset } from "./traceUnits";

export const neighbour = z.tuple([z.string(), z.number()]);

/** One continuous thought. `vector` is base64 of float16 little-endian; `top` is its logit lens. */
export const latent = z.object({
  t: z.literal("latent"),
  at: offset,
  vector: z.string().optional(),
  norm: z.number().optional(),
  entropy: z.number().optional(),
  top: z.array(neighbour).default([]),
  /** The answer that would come out if latent thinking stopped after this one. */
  answer: z.string().optional(),
});

/** One soft prompt token (SoftCoT): nearest vocabulary entries by cosine, and the norm of its embedding. */
export const soft = z.object({
  t: z.literal("soft"),
  index: offset,
  norm: z.number(),
  nearest: z.array(neighbour).default([]),
  vector: z.string().optional(),
});

const place = z.tuple([z.number(), z.number()]);

/**
 * Continuous thoughts or soft tokens in two dimensions, among the embeddings of the vocabulary: on the principal plane of
 * the embedding table, or in a layout of it by UMAP amid the words that are nearest.
 */
export const projection = z.object({
  t: z.literal("projection"),
  of: z.enum(["latent", "soft"]),
  method: z.enum(["pca", "umap"]),
  /** One place for each thought or soft token, in their order. */
  points: z.array(place),
  /** Vocabulary entries that are nearest to any of them, with their places. */
  words: z.array(z.tuple([z.string(), z.number(), z.number()])),
  /** For each point its nearest entries, best first: index into `words`, and cosine as seen from the table's mean. */
  nearest: z.array(z.array(z.tuple([offset, z.number()]))).default([]),
  /** Places of other vocabulary entries, [n, 2]: base64 of float16 little-endian. */
  others: z.string().optional(),
  /** How many vocabulary entries were laid out, and how many there are. */
  fitted: z.tuple([offset, offset]).optional(),
  /** Shares of the table's variance along the two axes; of principal components only. */
  variance: place.optional(),
});

/**
 * Attention that position `at`, or with `until` the mean of positions [at, until), pays to the thoughts and gist blocks that
 * begin at given offsets, and to the `prompt` and what stands before the first thought. It is averaged over heads and layers:
 * all of it is 1, of which small parts may be left out.
 */
export const attention = z.object({
  t: z.literal("attention"),
  at: offset,
  until: offset.optional(),
  prompt: z.number().optional(),
  to: z.array(z.tuple([offset, z.number()])),
});
