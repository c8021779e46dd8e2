/**
 * Shows what a person sees of files: traces of other tools, prompts, chat templates; with `--rows`, of datasets, and
 * with `--paste`, of their texts as pasted.
 *
 *   node_modules/.bin/tsx test/cases/tools/show.mts FILE … [--rows | --paste]
 */
import { parseArgs } from "node:util";
import { look, type Look } from "./look.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: "boolean" }, paste: { type: "boolean" } },
});

function lookOf(file: string): Look {
  if (values.rows) return "rows";
  if (values.paste) return "paste";
  if (file.endsWith(".jinja")) return "template";
  return /\.(?:prompty|prompt|prompt\.md)$/.test(file) ? "prompts" : "import";
}

for (const file of positionals) {
  console.log(`${file}\n${JSON.stringify(await look({ do: lookOf(file), file }), null, 2)}`);
}
