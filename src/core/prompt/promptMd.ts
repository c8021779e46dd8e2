/** `*.prompt.md` of VS Code, and plain Markdown and text: a file is one user message, unless markers divide it. */
import { modelOf, readParameters, record, scalarText, splitFrontMatter } from "./frontMatter";
import type { Prompt, PromptContext, PromptFile, PromptFormat } from "./prompt";
import { divide, promptId, titleOf, type Section } from "./section";
import { fillVariables, linkWarnings, unresolvedWarnings } from "./variables";

/** Decoding options may stand in the front matter under `thoughtlens`. */
export function parsePromptMd(
  format: Extract<PromptFormat, "prompt-md" | "markdown" | "text">,
  text: string,
  context: PromptContext,
): PromptFile {
  const { values, body, bodyLine, problems } =
    format === "text" ? { values: {}, body: text, bodyLine: 0, problems: [] } : splitFrontMatter(text);
  const divided = divide(body, bodyLine, { headings: format !== "text", roleOf: () => undefined });
  const own = record(values["thoughtlens"]);
  const { parameters, warnings } = readParameters(own);
  const name = scalarText(values["name"]);
  const shared = [...warnings, ...unresolvedWarnings(values)];
  const only = divided.sections.length === 1;
  const prompts = divided.sections.map((section): Prompt => {
    const filled =
      format === "prompt-md" ? fillVariables(section.text, context) : { ...section, inputs: [], warnings: [] };
    const title = section.heading ?? (only ? name : undefined) ?? titleOf(section.text);
    return {
      id: promptId(title),
      title,
      ...place(section),
      messages: [{ role: "user", content: filled.text }],
      expected: section.expected ?? (only ? scalarText(own["expected"]) : undefined),
      parameters,
      model: modelOf(values["model"]),
      warnings: [...shared, ...section.warnings, ...filled.warnings, ...linkWarnings(section.text)],
      inputs: filled.inputs,
    };
  });
  return { prompts, problems: [...problems, ...divided.problems] };
}

function place({ range, headingLine }: Section): Pick<Prompt, "range" | "headingLine"> {
  return { range, headingLine };
}
