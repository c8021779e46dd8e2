/**
 * Prompts as data, in YAML or JSON: messages as chat APIs take them, `*.prompt.yml` of GitHub Models, prompts of
 * Semantic Kernel, promptfoo and LangChain.
 */
import { parseJson } from "../formats/reading/jsonDocument";
import { l10n, type Sentence } from "../text/l10n";
import type { Message } from "../trace/trace";
import { readParameters, readYaml, record, scalarText } from "./frontMatter";
import { chainPrompt, isChainPrompt } from "./langChainPrompt";
import type { Prompt, PromptContext, PromptFile, PromptInput, PromptProblem } from "./prompt";
import { contentText, messageOf, messageRole, type PromptObject } from "./promptMessages";
import { promptId, titleOf } from "./section";
import { filled } from "./templateText";

/** Characters of a file of prompts: what is longer is data. */
const LONGEST = 1_000_000;

/** The value that a file holds, where it is a prompt or a list of them; undefined where it is neither. */
export function promptObject(fileName: string, text: string): unknown {
  if (text.length > LONGEST) return undefined;
  const value = /\.json$/i.test(fileName) ? parseJson(text) : /\.ya?ml$/i.test(fileName) ? readYaml(text) : undefined;
  return isPrompt(value) || listed(value).length > 0 ? value : undefined;
}

const isMessages = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof record(each)["role"] === "string");

function isPrompt(value: unknown): boolean {
  if (isMessages(value) || isChainPrompt(value)) return true;
  const { messages, template, input, instructions, user } = record(value);
  return (
    isMessages(messages) ||
    typeof template === "string" ||
    ((typeof input === "string" || isMessages(input)) && typeof instructions === "string") ||
    (typeof user === "string" && Object.keys(record(value)).every((name) => name === "user" || name === "system"))
  );
}

/** `prompts` of a configuration of promptfoo: texts, files, and texts with a label. */
function listed(value: unknown): unknown[] {
  const { prompts, providers, tests, targets } = record(value);
  if (typeof prompts === "string" && (providers ?? tests) !== undefined) return [prompts];
  return Array.isArray(prompts) && (providers ?? targets ?? tests) !== undefined ? (prompts as unknown[]) : [];
}

/** More than a person writes into one file. */
const MOST_PROMPTS = 2000;

/** @param value what `promptObject` gave */
export function parsePromptObject(value: unknown, text: string, context: PromptContext): PromptFile {
  const file: PromptFile = { prompts: [], problems: [] };
  const end = text.trimEnd().split("\n").length;
  if (isPrompt(value)) add(file, record(value), read(value), end, context);
  else
    for (const each of listed(value).slice(0, MOST_PROMPTS)) {
      const raw = scalarText(each) ?? scalarText(record(each)["raw"]) ?? scalarText(record(each)["id"]) ?? "";
      if (/^file:\/\/|^[\w./\\-]+\.(?:txt|json|ya?ml|md|j2|py|js|ts|csv)$/.test(raw.trim())) {
        const message = l10n.later`The prompt ${raw.trim()} stands in another file, which is not read.`;
        file.problems.push({ line: 0, message, action: l10n.later`Open that file.` });
      } else if (raw.trim() !== "") {
        const inner = parseJson(raw);
        const prompt = read(isMessages(inner) ? inner : [{ role: "user", content: raw }]);
        add(file, { name: record(each)["label"] }, { ...prompt, language: "jinja" }, end, context);
      }
    }
  return file;
}

function add(
  file: PromptFile,
  fields: Record<string, unknown>,
  object: PromptObject,
  end: number,
  context: PromptContext,
): void {
  const made = promptOf(fields, object, end, context);
  if ("messages" in made) file.prompts.push(made);
  else file.problems.push(made);
}

function promptOf(
  fields: Record<string, unknown>,
  object: PromptObject,
  end: number,
  context: PromptContext,
): Prompt | PromptProblem {
  const { execution_settings: settings, modelParameters, model_parameters: others } = fields;
  const [firstSettings] = Object.values(record(settings));
  const options = { ...fields, ...record(firstSettings), ...record(modelParameters), ...record(others) };
  const { parameters, warnings } = readParameters(options, record(fields["thoughtlens"]));
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
    return { line: 0, message, action: l10n.later`Correct the template or its inputs.` };
  }
  const asked = messages.find(({ role }) => role === "user");
  if (!asked) {
    const action = l10n.later`Write one below ${"role: user"}.`;
    return { line: 0, message: l10n.later`The prompt has no user message.`, action };
  }
  const title = scalarText(fields["name"])?.trim() || titleOf(asked.content);
  const inputs = [...names].map((name): PromptInput => ({
    name,
    placeholder: Object.hasOwn(object.descriptions, name) ? object.descriptions[name] : undefined,
  }));
  return {
    id: promptId(title),
    title,
    range: [0, end],
    headingLine: 0,
    messages,
    expected: undefined,
    parameters,
    model: scalarText(fields["model"]),
    warnings: [...warnings, ...object.warnings],
    inputs,
  };
}

function read(value: unknown): PromptObject {
  if (isChainPrompt(value)) return chainPrompt(value);
  const object: PromptObject = { messages: [], language: "braces", defaults: {}, descriptions: {}, warnings: [] };
  const {
    messages,
    template,
    template_format: format,
    input,
    instructions,
    system,
    user,
    input_variables,
  } = record(value);
  for (const each of Array.isArray(input_variables) ? (input_variables as unknown[]) : []) {
    const { name, default: fallback, description } = record(each);
    if (typeof name !== "string") continue;
    if (fallback !== undefined && fallback !== null) object.defaults[name] = fallback;
    if (typeof description === "string") object.descriptions[name] = description;
  }
  if (Array.isArray(value)) object.messages = messagesOf(value, object.warnings);
  else if (Array.isArray(messages)) object.messages = messagesOf(messages, object.warnings);
  else if (typeof template === "string") {
    object.messages = inTags(template) ?? [{ role: "user", content: template }];
    if (format === "jinja2") object.language = "jinja";
  } else if (instructions !== undefined) {
    object.messages = [
      { role: "system", content: String(instructions) },
      ...messagesOf(Array.isArray(input) ? input : [{ role: "user", content: input }], object.warnings),
    ];
  } else {
    object.messages = messagesOf(
      [
        { role: "system", content: system ?? "" },
        { role: "user", content: user },
      ],
      object.warnings,
    );
    object.language = "format";
  }
  return object;
}

function messagesOf(list: readonly unknown[], warnings: Sentence[]): Message[] {
  return list.flatMap((each): Message[] => {
    const { role, content } = record(each);
    return messageOf(scalarText(role) ?? "", contentText(content, warnings), warnings);
  });
}

/** `<message role="user">…</message>` of Semantic Kernel. */
function inTags(template: string): Message[] | undefined {
  const messages: Message[] = [];
  for (let at = 0; ;) {
    const from = template.indexOf("<message", at);
    const open = from < 0 ? -1 : template.indexOf(">", from);
    const end = open < 0 ? -1 : template.indexOf("</message>", open);
    if (end < 0) break;
    const [, name = ""] = /\brole\s*=\s*["'](\w{1,20})["']/.exec(template.slice(from, open)) ?? [];
    const role = messageRole(name);
    if (role !== undefined) messages.push({ role, content: template.slice(open + 1, end).trim() });
    at = end + 1;
  }
  return messages.length > 0 ? messages : undefined;
}
