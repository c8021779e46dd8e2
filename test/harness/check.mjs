/** `npm run check`: types, lint, formatting, the arrows between rooms, unused code. Two at a time; each says how long it took. */
import { spawn } from "node:child_process";
import { root } from "./project.mjs";
import { availableParallelism } from "node:os";

/** Every file is read at each check; what is kept is known by its content. */
const CRUISED = ["--config", ".dependency-cruiser.cjs", "--cache", ".cache/depcruise", "--cache-strategy", "content"];
/** The compiler; what reads our code by its programming interface (eslint, the arrows, the patterns) uses the one before. */
const TSC = "typescript-7/bin/tsc";
const CHECKS = [
  ["lint", ".bin/eslint", ["--cache", "--cache-location", ".cache/eslint", "."]],
  ["types", TSC, ["-p", "."]],
  ["types of the webview", TSC, ["-p", "webview"]],
  ["arrows between rooms", ".bin/depcruise", [...CRUISED, "src", "webview", "bench", "test"]],
  ["unused code", ".bin/knip", ["--cache", "--cache-location", ".cache/knip"]],
  ["code that only tests use", ".bin/knip", ["--production", "--cache", "--cache-location", ".cache/knip-production"]],
  ["generated files", ".bin/tsx", ["test/harness/generate.ts", "--check"]],
  ["documents", ".bin/tsx", ["test/harness/docsCheck.ts"]],
  ["linear patterns", ".bin/tsx", ["test/harness/checkPatterns.mjs", "--check"]],
  [
    "formatting",
    ".bin/prettier",
    ["--cache", "--cache-location", ".cache/prettier", "--check", "--log-level", "warn", "."],
  ],
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
