/** Reads prompt files: picks the parser of the format that the file's name says. */
import { l10n } from "../text/l10n";
import { isAugmented, parseDatasetPrompts } from "./dataset";
import { parseDotprompt } from "./dotprompt";
import { parseInstructions } from "./instructions";
import type { Prompt, PromptContext, PromptFile, PromptFormat } from "./prompt";
import { parsePromptMd } from "./promptMd";
import { promptsOfData, promptsOfUnnamedData } from "./promptObject";
import { parsePrompty } from "./prompty";

const FORMATS: [RegExp, PromptFormat][] = [
  [/\.prompt\.md$/i, "prompt-md"],
  [/\.(?:agent|chatmode|instructions)\.md$/i, "instructions"],
  [/^(?:skill|agents|claude|gemini|copilot-instructions)\.md$/i, "instructions"],
  [/\.prompty$/i, "prompty"],
  [/\.prompt$/i, "dotprompt"],
  [/\.(?:md|markdown)$/i, "markdown"],
  [/\.txt$/i, "text"],
  [/\.(?:jsonl|ndjson|json|csv|tsv)$/i, "dataset"],
];

/** The format that a file's name says; undefined for files that hold no prompts. `*.thoughts.jsonl` are traces. */
export function promptFormat(fileName: string): PromptFormat | undefined {
  if (/\.thoughts\.jsonl$/i.test(fileName)) return undefined;
  return FORMATS.find(([pattern]) => pattern.test(fileName))?.[1];
}

/** Text that came in is looked at up to here, in characters. */
const LONGEST_FILE = 64_000_000;

/**
 * Reads all prompts of a file. Never rejects: what cannot be read is a problem with a line and an action. Nothing in
 * the file is followed or executed: links, `${env:…}` and `${file:…}` stay as they are and leave a warning.
 * @param fileName decides the format; a name of no known format is read as plain text
 */
export async function parsePromptFile(
  fileName: string,
  text: string,
  context: PromptContext = {},
): Promise<PromptFile> {
  const source = plain(text);
  const data = promptsOfData(fileName, source, context);
  if (data !== undefined) return named(data);
  const byName = promptFormat(fileName) ?? "text";
  const format = byName === "text" && isAugmented(source) ? "dataset" : byName;
  return named(await parse(format, fileName, unfenced(format, source), context));
}

/**
 * Reads a file of YAML or JSON that may be anything, and that nobody called a prompt: it is offered to be run only
 * where it surely holds prompts.
 * @returns no prompts and no problems of any other file
 */
export async function parseUnnamedData(fileName: string, text: string, context: PromptContext): Promise<PromptFile> {
  const file = promptsOfUnnamedData(fileName, plain(text), context);
  nameApart(file.prompts);
  return file;
}

const plain = (text: string): string =>
  text
    .slice(0, LONGEST_FILE)
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n");

/** A file without prompts says so, and no two of one file have one name. */
function named(parsed: PromptFile): PromptFile {
  if (parsed.prompts.length === 0 && parsed.problems.length === 0) {
    parsed.problems.push({
      line: 0,
      message: l10n.later`This file holds no prompt.`,
      action: l10n.later`Write a prompt in it.`,
    });
  }
  nameApart(parsed.prompts);
  return parsed;
}

/** A fence around a whole file, front matter included, as prompts are passed on in chats and galleries. */
function unfenced(format: PromptFormat, source: string): string {
  if (format !== "prompt-md" && format !== "instructions") return source;
  const lines = source.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  const [, fence = ""] = /^(`{3,})[\w-]*\s*$/.exec(lines[first] ?? "") ?? [];
  const [, closer = ""] = /^(`{3,})\s*$/.exec(lines[last] ?? "") ?? [];
  if (fence === "" || first === last || fence.length > closer.length || !/^---\s*$/.test(lines[first + 1] ?? ""))
    return source;
  // Empty lines stay in their place, so that places in the file are right.
  return lines.map((line, index) => (index === first || index === last ? "" : line)).join("\n");
}

async function parse(
  format: PromptFormat,
  fileName: string,
  source: string,
  context: PromptContext,
): Promise<PromptFile> {
  switch (format) {
    case "prompty":
      return parsePrompty(source, context);
    case "dotprompt":
      return parseDotprompt(source, context);
    case "instructions":
      return parseInstructions(fileName, source, context);
    case "dataset":
      return parseDatasetPrompts(fileName, source);
    case "prompt-md":
    case "markdown":
    case "text":
      return parsePromptMd(format, source, context);
  }
}

function nameApart(prompts: Prompt[]): void {
  const seen = new Map<string, number>();
  for (const prompt of prompts) {
    const count = (seen.get(prompt.id) ?? 0) + 1;
    seen.set(prompt.id, count);
    if (count > 1) prompt.id = `${prompt.id}-${count}`;
  }
}
