/**
 * Files that say how to work and not what to do: agent skills (`SKILL.md`), custom agents (`*.agent.md`), instructions
 * (`*.instructions.md`, `AGENTS.md`, `CLAUDE.md`). Each is the system message of whatever task it is given.
 */
import { l10n } from "../text/l10n";
import { modelOf, readParameters, record, scalarText, splitFrontMatter } from "./frontMatter";
import type { Prompt, PromptContext, PromptFile } from "./prompt";
import { promptId, titleOf, withoutAnswers } from "./section";
import { linkWarnings } from "./variables";

/** A byte order mark and CRLF are gone by now; headings and rules are the file's own structure. */
export function parseInstructions(fileName: string, text: string, { task }: PromptContext): PromptFile {
  const { values, body, bodyLine, problems } = splitFrontMatter(text);
  const { text: instructions, expected } = withoutAnswers(body, bodyLine);
  if (instructions === "") {
    const problem = {
      line: 0,
      message: l10n.later`The file gives no instructions.`,
      action: l10n.later`Write them below its front matter.`,
    };
    return { prompts: [], problems: problems.length > 0 ? problems : [problem] };
  }
  const own = record(values["thoughtlens"]);
  const { parameters, warnings } = readParameters(own);
  const lines = body.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  const title = scalarText(values["name"])?.trim() || titleOf(instructions) || fileName;
  const prompt: Prompt = {
    id: promptId(title),
    title,
    range: [bodyLine + first, bodyLine + last + 1],
    headingLine: bodyLine + first,
    messages: [
      { role: "system", content: instructions },
      ...(task === undefined ? [] : [{ role: "user" as const, content: task }]),
    ],
    needsTask: task === undefined,
    expected: expected ?? scalarText(own["expected"]),
    parameters,
    model: modelOf(values["model"]),
    warnings: [...warnings, ...linkWarnings(instructions)],
    inputs: [],
  };
  return { prompts: [prompt], problems };
}
