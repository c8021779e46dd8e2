/** Options of strategies: the decoding options that all share, and how defaults, manifest and request come together. */
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";

/** Decoding options every strategy takes. */
export const decodingOptions = z.object({
  temperature: z.number().min(0).max(2).default(0).describe("0 is greedy."),
  topP: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("Nucleus: the likeliest tokens that together reach this probability."),
  topK: z.int().min(0).default(0).describe("Only this many likeliest tokens; 0 is no limit."),
  contextTokens: z.int().min(0).default(0).describe("Most tokens kept in the context; 0 is all that the model has."),
  maxTokens: z.int().min(1).max(131072).default(2048).describe("Most tokens of one answer, thinking included."),
});

/**
 * The options of a run: what was asked for, else what the model's manifest says, else the default.
 * Manifest values that do not fit are left out: a folder from elsewhere must not stop a run.
 * @throws ActionableError `option-invalid` naming the option that was asked for and does not fit
 */
export function parseOptions<Schema extends z.ZodObject>(
  schema: Schema,
  manifest: Record<string, unknown>,
  asked: Record<string, unknown> = {},
): z.output<Schema> {
  const known = Object.keys(schema.shape);
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(known.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
  const defaults = Object.fromEntries(
    Object.entries(pick(manifest)).filter(([key, value]) => (schema.shape[key] as z.ZodType).safeParse(value).success),
  );
  const parsed = schema.safeParse({ ...defaults, ...pick(asked) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ActionableError(
    "option-invalid",
    `The option ${issue?.path.join(".") ?? ""} does not fit: ${issue?.message ?? ""}.`,
    "Change or remove it and run again.",
  );
}
