/** `npm run schema`: writes the JSON Schemas that come with the extension. */
import { writeFileSync } from "node:fs";
import { traceJsonSchemaText } from "../../src/core/trace/traceSchema";
import { strategyOptionsSchemaText } from "../../src/engine/strategies/optionsSchema";

const SCHEMAS = {
  "core/trace/trace.schema.json": traceJsonSchemaText,
  "engine/strategies/strategyOptions.schema.json": strategyOptionsSchemaText,
};
for (const [file, text] of Object.entries(SCHEMAS)) {
  writeFileSync(new URL(`../../src/${file}`, import.meta.url), text());
}
