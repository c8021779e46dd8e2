/** Where this machine keeps what programs can make again. */
import os from "node:os";
import path from "node:path";

/** Of this program. */
export function userCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = os.homedir();
  const base =
    process.platform === "win32"
      ? (env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"))
      : process.platform === "darwin"
        ? path.join(home, "Library", "Caches")
        : (env["XDG_CACHE_HOME"] ?? path.join(home, ".cache"));
  return path.join(base, "thoughtlens");
}
