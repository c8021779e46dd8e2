/**
 * Every pattern of ours takes time linear in the text that it is put to: a file, a model or a server must not be able to
 * hang whoever reads it. recheck decides it for each pattern, which takes minutes for all of them, so patterns.json beside
 * this file keeps those that are decided.
 *
 * npm run check:patterns               decides what is new and writes patterns.json
 * npm run check:patterns -- --check    decides nothing: patterns.json holds all patterns and no others
 * npm run check:patterns -- --anew     decides all of them again
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { patternsOf } from "./patterns.mjs";
import { root } from "./project.mjs";

const KEPT = path.join(root, "test", "harness", "patterns.json");
const AT_ONCE = 4;

const keyOf = ({ pattern, flags }) => `/${pattern}/${flags}`;
const kept = new Set(JSON.parse(readFileSync(KEPT, "utf8")));
const patterns = await patternsOf(["src", "webview"]);
const keys = [...new Set(patterns.map(keyOf))].sort();
const mode = process.argv[2];

if (mode === "--check") {
  const missing = patterns.filter((each) => !kept.has(keyOf(each)));
  const gone = [...kept].filter((key) => !keys.includes(key));
  for (const each of missing) console.log(`${each.place}  not decided yet  ${keyOf(each)}`);
  for (const key of gone) console.log(`no longer there  ${key}`);
  const isWhole = missing.length + gone.length === 0;
  console.log(isWhole ? `${keys.length} patterns, all linear` : "Run: npm run check:patterns");
  process.exitCode = isWhole ? 0 : 1;
} else {
  const { patternTime } = await import("./patternTime.mjs");
  const byKey = new Map(patterns.map((each) => [keyOf(each), each]));
  const queue = keys.filter((key) => mode === "--anew" || !kept.has(key)).values();
  const linear = new Set(mode === "--anew" ? [] : keys.filter((key) => kept.has(key)));
  const decide = async (key) => {
    const { pattern, flags, place } = byKey.get(key);
    const time = await patternTime(pattern, flags);
    if (time === "linear") linear.add(key);
    else console.log(`${place}  ${time}  ${key}`);
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const key of queue) await decide(key);
    }),
  );
  writeFileSync(KEPT, `${JSON.stringify([...linear].sort(), undefined, 2)}\n`);
  console.log(`${keys.length} patterns, ${keys.length - linear.size} not linear`);
  process.exitCode = linear.size === keys.length ? 0 : 1;
}
