/** Prompts of LangChain: `_type: prompt`, `few_shot` and `chat` of files, and what its hub and `dumpd` write. */
import { l10n } from "../text/l10n";
import type { Message } from "../trace/trace";
import { record, scalarText } from "./frontMatter";
import { contentText, messageOf, messageRole, type PromptObject } from "./promptMessages";
import { filled, type Language } from "./templateText";

type Fields = Record<string, unknown>;

/** The last name of `id` of what is written with `lc`. */
const className = (value: unknown): string => {
  const { lc, id } = record(value);
  return lc === 1 && Array.isArray(id) ? String((id as unknown[]).at(-1)) : "";
};

/** The prompt in a chain of a prompt and a model. */
function promptIn(value: unknown, depth = 0): Fields {
  const { first, bound } = record(record(value)["kwargs"]);
  const inner = /^Runnable(?:Sequence|Binding)$/.test(className(value)) && depth < 10 ? (first ?? bound) : undefined;
  return inner === undefined ? record(value) : promptIn(inner, depth + 1);
}

export function isChainPrompt(value: unknown): boolean {
  const { _type: type, template, messages, suffix } = record(value);
  if (type === "prompt") return typeof template === "string";
  if (type === "few_shot") return typeof suffix === "string";
  if (type === "chat") return Array.isArray(messages);
  return /^(?:\w{0,40}PromptTemplate|StructuredPrompt)$/.test(className(promptIn(value)));
}

const LANGUAGES: Readonly<Record<string, Language>> = { jinja2: "jinja", mustache: "mustache" };

export function chainPrompt(value: unknown): PromptObject {
  const prompt = promptIn(value);
  const fields = className(prompt) === "" ? prompt : record(prompt["kwargs"]);
  const object: PromptObject = {
    messages: [],
    language: "format",
    defaults: { ...record(fields["partial_variables"]) },
    descriptions: {},
    warnings: [],
  };
  const { messages, suffix } = fields;
  if (Array.isArray(messages)) {
    for (const each of messages as unknown[]) object.messages.push(...chatMessage(each, object));
    return object;
  }
  object.language = languageOf(fields) ?? "format";
  const content = typeof suffix === "string" ? fewShot(fields, suffix, object) : (scalarText(fields["template"]) ?? "");
  object.messages = [{ role: "user", content }];
  return object;
}

const languageOf = ({ template_format: format }: Fields): Language | undefined =>
  typeof format === "string" && Object.hasOwn(LANGUAGES, format) ? LANGUAGES[format] : undefined;

/** Examples stand between what comes before and after them. */
function fewShot(fields: Fields, suffix: string, { language }: PromptObject): string {
  const { prefix, examples, example_prompt: example, example_separator: separator } = fields;
  const template =
    scalarText(record(example)["template"]) ?? scalarText(record(record(example)["kwargs"])["template"]) ?? "";
  const shown = (Array.isArray(examples) ? (examples as unknown[]) : []).map((each) => {
    const { text } = filled(template, language, record(each));
    // They are filled already, and go through the template once more.
    return language === "format" ? text.replace(/[{}]/g, "$&$&") : text;
  });
  return [scalarText(prefix) ?? "", ...shown, suffix].filter(Boolean).join(scalarText(separator) ?? "\n\n");
}

function chatMessage(value: unknown, object: PromptObject): Message[] {
  // Pairs of a role and a text.
  if (Array.isArray(value) && /^(?:placeholder|messages_list)$/.test(String(value[0]))) return [];
  if (Array.isArray(value)) return messageOf(String(value[0]), contentText(value[1], object.warnings), object.warnings);
  const name = className(value);
  const fields = name === "" ? record(value) : record(record(value)["kwargs"]);
  // Where a conversation goes, and there is none.
  if (name === "MessagesPlaceholder" || fields["variable_name"] !== undefined) return [];
  const role = scalarText(fields["role"]) ?? roleNamed(name) ?? scalarText(fields["type"] ?? fields["_type"]) ?? "";
  const { prompt } = fields;
  if (prompt === undefined) {
    // A message that is no template keeps its braces.
    const content = contentText(fields["content"], object.warnings);
    return messageOf(role, name === "" ? content : content.replace(/[{}]/g, "$&$&"), object.warnings);
  }
  const parts = (Array.isArray(prompt) ? (prompt as unknown[]) : [prompt]).map((part) =>
    className(part) === "" ? record(part) : record(record(part)["kwargs"]),
  );
  const texts = parts.map((part) => scalarText(part["template"]));
  if (texts.includes(undefined)) object.warnings.push(l10n.later`Media and sections of the prompt are left out.`);
  for (const part of parts) {
    object.language = languageOf(part) ?? object.language;
    object.defaults = { ...object.defaults, ...record(part["partial_variables"]) };
  }
  return messageOf(role, texts.filter((text) => text !== undefined).join("\n"), object.warnings);
}

/** `HumanMessagePromptTemplate` and its like. */
function roleNamed(name: string): string | undefined {
  const [, role = ""] = /^(System|Human|AI)Message/.exec(name) ?? [];
  return messageRole(role) && role;
}
