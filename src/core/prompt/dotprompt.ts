/** `*.prompt` of Dotprompt: YAML front matter, then a Handlebars template with `{{role "user"}}`. */
import { Dotprompt, type Message as DotpromptMessage } from "dotprompt";
import { parseJson } from "../formats/reading/jsonDocument";
import type { Message } from "../trace/trace";
import { l10n, type Sentence } from "../text/l10n";
import { record, scalarText } from "./frontMatter";
import type { PromptContext, PromptFile, PromptInput } from "./prompt";
import { writtenPaths } from "./handlebarsNames";
import { HANDLEBARS } from "./templateBounds";
import { placeholders } from "./placeholders";
import { parseTemplateFile, type TemplateFormat } from "./templatePrompt";

type Values = Record<string, unknown>;

/** Whatever has no name in the schema. */
const WILDCARDS = ["*", "(*)", ""];

/** Names that the input schema asks for: of Picoschema or JSON Schema, optional ones left out. */
function requiredInputs(schema: unknown): PromptInput[] {
  const fields = record(schema);
  const properties = fields["type"] === "object" || "properties" in fields ? record(fields["properties"]) : fields;
  const required = Array.isArray(fields["required"]) ? (fields["required"] as unknown[]) : undefined;
  return Object.entries(properties).flatMap(([key, type]): PromptInput[] => {
    const name = key.split("(", 1)[0]!.replace(/\?$/, "");
    if (/\?(?:\(|$)/.test(key) || WILDCARDS.includes(name) || (required && !required.includes(name))) return [];
    const described = scalarText(type)?.split(",").slice(1).join(",").trim();
    return [{ name, placeholder: described === "" ? undefined : described }];
  });
}

/** Values of JSON Schema that are there unless another is given. */
function defaultsOf(schema: unknown): Values {
  const declared = Object.entries(record(record(schema)["properties"]));
  return Object.fromEntries(
    declared.flatMap(([name, each]) => {
      const value = record(each)["default"];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
}

/** Names of lists: `tags(array): string` of Picoschema, or those of JSON Schema. */
function listsOf(schema: unknown): string[] {
  const picoschema = Object.keys(record(schema)).filter((key) => /\(array\b/.test(key));
  const jsonSchema = Object.entries(record(record(schema)["properties"])).filter(
    ([, each]) => record(each)["type"] === "array",
  );
  return [...picoschema.map((key) => key.split("(", 1)[0]!), ...jsonSchema.map(([name]) => name)];
}

/** Whether the schema lets `name` be left out. */
function isOptional(schema: unknown, name: string): boolean {
  const { properties, required } = record(schema);
  if (Array.isArray(required) && Object.hasOwn(record(properties), name)) return !required.includes(name);
  return Object.keys(record(schema)).some((key) => key.split("(", 1)[0] === `${name}?`);
}

/** Values for the template, and what is still missing; a value cannot open a message of another role. */
function inputValues(
  template: string,
  front: Values,
  context: PromptContext,
): { values: Values; inputs: PromptInput[] } {
  const input = record(front["input"]);
  const { schema } = input;
  const { named, members } = writtenPaths(template);
  const lists = listsOf(schema);
  const isWalked = (name: string) => lists.includes(name) || members.some(([first]) => first === name);
  const told = Object.entries(context.inputs ?? {}).map(([name, value]): [string, unknown] => {
    const data = isWalked(name) && /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
    return [name, data ?? (lists.includes(name) ? [value] : value)];
  });
  const given: Values = { ...defaultsOf(schema), ...record(input["default"]), ...Object.fromEntries(told) };
  const declared = requiredInputs(schema);
  // A schema that only has a name says nothing here, and one that is written out may leave names out.
  const undeclared = [...new Set(named.map(([name]) => name))]
    .filter((name) => !declared.some((each) => each.name === name) && !isOptional(schema, name))
    .map((name): PromptInput => ({ name, placeholder: undefined }));
  const inputs = [...declared, ...undeclared].filter(({ name }) => given[name] === undefined);
  const missing = {
    ...Object.fromEntries(
      inputs.map(({ name }) => [name, lists.includes(name) ? [`{{${name}}}`] : `{{${name}}}`] as const),
    ),
    ...placeholders(
      [...named, ...members].filter(
        ([name, ...keys]) =>
          keys.length > 0 &&
          inputs.some((each) => each.name === name) &&
          // A list is called by its own name.
          !(keys.length === 1 && keys[0] === 0 && lists.includes(name)),
      ),
    ),
  };
  const safe = (value: unknown, depth = 0): unknown => {
    if (typeof value === "string") return value.replaceAll("<<<dotprompt:", "<<< dotprompt:");
    if (typeof value !== "object" || value === null) return value;
    // Nothing is written out of what is nested deeper.
    if (depth > 20) return undefined;
    if (Array.isArray(value)) return value.map((each) => safe(each, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, safe(each, depth + 1)]));
  };
  return { values: safe({ ...missing, ...given }) as Values, inputs };
}

const ROLES: Partial<Record<DotpromptMessage["role"], Message["role"]>> = {
  system: "system",
  user: "user",
  model: "assistant",
};

function toMessages(rendered: readonly DotpromptMessage[], warnings: Sentence[]): Message[] {
  return rendered.flatMap(({ role, content }): Message[] => {
    const text = content.map((part) => part.text ?? "").join("");
    if (content.some((part) => part.text === undefined))
      warnings.push(l10n.later`Media and sections of the prompt are left out.`);
    // Some write assistant where Dotprompt says model.
    const ours = ROLES[role] ?? ((role as string) === "assistant" ? "assistant" : undefined);
    if (ours === undefined) warnings.push(l10n.later`The ${role} message is left out: no tools run here.`);
    return ours === undefined || text.trim() === "" ? [] : [{ role: ours, content: text.trim() }];
  });
}

/** Nothing of a template stays in it: no partials, no helpers of its own. */
const renderer = new Dotprompt();

/** Front matter has been read: what looks like more of it is text of the prompt, and is neither parsed nor taken away. */
const NO_MORE = "---\ninput: {}\n---\n";

const FORMAT: TemplateFormat = {
  bounds: () => HANDLEBARS,
  // Licence comments may come first.
  before: /^\s*(?:#.*)?$/,
  roleOf: (line) => {
    const named = /\{\{~?\s*role\s+["'](\w+)/.exec(line);
    return named?.[1] ?? (/\{\{~?\s*role\b/.test(line) ? "any" : undefined);
  },
  userPlace: '{{role "user"}}',
  options: (front) => record(front["config"]),
  model: (front) => scalarText(front["model"]),
  expected: (front) =>
    scalarText(front["thoughtlens.expected"]) ?? scalarText(record(front["thoughtlens"])["expected"]),
  async render(text, front, context) {
    const { values, inputs } = inputValues(text, front, context);
    const { messages } = await renderer.render(NO_MORE + text, { input: values });
    const warnings: Sentence[] = [];
    return { messages: toMessages(messages, warnings), inputs, warnings };
  },
};

/**
 * Reads a Dotprompt file; comment lines may come before the front matter. A `---` divides it where a role follows, or
 * where the file names no role. The expected answer is the extension key `thoughtlens.expected`, or a comment
 * `<!-- expected: … -->`.
 */
export function parseDotprompt(text: string, context: PromptContext): Promise<PromptFile> {
  return parseTemplateFile(text, context, FORMAT);
}
