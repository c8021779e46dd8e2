/** The YAML at the head of a prompt file: split off, parsed, and never trusted. */
import type { PromptParameters, PromptProblem } from "./prompt";
import { l10n, type Sentence } from "../text/l10n";
import { isRecord } from "../text/record";
import { parseData } from "./yamlData";

export interface FrontMatter {
  /** Empty where there is none or it cannot be read. */
  values: Record<string, unknown>;
  body: string;
  /** Zero-based line of the file on which the body begins. */
  bodyLine: number;
  problems: PromptProblem[];
}

const OPENING = /^---[ \t]*$/;
/** YAML ends a document with three points, too. */
const CLOSING = /^(?:---|\.\.\.)[ \t]*$/;
/** A name with a plain value on its line. */
const PLAIN = /^([A-Za-z][\w-]*:[ \t]+)([^\s"'[{|>&!#].*)$/;
/** A line that gives a name something. */
const NAMES = /^[ \t]*["'\w][^:]*:(?:\s|$)/;
const WRITE_YAML = l10n.later`Write it as YAML, one name: value a line.`;

/** @returns `value` as a record, or an empty one */
export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** @returns `value` as text where it is a text, a number or a truth value */
export function scalarText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/**
 * YAML as people write it without quotes: `description: Use when: …`, `applyTo: *.ts`, `model: @fast`. Other tools
 * take the rest of such a line for its value.
 */
function quotedYaml(yaml: string): string {
  return yaml
    .split("\n")
    .map((line) => {
      const [, name, value = ""] = PLAIN.exec(line) ?? [];
      return name !== undefined && (/: |:$/.test(value) || /^[*@`%,]/.test(value))
        ? name + JSON.stringify(value.trimEnd())
        : line;
    })
    .join("\n");
}

/** A model, or the first of those that are listed in the order of preference. */
export const modelOf = (model: unknown): string | undefined =>
  scalarText(Array.isArray(model) ? (model as unknown[])[0] : model);

type ParsedYaml = { values: Record<string, unknown>; problem?: PromptProblem };

function parseYaml(yaml: string, firstLine: number): ParsedYaml {
  const parsed = strictYaml(yaml, firstLine);
  if (parsed.problem === undefined) return parsed;
  const quoted = quotedYaml(yaml);
  const again = quoted === yaml ? parsed : strictYaml(quoted, firstLine);
  return again.problem === undefined ? again : parsed;
}

/** @returns YAML as a record, or the first thing that is wrong with it */
function strictYaml(yaml: string, firstLine: number): ParsedYaml {
  const { value, fault } = parseData(yaml);
  const wrong = fault ?? (value === null || isRecord(value) ? undefined : { line: 0, reason: NO_NAMES });
  if (!wrong) return { values: record(value) };
  const message = l10n.later`The front matter cannot be read: ${wrong.reason}.`;
  return { values: {}, problem: { line: firstLine + wrong.line, message, action: WRITE_YAML } };
}

const NO_NAMES = l10n.later`it holds no names with values`;

/**
 * Splits `text` where a line of `---` opens it and another closes the front matter.
 * @param before lines that may come first, as the licence comment of a Dotprompt file
 */
export function splitFrontMatter(text: string, before: RegExp = /^$/): FrontMatter {
  const lines = text.split("\n");
  let open = 0;
  while (open < lines.length && !OPENING.test(lines[open]!) && before.test(lines[open]!)) open++;
  if (!OPENING.test(lines[open] ?? "")) return { values: {}, body: text, bodyLine: 0, problems: [] };
  const close = lines.findIndex((line, index) => index > open && CLOSING.test(line));
  if (close < 0) {
    const message = l10n.later`The front matter is not closed.`;
    const problems = [{ line: open, message, action: l10n.later`Write a line of --- below it.` }];
    return { values: {}, body: "", bodyLine: lines.length, problems };
  }
  // A rule above a text that another rule follows: what names values begins at once.
  const yaml = lines.slice(open + 1, close);
  if (yaml[0]?.trim() === "" && yaml.some((line) => line.trim() !== "") && !yaml.some((line) => NAMES.test(line)))
    return { values: {}, body: text, bodyLine: 0, problems: [] };
  const { values, problem } = parseYaml(yaml.join("\n"), open + 1);
  const body = lines.slice(close + 1).join("\n");
  return { values, body, bodyLine: close + 1, problems: problem ? [problem] : [] };
}

type NumberRule = [names: string[], lowest: number, highest: number, whole: boolean];

/** Names that formats use, and what the engine takes. */
const NUMBERS: Record<Exclude<keyof PromptParameters, "stop" | keyof PromptAdvice>, NumberRule> = {
  temperature: [["temperature"], 0, 2, false],
  topP: [["topP", "top_p"], 1e-6, 1, false],
  topK: [["topK", "top_k"], 0, 1e6, true],
  maxTokens: [
    ["maxOutputTokens", "max_output_tokens", "max_completion_tokens", "maxTokens", "max_tokens"],
    1,
    131072,
    true,
  ],
  seed: [["seed"], 0, 2 ** 53, true],
};
const STOPS = ["stopSequences", "stop_sequences", "stop"];

type PromptAdvice = Pick<PromptParameters, "instruction" | "instructionIn" | "sampling">;

function readAdvice(own: Record<string, unknown>): { parameters: PromptAdvice; warnings: Sentence[] } {
  const parameters: PromptAdvice = {};
  const warnings: Sentence[] = [];
  for (const name of ["instruction", "sampling"] as const) {
    const value = own[name];
    if (typeof value === "string" && value.trim() !== "") parameters[name] = value;
    else if (value !== undefined) warnings.push(l10n.later`${name} is no text: it is left out.`);
  }
  const place = own["instructionIn"];
  if (place === "system" || place === "user") parameters.instructionIn = place;
  else if (place !== undefined) warnings.push(l10n.later`instructionIn is neither system nor user: it is left out.`);
  return { parameters, warnings };
}

/**
 * Decoding options by any of their names. Values that do not fit are left out and told of; other keys are ignored.
 * @param own the block `thoughtlens`, which has the instruction and the sampling
 */
export function readParameters(
  options: Record<string, unknown>,
  own: Record<string, unknown> = options,
): { parameters: PromptParameters; warnings: Sentence[] } {
  const { parameters, warnings }: { parameters: PromptParameters; warnings: Sentence[] } = readAdvice(own);
  for (const [key, [names, lowest, highest, whole]] of Object.entries(NUMBERS) as [
    keyof typeof NUMBERS,
    NumberRule,
  ][]) {
    const name = names.find((each) => options[each] !== undefined && options[each] !== null);
    if (name === undefined) continue;
    const value = options[name];
    const fits =
      typeof value === "number" && value >= lowest && value <= highest && (!whole || Number.isInteger(value));
    if (fits) parameters[key] = value;
    else if (whole)
      warnings.push(l10n.later`${name} is not a whole number from ${lowest} to ${highest}: it is left out.`);
    else warnings.push(l10n.later`${name} is not a number from ${lowest} to ${highest}: it is left out.`);
  }
  const stop = STOPS.map((name) => options[name]).find((value) => value !== undefined);
  if (typeof stop === "string") parameters.stop = [stop];
  else if (Array.isArray(stop)) parameters.stop = stop.filter((each): each is string => typeof each === "string");
  return { parameters, warnings };
}
