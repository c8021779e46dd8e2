/**
 * `npm run bench:pocket`: every bar of the pocket family, measured through the engine on problems that nothing was
 * trained on, as a Markdown table.
 *
 *   --limit N         problems of each set          (default 200 of a generated family, all of the official ProsQA file)
 *   --only A,B        topics, as thinking, draft, sketch, router, deer, probe, coconut, prosqa
 *   --prosqa FILE     another file of ProsQA problems
 *   --json            one object: { rows: [{ bar, measured, target, met }] }
 */
import { parseArgs } from "node:util";
import { OFFICIAL_PROSQA, questionsOf } from "./datasets";
import { markdownTable } from "./markdownTable";
import { BARS, barRow, type BarRow } from "./pocketBars";
import { Runner } from "./runner";

const { values } = parseArgs({
  options: {
    limit: { type: "string" },
    only: { type: "string" },
    prosqa: { type: "string", default: OFFICIAL_PROSQA },
    json: { type: "boolean", default: false },
  },
});
const topics = [...new Set(BARS.map(({ topic }) => topic))];
const wanted = values.only?.split(",") ?? topics;
const unknown = wanted.find((topic) => !topics.includes(topic));
if (unknown !== undefined) {
  process.stderr.write(`There is no bar ${unknown}; there are ${topics.join(", ")}.\n`);
  process.exit(2);
}
const settings = {
  runner: new Runner(),
  limit: Number(values.limit ?? 200),
  prosqa: questionsOf(values.prosqa, Number(values.limit ?? Infinity)),
};
const rows: BarRow[] = [];
for (const bar of BARS.filter(({ topic }) => wanted.includes(topic))) {
  rows.push(await barRow(bar, settings));
  process.stderr.write(`${bar.name} done\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ rows }, null, 2)}\n`);
else {
  const cells = rows.map(({ bar, met, measured, target }) => [bar, met ? "yes" : "no", measured, target]);
  process.stdout.write(markdownTable(["bar", "met", "measured", "target"], cells));
}
process.exit(0);
