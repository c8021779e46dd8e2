/** Options of strategies: the decoding options that all share, and how defaults, manifest and request come together. */
import * as z from "zod";
import { ActionableError } from "../../core/protocol/rpc";
import { CONVERSATIONS } from "../../core/prompt/conversation";
import { LONGEST_INSTRUCTION } from "../../core/prompt/instruction";
import { namedThinkFormat, NO_THINK_FORMAT, THINK_FORMATS, type ThinkFormat } from "../../core/text/thinkFormat";
import { l10n, type Sentence } from "../../core/text/l10n";

const LOOP_OPTIONS = ["mark", "stop", "off"] as const;

/** Decoding options every strategy takes. */
export const decodingOptions = z.object({
  settings: z
    .enum(["house", "paper"])
    .default("house")
    .describe(
      "Which settings options have that nobody sets: house are those of this table; paper those that the strategy's authors publish, where they differ.",
    ),
  temperature: z.number().min(0).max(2).default(0).describe("0 is greedy."),
  topP: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("Nucleus: the likeliest tokens that together reach this probability."),
  topK: z.int().min(0).default(0).describe("Only this many likeliest tokens; 0 is no limit."),
  minP: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Only tokens that are at least this share as likely as the likeliest; 0 is no limit."),
  sampling: z
    .string()
    .max(60)
    .default("options")
    .describe(
      "options: as the four options above say, greedy by default; model: as the model's own files and its card advise, where those options say nothing else; model:NAME names the family.",
    ),
  conversation: z
    .enum(["auto", ...CONVERSATIONS])
    .default("auto")
    .describe(
      "How the conversation is written out: template is the model's own; for models without one, turns (User: and Assistant:), chatml, plain (every message a line), or joined (User:…Assistant: with nothing between); auto is template, or turns where there is none.",
    ),
  instruction: z
    .string()
    .max(LONGEST_INSTRUCTION)
    .default("house")
    .describe(
      "What the model is told before the question: house is the strategy's own words; none; model is what the model's card advises; model:NAME names the family; anything else is said as it stands.",
    ),
  instructionIn: z
    .enum(["auto", "system", "user"])
    .default("auto")
    .describe(
      "Where the instruction stands: in a system turn, or after the question in the user's turn; auto is the system turn, or where the model's card advises.",
    ),
  alternatives: z
    .int()
    .min(0)
    .max(20)
    .default(5)
    .describe(
      "Most tokens recorded for each that was chosen which might have stood in its place, with their probabilities; unlikely ones are left out.",
    ),
  contextTokens: z.int().min(0).default(0).describe("Most tokens kept in the context; 0 is all that the model has."),
  stop: z
    .array(z.string().min(1).max(100))
    .max(16)
    .default([])
    .describe("Stop sequences: the model's text ends before the first of them."),
  loops: z
    .enum(LOOP_OPTIONS)
    .default("mark")
    .describe(
      "What happens when the model repeats itself, in the same tokens or in other words: mark says it; stop ends thinking there and asks for the answer; off does not look.",
    ),
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
  maxTokens: z
    .int()
    .min(1)
    .max(131072)
    .default(2048)
    .describe(
      "Most tokens of one answer, thinking included; behind an exit or a budget an answer may have 256 all the same.",
    ),
});

/**
 * The options of a run: what was asked for, else what the model's manifest says, else the default.
 * @throws ActionableError `option-invalid` naming the option that was asked for and does not fit, `manifest-invalid` naming one
 *   that the manifest says, unless another value was asked for
 */
export function parseOptions<Schema extends z.ZodObject>(
  schema: Schema,
  manifest: Record<string, unknown>,
  asked: Record<string, unknown> = {},
): z.output<Schema> {
  const known = Object.keys(schema.shape);
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(known.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
  const given = pick(asked);
  const fault = manifestFault(schema, manifest, given);
  if (fault !== undefined)
    throw new ActionableError(
      "manifest-invalid",
      fault,
      "Correct the file in the model's folder, or set the option yourself.",
    );
  const parsed = schema.safeParse({ ...pick(manifest), ...given });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ActionableError(
    "option-invalid",
    l10n.later`The option ${issue?.path.join(".") ?? ""} does not fit: ${issue?.message ?? ""}.`,
    "Change or remove it and run again.",
  );
}

/**
 * Options as they are asked for, with what `settings` brings along: what a strategy's authors publish stands where nothing is asked,
 * and goes before a model's manifest as whatever is asked for does.
 */
export const withPublished = (
  published: Readonly<Record<string, unknown>> = {},
  asked: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => (asked["settings"] === "paper" ? { ...published, ...asked } : { ...asked });

/**
 * Refuses published settings of more tokens than a model has: the run would not be the authors'.
 * @param contextLength tokens; undefined where it is not known
 * @throws ActionableError `preset-beyond-context`
 */
export function checkPublished(
  published: Readonly<Record<string, unknown>> = {},
  asked: Readonly<Record<string, unknown>> = {},
  contextLength: number | undefined,
): void {
  if (asked["settings"] !== "paper" || !contextLength) return;
  const beyond = Object.entries(published).find(
    ([name, value]) =>
      /tokens$/i.test(name) && asked[name] === undefined && typeof value === "number" && value > contextLength,
  );
  if (!beyond) return;
  const [name, value] = beyond;
  throw new ActionableError(
    "preset-beyond-context",
    l10n.later`The paper's settings ask for ${name} ${String(value)}, and the model has ${contextLength} tokens of context.`,
    l10n.later`Set ${name} yourself, or choose a model with a longer context.`,
  );
}

/**
 * What does not fit in a manifest's options of one method, in a sentence; undefined where all do.
 * @param asked options that stand in place of the manifest's
 */
export function manifestFault(
  schema: z.ZodObject,
  manifest: Readonly<Record<string, unknown>>,
  asked: Readonly<Record<string, unknown>> = {},
): Sentence | undefined {
  for (const [name, type] of Object.entries(schema.shape)) {
    if (manifest[name] === undefined || asked[name] !== undefined) continue;
    const issue = (type as z.ZodType).safeParse(manifest[name]).error?.issues[0];
    if (issue) return l10n.later`The option ${name} in the model's thoughtlens.json does not fit: ${issue.message}.`;
  }
  return undefined;
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
    l10n.later`“${words.slice(0, 80)}” is no think format.`,
    l10n.later`Write <opener>...<closer>, or one of ${known}.`,
  );
}
