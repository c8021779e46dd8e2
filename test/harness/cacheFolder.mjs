import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** The folder, outside the repository, in which downloads are kept between runs. */
export function cacheFolder() {
  if (process.env.THOUGHTLENS_CACHE) return path.resolve(process.env.THOUGHTLENS_CACHE);
  if (process.platform === "win32" && process.env.LOCALAPPDATA)
    return path.join(process.env.LOCALAPPDATA, "thoughtlens");
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "thoughtlens");
}

/**
 * Returns `<cache>/<name>`, building it first if it is not there. `build(folder)` fills a temporary folder beside it,
 * which takes the final name only when complete: an interrupted build leaves nothing that looks finished.
 */
export async function cached(name, build) {
  const target = path.join(cacheFolder(), name);
  if (existsSync(target)) return target;
  mkdirSync(cacheFolder(), { recursive: true });
  const draft = mkdtempSync(`${target}.building-`);
  const discard = () => rmSync(draft, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", discard);
  try {
    await build(draft);
    renameUnlessTaken(draft, target);
    return target;
  } finally {
    discard();
    process.off("exit", discard);
  }
}

function renameUnlessTaken(draft, target) {
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another run finished the same build first; its result is as good as ours.
    if (!existsSync(target)) throw error;
  }
}
