/** `*.prompty`: YAML front matter, then messages below role lines, as a Jinja2 or Mustache template. */
import type { Message } from "../trace/trace";
import { l10n, type Sentence } from "../text/l10n";
import { record, scalarText } from "./frontMatter";
import type { PromptContext, PromptFile, PromptInput } from "./prompt";
import { JINJA, MUSTACHE } from "./templateBounds";
import { placeholders } from "./placeholders";
import { parseTemplateFile, type TemplateFormat } from "./templatePrompt";
import { bare, missingPaths, render } from "./templateText";

/** A line that opens a message, without the blanks around it: `user:`, `# user:`, `user[name="x"]:`. */
const ROLE_LINE = /^(?:#[ \t]*)?(system|developer|user|assistant|tool|function)(?:[ \t]*\[[^\]]*\])?[ \t]*:$/i;
/** A conversation is often written out in a loop: `{{item.role}}:`. */
const ROLE_VARIABLE = /^(\{\{-?[ \t]*[\w.]{0,80}role[ \t]*-?\}\})[ \t]*:$/i;

const roleOf = (line: string): string | undefined => {
  const trimmed = line.trim();
  return ROLE_LINE.exec(trimmed)?.[1]!.toLowerCase() ?? (ROLE_VARIABLE.test(trimmed) ? "any" : undefined);
};

/** The template with our mark around each role. */
function marked(text: string): string {
  const lines = text.replaceAll(MARK, "").split("\n");
  return lines
    .map((line) => {
      const trimmed = line.trim();
      const role = ROLE_LINE.exec(trimmed)?.[1]!.toLowerCase() ?? ROLE_VARIABLE.exec(trimmed)?.[1];
      return role === undefined ? line : MARK + role + MARK;
    })
    .join("\n");
}

/** Stands for a role line while the template is rendered, so that no input can open a message. */
const MARK = "\u0001";

/** No input can open a message. */
const unmarked = (text: string) => text.replaceAll(MARK, "");

type Values = Record<string, unknown>;

interface Declared {
  values: Values;
  inputs: PromptInput[];
}

const DECLARING = ["type", "kind", "default", "sample", "example", "description", "required"];

/** Whether an input is described, where version 1 gives its value at once. */
function isDeclaration(declared: unknown): boolean {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return false;
  const keys = Object.keys(declared);
  return keys.length === 0 || keys.some((key) => DECLARING.includes(key));
}

/** Inputs that the front matter declares, with their values: of the context, else the sample, example or default. */
function declaredInputs(front: Values, context: PromptContext): Declared {
  const values: Values = { ...record(front["sample"]) };
  const inputs: PromptInput[] = [];
  const schema = record(front["inputSchema"])["properties"];
  const listed = [front["inputs"], schema].find((each) => Array.isArray(each)) as unknown[] | undefined;
  const entries: [string, unknown][] = listed
    ? listed.flatMap((each): [string, unknown][] => {
        const name = scalarText(record(each)["name"]);
        return name === undefined ? [] : [[name, each]];
      })
    : Object.entries(record(front["inputs"] ?? schema));
  for (const [name, declared] of entries) {
    const { sample, example, default: fallback, description, kind, type } = record(declared);
    const value = listed || isDeclaration(declared) ? (sample ?? example ?? fallback) : declared;
    if (value !== undefined && value !== null) values[name] ??= value;
    if (values[name] !== undefined || (context.inputs && Object.hasOwn(context.inputs, name))) continue;
    // A thread is the conversation so far, and there is none.
    if (kind !== "thread") inputs.push({ name, placeholder: scalarText(description) });
    values[name] = kind === "array" || type === "array" ? [] : kind === "thread" ? "" : `{{${name}}}`;
  }
  return { values: { ...values, ...context.inputs }, inputs };
}

function isMustache(front: Values): boolean {
  const { template } = front;
  const { format, type } = record(template);
  const name = scalarText(template) ?? scalarText(format) ?? scalarText(record(format)["kind"]) ?? scalarText(type);
  return /^mustache$/i.test(name ?? "");
}

const ROLES: Record<string, Message["role"]> = {
  system: "system",
  developer: "system",
  user: "user",
  assistant: "assistant",
};

function toMessages(rendered: string, warnings: Sentence[]): Message[] {
  const [before = "", ...rest] = rendered.split(MARK);
  const messages: Message[] = [];
  // Text before the first role line is the system's; without any role line it is what the user says.
  if (before.trim() !== "") messages.push({ role: rest.length > 0 ? "system" : "user", content: before.trim() });
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const name = rest[at]!.trim().toLowerCase();
    const role = Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
    const content = rest[at + 1]!.trim();
    if (role === undefined) warnings.push(l10n.later`The ${name} message is left out: no tools run here.`);
    else if (content !== "") messages.push({ role, content });
  }
  return messages;
}

const FORMAT: TemplateFormat = {
  bounds: (front) => (isMustache(front) ? MUSTACHE : JINJA),
  before: /^\s*$/,
  roleOf,
  userPlace: "user:",
  options(front) {
    const model = record(front["model"]);
    return { ...record(model["parameters"]), ...record(model["options"]) };
  },
  model: (front) => scalarText(record(front["model"])["id"]) ?? scalarText(front["model"]),
  expected: (front) => scalarText(record(front["metadata"])["expected"]),
  render(text, front, context) {
    const declared = declaredInputs(front, context);
    const template = marked(text);
    const mustache = isMustache(front);
    const paths = missingPaths(template, declared.values, mustache);
    const missing = [...new Set(paths.map(([name]) => name))].map((name) => ({ name, placeholder: undefined }));
    const warnings: Sentence[] = [];
    const values = { ...declared.values, ...placeholders(paths) };
    const messages = toMessages(render(template, bare(values, unmarked) as Values, mustache), warnings);
    return { messages, inputs: [...declared.inputs, ...missing], warnings };
  },
};

/**
 * Reads a Prompty file of version 1 or 2. A `---` divides it where a role line follows, or where the file has none.
 * The expected answer is `metadata.expected` or a comment `<!-- expected: … -->`. `${env:…}` is never resolved.
 */
export function parsePrompty(text: string, context: PromptContext): Promise<PromptFile> {
  return parseTemplateFile(text, context, FORMAT);
}
