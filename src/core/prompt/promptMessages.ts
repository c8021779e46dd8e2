/** Messages of prompts that are data, whatever their roles are called. */
import { l10n, type Sentence } from "../text/l10n";
import type { Message } from "../trace/trace";
import { record, scalarText } from "./frontMatter";
import type { Language } from "./templateText";

/** Messages whose texts are templates, and what is said of their variables. */
export interface PromptObject {
  messages: Message[];
  language: Language;
  /** Values of variables that nobody has to give. */
  defaults: Record<string, unknown>;
  /** What variables are, by name. */
  descriptions: Record<string, string>;
  warnings: Sentence[];
}

const ROLES: Readonly<Record<string, Message["role"]>> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  assistant: "assistant",
  ai: "assistant",
  model: "assistant",
};

export const messageRole = (name: string): Message["role"] | undefined =>
  Object.hasOwn(ROLES, name.toLowerCase()) ? ROLES[name.toLowerCase()] : undefined;

/** Of a message that is data: `role`, or a `type` that is one. */
export function roleOf(message: unknown): string | undefined {
  const { role, type, content } = record(message);
  if (typeof role === "string") return role;
  return typeof type === "string" && content !== undefined && messageRole(type) ? type : undefined;
}

/** @param warnings is told of a message of another role, which is left out */
export function messageOf(name: string, content: string, warnings: Sentence[]): Message[] {
  const role = messageRole(name);
  if (role !== undefined) return [{ role, content }];
  warnings.push(l10n.later`The ${name} message is left out: no tools run here.`);
  return [];
}

/** Content as a text or in parts. */
export function contentText(content: unknown, warnings: Sentence[]): string {
  if (!Array.isArray(content)) return scalarText(content) ?? "";
  const texts = (content as unknown[]).map((part) => scalarText(part) ?? scalarText(record(part)["text"]));
  if (texts.includes(undefined)) warnings.push(l10n.later`Media and sections of the prompt are left out.`);
  return texts.filter((text) => text !== undefined).join("\n");
}
