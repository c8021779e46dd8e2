// Runs test files in this Node process: node --import tsx runMocha.mjs [--grep TEXT] [--timeout MS] FILE…
import path from "node:path";
import { parseArgs } from "node:util";
import Mocha from "mocha";
import "./silence.mjs";
import { againLine, endLine, failedLine, TRIES_MORE } from "./suiteResult.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    color: { type: "boolean", default: false },
    grep: { type: "string" },
    timeout: { type: "string", default: "10000" },
  },
});

const mocha = new Mocha({
  ui: "bdd",
  reporter: "spec",
  color: values.color,
  timeout: Number(values.timeout),
  slow: Number(values.timeout) / 10,
  forbidOnly: Boolean(process.env.CI),
  retries: TRIES_MORE,
  ...(values.grep ? { grep: values.grep } : {}),
});
for (const file of positionals) mocha.addFile(file);
await mocha.loadFilesAsync();
const failed = [];
const again = [];
/** Milliseconds of each file's tests and hooks. */
const took = new Map();
const runner = mocha.run((failures) => {
  const lines = [slowestLine(), ...again, ...failed, endLine(runner.stats)];
  process.stdout.write(`${lines.join("\n")}\n`, () => process.exit(failures === 0 ? 0 : 1));
});
runner.on("fail", (test, error) => failed.push(failedLine(test.fullTitle(), error.message)));
runner.on("retry", (test, error) => again.push(againLine(test.fullTitle(), error.message)));
for (const end of ["test end", "hook end"])
  runner.on(end, ({ file, duration = 0 }) => took.set(file, (took.get(file) ?? 0) + duration));

/** Where the time of a long suite goes. */
function slowestLine() {
  const slowest = [...took].sort(([, a], [, b]) => b - a).slice(0, 12);
  const told = slowest.map(([file = "hooks", ms]) => `${path.relative("test", file)} ${(ms / 1000).toFixed(1)} s`);
  return `Slowest: ${told.join(", ")}`;
}
