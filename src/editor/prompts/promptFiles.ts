/** Which documents hold prompts, by their names and languages. */
import path from "node:path";

/**
 * `prompt`: the name says so. `data`: YAML or JSON, which may hold prompts and is looked into. `text`: a selection, or
 * all of it, can be run where a person says so.
 */
export type PromptFileKind = "prompt" | "data" | "text";

/** Languages of prompt files, of this extension and of others. */
export const PROMPT_LANGUAGES = ["prompt", "prompty", "dotprompt"];
export const PROMPT_PATTERNS = ["**/*.prompt.md", "**/*.prompty", "**/*.prompt", "**/*.prompt.{yml,yaml,json}"];
/** What newer editors call Markdown that instructs: skills, instructions, agents. */
export const INSTRUCTION_LANGUAGES = ["skill", "instructions", "chatagent"];
export const DATA_LANGUAGES = ["yaml", "json", "jsonc"];
/** Instructions where tools look for them; elsewhere files of these names are Markdown like any other. */
export const INSTRUCTIONS = [
  "**/skills/**/SKILL.md",
  "**/{.github,.claude,.agents,agents}/**/*.agent.md",
  "**/{.github,.claude,.agents,instructions}/**/*.instructions.md",
  "**/.github/copilot-instructions.md",
  "**/{AGENTS,CLAUDE}.md",
];
const PROMPT_FILE = /\.(?:prompt\.(?:md|ya?ml|json)|prompty|prompt)$/i;
const DATA_FILE = /\.(?:ya?ml|json)$/i;
const TEXT_LANGUAGES = ["markdown", "plaintext", ...INSTRUCTION_LANGUAGES];

/** The name by whose end a format is known, which a document that is not saved yet has not. */
export function promptFileName(file: string, languageId: string): string {
  const name = path.posix.basename(file);
  if (/\.[\w-]+$/.test(name) || !DATA_LANGUAGES.includes(languageId)) return name;
  return `${name}.${languageId === "yaml" ? "yaml" : "json"}`;
}

/** @param instructs whether the file lies where tools look for instructions */
export function promptFileKind(file: string, languageId: string, instructs: boolean): PromptFileKind | undefined {
  if (PROMPT_FILE.test(file) || PROMPT_LANGUAGES.includes(languageId) || instructs) return "prompt";
  if (DATA_FILE.test(file) || DATA_LANGUAGES.includes(languageId)) return "data";
  return TEXT_LANGUAGES.includes(languageId) ? "text" : undefined;
}
