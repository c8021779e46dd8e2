/** The patterns in our sources: literals, texts given to `new RegExp`, and those that are put together from parts. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { register } from "tsx/esm/api";
import { root } from "./project.mjs";

/** What was found in files of this content, since parsing all of them takes seconds; by the same reader, which may change. */
const CACHE = path.join(root, ".cache", "patternsInFiles.json");
const READER = readFileSync(new URL("patternsInSource.mjs", import.meta.url), "utf8");

/**
 * @param rooms folders of the project
 * @returns place (`file:line`), pattern and flags of each
 */
export async function patternsOf(rooms) {
  const found = await inFiles(rooms.flatMap(filesIn));
  const joined = found.filter(({ isMadeAtLoad }) => isMadeAtLoad);
  const made = await madeAtLoad([...new Set(joined.map(({ file }) => file))]);
  return found.flatMap((each) => {
    const own = made.filter(({ place }) => each.isMadeAtLoad && place === each.place);
    return own.length > 0 ? own : [each];
  });
}

function filesIn(room) {
  return readdirSync(path.join(root, room), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.posix.join(room, name.replaceAll("\\", "/")))
    .sort();
}

async function inFiles(files) {
  const before = existsSync(CACHE) ? JSON.parse(readFileSync(CACHE, "utf8")) : {};
  const after = {};
  const found = [];
  for (const file of files) {
    const text = readFileSync(path.join(root, file), "utf8");
    const hash = createHash("sha256").update(READER).update(text).digest("hex");
    after[hash] = before[hash] ?? (await import("./patternsInSource.mjs")).patternsInSource(text);
    for (const { line, ...each } of after[hash]) found.push({ file, place: `${file}:${line}`, ...each });
  }
  mkdirSync(path.dirname(CACHE), { recursive: true });
  writeFileSync(CACHE, JSON.stringify(after));
  return found;
}

/** The patterns that some files make when they are loaded, with the places where they do. */
async function madeAtLoad(files) {
  const made = [];
  const Plain = globalThis.RegExp;
  globalThis.RegExp = new Proxy(Plain, {
    construct(target, args, newTarget) {
      const pattern = Reflect.construct(target, args, newTarget);
      const place = placeIn(new Error().stack ?? "");
      if (place) made.push({ place, pattern: pattern.source, flags: pattern.flags });
      return pattern;
    },
  });
  const unregister = register();
  try {
    for (const file of files) await import(pathToFileURL(path.join(root, file)).href);
  } finally {
    globalThis.RegExp = Plain;
    await unregister();
  }
  return made;
}

/** The file of ours, and the line, that the third line of a stack names: behind the message and the proxy. */
function placeIn(stack) {
  const [, , caller = ""] = stack.split("\n");
  const at = caller.indexOf(root);
  const [name, line] = at < 0 ? [] : caller.slice(at + root.length + 1).split(":");
  return line === undefined ? undefined : `${name.replaceAll("\\", "/").split("?")[0]}:${line}`;
}
