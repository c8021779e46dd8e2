/** The standard Hugging Face cache on this machine: where it is and what is in it. */
import { readFile, readdir, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { graphPlaces } from "../../files/graphFiles";

export const DEFAULT_REVISION = "main";

/** `owner/name`, or `name` of the first models of the hub. */
export const isHubId = (id: string): boolean => /^(?!.*\.\.)[\w][\w.-]*(\/[\w][\w.-]*)?$/.test(id);

/** Where `huggingface_hub` keeps repositories, with its own environment variables. */
export function hubCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env["HF_HUB_CACHE"] || env["HUGGINGFACE_HUB_CACHE"];
  if (named) return expanded(named, env);
  const home = env["HF_HOME"] || path.join(env["XDG_CACHE_HOME"] || path.join(os.homedir(), ".cache"), "huggingface");
  return path.join(expanded(home, env), "hub");
}

/** A folder as a shell reads it, where a program was given it as it was written: `~` and variables. */
function expanded(folder: string, env: NodeJS.ProcessEnv): string {
  return folder
    .replace(/^~(?=$|[\\/])/, () => os.homedir())
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (all, plain?: string, braced?: string) => env[plain ?? braced ?? ""] ?? all);
}

/** The folder of one repository: `blobs/`, `refs/` and `snapshots/`. */
export const repositoryFolder = (cache: string, id: string): string =>
  path.join(cache, `models--${id.replaceAll("/", "--")}`);

/**
 * @param revision a branch, a tag or a commit
 * @returns the snapshot's folder, or undefined when the cache has none of it
 */
export async function cachedSnapshot(
  cache: string,
  id: string,
  revision = DEFAULT_REVISION,
): Promise<string | undefined> {
  if (!isRepositoryPath(revision)) return undefined;
  const repository = repositoryFolder(cache, id);
  const commit = await readFile(path.join(repository, "refs", revision), "utf8").then(
    (text) => text.trim(),
    () => revision,
  );
  if (!/^[\w.-]+$/.test(commit) || commit.includes("..")) return undefined;
  const snapshot = path.join(repository, "snapshots", commit);
  return (await stat(snapshot).catch(() => undefined))?.isDirectory() ? snapshot : undefined;
}

/** Ids of the repositories in the cache that hold an ONNX model, in alphabetical order. */
export async function cachedModels(cache: string): Promise<string[]> {
  const ids: string[] = [];
  for (const entry of await namesIn(cache)) {
    const id = /^models--(.+)$/.exec(entry)?.[1]?.replace("--", "/");
    const snapshot = id === undefined ? undefined : await cachedSnapshot(cache, id);
    if (id === undefined || snapshot === undefined) continue;
    if (await holdsGraph(snapshot)) ids.push(id);
  }
  return ids.sort();
}

/** A snapshot is small, and its graphs may lie some folders deep. */
async function holdsGraph(snapshot: string): Promise<boolean> {
  const names = await readdir(snapshot, { recursive: true }).catch((): string[] => []);
  return graphPlaces(names.map((name) => name.split(path.sep).join("/"))).size > 0;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch((): string[] => []);

/** Whether a path that the hub names stays inside a repository's folder. */
export const isRepositoryPath = (name: string): boolean =>
  name !== "" && !/[\\:\0]/.test(name) && name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
