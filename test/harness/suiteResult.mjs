import { findKey } from "./plantedKey.mjs";

/** The problem of a suite in which there was nothing to do. */
export const NOTHING_RAN = "no test ran";

/**
 * What a suite came to: `{ suite, passed, failed, pending, seconds, failures, problem? }`. Every suite announces its own end with
 * the line `##END passed failed pending`. A suite that ends without it died on the way, whatever its exit code says:
 * that counts as a failure, with the reason in `problem`. So does a suite that wrote the planted key anywhere.
 */
export function readResult(suite, output, startedAt, reason = "it ended before its last line") {
  const seconds = (Date.now() - startedAt) / 1000;
  const end = /^##END (\d+) (\d+) (\d+)\s*$/m.exec(output);
  const linesOf = (mark) => [...output.matchAll(new RegExp(`^##${mark} (.+)$`, "gm"))].map(([, line]) => line);
  const failures = [...linesOf("FAILED"), ...linesOf("AGAIN").map((line) => `tried twice: ${line}`)];
  if (!end) return { suite, passed: 0, failed: 1, pending: 0, seconds, failures, problem: reason };
  const [passed, failed, pending] = end.slice(1).map(Number);
  const leaked = findKey(output, startedAt);
  if (leaked) return { suite, passed, failed: failed + 1, pending, seconds, failures, problem: leaked };
  if (passed + failed === 0) return { suite, passed, failed: 1, pending, seconds, failures, problem: NOTHING_RAN };
  return { suite, passed, failed, pending, seconds, failures };
}

/** The line a suite prints last; `stats` are those of a mocha runner. */
export function endLine(stats) {
  return `##END ${stats.passes} ${stats.failures} ${stats.pending}`;
}

/** Characters of a failure's message that are told again at the end. */
const LONGEST_MESSAGE = 300;

/**
 * Times that a test which failed is tried again. Only in CI, on a machine that nobody watches and that others share: one
 * pause in eight thousand tests does not hold a change back, but the end of the log names it. By hand, the first failure counts.
 */
export const TRIES_MORE = process.env.CI === undefined ? 0 : 1;

/** The line that a suite prints of a test that failed, before its last: whoever sees only the end of a log sees it too. */
export const failedLine = (title, message) => markedLine("FAILED", title, message);

/** The same of a test that failed and is tried again. */
export const againLine = (title, message) => markedLine("AGAIN", title, message);

function markedLine(mark, title, message) {
  const words = `${title}: ${message}`.replaceAll(/\s+/g, " ");
  return `##${mark} ${words.length > LONGEST_MESSAGE ? `${words.slice(0, LONGEST_MESSAGE)}…` : words}`;
}

/** Prints one line a suite, with one for each test that failed, then `N passed, N failed`; returns the exit code. */
export function printSummary(results) {
  const total = (figure) => results.reduce((sum, result) => sum + result[figure], 0);
  process.stdout.write("\n");
  for (const { suite, passed, failed, pending, seconds, failures = [], problem } of results) {
    const mark = failed === 0 ? "✔" : "✖";
    const counts = `${passed} passed, ${failed} failed${pending ? `, ${pending} skipped` : ""}`;
    process.stdout.write(
      `${mark} ${suite.padEnd(12)} ${counts} in ${seconds.toFixed(1)} s${problem ? `: ${problem}` : ""}\n`,
    );
    for (const failure of failures) process.stdout.write(`    ${failure}\n`);
  }
  process.stdout.write(`\n${total("passed")} passed, ${total("failed")} failed\n`);
  return total("failed") === 0 ? 0 : 1;
}
