/**
 * `npm run bench:pocket`: every bar of the pocket family, measured through the engine on problems that nothing was
 * trained on, as a Markdown table.
 *
 *   --limit N         problems of each set          (default 200 of a generated family, all of the official ProsQA file)
 *   --only A,B        topics, as thinking, draft, sketch, router, deer, probe, coconut, prosqa
 *   --prosqa FILE     another file of ProsQA problems
 *   --json            one object: { rows: [{ bar, model, measured, target, met, tests }], holm: [{ what, p }] }
 */
import { parseArgs } from "node:util";
import { pText } from "./bars/figures";
import { OFFICIAL_PROSQA, questionsOf } from "./datasets";
import { markdownTable } from "./markdownTable";
import { BARS, barRow, judged, type BarRow } from "./pocketBars";
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
const measured: BarRow[] = [];
for (const bar of BARS.filter(({ topic }) => wanted.includes(topic))) {
  measured.push(await barRow(bar, settings));
  process.stderr.write(`${bar.name} done\n`);
}
const { rows, holm } = judged(measured);
if (values.json) process.stdout.write(`${JSON.stringify({ rows, holm }, null, 2)}\n`);
else {
  const said = (met: boolean | undefined) => (met === undefined ? "–" : met ? "yes" : "no");
  const cells = rows.map(({ bar, model, met, measured, target }) => [bar, model, said(met), measured, target]);
  process.stdout.write(markdownTable(["bar", "model", "met", "measured", "target"], cells));
  const told = holm.map(({ what, p }) => `${what} ${pText(p)}`);
  if (holm.length > 1) process.stdout.write(`\nBy Holm, over the ${holm.length} tests above: ${told.join("; ")}.\n`);
}
process.exit(0);
