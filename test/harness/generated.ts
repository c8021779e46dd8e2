/** What is said of strategies and traces outside the files that say it: schemas, the catalogue, settings, parts of documents. */
import { traceJsonSchemaText } from "../../src/core/trace/traceSchema";
import { catalogueText } from "../../src/engine/catalogue/catalogueOf";
import { strategyOptionsSchemaText } from "../../src/engine/catalogue/optionsSchema";
import { STRATEGIES } from "../../src/engine/strategies";
import { paletteSheet } from "../../webview/charts/palette";
import { DOCUMENTS, documentText, formatted, read } from "./documentParts";

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

/** Files whose text is not what it should be, with what it should be. */
export async function staleFiles(): Promise<{ file: string; text: string }[]> {
  const made = await Promise.all(Object.entries(GENERATED).map(async ([file, make]) => ({ file, text: await make() })));
  return made.filter(({ file, text }) => text !== read(file));
}
