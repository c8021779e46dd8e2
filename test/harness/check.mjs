/** `npm run check`: types, lint, formatting, the arrows between rooms, unused code. Two at a time; each says how long it took. */
import { spawn } from "node:child_process";
import { root } from "./project.mjs";
import { availableParallelism } from "node:os";

/** What is kept of a file is known by its content, so that another branch or a new copy of the tree has it as well. */
const CRUISED = ["--config", ".dependency-cruiser.cjs", "--cache", ".cache/depcruise", "--cache-strategy", "content"];
/**
 * The compiler, on one thread: what runs beside it has the other core. What reads our code by the compiler's programming
 * interface (the arrows, the patterns, the error codes) uses the version before, which has one.
 */
const TSC = ["typescript-7/bin/tsc", ["--checkers", "1", "-p"]];
/** The longest first: what is short fills up the end. */
const CHECKS = [
  ["arrows between rooms", ".bin/depcruise", [...CRUISED, "src", "webview", "bench", "test"]],
  ["types", TSC[0], [...TSC[1], "."]],
  ["documents and generated files", ".bin/tsx", ["test/harness/docsCheck.ts"]],
  ["types of the webview", TSC[0], [...TSC[1], "webview"]],
  ["unused code", ".bin/knip", ["--cache", "--cache-location", ".cache/knip"]],
  ["code that only tests use", ".bin/knip", ["--production", "--cache", "--cache-location", ".cache/knip-production"]],
  ["linear patterns", ".bin/tsx", ["test/harness/checkPatterns.mjs", "--check"]],
  ["lint", ".bin/oxlint", ["--report-unused-disable-directives", "--format", "stylish"]],
  ["formatting", ".bin/oxfmt", ["--check"]],
];

/** Runs one tool and resolves to whether it was content. */
function run([title, tool, args]) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`node_modules/${tool}`, ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (piece) => (output += piece));
    child.stderr.on("data", (piece) => (output += piece));
    child.on("close", (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? "✓" : "✗"} ${title} (${seconds} s)\n${code === 0 ? "" : output}`);
      resolve(code === 0);
    });
  });
}

const started = performance.now();
const waiting = [...CHECKS];
const results = [];
const worker = async () => {
  for (let check = waiting.shift(); check; check = waiting.shift()) results.push(await run(check));
};
await Promise.all(Array.from({ length: Math.max(2, Math.min(4, availableParallelism())) }, worker));
process.stdout.write(
  `check: ${results.every(Boolean) ? "clean" : "not clean"} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
);
process.exit(results.every(Boolean) ? 0 : 1);
