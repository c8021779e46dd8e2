import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HarnessError, npmCommand, npmEnvironment, progress, runOrFail } from "./childProcesses.mjs";

/** The folder of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Installs the dependencies that package-lock.json names, unless exactly these are there already. */
export async function installDependencies() {
  requireNode();
  if (isInstalled()) return;
  progress("Installing dependencies (npm ci)");
  const [npm, leading] = npmCommand();
  // onnxruntime-node brings its CPU binaries along; its install script would only look for CUDA on another host.
  const env = npmEnvironment({ ONNXRUNTIME_NODE_INSTALL: "skip" });
  await runOrFail(
    "The dependencies could not be installed: check the network, then run npm ci to see more.",
    npm,
    [...leading, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: root, env, timeoutMs: 20 * 60_000 },
  );
}

/** Builds the bundles in dist/; `production` makes them small. */
export async function buildBundles({ production = false } = {}) {
  progress("Building");
  const failure = "The build failed: run npm run build to see more.";
  await runOrFail(failure, process.execPath, ["esbuild.config.mjs", ...(production ? ["--production"] : [])], {
    cwd: root,
  });
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new HarnessError(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
}

/** npm writes down what it installed; that has to agree with the lock file, optional packages aside. */
function isInstalled() {
  const record = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = readPackages(path.join(root, "package-lock.json"));
  const present = readPackages(record);
  return Object.entries(wanted).every(
    ([name, entry]) =>
      name === "" || entry.optional || entry.devOptional || present[name]?.version === entry.version || entry.link,
  );
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}
