/** A key that is no key, in the environment of every suite: what a suite writes must not hold it. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { root } from "./project.mjs";

const PLANTED = "sk-planted-7f3e9a51c0d24b68";
/** Where suites leave files: bundles and folders of tests, logs and pictures. */
const PLACES = [".cache", "out", "dist"];
/** Larger files are models and archives of others. Bytes. */
const LARGEST = 64_000_000;

/** Puts it where a person would. */
export function plantKey() {
  process.env.THOUGHTLENS_SERVER_KEY = PLANTED;
}

/**
 * @param output what a suite printed
 * @param since milliseconds since 1970: older files are not of this suite
 * @returns where the key is, as a sentence; undefined where it is nowhere
 */
export function findKey(output, since) {
  if (output.includes(PLANTED)) return "the planted key was printed";
  const file = PLACES.flatMap((place) => filesIn(path.join(root, place), since)).find((each) =>
    readFileSync(each).includes(PLANTED),
  );
  return file && `the planted key is in ${path.relative(root, file)}`;
}

function filesIn(folder, since) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return names
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => {
      const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
      return mtimeMs >= since && size <= LARGEST;
    });
}
