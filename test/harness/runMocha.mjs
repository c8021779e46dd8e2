// Runs test files in this Node process: node --import tsx runMocha.mjs [--grep TEXT] [--timeout MS] FILE…
import { parseArgs } from "node:util";
import Mocha from "mocha";
import "./silence.mjs";
import { endLine, failedLine } from "./suiteResult.mjs";

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
  ...(values.grep ? { grep: values.grep } : {}),
});
for (const file of positionals) mocha.addFile(file);
await mocha.loadFilesAsync();
const failed = [];
const runner = mocha.run((failures) => {
  process.stdout.write(`${[...failed, endLine(runner.stats)].join("\n")}\n`, () =>
    process.exit(failures === 0 ? 0 : 1),
  );
});
runner.on("fail", (test, error) => failed.push(failedLine(test.fullTitle(), error.message)));
