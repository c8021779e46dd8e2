/** SHA-256 of large files, remembered by path, size and time of change. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { rememberFile } from "../../disk/wholeFile";

const MEMORY = "hashes.json";

/**
 * @param cacheFolder where hashes are remembered; undefined to remember nothing
 * @returns lower-case hex; of several files, the hash of the list of their names and hashes
 */
export async function hashFiles(files: readonly string[], cacheFolder?: string, signal?: AbortSignal): Promise<string> {
  const known = cacheFolder === undefined ? {} : await readMemory(cacheFolder);
  const hashes: string[] = [];
  let changed = false;
  for (const file of files) {
    const { size, mtimeMs } = await stat(file);
    const key = `${path.resolve(file)}|${size}|${mtimeMs}`;
    const hash = known[key] ?? (await hashOf(file, signal));
    changed ||= known[key] === undefined;
    known[key] = hash;
    hashes.push(hash);
  }
  if (cacheFolder !== undefined && changed)
    await rememberFile(path.join(cacheFolder, MEMORY), JSON.stringify(known, null, 1));
  if (hashes.length === 1) return hashes[0]!;
  const list = hashes.map((hash, index) => `${hash}  ${path.basename(files[index]!)}\n`).join("");
  return createHash("sha256").update(list).digest("hex");
}

async function hashOf(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    hash.update(part as Buffer);
  }
  return hash.digest("hex");
}

async function readMemory(folder: string): Promise<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(await readFile(path.join(folder, MEMORY), "utf8"));
    const entries = Object.entries(value as object).filter(([, hash]) => /^[0-9a-f]{64}$/.test(String(hash)));
    return Object.fromEntries(entries) as Record<string, string>;
  } catch {
    return {};
  }
}
