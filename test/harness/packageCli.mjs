// npm run package:cli: the command line as a package of its own for npm, into out/packages. `--try` installs it into an
// empty folder and runs it there.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { HarnessError, npmCommand, npmEnvironment, progress, runMain, runOrFail } from "./childProcesses.mjs";
import { buildBundles, installDependencies, root } from "./project.mjs";
import { temporaryFolder } from "./temporaryFolder.mjs";

/** Bundles that the command line starts by name, beside those that they ask for. */
const ENTRIES = ["cli.cjs", "engine.cjs", "background.cjs", "watchdog.cjs"];
const PART = /\brequire\("\.\/([^"/]+\.cjs)"\)/g;
/** Megabytes of the packed file. */
const MOST_MEGABYTES = 25;

await runMain(async () => {
  const { values } = parseArgs({ options: { try: { type: "boolean", default: false } } });
  await installDependencies();
  await buildBundles({ production: true });
  const { writeNotices } = await import("./thirdPartyNotices.mjs");
  writeNotices(root);
  const file = await pack(stage(), path.join(root, "out", "packages"));
  const size = statSync(file).size / 1e6;
  if (size > MOST_MEGABYTES) throw new HarnessError(`${path.basename(file)} has ${size.toFixed(1)} MB.`);
  process.stdout.write(`${path.basename(file)}: ${size.toFixed(1)} MB\n`);
  if (values.try) process.stdout.write(await tryIn(emptyFolder(), file));
});

/** A folder with what is packed: bundles, the pocket models, the words of both licences. */
function stage() {
  const folder = temporaryFolder("command-line");
  const { name, version, license, engines, dependencies, description } = packageOfRoot();
  for (const bundle of bundles()) cpSync(path.join(root, "dist", bundle), path.join(folder, "dist", bundle));
  cpSync(path.join(root, "dist", "ThirdPartyNotices.txt"), path.join(folder, "ThirdPartyNotices.txt"));
  cpSync(path.join(root, "models"), path.join(folder, "models"), { recursive: true });
  for (const each of ["LICENSE", "CHANGELOG.md"]) cpSync(path.join(root, each), path.join(folder, each));
  cpSync(path.join(root, "docs", "COMMAND-LINE.md"), path.join(folder, "README.md"));
  const bundle = path.join(folder, "dist", "cli.cjs");
  writeFileSync(bundle, `#!/usr/bin/env node\n${readFileSync(bundle, "utf8").replace(/^#!.*\n/, "")}`);
  const own = {
    ...{ name, version, license, description },
    engines: { node: engines.node },
    bin: { thoughtlens: "dist/cli.cjs" },
    // Everything else is bundled; a native library cannot be.
    dependencies: { "onnxruntime-node": dependencies["onnxruntime-node"] },
  };
  writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(own, undefined, 2)}\n`);
  return folder;
}

function packageOfRoot() {
  const own = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const words = JSON.parse(readFileSync(path.join(root, "package.nls.json"), "utf8"));
  return { ...own, description: words["extension.description"] };
}

/** The bundles' file names, with all that they may ask for. */
function bundles() {
  const known = new Set();
  const visit = (name) => {
    if (known.has(name)) return;
    known.add(name);
    const text = readFileSync(path.join(root, "dist", name), "utf8");
    for (const [, part] of text.matchAll(PART)) visit(part);
  };
  ENTRIES.forEach(visit);
  return known;
}

async function pack(folder, into) {
  mkdirSync(into, { recursive: true });
  progress("Packing the command line");
  const [npm, leading] = npmCommand();
  await runOrFail(
    "The command line could not be packed.",
    npm,
    [...leading, "pack", "--pack-destination", into, "--silent"],
    {
      cwd: folder,
    },
  );
  const { name, version } = packageOfRoot();
  return path.join(into, `${name}-${version}.tgz`);
}

/** Outside the project, so that nothing of it can be found from there. */
function emptyFolder() {
  return mkdtempSync(path.join(os.tmpdir(), "thoughtlens-installed-"));
}

/** What the installed command prints: its models, and one comparison of a prompt that lies in the empty folder. */
async function tryIn(folder, file) {
  const [npm, leading] = npmCommand();
  const env = npmEnvironment({ ONNXRUNTIME_NODE_INSTALL: "skip" });
  try {
    writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
    const install = [...leading, "install", file, "--no-audit", "--no-fund", "--loglevel=error"];
    await runOrFail("The package could not be installed.", npm, install, { cwd: folder, env, timeoutMs: 10 * 60_000 });
    cpSync(path.join(root, "media", "samples", "cups.prompty"), path.join(folder, "cups.prompty"));
    const command = path.join(folder, "node_modules", ".bin", "thoughtlens");
    const ask = (...args) =>
      runOrFail(`thoughtlens ${args[0]} failed.`, command, args, { cwd: folder, timeoutMs: 120_000 });
    return `${await ask("models")}${await ask("compare", "cups.prompty")}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
