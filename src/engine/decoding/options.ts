/** Options of strategies: the decoding options that all share, and how defaults, manifest and request come together. */
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";
import { namedThinkFormat, NO_THINK_FORMAT, THINK_FORMATS, type ThinkFormat } from "../../core/text/thinkFormat";

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
  stop: z
    .array(z.string().min(1).max(100))
    .max(16)
    .default([])
    .describe("Stop sequences: the model's text ends before the first of them."),
  thinkFormat: z
    .string()
    .max(140)
    .default("")
    .describe(
      "How the model marks its thinking: the name of a format, or its two marks as <opener>...<closer>; empty is what its chat template says.",
    ),
  templateVariables: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe("Variables of the model's chat template, as enable_thinking or reasoning_effort."),
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

/**
 * The format that the option `thinkFormat` names, or undefined where it names none.
 * @throws ActionableError `option-invalid`
 */
export function formatOption(words: string): ThinkFormat | undefined {
  if (words.trim() === "") return undefined;
  const format = namedThinkFormat(words);
  if (format) return format;
  const known = [...THINK_FORMATS, NO_THINK_FORMAT].map(({ id }) => id).join(", ");
  throw new ActionableError(
    "option-invalid",
    `“${words.slice(0, 80)}” is no think format.`,
    `Write <opener>...<closer>, or one of ${known}.`,
  );
}
