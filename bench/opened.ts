/**
 * `npm run bench:opened`: the bundled models as they are, and under a chat template that opens thinking, as a Markdown
 * table. What a strategy comes to must not depend on who writes the first mark.
 *
 *   --limit N         problems of each row (default 200)
 *   --only A,B        strategies, by their ids
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { markdownTable } from "./markdownTable";
import { cellsOf, COMPARED, HEAD, openedRow } from "./openedFigures";
import { Runner } from "./runner";

const { values } = parseArgs({ options: { limit: { type: "string", default: "200" }, only: { type: "string" } } });
const ids = COMPARED.map(({ strategy }) => strategy);
const wanted = values.only?.split(",") ?? ids;
const unknown = wanted.find((id) => !ids.includes(id));
if (unknown !== undefined) {
  process.stderr.write(`${unknown} is not compared; there are ${ids.join(", ")}.\n`);
  process.exit(2);
}
const folder = await mkdtemp(path.join(tmpdir(), "opened-pocket-"));
try {
  const runner = new Runner();
  const rows: string[][] = [];
  for (const compared of COMPARED.filter(({ strategy }) => wanted.includes(strategy))) {
    rows.push(cellsOf(await openedRow(runner, compared, folder, Number(values.limit))));
    process.stderr.write(`${rows.at(-1)!.join(" | ")}\n`);
  }
  process.stdout.write(markdownTable(HEAD, rows, [4, 6, 7]));
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
