/** What CONTRIBUTING.md says is there: its files, folders, names and commands, and who may use whom. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import manifest from "../../../package.json";

const root = path.resolve(import.meta.dirname, "../../..");
const page = readFileSync(path.join(root, "CONTRIBUTING.md"), "utf8");

const READ = ["bench", "docs", "l10n", "media", "src", "test", "training", "webview"];
const files = [
  ...readdirSync(root),
  ...READ.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      path.posix.join(folder, name.replaceAll("\\", "/")),
    ),
  ),
];
const tests = files.filter((file) => file.startsWith("test/unit/") && file.endsWith(".test.ts"));
const sources = files.filter((file) => /^(src|webview|test)\/.*\.(ts|mts|mjs)$/.test(file));
/** All code, and the words of commands and settings. */
const code = sources.map((file) => readFileSync(path.join(root, file), "utf8")).join("\n") + JSON.stringify(manifest);

const all = (pattern: RegExp): string[] => [...new Set([...page.matchAll(pattern)].map(([, found]) => found!))];
const quoted = all(/`([^`\n]+)`/g);
/** In capitals stands what a person puts a name of their own for. */
const OPEN = /(?<![_A-Z])(?:NAME|FOLDER|VIEW|WORD)(?!_|[A-Z]{2})/;
const isOpen = (text: string): boolean => OPEN.test(text);

/** Whether a file or folder is called so, wherever it stands where only its name is given. */
function isThere(name: string): boolean {
  if (files.includes(name)) return true;
  const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(new RegExp(OPEN, "g"), "[^/]+");
  return files.some((file) => new RegExp(`(^|/)${pattern}$`).test(file));
}

describe("CONTRIBUTING.md", () => {
  const named = quoted.filter((each) => /^[\w./-]+$/.test(each) && /\/|\.(ts|css|md|json|cjs)$/.test(each));
  it("names files and folders", () => assert.ok(named.length > 50, `${named.length}`));
  for (const name of named) it(`finds ${name}`, () => assert.ok(isThere(name.replace(/\/$/, ""))));

  const words = quoted.filter((each) => /^\w+(\.\w+)?(\(\))?$/.test(each) && !isThere(each) && !isOpen(each));
  for (const word of words.filter((each) => !READ.includes(each)))
    it(`finds ${word} in the code`, () =>
      assert.ok(new RegExp(`\\b${word.replace(/\(\)$|^.*\./g, "")}\\b`).test(code)));

  for (const script of all(/npm run ([\w:-]+)/g))
    it(`runs npm run ${script}`, () => assert.ok(Object.hasOwn(manifest.scripts, script)));

  for (const line of all(/npm run test:unit -- ([^`\n]+)`/g))
    for (const word of line.split(" ").filter((each) => /^[\w/]+$/.test(each) && !isOpen(each)))
      it(`finds tests by ${word}`, () => assert.ok(tests.some((file) => file.includes(word))));
});

describe("the table of the tree", () => {
  interface Rule {
    name: string;
    from: { path?: string };
    to: { pathNot?: string };
  }
  const { forbidden } = createRequire(import.meta.url)("../../../.dependency-cruiser.cjs") as { forbidden: Rule[] };
  const rows = [...page.matchAll(/^\| `([\w/]+)` +\|[^|]*\| ([^|]*)\|$/gm)].map(
    ([, folder, use]) => [folder!, [...use!.matchAll(/`(\w+)`/g)].map(([, name]) => name!)] as const,
  );

  it("has a row for every room of src, and for what stands beside it", () => {
    const rooms = readdirSync(path.join(root, "src"), { withFileTypes: true }).filter((each) => each.isDirectory());
    const expected = [...rooms.map(({ name }) => `src/${name}`), "webview", "training", "bench", "test"];
    assert.deepEqual(rows.map(([folder]) => folder).sort(), expected.sort());
  });

  for (const [folder, use] of rows.filter(([each]) => /^(src\/|webview)/.test(each)))
    it(`says of ${folder} what the arrows say`, () => {
      const rule = forbidden.find(({ from, to }) => from.path === `^${folder}/` && to.pathNot?.includes("src/"));
      const allowed = rule!.to.pathNot!.match(/\w+/g)!.filter((name) => name !== "src");
      const own = path.basename(folder);
      assert.deepEqual([...new Set([...use, own])].sort(), [...new Set(allowed)].sort());
    });
});
