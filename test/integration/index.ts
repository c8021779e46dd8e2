/**
 * Runs every test beside this file with mocha. The extension host calls `run`; each line of the report carries a mark,
 * because it travels through a console that the whole workbench writes to.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { format } from "node:util";
import Mocha from "mocha";
import { againLine, endLine, failedLine, TRIES_MORE } from "../harness/suiteResult.mjs";

const REPORT_MARK = "##| ";
const TEST_TIMEOUT_MS = 60_000;

/** Resolves when all tests passed, rejects when one failed. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  reportLineByLine();
  const grep = process.env.THOUGHTLENS_TEST_GREP;
  const mocha = new Mocha({
    ui: "bdd",
    reporter: "spec",
    color: false,
    timeout: TEST_TIMEOUT_MS,
    slow: 10_000,
    forbidOnly: Boolean(process.env.CI),
    retries: TRIES_MORE,
    ...(grep ? { grep } : {}),
  });
  for (const file of readdirSync(__dirname, { recursive: true, encoding: "utf8" }).sort()) {
    if (/\.(test|spec)\.cjs$/.test(file)) mocha.addFile(path.join(__dirname, file));
  }
  await new Promise<void>((resolve, reject) => {
    const failed: string[] = [];
    const again: string[] = [];
    const runner = mocha.run((failures) => {
      [...again, ...failed].forEach(print);
      print(endLine(runner.stats!));
      if (failures === 0) resolve();
      else reject(new Error(`${failures} failed`));
    });
    runner.on("retry", (test, error: Error) => again.push(againLine(test.fullTitle(), error.message)));
    runner.on("fail", (test, error: Error) => failed.push(failedLine(test.fullTitle(), error.message)));
  });
}

function reportLineByLine(): void {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) =>
    format(...args)
      .split("\n")
      .forEach(print);
}

function print(line: string): void {
  console.log(REPORT_MARK + line);
}
