/** Parts of the documents that are written from what the source says of itself, each between two marks. */
import { readdirSync, readFileSync } from "node:fs";
import { format, type FormatConfig } from "oxfmt";
import type { StrategyFacts } from "../../src/core/catalogue";
import type { Capability } from "../../src/core/protocol/engineApi";
import { GLOSSARY } from "../../src/core/measure/glossary";
import { traceJsonSchema } from "../../src/core/trace/traceSchema";
import type { JsonSchema } from "../../src/core/trace/jsonSchema";
import { decodingOptions } from "../../src/engine/decoding/options";
import { STRATEGIES, strategyInfos } from "../../src/engine/strategies";
import { commandLineWords } from "./commandLine";
import { errorsIn } from "./errorCodes";

const root = new URL("../../", import.meta.url);
export const read = (file: string): string => readFileSync(new URL(file, root), "utf8");

interface DocumentPart {
  readonly file: string;
  /** As the marks name it. */
  readonly source: string;
  /** The lines of Markdown. */
  readonly lines: () => readonly string[];
}

const END = "<!-- The end of what is written so. -->";

/**
 * A document with its parts written anew.
 * @throws Error where it has no place for one
 */
function withParts(file: string): string {
  let text = read(file);
  for (const { source, lines } of DOCUMENT_PARTS.filter((part) => part.file === file)) {
    const begin = `<!-- Written by npm run generate from ${source}. -->`;
    const [before, rest] = text.split(begin);
    const [, ...after] = rest?.split(END) ?? [];
    if (before === undefined || after.length === 0)
      throw new Error(`${file} has no place for what is written there: ${begin} … ${END}`);
    text = `${before}${begin}\n\n${lines().join("\n")}\n\n${END}${after.join(END)}`;
  }
  return text;
}

/** @throws Error where the text cannot be read as what the file's name says it is */
export async function formatted(file: string, text: string): Promise<string> {
  const { code, errors } = await format(file, text, JSON.parse(read(".oxfmtrc.json")) as FormatConfig);
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join(" ")}`);
  return code;
}

/** The text of one of `DOCUMENTS`. @throws Error where it has no place for a part */
export const documentText = (file: string): Promise<string> => formatted(file, withParts(file));

const NEEDS: Record<Capability, string> = {
  logits: "logits",
  "hidden-states": "hidden states",
  "soft-tokens": "soft tokens",
  "cache-rewind": "rewind",
  "cache-evict": "eviction",
  "attention-mask": "masks",
  "logprobs-only": "log-probabilities",
  "prefix-continuation": "prefix continuation",
};

function needsOf({ needs, trainedFor, probe }: StrategyFacts): string {
  const asks = probe && !probe.when ? ["a trained probe"] : [];
  return [...needs.map((need) => NEEDS[need]), ...asks, ...(trainedFor ? ["training"] : [])].join(", ") || "–";
}

/** A table of Markdown; bars and line breaks of a cell are no ends of it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

const code = (text: string): string => (text === "" ? "" : `\`${text.replaceAll("`", "'").replaceAll("\n", "\\n")}\``);
/** Marks of thinking are no tags of a page. */
const marked = (text: string): string => text.replaceAll("</think>", "`</think>`");

function strategyTable(): string[] {
  const rows = STRATEGIES.map((each) => [code(each.id), marked(each.summary), each.paper ?? "–", needsOf(each)]);
  return table(["strategy", "what it does", "paper", "needs of the model"], rows);
}

const glossaryTable = (): string[] => table(["name", "what it means"], Object.entries(GLOSSARY));

function commandLineParts(): string[] {
  const { commands, options, rest } = commandLineWords();
  return [
    "## Commands",
    "",
    ...table(
      ["command", "what it does"],
      commands.map(({ call, says }) => [code(call), says]),
    ),
    "",
    "## Flags",
    "",
    "They stand anywhere behind the command. A word with a colon names the commands that a flag is for.",
    "",
    ...table(
      ["flag", "takes", "what it is for"],
      options.map(({ name, takes, says }) => [
        code(`--${name}`),
        code(takes),
        says.replace(/\{"MODEL.*\}\}/, "a JSON object"),
      ]),
    ),
    "",
    `${rest.replace(/THOUGHTLENS_\w+/g, (name) => code(name)).replace(/--model/g, code("--model"))}.`,
  ];
}

/** One table for what all strategies share, and one for each that has options of its own. */
function optionTables(): string[] {
  const shared = Object.keys(decodingOptions.shape);
  const infos = strategyInfos();
  const common = Object.entries(infos[0]!.options.properties ?? {}).filter(([name]) => shared.includes(name));
  return [
    "### Of every strategy",
    "",
    ...optionTable(common),
    ...infos.flatMap(({ id, options }) => {
      const own = Object.entries(options.properties ?? {}).filter(([name]) => !shared.includes(name));
      return own.length === 0 ? [] : ["", `### ${code(id)}`, "", ...optionTable(own)];
    }),
  ];
}

const optionTable = (options: readonly [name: string, schema: JsonSchema][]): string[] =>
  table(
    ["option", "by default", "what it is for"],
    options.map(([name, schema]) => [
      code(name),
      defaultOf(schema),
      marked(`${schema.description ?? ""}${boundsOf(schema)}`),
    ]),
  );

function defaultOf({ default: usual }: JsonSchema): string {
  if (usual === undefined) return "–";
  return code(typeof usual === "string" && usual !== "" ? usual : JSON.stringify(usual));
}

function boundsOf({ minimum, maximum, enum: values }: JsonSchema): string {
  if (values) return ` One of ${values.map(String).join(", ")}.`;
  const bounds = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`to ${maximum}`]),
  ];
  return bounds.length === 0 ? "" : ` ${bounds.join(" ").replace(/^./, (letter) => letter.toUpperCase())}.`;
}

interface Setting {
  default: unknown;
  scope: string;
  markdownDescription: string;
}

export interface Manifest {
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, Setting> };
  };
}

/** A text of the manifest, which names one of `package.nls.json`. */
export function wordsOf(title: string): string {
  const words = JSON.parse(read("package.nls.json")) as Record<string, string>;
  return words[title.replaceAll("%", "")] ?? title;
}

function settingTable(): string[] {
  const { properties } = (JSON.parse(read("package.json")) as Manifest).contributes.configuration;
  const rows = Object.entries(properties).map(([name, { default: usual, scope, markdownDescription }]) => [
    code(name),
    code(JSON.stringify(usual)),
    `${wordsOf(markdownDescription)}${scope.startsWith("machine") ? " Of this machine: no workspace sets it." : ""}`,
  ]);
  return table(["setting", "by default", "what it is for"], rows);
}

/** Each code with its sentences; the same words of two places are said once. */
function errorTable(): string[] {
  const byCode = new Map<string, string[]>();
  for (const { code: name, message, action } of errorsIn(root.pathname)) {
    const said = marked(action === undefined ? message : `${message} _${action.trim()}_`);
    const known = byCode.get(name) ?? [];
    byCode.set(name, known.includes(said) ? known : [...known, said]);
  }
  const rows = [...byCode]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, said]) => [code(name), said.join("<br>")]);
  return table(["code", "what is said, and what to do"], rows);
}

function eventTable(): string[] {
  const events = traceJsonSchema()["oneOf"] as JsonSchema[];
  const rows = events.map(({ title = "", description = "", properties = {}, required = [] }) => {
    const fields = Object.keys(properties).filter((name) => name !== "t");
    const named = fields.map((name) => code(required.includes(name) ? name : `${name}?`));
    return [code(title), description, named.join(" ")];
  });
  return table(["event", "what it says", "fields"], rows);
}

const LANGUAGES: Record<string, string> = { py: "python", ts: "ts" };

const readerListings = (): string[] =>
  readdirSync(new URL("docs/readers", root))
    .sort()
    .flatMap((name) => ["```" + LANGUAGES[name.split(".").at(-1)!]!, read(`docs/readers/${name}`).trimEnd(), "```", ""])
    .slice(0, -1);

const DOCUMENT_PARTS: readonly DocumentPart[] = [
  { file: "README.md", source: "src/engine/strategies", lines: strategyTable },
  { file: "README.md", source: "src/core/measure/glossary.json", lines: glossaryTable },
  { file: "docs/STRATEGIES.md", source: "the options of src/engine/strategies", lines: optionTables },
  { file: "docs/COMMAND-LINE.md", source: "src/cli/arguments.ts", lines: commandLineParts },
  { file: "docs/EDITOR.md", source: "package.json", lines: settingTable },
  { file: "docs/ERRORS.md", source: "the errors of src", lines: errorTable },
  { file: "docs/TRACE-FORMAT.md", source: "src/core/trace/traceSchema.ts", lines: eventTable },
  { file: "docs/TRACE-FORMAT.md", source: "docs/readers", lines: readerListings },
];

/** The files that have such parts. */
export const DOCUMENTS = [...new Set(DOCUMENT_PARTS.map(({ file }) => file))];
