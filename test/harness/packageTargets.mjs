import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { HarnessError, progress, runCommand, runOrFail } from "./childProcesses.mjs";
import { root } from "./project.mjs";
import { temporaryFolder } from "./temporaryFolder.mjs";
import { writeNotices } from "./thirdPartyNotices.mjs";

const BINARIES = "node_modules/onnxruntime-node/bin/napi-v6";

// On macOS the library lies there under two names; the binding asks for this one.
const BINARY_FILES = { darwin: ["onnxruntime_binding.node", "libonnxruntime.1.dylib"] };

/**
 * Compilers that Direct3D is asked for by WebGPU only where they are beside it; without them it has one of its own. They
 * are a third of a package.
 */
const LEFT_OUT = ["dxcompiler.dll", "dxil.dll"];

/** The target of this machine, in VS Code's words. */
export const ownTarget = `${process.platform}-${process.arch}`;

/** The platforms that onnxruntime-node has binaries for, in VS Code's words, such as `linux-x64`. */
export function targetsWithEngine() {
  const folders = (folder) => readdirSync(path.join(root, folder));
  return folders(BINARIES).flatMap((os) => folders(`${BINARIES}/${os}`).map((arch) => `${os}-${arch}`));
}

/**
 * Packages the extension for one target and returns the path of the .vsix. Without a target the package fits every
 * platform but brings no engine: it shows traces and runs no model.
 */
export async function packageFor(target, folder) {
  if (target && !targetsWithEngine().includes(target)) {
    throw new HarnessError(`There is no engine for ${target}: choose one of ${targetsWithEngine().join(", ")}.`);
  }
  const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const file = path.join(folder, `${[name, target, version].filter(Boolean).join("-")}.vsix`);
  progress(`Packaging ${path.basename(file)}`);
  writeNotices(root);
  const args = [
    fileURLToPath(import.meta.resolve("@vscode/vsce/vsce")),
    "package",
    ...["--out", file, "--ignoreFile", writeIgnoreFile(target)],
    ...["--allow-missing-repository", "--no-rewrite-relative-links"],
    ...(target ? ["--target", target] : []),
  ];
  // The same commit gives the same bytes: files are stamped with its time, not with that of the build.
  const env = { ...process.env, SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? (await timeOfCommit()) };
  await runOrFail("The package could not be made.", process.execPath, args, { cwd: root, env });
  return file;
}

/** Seconds, of the last commit; where there is no repository, as in an archive of its files, a time that stands still. */
async function timeOfCommit() {
  const { code, output } = await runCommand("git", ["log", "-1", "--format=%ct"], { cwd: root }).catch(() => ({}));
  return code === 0 && /^\d+$/.test(output.trim()) ? output.trim() : "1735689600";
}

/** The binaries that a target's package holds, as paths from its root. */
export function binariesOf(target) {
  if (!target) return [];
  const [os, arch] = target.split("-");
  const folder = `${BINARIES}/${os}/${arch}`;
  const files = BINARY_FILES[os] ?? readdirSync(path.join(root, folder)).filter((file) => !LEFT_OUT.includes(file));
  return files.map((file) => `${folder}/${file}`);
}

function writeIgnoreFile(target) {
  const file = path.join(temporaryFolder("package"), "vscodeignore");
  const all = readFileSync(path.join(root, ".vscodeignore"), "utf8");
  // Without an engine, models only weigh.
  const common = target ? all : all.replace(/^!models\/.*\n/m, "");
  writeFileSync(file, [common, ...binariesOf(target).map((name) => `!${name}`), ""].join("\n"));
  return file;
}
