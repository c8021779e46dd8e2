/** Prompt files whose body is a template of messages: front matter, sections, and what becomes of one section. */
import { l10n, type Sentence } from "../text/l10n";
import type { Message } from "../trace/trace";
import { readParameters, record, scalarText, splitFrontMatter } from "./frontMatter";
import type { Prompt, PromptContext, PromptFile, PromptInput, PromptProblem } from "./prompt";
import { divide, promptId, titleOf, type Section } from "./section";
import { TemplateBudget, type TemplateBounds } from "./templateBounds";
import { linkWarnings, unresolvedWarnings } from "./variables";

type Values = Record<string, unknown>;

/** A template with its values put in. */
interface RenderedTemplate {
  messages: Message[];
  /** Values that it asks for and nobody gave. */
  inputs: PromptInput[];
  /** What was left out. */
  warnings: Sentence[];
}

/** What tells one template format from another. */
export interface TemplateFormat {
  /** What its templates may hold. */
  bounds(front: Values): TemplateBounds;
  /** Lines that may come before the front matter. */
  readonly before: RegExp;
  /** Whether a line opens a message, and whose: `any` where the template says it only when it is rendered. */
  roleOf(line: string): string | undefined;
  /** Where the user's message is to be written, for a person whose prompt has none. */
  readonly userPlace: string;
  /** Decoding options as the front matter has them. */
  options(front: Values): Values;
  model(front: Values): string | undefined;
  expected(front: Values): string | undefined;
  /** @throws Error when the template is wrong */
  render(text: string, front: Values, context: PromptContext): RenderedTemplate | Promise<RenderedTemplate>;
}

export async function parseTemplateFile(
  text: string,
  context: PromptContext,
  format: TemplateFormat,
): Promise<PromptFile> {
  const { values, body, bodyLine, problems } = splitFrontMatter(text, format.before);
  const divided = divide(body, bodyLine, { headings: false, roleOf: (line) => format.roleOf(line) });
  const file: PromptFile = { prompts: [], problems: [...problems, ...divided.problems] };
  const budget = new TemplateBudget(format.bounds(values));
  for (const section of divided.sections) {
    const prompt = await promptOf(section, values, divided.sections.length === 1, context, format, budget);
    if ("messages" in prompt) file.prompts.push(prompt);
    else file.problems.push(prompt);
  }
  return file;
}

/** @param only whether the section is the file's only one, so that the front matter's name and answer are its own */
async function promptOf(
  section: Section,
  front: Values,
  only: boolean,
  context: PromptContext,
  format: TemplateFormat,
  budget: TemplateBudget,
): Promise<Prompt | PromptProblem> {
  const { parameters, warnings } = readParameters(format.options(front), record(front["thoughtlens"]));
  let rendered: RenderedTemplate;
  try {
    budget.take(section.text);
    rendered = await format.render(section.text, front, context);
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0]!.replace(/[.:]$/, "");
    return {
      line: section.headingLine,
      message: l10n.later`The template cannot be rendered: ${reason}.`,
      action: l10n.later`Correct the template or its inputs.`,
    };
  }
  const asked = rendered.messages.find(({ role }) => role === "user");
  if (!asked) {
    const action = l10n.later`Write one below ${format.userPlace}.`;
    return { line: section.headingLine, message: l10n.later`The prompt has no user message.`, action };
  }
  const title = (only ? scalarText(front["name"]) : undefined) ?? titleOf(asked.content);
  return {
    id: promptId(title),
    title,
    range: section.range,
    headingLine: section.headingLine,
    messages: rendered.messages,
    expected: section.expected ?? (only ? format.expected(front) : undefined),
    parameters,
    model: format.model(front),
    warnings: [
      ...warnings,
      ...rendered.warnings,
      ...unresolvedWarnings(front),
      ...section.warnings,
      ...linkWarnings(section.text),
    ],
    inputs: rendered.inputs,
  };
}
