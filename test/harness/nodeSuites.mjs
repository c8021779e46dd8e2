import { existsSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { runCommand } from "./childProcesses.mjs";
import { root } from "./project.mjs";
import { NOTHING_RAN, readResult } from "./suiteResult.mjs";

const loader = pathToFileURL(path.join(root, "node_modules", "tsx", "dist", "loader.mjs")).href;

/** Unit tests: plain Node, no VS Code. */
export function runUnitTests(selection) {
  // They wait for processes of their own as long as they compute: three keep two cores busy.
  return runInProcesses("unit", { ...selection, processes: 3, testTimeoutMs: 60_000, timeoutMs: 15 * 60_000 });
}

/** A suite in several processes, two by default, as far as there are cores and files for them. */
function runInProcesses(suite, { processes: most = 2, ...settings }) {
  const files = testFiles(suite, settings.files);
  const processes = Math.max(1, Math.min(availableParallelism() > 1 ? most : 1, files.length));
  const partOf = (part) => files.filter((_, index) => index % processes === part);
  return runParts(
    suite,
    Array.from({ length: processes }, (_, part) => partOf(part)),
    settings,
  );
}

/** Parts of a suite side by side, each in a process of its own. */
async function runParts(suite, parts, settings) {
  const startedAt = Date.now();
  // The others tell what they did when they are done: several at once cannot be read.
  const run = (files, part) => runFiles(suite, files, { ...settings, show: part === 0 });
  return joined(await Promise.all(parts.map(run)), startedAt);
}

/** The result of a suite that several processes had their parts of; one with nothing to do says nothing of the others. */
function joined(results, startedAt) {
  const ran = results.filter(({ problem }) => problem !== NOTHING_RAN);
  if (ran.length === 0) return results[0];
  const total = (figure) => ran.reduce((sum, result) => sum + result[figure], 0);
  const [problem] = ran.flatMap((each) => each.problem ?? []);
  return {
    ...{ suite: ran[0].suite, passed: total("passed"), failed: total("failed"), pending: total("pending") },
    seconds: (Date.now() - startedAt) / 1000,
    failures: ran.flatMap(({ failures }) => failures),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Faults: what is hostile, cut, full or killed, tried on the built bundles; `npm run test:faults` tries more of it. */
export function runFaultTests(selection) {
  const settings = { ...selection, testTimeoutMs: 120_000, timeoutMs: 25 * 60_000 };
  if (process.env.FAULTS !== "all") return runInNode("faults", settings);
  // A thousand kills take as long as all else.
  const files = testFiles("faults", selection.files);
  const kills = files.filter((file) => file.endsWith("/kills.test.ts"));
  return runParts("faults", [kills, files.filter((file) => !kills.includes(file))], settings);
}

/**
 * End-to-end tests: Node drives a real workbench in a real browser. In CI those that take minutes are left out, unless they
 * are asked for: `npm run test:e2e` runs them all.
 */
export function runE2eTests(selection) {
  rmSync(path.join(root, "out", "screenshots"), { recursive: true, force: true });
  const isShort = process.env.CI !== undefined && selection.files.length === 0 && !selection.whole;
  const files = isShort ? testFiles("e2e").filter((file) => !LONG.test(file)) : selection.files;
  return runInProcesses("e2e", { ...selection, files, testTimeoutMs: 240_000, timeoutMs: 30 * 60_000 });
}

/** What these look at, what a model can do, views, stories, options and files of other tools, shorter tests try as well. */
const LONG = /\/(capabilities|ownFiles|options|sampleTraces|stories|whatIf)\.test\.ts$/;

/** Cases: files of other tools, answers, servers, and what has to come out of them; a selection of files runs none. */
export async function runCases({ grep, files }) {
  const startedAt = Date.now();
  if (files.length > 0) return readResult("cases", "##END 0 0 0\n", startedAt);
  const args = ["--import", loader, path.join(root, "test", "cases", "check.mts"), ...(grep ? ["--grep", grep] : [])];
  const { output } = await runCommand(process.execPath, args, { cwd: root, show: true, timeoutMs: 15 * 60_000 });
  return readResult("cases", output, startedAt);
}

const runInNode = (suite, settings) => runFiles(suite, testFiles(suite, settings.files), settings);

async function runFiles(suite, found, { grep, testTimeoutMs, timeoutMs, show = true }) {
  const startedAt = Date.now();
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
  const { output } = await runCommand(process.execPath, args, { cwd: root, show, timeoutMs });
  if (!show) process.stderr.write(output);
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
