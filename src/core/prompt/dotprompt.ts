/** `*.prompt` of Dotprompt: YAML front matter, then a Handlebars template with `{{role "user"}}`. */
import { Dotprompt, type Message as DotpromptMessage } from "dotprompt";
import type { Message } from "../trace/trace";
import { delimited } from "../text/delimited";
import { l10n, type Sentence } from "../text/l10n";
import { trimSides } from "../text/trim";
import { record, scalarText } from "./frontMatter";
import type { PromptContext, PromptFile, PromptInput } from "./prompt";
import { HANDLEBARS } from "./templateBounds";
import { parseTemplateFile, type TemplateFormat } from "./templatePrompt";

type Values = Record<string, unknown>;

/** Names that the input schema asks for: of Picoschema or JSON Schema, optional ones left out. */
function requiredInputs(schema: unknown): PromptInput[] {
  const fields = record(schema);
  const properties = fields["type"] === "object" || "properties" in fields ? record(fields["properties"]) : fields;
  const required = Array.isArray(fields["required"]) ? (fields["required"] as unknown[]) : undefined;
  return Object.entries(properties).flatMap(([key, type]): PromptInput[] => {
    const name = key.split("(", 1)[0]!.replace(/\?$/, "");
    if (/\?(?:\(|$)/.test(key) || key === "(*)" || (required && !required.includes(name))) return [];
    const described = scalarText(type)?.split(",").slice(1).join(",").trim();
    return [{ name, placeholder: described === "" ? undefined : described }];
  });
}

/** Words in double braces that are no values: Dotprompt's and Handlebars' own. */
const HELPERS = ["else", "history", "json", "media", "role", "section", "this", "true", "false", "null", "undefined"];

/** Plain values that the template names, `{{topic}}`, outside of blocks that give names a meaning of their own. */
function namedIn(template: string): string[] {
  const names: string[] = [];
  let inScopes = 0;
  for (const { inner } of delimited(template, "{{", "}}")) {
    const word = trimSides(inner, "{~ \t\n");
    if (/^#(?:each|with)\b/.test(word)) inScopes++;
    else if (/^\/(?:each|with)\b/.test(word)) inScopes--;
    else if (inScopes === 0 && /^[A-Za-z_]\w*$/.test(word) && !HELPERS.includes(word)) names.push(word);
  }
  return [...new Set(names)];
}

/** Whether the schema lets `name` be left out. */
function isOptional(schema: unknown, name: string): boolean {
  return Object.keys(record(schema)).some((key) => key.split("(", 1)[0] === `${name}?`);
}

/** Values for the template, and what is still missing; a value cannot open a message of another role. */
function inputValues(
  template: string,
  front: Values,
  context: PromptContext,
): { values: Values; inputs: PromptInput[] } {
  const input = record(front["input"]);
  const given: Values = { ...record(input["default"]), ...context.inputs };
  const declared = requiredInputs(input["schema"]);
  // A schema that only has a name says nothing here, and one that is written out may leave names out.
  const undeclared = namedIn(template)
    .filter((name) => !declared.some((each) => each.name === name) && !isOptional(input["schema"], name))
    .map((name): PromptInput => ({ name, placeholder: undefined }));
  const inputs = [...declared, ...undeclared].filter(({ name }) => given[name] === undefined);
  const missing = Object.fromEntries(inputs.map(({ name }) => [name, `{{${name}}}`]));
  const safe = (value: unknown, depth = 0): unknown => {
    if (typeof value === "string") return value.replaceAll("<<<dotprompt:", "<<< dotprompt:");
    if (typeof value !== "object" || value === null || depth > 20) return value;
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
    const { messages } = await renderer.render(text, { input: values });
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
