import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { HarnessError } from "./childProcesses.mjs";

/** Where the notices stand in the repository and in the package. */
const NOTICES = "dist/ThirdPartyNotices.txt";
/** What the build says it has bundled: a list of paths from the root. */
const BUNDLED = "dist/bundled.json";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;
/**
 * A package that holds a library of many others and brings no notices of them: `notices/` has those of each version, its
 * licence and its ThirdPartyNotices.txt as the project's own archives for Python bring them.
 */
const NATIVE = { "onnxruntime-node": "onnxruntime", "onnxruntime-common": "onnxruntime" };
const RULE = "-".repeat(80);
const PREFACE = `Thoughtlens includes the software named below, under the licences given with each. The texts are those that the
packages bring along.`;

/** Writes the notices of everything in the package that is not ours. */
export function writeNotices(root) {
  writeFileSync(path.join(root, NOTICES), noticesOf(shippedFolders(root), root));
}

/** The packages that people get, as folders from the root: what the last build bundled, and what is shipped as it is. */
export function shippedFolders(root) {
  const bundled = path.join(root, BUNDLED);
  if (!existsSync(bundled)) throw new HarnessError(`${BUNDLED} is not there: run npm run build.`);
  const ignore = readFileSync(path.join(root, ".vscodeignore"), "utf8");
  const shipped = ignore.split("\n").filter((line) => line.startsWith("!node_modules/"));
  const files = [...JSON.parse(readFileSync(bundled, "utf8")), ...shipped.map((line) => line.slice(1))];
  return packageFolders(files);
}

/** The packages that `files` belong to, as folders from the root; of nested ones the innermost. */
export function packageFolders(files) {
  const folders = files.flatMap((file) => {
    const parts = file.replaceAll("\\", "/").split("/");
    const at = parts.lastIndexOf("node_modules");
    if (at < 0) return [];
    return [parts.slice(0, at + (parts[at + 1].startsWith("@") ? 3 : 2)).join("/")];
  });
  return [...new Set(folders)].sort();
}

/**
 * One section for each different licence text, headed by the packages that it stands for.
 * @throws HarnessError for a package with no licence text, of a licence whose text is not known from elsewhere, and for a
 * native library in a version whose notices are not here
 */
export function noticesOf(folders, root) {
  const packages = folders.map((folder) => readPackage(path.join(root, folder)));
  const sections = new Map();
  for (const each of packages) {
    const text = each.text ?? standardText(each, packages, root);
    sections.set(text, [...(sections.get(text) ?? []), each]);
  }
  const written = [...sections].map(([text, named]) => {
    const lines = named.map(({ name, version, licence, home }) =>
      [`${name} ${version}`, licence, home].filter(Boolean).join(", "),
    );
    return [RULE, ...new Set(lines), RULE, "", text, ""].join("\n");
  });
  return [PREFACE, "", ...written].join("\n");
}

function readPackage(folder) {
  const { name, version, license, licenses, repository, homepage } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  );
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  const licence = license?.type ?? license ?? licenses?.map(({ type }) => type).join(" OR ");
  const home = homepage ?? repository?.url ?? repository;
  if (Object.hasOwn(NATIVE, name)) texts.push(nativeNotices(NATIVE[name], version));
  return { name, version, licence, home, text: texts.length > 0 ? texts.join("\n\n") : undefined };
}

function nativeNotices(library, version) {
  const file = path.join(import.meta.dirname, "notices", `${library}-${version}.txt`);
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const wanted = path.join("test/harness/notices", path.basename(file));
  throw new HarnessError(
    `The notices of what ${library} ${version} contains are not here: put its LICENSE and ThirdPartyNotices.txt into ${wanted}.`,
  );
}

/** The texts of the licences that a package names and does not bring along. */
function standardText({ name, licence = "no licence" }, packages, root) {
  const texts = licence
    .replace(/[()]/g, "")
    .split(" AND ")
    .map((each) => {
      if (each === "MIT") {
        const own = readFileSync(path.join(root, "LICENSE"), "utf8").trim();
        return own.replace(/^Copyright .*$/m, `Copyright (c) the authors of ${name}`);
      }
      return each === "Apache-2.0" ? packages.find(({ licence, text }) => licence === each && text)?.text : undefined;
    });
  if (texts.every(Boolean)) return texts.join("\n\n");
  throw new HarnessError(`${name} (${licence}) brings no licence text: add it to the notices by hand.`);
}
