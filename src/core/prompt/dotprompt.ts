/** `*.prompt` of Dotprompt: YAML front matter, then a Handlebars template with `{{role "user"}}`. */
import { Dotprompt, type Message as DotpromptMessage } from "dotprompt";
import type { Message } from "../trace";
import { readParameters, record, scalarText, splitFrontMatter } from "./frontMatter";
import type { Prompt, PromptContext, PromptFile, PromptInput, PromptProblem } from "./prompt";
import { divide, promptId, titleOf, type Section } from "./section";
import { linkWarnings, unresolvedWarnings } from "./variables";

type Values = Record<string, unknown>;

const ROLE = /\{\{[~\s]*role\b/;

/** Names that the input schema asks for: of Picoschema or JSON Schema, optional ones left out. */
function requiredInputs(schema: unknown): PromptInput[] {
  const fields = record(schema);
  const properties = fields["type"] === "object" || "properties" in fields ? record(fields["properties"]) : fields;
  const required = Array.isArray(fields["required"]) ? (fields["required"] as unknown[]) : undefined;
  return Object.entries(properties).flatMap(([key, type]): PromptInput[] => {
    const name = key.replace(/\(.*$/, "").replace(/\?$/, "");
    if (/\?(?:\(|$)/.test(key) || key === "(*)" || (required && !required.includes(name))) return [];
    const described = scalarText(type)?.split(",").slice(1).join(",").trim();
    return [{ name, placeholder: described === "" ? undefined : described }];
  });
}

/** Values for the template, and what is still missing; a value cannot open a message of another role. */
function inputValues(front: Values, context: PromptContext): { values: Values; inputs: PromptInput[] } {
  const input = record(front["input"]);
  const given: Values = { ...record(input["default"]), ...context.inputs };
  const inputs = requiredInputs(input["schema"]).filter(({ name }) => given[name] === undefined);
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

function toMessages(rendered: readonly DotpromptMessage[], warnings: string[]): Message[] {
  return rendered.flatMap(({ role, content }): Message[] => {
    const text = content.map((part) => part.text ?? "").join("");
    if (content.some((part) => part.text === undefined))
      warnings.push("Media and sections of the prompt are left out.");
    // Some write assistant where Dotprompt says model.
    const ours = ROLES[role] ?? ((role as string) === "assistant" ? "assistant" : undefined);
    if (ours === undefined) warnings.push(`The ${role} message is left out: no tools run here.`);
    return ours === undefined || text.trim() === "" ? [] : [{ role: ours, content: text.trim() }];
  });
}

async function promptOf(
  section: Section,
  front: Values,
  only: boolean,
  context: PromptContext,
): Promise<Prompt | PromptProblem> {
  const { parameters, warnings } = readParameters(record(front["config"]));
  const { values, inputs } = inputValues(front, context);
  let messages: Message[];
  try {
    const rendered = await new Dotprompt().render(section.text, { input: values });
    messages = toMessages(rendered.messages, warnings);
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0]!.replace(/[.:]$/, "");
    return {
      line: section.headingLine,
      message: `The template cannot be rendered: ${reason}.`,
      action: "Correct the template or its inputs.",
    };
  }
  if (!messages.some(({ role }) => role === "user")) {
    const action = 'Write one below {{role "user"}}.';
    return { line: section.headingLine, message: "The prompt has no user message.", action };
  }
  const title =
    (only ? scalarText(front["name"]) : undefined) ?? titleOf(messages.find(({ role }) => role === "user")!.content);
  const expected = scalarText(front["thoughtlens.expected"]) ?? scalarText(record(front["thoughtlens"])["expected"]);
  return {
    id: promptId(title),
    title,
    range: section.range,
    headingLine: section.headingLine,
    messages,
    expected: section.expected ?? (only ? expected : undefined),
    parameters,
    model: scalarText(front["model"]),
    warnings: [...warnings, ...unresolvedWarnings(front), ...section.warnings, ...linkWarnings(section.text)],
    inputs,
  };
}

/**
 * Reads a Dotprompt file; comment lines may come before the front matter. A `---` divides it where a role follows, or
 * where the file names no role. The expected answer is the extension key `thoughtlens.expected`, or a comment
 * `<!-- expected: … -->`.
 */
export async function parseDotprompt(text: string, context: PromptContext): Promise<PromptFile> {
  const { values, body, bodyLine, problems } = splitFrontMatter(text, /^\s*(?:#.*)?$/);
  const hasRoles = ROLE.test(body);
  const rule = (next: string | undefined) => !hasRoles || (next !== undefined && ROLE.test(next));
  const divided = divide(body, bodyLine, { headings: false, rule });
  const file: PromptFile = { prompts: [], problems: [...problems, ...divided.problems] };
  for (const section of divided.sections) {
    const prompt = await promptOf(section, values, divided.sections.length === 1, context);
    if ("messages" in prompt) file.prompts.push(prompt);
    else file.problems.push(prompt);
  }
  return file;
}
