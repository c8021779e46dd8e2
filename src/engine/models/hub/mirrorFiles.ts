/**
 * The files of a model on a mirror of the hub that names them and lists no sizes and hashes (older Artifactory, CSGHub):
 * each is asked about where it lies, as `huggingface_hub` does.
 */
import { trimEnd } from "../../../core/text/trim";
import { ask } from "../../net/ask";
import { isRepositoryPath } from "./cacheLayout";
import type { HubFile } from "./hubFile";
import { hubUrl } from "./hubError";

interface MirrorModel {
  sha: string;
  tags: string[];
  files: HubFile[];
}

/** Files that are asked about, and how many of them at once. */
const MOST_FILES = 90;
const AT_ONCE = 6;
const REDIRECTS = 3;
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * @param fetch good for one look-up
 * @param isNeeded by its name, beside what lies with a graph
 * @returns undefined where the mirror does not name a model's files either
 */
export async function mirrorModel(
  place: { id: string; revision: string; token: string | undefined; signal: AbortSignal | undefined },
  fetch: typeof globalThis.fetch,
  isNeeded: (path: string) => boolean,
): Promise<MirrorModel | undefined> {
  const { id, revision, token, signal = new AbortController().signal } = place;
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const reply = await fetch(`${hubUrl()}/api/models/${id}/revision/${encodeURIComponent(revision)}`, { headers });
  const info: unknown = reply.ok ? await reply.json() : undefined;
  const { sha, siblings, tags } = fieldsOf(info);
  const names = (Array.isArray(siblings) ? siblings : [])
    .map((each: unknown) => fieldsOf(each)["rfilename"])
    .filter((name) => typeof name === "string")
    .filter(isRepositoryPath);
  const wanted = names.filter((name) => isNeeded(name) || liesWithGraph(name, names));
  if (wanted.length === 0 || wanted.length > MOST_FILES) return undefined;
  const at = typeof sha === "string" && COMMIT.test(sha) ? sha : revision;
  const found: (FoundFile | undefined)[] = [];
  for (let from = 0; from < wanted.length; from += AT_ONCE)
    found.push(...(await Promise.all(wanted.slice(from, from + AT_ONCE).map((name) => fileAt(id, at, name)))));
  const files = found.filter((each) => each !== undefined);
  const commit = COMMIT.test(at) ? at : files[0]?.commit;
  if (files.length === 0 || commit === undefined || !COMMIT.test(commit)) return undefined;
  const texts = Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
  return { sha: commit, tags: texts, files: files.map(({ commit: _, ...file }) => file) };

  async function fileAt(id: string, at: string, name: string): Promise<FoundFile | undefined> {
    const path = name.split("/").map(encodeURIComponent).join("/");
    const url = `${hubUrl()}/${id}/resolve/${at}/${path}`;
    const reply = await ask(url, {
      method: "HEAD",
      secrets: token ? { authorization: `Bearer ${token}` } : {},
      redirects: REDIRECTS,
      headers: { "accept-encoding": "identity" },
      signal,
    });
    const header = (key: string) => reply.headers.get(key) ?? undefined;
    await reply.drop();
    if (reply.status >= 400) return undefined;
    const hex = trimEnd((header("x-linked-etag") ?? header("etag") ?? "").replace(/^(?:W\/)?"?/, ""), '"');
    const size = Number(header("x-linked-size") ?? (reply.ok ? header("content-length") : undefined) ?? NaN);
    const kind = /^[0-9a-f]{64}$/.test(hex) ? "sha256" : COMMIT.test(hex) ? "sha1" : undefined;
    if (kind === undefined || !Number.isInteger(size) || size < 0) return undefined;
    return { path: name, size, hash: { kind, hex }, commit: header("x-repo-commit") };
  }
}

type FoundFile = HubFile & { commit: string | undefined };

const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);

/** A graph, what is named after one, or what lies in its folder or below, where that is no whole repository. */
function liesWithGraph(name: string, names: readonly string[]): boolean {
  if (/\.onnx(?:[._]|$)/.test(name)) return true;
  return names.some((each) => each.endsWith(".onnx") && folderOf(each) !== "" && name.startsWith(folderOf(each)));
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
