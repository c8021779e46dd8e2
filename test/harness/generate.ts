/**
 * `npm run generate`: writes what is said of strategies and traces outside the files that say it: schemas, the catalogue,
 * the settings of the manifest, the table of the README. With `--check` it writes nothing and fails where one is stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import type { StrategyFacts } from "../../src/core/catalogue";
import type { Capability } from "../../src/core/protocol/engineApi";
import { GLOSSARY } from "../../src/core/measure/glossary";
import { traceJsonSchemaText } from "../../src/core/trace/traceSchema";
import { catalogueText } from "../../src/engine/catalogue/catalogueOf";
import { strategyOptionsSchemaText } from "../../src/engine/catalogue/optionsSchema";
import { STRATEGIES } from "../../src/engine/strategies";
import { paletteSheet } from "../../webview/charts/palette";

const root = new URL("../../", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), "utf8");

interface Setting {
  default: unknown;
  enum: string[];
  enumDescriptions: string[];
}

/** The manifest with the strategies in the setting that chooses one. */
function manifestText(): string {
  const manifest = JSON.parse(read("package.json")) as {
    contributes: { configuration: { properties: { "thoughtlens.strategy": Setting } } };
  };
  const setting = manifest.contributes.configuration.properties["thoughtlens.strategy"];
  setting.default = STRATEGIES.find(({ role }) => role === "baseline")!.id;
  setting.enum = STRATEGIES.map(({ id }) => id);
  setting.enumDescriptions = STRATEGIES.map(({ summary }) => summary);
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

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

/** A table of the README, between two marks that say where it comes from. */
interface ReadmeTable {
  readonly source: string;
  readonly lines: () => readonly string[];
}

const row = (cells: readonly string[]): string => ["", ...cells, ""].join(" | ").trim();

const README_TABLES: readonly ReadmeTable[] = [
  {
    source: "src/engine/strategies",
    lines: () => [
      "| strategy | what it does | paper | needs of the model |",
      "| --- | --- | --- | --- |",
      ...STRATEGIES.map((each) =>
        row([`\`${each.id}\``, each.summary.replaceAll("</think>", "`</think>`"), each.paper ?? "–", needsOf(each)]),
      ),
    ],
  },
  {
    source: "src/core/measure/glossary.json",
    lines: () => [
      "| name | what it means |",
      "| --- | --- |",
      ...Object.entries(GLOSSARY).map(([term, sentence]) => row([term, sentence])),
    ],
  },
];
const END = "<!-- The end of what is written so. -->";

/** The README with its tables. */
function readmeText(): Promise<string> {
  let text = read("README.md");
  for (const { source, lines } of README_TABLES) {
    const begin = `<!-- Written by npm run generate from ${source}. -->`;
    const [before, rest] = text.split(begin);
    const [, ...after] = rest?.split(END) ?? [];
    if (before === undefined || after.length === 0)
      throw new Error(`README.md has no place for the table: ${begin} … ${END}`);
    text = `${before}${begin}\n\n${lines().join("\n")}\n\n${END}${after.join(END)}`;
  }
  return formatted("README.md", text);
}

async function formatted(file: string, text: string): Promise<string> {
  const path = new URL(file, root).pathname;
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

const GENERATED: Record<string, () => string | Promise<string>> = {
  "src/core/trace/trace.schema.json": traceJsonSchemaText,
  "src/engine/catalogue/strategyOptions.schema.json": strategyOptionsSchemaText,
  "src/core/catalogue.generated.json": () => formatted("src/core/catalogue.generated.json", catalogueText()),
  "webview/charts/palette.css": paletteSheet,
  "package.json": manifestText,
  "README.md": readmeText,
};

const isChecking = process.argv.includes("--check");
const stale: string[] = [];
for (const [file, make] of Object.entries(GENERATED)) {
  const text = await make();
  if (text === read(file)) continue;
  stale.push(file);
  if (!isChecking) writeFileSync(new URL(file, root), text);
}
if (isChecking && stale.length > 0) {
  process.stderr.write(`Stale: ${stale.join(", ")}. Run npm run generate.\n`);
  process.exitCode = 1;
} else if (stale.length > 0) process.stdout.write(`Written: ${stale.join(", ")}\n`);
