/** What stands at the head of a run: its conversation, its model, and the terms on which it was made. */
import * as z from "zod";
import { branch } from "./branch";
import { offset } from "./traceUnits";

export const ROLES = ["system", "developer", "user", "assistant", "tool"] as const;
export type Role = (typeof ROLES)[number];

/** A tool that a model called, with its arguments as the model wrote them. */
export const toolCall = z.object({ id: z.string().optional(), name: z.string(), arguments: z.string() });
export type ToolCall = z.infer<typeof toolCall>;

const message = z.object({
  role: z.enum(ROLES),
  content: z.string(),
  /** Of an assistant's turn: what it called. */
  calls: z.array(toolCall).optional(),
  /** Of a tool's turn: the tool, and the id of the call that this is the result of. */
  name: z.string().optional(),
  callId: z.string().optional(),
});
/** One turn of a conversation. */
export type Message = z.infer<typeof message>;

const modelReference = z.object({
  id: z.string(),
  sha256: z.string().optional(),
  dtype: z.string().optional(),
  provider: z.string().optional(),
  threads: z.number().int().optional(),
  /** `accuracy_level` of 4-bit products, where the graph has them: confidences belong to a level. */
  accuracyLevel: z.number().int().optional(),
});

const promptReference = z.object({
  uri: z.string().optional(),
  /** First and last line of the section in its file, zero-based, last exclusive. */
  range: z.tuple([offset, offset]).optional(),
  title: z.string().optional(),
  sha256: z.string().optional(),
});

const source = z.object({
  format: z.string(),
  file: z.string().optional(),
  /** Which of the traces in its file this one is, from 1. */
  row: z.int().min(1).optional(),
  /** When it was imported, in ISO 8601. */
  imported: z.string().optional(),
});

/** How the model marks its thinking, and what was assumed of it. */
const think = z.object({
  /** As `thinkFormat.ts` names it; `none`: nothing is marked. */
  format: z.string(),
  opener: z.string().optional(),
  closer: z.string().optional(),
  /** What the format was found by: the template, the vocabulary, an option, a server, or nothing. */
  from: z.string().optional(),
  /** Who opened thinking: the model, the template (the run begins in thinking), or the template closed it. */
  opening: z.enum(["model", "template", "closed"]).optional(),
  /** Variables that the chat template was rendered with. */
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

/** Whose words stood before the question, and in which turn. */
const instruction = z.object({
  /** `house`: the strategy's own words; `model`: what the model's family is advised to be told; `own`: a person's. */
  from: z.enum(["house", "none", "model", "own"]),
  in: z.enum(["system", "user"]),
  /** Word for word; left out where nothing was said, and where what the run found out decided. */
  text: z.string().optional(),
  /** The preset that gave the words or their place. */
  preset: z.string().optional(),
});
export type Instruction = z.infer<typeof instruction>;

export const run = z.object({
  t: z.literal("run"),
  v: z.number().int(),
  id: z.string(),
  strategy: z.string(),
  options: z.record(z.string(), z.unknown()).default({}),
  model: modelReference,
  think: think.optional(),
  /** The house's in a system turn where nothing is said. */
  instruction: instruction.optional(),
  /** The family that the model's own files are of, where its card is known: a row of `presets.ts`. */
  preset: z.string().optional(),
  prompt: promptReference.default({}),
  messages: z.array(message).default([]),
  gold: z.string().optional(),
  seed: z.number().int().optional(),
  started: z.string(),
  /** Runs of one comparison carry the same group, and so do the turns of one session. */
  group: z.string().optional(),
  /** Which sample of its question this is, from 1, and how many were asked for: they differ in their seeds. */
  sample: z.object({ n: z.int().min(1), of: z.int().min(1) }).optional(),
  /** Which turn of its session this is, from 1, and how many of them are traces. */
  turn: z.object({ n: z.int().min(1), of: z.int().min(1) }).optional(),
  /** Where an imported trace came from: the format's name and the file's base name. */
  source: source.optional(),
  /** The run that this one began in, and where. */
  branch: branch.optional(),
  /** The run that this one scores: its text was read by the model of this run, which wrote nothing but trial answers. */
  scored: z
    .object({
      run: z.string(),
      strategy: z.string(),
      model: z.string(),
      source: source.optional(),
    })
    .optional(),
});
