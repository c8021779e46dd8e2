/** Files of traces that a command was given: those that were named, and those in the folders that were. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../core/protocol/rpc";

/** Files of a folder that are read. */
const MOST_FILES = 20_000;

/** @throws ActionableError `file-missing`, with `help` as what to do, where a folder holds none */
export async function filesIn(named: readonly string[], help: string): Promise<string[]> {
  const lists = await Promise.all(
    named.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      if (!found?.isDirectory()) return [file];
      const inside = await readdir(file);
      return inside
        .filter((name) => name.endsWith(".jsonl"))
        .sort()
        .slice(0, MOST_FILES)
        .map((name) => path.join(file, name));
    }),
  );
  const found = lists.flat();
  if (found.length > 0) return found;
  throw new ActionableError("file-missing", "The folder holds no traces.", help);
}
