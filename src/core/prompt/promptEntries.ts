/**
 * Which values of a file of data are prompts: the whole file, those that a configuration of promptfoo or of NeMo
 * Guardrails lists, or those that stand under names of their own.
 */
import { parseJson } from "../formats/reading/jsonDocument";
import { record, scalarText } from "./frontMatter";
import { isKeyedPrompt, isSurelyKeyed } from "./keyedPrompt";
import { isChainPrompt } from "./langChainPrompt";
import { messageRole, roleOf } from "./promptMessages";
import { parseData, type DataPath } from "./yamlData";

export interface PromptEntry {
  /** Where in the file it stands. */
  path: DataPath;
  /** A prompt, or a text that is one message or names where the prompt stands. */
  value: unknown;
  /** What it is called where it does not say so itself. */
  name: string | undefined;
  /** Whether its texts are templates of Jinja, whatever they look like. */
  isJinja: boolean;
}

/** More than a person writes into one file. */
const MOST_PROMPTS = 2000;

const isMessages = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => roleOf(each) !== undefined);

function isPrompt(value: unknown): boolean {
  if (isMessages(value) || isChainPrompt(value)) return true;
  const { messages, template, input, instructions } = record(value);
  return (
    isMessages(messages) ||
    typeof template === "string" ||
    ((typeof input === "string" || isMessages(input)) && typeof instructions === "string") ||
    isKeyedPrompt(value)
  );
}

/** Whether a value is a prompt wherever it stands: not a log of what was answered, nor settings that name a template. */
function isSurelyPrompt(value: unknown): boolean {
  if (isChainPrompt(value) || isSurelyKeyed(value)) return true;
  const {
    messages,
    template,
    template_format: format,
    input_variables: variables,
    model,
    instructions,
  } = record(value);
  const list = isMessages(value) ? value : messages;
  if (LOGGED.some((name) => record(value)[name] !== undefined)) return false;
  if (isMessages(list))
    return list.every((each) => isSpoken(each)) && messageRole(roleOf(list.at(-1))!) !== "assistant";
  if (typeof template === "string") return format !== undefined || Array.isArray(variables);
  return typeof instructions === "string" && typeof model === "string" && isPrompt(value);
}

/** Beside messages that were sent: what came back, or how it went. */
const LOGGED = ["choices", "info", "output", "response", "result", "trajectory_format", "usage"];

function isSpoken(message: unknown): boolean {
  const { content } = record(message);
  return messageRole(roleOf(message)!) !== undefined && (typeof content === "string" || Array.isArray(content));
}

/** @returns nothing where a value holds no prompt */
export function promptEntries(value: unknown): PromptEntry[] {
  if (isPrompt(value)) return [{ path: [], value, name: undefined, isJinja: false }];
  const { prompts } = record(value);
  const found = isPromptfoo(value) ? promptfooEntries(prompts) : (childrenOf(prompts, ["prompts"]) ?? named(value));
  return found.slice(0, MOST_PROMPTS);
}

/** Whether a file is one of prompts even where its name does not say so: it is offered to be run. */
export function isSurelyPrompts(value: unknown): boolean {
  if (isPrompt(value)) return isSurelyPrompt(value);
  if (isPromptfoo(value)) return promptfooEntries(record(value)["prompts"]).length > 0;
  const entries = promptEntries(value);
  const isSure = ({ path, value: each, name, isJinja }: PromptEntry): boolean =>
    isJinja || (path[0] === "prompts" && name !== undefined) || isSurelyPrompt(each);
  return entries.length > 0 && entries.every(isSure);
}

function isPromptfoo(value: unknown): boolean {
  const fields = record(value);
  return ["providers", "targets", "tests", "defaultTest", "scenarios"].some((name) => fields[name] !== undefined);
}

/** Texts, names of files, both with a label, messages as a text, or names of files with their labels. */
function promptfooEntries(prompts: unknown): PromptEntry[] {
  const entry = (path: DataPath, value: unknown, label: unknown): PromptEntry => ({
    path: ["prompts", ...path],
    value,
    name: scalarText(label),
    isJinja: true,
  });
  if (typeof prompts === "string") return [entry([], prompts, undefined)];
  if (!Array.isArray(prompts))
    return Object.entries(record(prompts)).map(([file, label]) => entry([file], file, label));
  return (prompts as unknown[]).map((each, at) => {
    const { raw, id, label } = record(each);
    const text = scalarText(each) ?? scalarText(raw) ?? scalarText(id) ?? "";
    const inner = /^\s*[[-]/.test(text) ? (parseJson(text) ?? parseData(text).value) : undefined;
    return entry([at], isMessages(inner) ? inner : text, label);
  });
}

const NAMES = ["name", "id", "title", "task", "label"];

/** Prompts of a list or under names; undefined where it holds anything else. */
function childrenOf(holder: unknown, path: DataPath): PromptEntry[] | undefined {
  if (isMessages(holder)) return [{ path, value: holder, name: undefined, isJinja: false }];
  const entries: [string | number, unknown][] = Array.isArray(holder)
    ? [...(holder as unknown[]).entries()]
    : Object.entries(record(holder));
  const found = entries.map(([key, each]): PromptEntry | undefined => {
    const fields = record(each);
    const name = NAMES.map((field) => scalarText(fields[field])).find((known) => known !== undefined);
    const entry = { path: [...path, key], name: name ?? (typeof key === "string" ? key : undefined) };
    if (isPrompt(each)) return { ...entry, value: each, isJinja: isTask(fields) };
    // Of NeMo Guardrails; a text may stand among its messages, which is the conversation so far.
    const { content, messages } = fields;
    if (!isTask(fields)) return undefined;
    if (typeof content === "string") return { ...entry, value: content, isJinja: true };
    const spoken = Array.isArray(messages) ? (messages as unknown[]).filter((one) => typeof one !== "string") : [];
    return isMessages(spoken) ? { ...entry, value: spoken, isJinja: true } : undefined;
  });
  const prompts = found.filter((each) => each !== undefined);
  // A configuration of Continue names others by where they are kept.
  const others = entries.filter(([, each]) => typeof record(each)["uses"] === "string").length;
  return prompts.length > 0 && prompts.length + others === found.length ? prompts : undefined;
}

const isTask = ({ task }: Record<string, unknown>): boolean => typeof task === "string";

/** Beside prompts under names of their own. */
const BESIDE = ["config", "defaults", "metadata", "model", "models", "parameters", "settings", "thoughtlens"];

/** Prompts under names of their own, among texts that are said of all of them. */
function named(value: unknown): PromptEntry[] {
  const holders = Object.entries(record(value)).filter(
    ([name, each]) => typeof each === "object" && each !== null && !BESIDE.includes(name),
  );
  const found = childrenOf(Object.fromEntries(holders), []) ?? [];
  return found.every((each) => isSurelyPrompt(each.value)) ? found : [];
}
