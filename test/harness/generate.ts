/** `npm run generate`: writes what is generated where it is stale; `npm run docs:check` only says so. */
import { writeFileSync } from "node:fs";
import { staleFiles } from "./generated";

const root = new URL("../../", import.meta.url);
const stale = await staleFiles();
for (const { file, text } of stale) writeFileSync(new URL(file, root), text);
if (stale.length > 0) process.stdout.write(`Written: ${stale.map(({ file }) => file).join(", ")}\n`);
