import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** A failure a person can act on: its message is one sentence with what to do, printed without a stack. */
export class HarnessError extends Error {}

const onWindows = process.platform === "win32";
const running = new Set();
let ending = false;

/** Prints one line of progress to stderr. */
export function progress(line) {
  process.stderr.write(`▸ ${line}\n`);
}

/**
 * Starts a process in a group of its own that ends, at the latest, together with this one.
 * Options are those of `child_process.spawn`.
 */
export function startProcess(command, args, options = {}) {
  const child = spawn(command, args, { detached: !onWindows, ...options });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Ends a process and all its children; resolves when it is gone. Kills after `graceMs` milliseconds. */
export async function stopProcess(child, graceMs = 10_000) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, "exit");
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
  await gone;
  clearTimeout(timer);
  signalGroup(child, "SIGKILL");
}

/**
 * Runs a command to its end. Resolves with `{ code, output }`, output being stdout and stderr together;
 * rejects with a HarnessError only if the command cannot be started or outlives `timeoutMs`.
 * `show` passes the output on to stderr while it comes.
 */
export async function runCommand(command, args, { timeoutMs = 10 * 60_000, show = false, ...options } = {}) {
  const child = startProcess(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let output = "";
  const collect = (chunk) => {
    output += chunk;
    if (show) process.stderr.write(chunk);
  };
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void stopProcess(child);
  }, timeoutMs);
  try {
    const [code] = await once(child, "close");
    if (timedOut)
      throw new HarnessError(
        `${path.basename(command)} did not finish in ${Math.round(timeoutMs / 1000)} s: try again.`,
      );
    return { code, output };
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError(`${command} could not be started (${error.message}): install it or put it on the PATH.`);
  } finally {
    clearTimeout(timer);
  }
}

/** Like runCommand, but a non-zero exit code is a HarnessError that starts with `failure` and ends with the last lines. */
export async function runOrFail(failure, command, args, options) {
  const { code, output } = await runCommand(command, args, options);
  if (code !== 0) throw new HarnessError(`${failure}\n${lastLines(output, 50)}`);
  return output;
}

/** The command and leading arguments that run npm under the given Node binary. */
export function npmCommand(node = process.execPath) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.(c|m)?js$/.test(script)) return [node, [script]];
  return onWindows ? [process.env.ComSpec ?? "cmd.exe", ["/d", "/c", "npm"]] : ["npm", []];
}

/** The environment for a nested npm: without what the npm that started us says about its own package. */
export function npmEnvironment(extra = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}

/** Runs an async main function: a HarnessError becomes one line on stderr and exit code 1. */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    // What ends because a signal ended it is no news.
    if (ending) return;
    process.stderr.write(`\n✖ ${error instanceof HarnessError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

function signalGroup(child, signal) {
  try {
    if (onWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

// A child may have children of its own in groups of their own: it gets the time to end them.
async function endAll(exitCode) {
  ending = true;
  await Promise.all([...running].map((child) => stopProcess(child)));
  process.exit(exitCode);
}

process.on("exit", () => running.forEach((child) => signalGroup(child, "SIGKILL")));
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
]) {
  process.once(signal, () => void endAll(128 + number));
}
