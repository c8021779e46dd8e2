/** A model from the hub into the standard Hugging Face cache, where other programs find it too. */
import { copyFile, mkdir, rename, rm, stat, statfs, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../../core/protocol/rpc";
import { DEFAULT_REVISION, hubCacheFolder, repositoryFolder } from "./cacheLayout";
import type { HubAccess, HubFile, HubRepository } from "./catalogue";
import { lookUp } from "./catalogue";
import type { TransferLimits } from "./fileTransfer";
import { fetchFile } from "./fileTransfer";
import { hubError, hubUrl } from "./hubError";

export interface DownloadOptions extends HubAccess {
  /** The preferred one of the repository by default. */
  dtype?: string | undefined;
  signal: AbortSignal;
  progress: (message: string, fraction: number) => void;
  limits?: TransferLimits;
}

/** What has to stay free on the disk, bytes. */
const SPARE = 200e6;
/** Milliseconds between two messages of progress. */
const PROGRESS_EVERY = 250;

/**
 * Downloads what one variant of a model needs, and nothing that is there already.
 * @returns the snapshot's folder
 * @throws ActionableError of `lookUp` and `fetchFile`, `model-dtype-missing`, `disk-full`, `cache-unwritable`
 */
export async function downloadModel(options: DownloadOptions): Promise<string> {
  try {
    return await fetchMissing(options);
  } catch (error) {
    options.signal.throwIfAborted();
    throw hubError(error, options.id);
  }
}

async function fetchMissing(options: DownloadOptions): Promise<string> {
  const { id, token, signal, limits } = options;
  options.progress(`Asking the hub for ${id}`, 0);
  const repository = await lookUp(options);
  const folder = repositoryFolder(hubCacheFolder(), id);
  const snapshot = path.join(folder, "snapshots", repository.commit);
  const files = filesOf(repository, options.dtype);
  const missing: HubFile[] = [];
  for (const file of files) if (!(await isThere(path.join(snapshot, file.path)))) missing.push(file);
  await checkSpace(folder, missing);
  const report = reporter(options, files);
  for (const file of files) {
    if (!missing.includes(file)) {
      report(file, file.size);
      continue;
    }
    const target = path.join(folder, "blobs", file.hash.hex);
    if (!(await isThere(target))) {
      const url = `${hubUrl()}/${id}/resolve/${repository.commit}/${file.path.split("/").map(encodeURIComponent).join("/")}`;
      const progress = (there: number, came: number) => report(file, there, came);
      await fetchFile({ id, url, file, target, token, signal, progress, ...(limits ? { limits } : {}) });
    }
    report(file, file.size);
    await link(target, path.join(snapshot, file.path));
  }
  // Last of all: until a revision's name leads to the snapshot, nobody takes it for whole.
  const revision = options.revision ?? DEFAULT_REVISION;
  if (revision !== repository.commit) await writeReference(path.join(folder, "refs", revision), repository.commit);
  return snapshot;
}

async function writeReference(file: string, commit: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, commit);
  await rename(`${file}.${process.pid}`, file);
}

function filesOf({ id, common, variants }: HubRepository, dtype: string | undefined): HubFile[] {
  const names = [...variants.keys()];
  const files = variants.get((dtype ?? names[0]) as (typeof names)[number]);
  // The graph comes last: a snapshot without it is seen to lack the variant.
  if (files) return [...common, ...files.slice(1), files[0]!];
  throw new ActionableError(
    "model-dtype-missing",
    `${id} has no ${dtype} variant on the hub, only ${names.join(", ")}.`,
    `Choose ${names[0]}.`,
  );
}

async function checkSpace(folder: string, files: readonly HubFile[]): Promise<void> {
  await mkdir(path.join(folder, "blobs"), { recursive: true });
  let needed = SPARE;
  for (const { hash, size } of files) {
    const incomplete = await stat(path.join(folder, "blobs", `${hash.hex}.incomplete`)).catch(() => undefined);
    needed += size - (incomplete?.size ?? 0);
  }
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  if (free >= needed) return;
  throw new ActionableError(
    "disk-full",
    `The download needs ${megabytes(needed)} MB and the disk of the Hugging Face cache has ${megabytes(free)} MB left.`,
    "Make room, choose a smaller variant, or set HF_HOME to a folder on another disk.",
  );
}

/** Speaks of the whole download, a few times a second: the bytes of `file` that are there, and how many just came. */
type Report = (file: HubFile, there: number, came?: number) => void;

function reporter({ id, progress }: DownloadOptions, files: readonly HubFile[]): Report {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const there = new Map<HubFile, number>();
  const started = performance.now();
  let fetched = 0;
  let spoke = -Infinity;
  return (file, bytes, came = 0) => {
    there.set(file, bytes);
    fetched += came;
    const sum = [...there.values()].reduce((a, b) => a + b, 0);
    const now = performance.now();
    if (now - spoke < PROGRESS_EVERY && sum < total) return;
    spoke = now;
    const speed = fetched / 1e6 / Math.max(0.001, (now - started) / 1000);
    progress(`${id}: ${megabytes(sum)} of ${megabytes(total)} MB, ${speed.toFixed(1)} MB/s`, total ? sum / total : 1);
  };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Where the system allows no links, the snapshot gets a copy. */
async function link(target: string, name: string): Promise<void> {
  await mkdir(path.dirname(name), { recursive: true });
  await rm(name, { force: true });
  try {
    await symlink(path.relative(path.dirname(name), target), name);
  } catch {
    await copyFile(target, `${name}.incomplete`);
    await rename(`${name}.incomplete`, name);
  }
}
