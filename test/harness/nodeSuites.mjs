import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { runCommand } from "./childProcesses.mjs";
import { root } from "./project.mjs";
import { readResult } from "./suiteResult.mjs";

const loader = pathToFileURL(path.join(root, "node_modules", "tsx", "dist", "loader.mjs")).href;

/** Unit tests: plain Node, no VS Code. */
export function runUnitTests(selection) {
  return runInNode("unit", { ...selection, testTimeoutMs: 10_000, timeoutMs: 15 * 60_000 });
}

/** Faults: what is hostile, cut, full or killed, tried on the built bundles; `npm run test:faults` tries more of it. */
export function runFaultTests(selection) {
  return runInNode("faults", { ...selection, testTimeoutMs: 120_000, timeoutMs: 25 * 60_000 });
}

/** End-to-end tests: Node drives a real workbench in a real browser. */
export function runE2eTests(selection) {
  rmSync(path.join(root, "out", "screenshots"), { recursive: true, force: true });
  return runInNode("e2e", { ...selection, testTimeoutMs: 240_000, timeoutMs: 30 * 60_000 });
}

/** Cases: files of other tools, answers, servers, and what has to come out of them; a selection of files runs none. */
export async function runCases({ grep, files }) {
  const startedAt = Date.now();
  if (files.length > 0) return readResult("cases", "##END 0 0 0\n", startedAt);
  const args = ["--import", loader, path.join(root, "test", "cases", "check.mts"), ...(grep ? ["--grep", grep] : [])];
  const { output } = await runCommand(process.execPath, args, { cwd: root, show: true, timeoutMs: 15 * 60_000 });
  return readResult("cases", output, startedAt);
}

async function runInNode(suite, { grep, files, testTimeoutMs, timeoutMs }) {
  const startedAt = Date.now();
  const found = testFiles(suite, files);
  if (found.length === 0) return readResult(suite, "##END 0 0 0\n", startedAt);
  const script = path.join(root, "test", "harness", "runMocha.mjs");
  const args = [
    "--import",
    loader,
    script,
    "--timeout",
    String(testTimeoutMs),
    ...(process.stderr.isTTY ? ["--color"] : []),
    ...(grep ? ["--grep", grep] : []),
    ...found,
  ];
  const { output } = await runCommand(process.execPath, args, { cwd: root, show: true, timeoutMs });
  return readResult(suite, output, startedAt);
}

/** Test files of a suite, as paths from the root; `only` keeps those whose path contains one of its strings. */
export function testFiles(suite, only = []) {
  const folder = path.join(root, "test", suite);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\.(test|spec)\.ts$/.test(name))
    .map((name) => path.posix.join("test", suite, name.replaceAll("\\", "/")))
    .filter((name) => only.length === 0 || only.some((part) => name.includes(part)))
    .sort();
}
