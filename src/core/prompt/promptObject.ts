/**
 * Prompts as data, in YAML or JSON: messages as chat APIs take them, `*.prompt.yml` of GitHub Models, prompts of
 * Semantic Kernel, LangChain and NeMo, those that promptfoo lists, and messages under names.
 */
import { parseJson } from "../formats/reading/jsonDocument";
import { l10n, type Sentence } from "../text/l10n";
import type { Message } from "../trace/trace";
import { readParameters, record, scalarText } from "./frontMatter";
import { isKeyedPrompt, keyedPrompt } from "./keyedPrompt";
import { chainPrompt, isChainPrompt } from "./langChainPrompt";
import type { Prompt, PromptContext, PromptFile, PromptInput, PromptProblem } from "./prompt";
import { isSurelyPrompts, promptEntries, type PromptEntry } from "./promptEntries";
import { contentText, messageOf, messageRole, roleOf, type PromptObject } from "./promptMessages";
import { LONGEST_PROMPTS, mayHoldPrompts } from "./promptWords";
import { promptId, titleOf } from "./section";
import { filled, languageOf } from "./templateText";
import { parseData, placesIn, type LineRange } from "./yamlData";

/** A name that says that the data is a prompt. */
const NAMED = /\.prompt\.(?:ya?ml|json)$/i;

const isData = (fileName: string): boolean => /\.(?:ya?ml|json)$/i.test(fileName);

function dataOf(fileName: string, text: string, isNamed: boolean): unknown {
  if (!isData(fileName) || !mayHoldPrompts(text, isNamed)) return undefined;
  return /\.json$/i.test(fileName) ? parseJson(text) : parseData(text).value;
}

/**
 * The prompts of a file of data; undefined where it is none. One of YAML, or whose name says that it is a prompt, is told
 * as wrong where it holds none: its source is no question.
 */
export function promptsOfData(fileName: string, text: string, context: PromptContext): PromptFile | undefined {
  const value = dataOf(fileName, text, true);
  const entries = promptEntries(value);
  if (entries.length > 0) return parseEntries(entries, value, text, context);
  const isNamed = NAMED.test(fileName);
  if (!isNamed && !/\.ya?ml$/i.test(fileName)) return undefined;
  const parsed: ReturnType<typeof parseData> = text.length > LONGEST_PROMPTS ? { value: undefined } : parseData(text);
  // Words that somebody wrote there are a question.
  if (!isNamed && typeof parsed.value === "string") return undefined;
  const { fault } = parsed;
  const [line, message, action] = fault
    ? [fault.line, l10n.later`The file cannot be read: ${fault.reason}.`, l10n.later`Correct what stands there.`]
    : [
        0,
        l10n.later`This file holds no prompt.`,
        l10n.later`Write its messages below ${"messages:"}, each with a role and a content.`,
      ];
  return { prompts: [], problems: [{ line, message, action }] };
}

/** The same of a file that is only looked at: nothing where it is not surely one of prompts. */
export function promptsOfUnnamedData(fileName: string, text: string, context: PromptContext): PromptFile {
  const value = dataOf(fileName, text, false);
  if (!isSurelyPrompts(value)) return { prompts: [], problems: [] };
  return parseEntries(promptEntries(value), value, text, context);
}

function parseEntries(
  entries: readonly PromptEntry[],
  root: unknown,
  text: string,
  context: PromptContext,
): PromptFile {
  const file: PromptFile = { prompts: [], problems: [] };
  const placeOf = placesIn(text);
  const end = text.trimEnd().split("\n").length;
  const samples = samplesOf(root);
  for (const entry of entries) {
    const [first, last] = placeOf(entry.path) ?? [0, end];
    // A prompt that is the whole file reaches to its end.
    const range: LineRange = [first, entry.path.length === 0 ? end : last];
    const elsewhere = typeof entry.value === "string" ? placeElsewhere(entry.value.trim()) : undefined;
    if (elsewhere) file.problems.push({ line: first, ...elsewhere });
    else if (typeof entry.value !== "string" || entry.value.trim() !== "") {
      const made = promptOf(entry, range, samples, context);
      if ("messages" in made) file.prompts.push(made);
      else file.problems.push(made);
    }
  }
  return file;
}

/** A text that names where the prompt stands: a file, a function in one, a program, an entry of a service. */
function placeElsewhere(raw: string): Pick<PromptProblem, "message" | "action"> | undefined {
  if (raw.includes("\n") || raw.length > 1000) return undefined;
  if (/^(?:langfuse|portkey|helicone|huggingface|https?):\/\//.test(raw)) {
    const message = l10n.later`The prompt ${raw} is kept by a service, which is not asked.`;
    return { message, action: l10n.later`Copy its text into a prompt file.` };
  }
  if (!/^(?:file:\/\/|exec:)/.test(raw) && !FILE.test(raw)) return undefined;
  const message = l10n.later`The prompt ${raw} stands in another file, which is not read.`;
  return { message, action: l10n.later`Open that file.` };
}

/** The name of a file, with a function in it or without. */
const FILE = /^[\w./*\\-]+\.(?:txt|json|jsonl|ya?ml|md|j2|py|[cm]?js|ts|csv|sh|bash|rb|pl)(?::\w+)?$/;

/** Values with which a file tests its prompts, by the names of inputs: the first of each. */
function samplesOf(root: unknown): Record<string, string> {
  const { testData, tests, defaultTest } = record(root);
  const first = (list: unknown): Record<string, unknown> =>
    record(Array.isArray(list) ? (list as unknown[])[0] : undefined);
  const all = { ...record(record(defaultTest)["vars"]), ...record(first(tests)["vars"]), ...first(testData) };
  const texts = Object.entries(all).flatMap(([name, value]): [string, string][] => {
    const text = scalarText(value);
    return text === undefined || /^(?:file|https?|huggingface):\/\//.test(text) ? [] : [[name, text.trimEnd()]];
  });
  return Object.fromEntries(texts);
}

function promptOf(
  entry: PromptEntry,
  range: LineRange,
  samples: Readonly<Record<string, string>>,
  context: PromptContext,
): Prompt | PromptProblem {
  const fields = record(entry.value);
  const object = objectOf(entry);
  const { execution_settings: settings } = fields;
  const [firstSettings] = Object.values(record(settings));
  const groups = ["config", "options", "parameters", "model", "modelParameters", "model_parameters", "model_config"];
  const grouped = groups.map((name) => record(fields[name]));
  const own = record(fields["thoughtlens"]);
  const options = Object.assign(
    {},
    fields,
    record(firstSettings),
    ...grouped,
    record(record(fields["model"])["parameters"]),
  );
  const { parameters, warnings } = readParameters(options as Record<string, unknown>, own);
  const values = { ...object.defaults, ...context.inputs };
  const names = new Set<string>();
  let messages: Message[];
  try {
    messages = object.messages.flatMap(({ role, content }): Message[] => {
      const { text, missing } = filled(content, object.language, values);
      for (const name of missing) names.add(name);
      return text.trim() === "" ? [] : [{ role, content: text.trim() }];
    });
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0]!.replace(/[.:]$/, "");
    const message = l10n.later`The template cannot be rendered: ${reason}.`;
    return { line: range[0], message, action: l10n.later`Correct the template or its inputs.` };
  }
  const asked = messages.find(({ role }) => role === "user");
  if (!asked) {
    const action = l10n.later`Write one below ${"role: user"}.`;
    return { line: range[0], message: l10n.later`The prompt has no user message.`, action };
  }
  const title = scalarText(fields["name"])?.trim() || entry.name?.trim() || titleOf(asked.content);
  const inputs = [...names].map((name): PromptInput => ({
    name,
    placeholder: Object.hasOwn(object.descriptions, name) ? object.descriptions[name] : undefined,
    ...(Object.hasOwn(samples, name) ? { sample: samples[name]! } : {}),
  }));
  const { model } = fields;
  return {
    id: promptId(title),
    title,
    range,
    headingLine: range[0],
    messages,
    expected: scalarText(own["expected"]) ?? scalarText(record(fields["metadata"])["expected"]),
    parameters,
    model: scalarText(model) ?? scalarText(record(model)["name"]) ?? scalarText(record(model)["id"]),
    warnings: [...warnings, ...object.warnings, ...asWritten(object)],
    inputs,
  };
}

/** What only a template engine does, where names alone are put in. */
function asWritten({ language, messages }: PromptObject): Sentence[] {
  const isBlock = language === "braces" && messages.some(({ content }) => /\{\{[#/>^~]|\{%/.test(content));
  return isBlock ? [l10n.later`Blocks and calls of its template are sent as they are written.`] : [];
}

function objectOf({ value, isJinja }: PromptEntry): PromptObject {
  const object = read(typeof value === "string" ? [{ role: "user", content: value }] : value);
  return isJinja ? { ...object, language: "jinja" } : object;
}

/** By `template_format`. */
const FORMATS: Readonly<Record<string, PromptObject["language"]>> = {
  jinja2: "jinja",
  liquid: "jinja",
  mustache: "mustache",
  "f-string": "format",
};

function read(value: unknown): PromptObject {
  if (isChainPrompt(value)) return chainPrompt(value);
  const fields = record(value);
  if (
    !Array.isArray(value) &&
    isKeyedPrompt(value) &&
    fields["messages"] === undefined &&
    fields["template"] === undefined
  )
    return keyedPrompt(value);
  const object: PromptObject = { messages: [], language: "braces", defaults: {}, descriptions: {}, warnings: [] };
  const { messages, template, template_format: format, input, instructions, input_variables } = fields;
  for (const each of Array.isArray(input_variables) ? (input_variables as unknown[]) : []) {
    const { name, default: fallback, description } = record(each);
    if (typeof name !== "string") continue;
    if (fallback !== undefined && fallback !== null) object.defaults[name] = fallback;
    if (typeof description === "string") object.descriptions[name] = description;
  }
  if (Array.isArray(value)) object.messages = messagesOf(value, object.warnings);
  else if (Array.isArray(messages)) object.messages = messagesOf(messages, object.warnings);
  else if (typeof template === "string") {
    object.messages = inTags(template, object.warnings) ?? [{ role: "user", content: template }];
    object.language = format === undefined ? languageOf([template]) : (FORMATS[String(format)] ?? "braces");
  } else {
    object.messages = [
      { role: "system", content: String(instructions) },
      ...messagesOf(Array.isArray(input) ? input : [{ role: "user", content: input }], object.warnings),
    ];
  }
  return object;
}

function messagesOf(list: readonly unknown[], warnings: Sentence[]): Message[] {
  return list.flatMap((each): Message[] =>
    messageOf(roleOf(each) ?? "", contentText(record(each)["content"], warnings), warnings),
  );
}

/** `<message role="user">…</message>` of Semantic Kernel. */
function inTags(template: string, warnings: Sentence[]): Message[] | undefined {
  const messages: Message[] = [];
  let isLoop = false;
  for (let at = 0; ;) {
    const from = template.indexOf("<message", at);
    const open = from < 0 ? -1 : template.indexOf(">", from);
    const end = open < 0 ? -1 : template.indexOf("</message>", open);
    if (end < 0) break;
    const [, name = ""] = /\brole\s*=\s*["'](\w{1,20})["']/.exec(template.slice(from, open)) ?? [];
    const role = messageRole(name);
    if (role !== undefined) messages.push({ role, content: template.slice(open + 1, end).trim() });
    else isLoop = true;
    at = end + 1;
  }
  if (isLoop) warnings.push(l10n.later`Messages whose role is a template are left out.`);
  return messages.length > 0 ? messages : undefined;
}
