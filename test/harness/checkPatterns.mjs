/**
 * Every pattern of ours takes time linear in the text that it is put to: a file, a model or a server must not be able to
 * hang whoever reads it. recheck decides it for each pattern; what it found is kept, since patterns seldom change.
 */
import { existsSync, readdirSync, readFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { check } from "recheck";
import ts from "typescript";
import { root } from "./project.mjs";

const ROOMS = ["src", "webview"];
const KEPT = path.join(root, ".cache", "patterns.json");
const TIMEOUT_MS = 20_000;
const AT_ONCE = 4;

/** The patterns of a file: literals, and `new RegExp` of a text that stands there. */
function patternsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, pattern, flags) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push({ place: `${file}:${line + 1}`, pattern, flags });
  };
  const visit = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      add(node, node.text.slice(1, end), node.text.slice(end + 1));
    }
    const [pattern, flags] = ts.isNewExpression(node) && node.expression.getText() === "RegExp" ? node.arguments : [];
    if (pattern && ts.isStringLiteralLike(pattern)) {
      add(node, pattern.text, flags && ts.isStringLiteralLike(flags) ? flags.text : "");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = ROOMS.flatMap((room) =>
  readdirSync(path.join(root, room), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.posix.join(room, name.replaceAll("\\", "/"))),
);
const patterns = files.sort().flatMap(patternsOf);
const keyOf = ({ pattern, flags }) => `/${pattern}/${flags}`;
const known = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, "utf8")) : {};
const unknown = [...new Map(patterns.map((each) => [keyOf(each), each])).entries()].filter(([key]) => !(key in known));
const decide = async ([key, { pattern, flags }]) => {
  // The flag v is newer than recheck; its sets are read as those of u.
  const { status, complexity, error } = await check(pattern, flags.replace("v", "u"), { timeout: TIMEOUT_MS });
  known[key] = status === "safe" ? "linear" : (complexity?.summary ?? `not decided (${error?.kind ?? status})`);
};
const queue = unknown.values();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const each of queue) await decide(each);
  }),
);
if (unknown.length > 0) {
  mkdirSync(path.dirname(KEPT), { recursive: true });
  writeFileSync(KEPT, JSON.stringify(known));
}
const bad = patterns.filter((each) => known[keyOf(each)] !== "linear");
for (const each of bad) console.log(`${each.place}  ${known[keyOf(each)]}  ${keyOf(each)}`);
console.log(`${patterns.length} patterns, ${bad.length} not linear`);
process.exitCode = bad.length === 0 ? 0 : 1;
