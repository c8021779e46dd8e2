/**
 * `npm run generate`: writes what is said of strategies and traces outside the files that say it: schemas, the catalogue,
 * the settings of the manifest, parts of the documents. With `--check` it writes nothing and fails where one is stale.
 */
import { writeFileSync } from "node:fs";
import { traceJsonSchemaText } from "../../src/core/trace/traceSchema";
import { catalogueText } from "../../src/engine/catalogue/catalogueOf";
import { strategyOptionsSchemaText } from "../../src/engine/catalogue/optionsSchema";
import { STRATEGIES } from "../../src/engine/strategies";
import { paletteSheet } from "../../webview/charts/palette";
import { DOCUMENTS, documentText, formatted, read } from "./documentParts";

const root = new URL("../../", import.meta.url);

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

const GENERATED: Record<string, () => string | Promise<string>> = {
  "src/core/trace/trace.schema.json": traceJsonSchemaText,
  "src/engine/catalogue/strategyOptions.schema.json": strategyOptionsSchemaText,
  "src/core/catalogue.generated.json": () => formatted("src/core/catalogue.generated.json", catalogueText()),
  "webview/charts/palette.css": paletteSheet,
  "package.json": manifestText,
  ...Object.fromEntries(DOCUMENTS.map((file) => [file, () => documentText(file)])),
};

const isChecking = process.argv.includes("--check");
const stale: string[] = [];
for (const [file, make] of Object.entries(GENERATED)) {
  // Those are checked with all else that documents say (npm run docs:check).
  if (isChecking && file.startsWith("docs/")) continue;
  const text = await make();
  if (text === read(file)) continue;
  stale.push(file);
  if (!isChecking) writeFileSync(new URL(file, root), text);
}
if (isChecking && stale.length > 0) {
  process.stderr.write(`Stale: ${stale.join(", ")}. Run npm run generate.\n`);
  process.exitCode = 1;
} else if (stale.length > 0) process.stdout.write(`Written: ${stale.join(", ")}\n`);
