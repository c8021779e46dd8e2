/**
 * What suites with an editor drive: the source folder, or the package that people install, where the environment names
 * one. Whoever runs everything in CI has it made first.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";
import { root } from "./project.mjs";
import { temporaryFolder } from "./temporaryFolder.mjs";

const NAME = "THOUGHTLENS_TEST_PACKAGE";
const ROOT = "extension/";
let unpacked;

/** Path of the package under test; undefined where it is the source folder. */
export const packageUnderTest = () => process.env[NAME];

/** Packages what the last build, a small one, has left for this machine, and has it tested from now on. */
export async function testPackage() {
  const { ownTarget, packageFor } = await import("./packageTargets.mjs");
  const { checkPackage } = await import("./packageContents.mjs");
  const file = await packageFor(ownTarget, temporaryFolder("package"));
  process.stderr.write(`${checkPackage(file, ownTarget)}\n`);
  process.env[NAME] = file;
  return file;
}

/** A folder with the extension under test as an editor has it: of a package, what is in it and no more. */
export function extensionUnderTest() {
  const file = packageUnderTest();
  if (!file) return root;
  if (unpacked) return unpacked;
  const folder = temporaryFolder("unpacked");
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(file)))) {
    if (!name.startsWith(ROOT) || name.endsWith("/")) continue;
    const to = path.join(folder, name);
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, bytes);
  }
  return (unpacked = path.join(folder, ROOT));
}
