/** `npm run bench:pocket`: every bar of the pocket family, measured through the engine on the generated test split. */
import { parseArgs } from "node:util";
import { table } from "../src/cli/table";
import { BARS, type BarResult } from "./pocketBars";
import { Runner } from "./runner";

const { values } = parseArgs({
  options: {
    limit: { type: "string", default: "200" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const names = values.only?.split(",") ?? Object.keys(BARS);
const settings = { runner: new Runner(), limit: Number(values.limit) };
const rows: BarResult[] = [];
for (const name of names) {
  const bar = BARS[name];
  if (!bar) throw new Error(`There is no bar ${name}; there are ${Object.keys(BARS).join(", ")}.`);
  try {
    rows.push(...(await bar(settings)));
  } catch (error) {
    rows.push({ bar: name, measured: `not measured: ${(error as Error).message}`, target: "", met: false });
  }
  if (!values.json) process.stderr.write(`${name} done\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ rows }, null, 2)}\n`);
else {
  process.stdout.write(
    `${table(
      ["bar", "met", "measured", "target"],
      rows.map(({ bar, met, measured, target }) => [bar, met ? "yes" : "no", measured, target]),
    )}\n`,
  );
}
process.exit(0);
