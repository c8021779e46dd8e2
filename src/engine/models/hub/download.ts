/** A model from the hub into the standard Hugging Face cache, where other programs find it too. */
import { copyFile, mkdir, readFile, rename, rm, stat, statfs, symlink } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../../core/protocol/rpc";
import { replaceFile } from "../../../disk/wholeFile";
import { weightNames } from "../../backends/onnx/graph/weightLocations";
import { DEFAULT_REVISION, hubCacheFolder, isRepositoryPath, repositoryFolder } from "./cacheLayout";
import type { HubAccess, HubRepository, HubVariant } from "./catalogue";
import type { HubFile } from "./hubFile";
import { lookUp } from "./catalogue";
import { fetchFile, limitsOf, type TransferLimits } from "./fileTransfer";
import { hubError, hubUrl } from "./hubError";
import { l10n, type Sentence } from "../../../core/text/l10n";

export interface DownloadOptions extends HubAccess {
  /** The preferred one of the repository by default. */
  dtype?: string | undefined;
  signal: AbortSignal;
  progress: (message: Sentence, fraction: number) => void;
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
  const { id } = options;
  options.progress(l10n.later`Asking the hub for ${id}`, 0);
  const repository = await lookUp(options);
  const folder = repositoryFolder(hubCacheFolder(), id);
  const snapshot = path.join(folder, "snapshots", repository.commit);
  const { graph, embedding, settings, weights } = variantOf(repository, options.dtype);
  const graphs = embedding ? [embedding, graph] : [graph];
  const small = [...repository.common, ...settings];
  const blob = (file: HubFile) => path.join(folder, "blobs", file.hash.hex);
  const isDone = (file: HubFile) => isThere(path.join(snapshot, file.path), file.size);
  let report = reporter(options, [...small, ...graphs, ...weights]);
  const bring = async (file: HubFile): Promise<void> => {
    if (!(await isDone(file)) && !(await isThere(blob(file), file.size))) await fetchBlob(options, repository, file, blob(file), report);
    report(file, file.size);
  };
  const place = async (file: HubFile): Promise<void> => {
    if (!(await isDone(file))) await link(blob(file), path.join(snapshot, file.path));
  };
  await checkSpace(folder, await missing([...small, ...graphs, ...weights], isDone));
  for (const file of small) {
    await bring(file);
    await place(file);
  }
  // A graph says what its weights are called; it is put into the snapshot last, so that one without is seen to lack it.
  const named: HubFile[] = [];
  for (const each of graphs) {
    await bring(each);
    const whole = (await isDone(each)) ? path.join(snapshot, each.path) : blob(each);
    named.push(...(await namedWeights(repository, each, whole)));
  }
  await checkSpace(folder, await missing(named, isDone));
  report = reporter(options, [...small, ...graphs, ...named], report);
  for (const file of named) {
    await bring(file);
    await place(file);
  }
  for (const each of graphs) await place(each);
  // Last of all: until a revision's name leads to the snapshot, nobody takes it for whole.
  const revision = options.revision ?? DEFAULT_REVISION;
  if (revision !== repository.commit) await writeReference(path.join(folder, "refs", revision), repository.commit);
  return snapshot;
}

async function missing(files: readonly HubFile[], isDone: (file: HubFile) => Promise<boolean>): Promise<HubFile[]> {
  const absent: HubFile[] = [];
  for (const file of files) if (!(await isDone(file))) absent.push(file);
  return absent;
}

async function fetchBlob(
  { id, token, signal, limits, waiting }: DownloadOptions,
  { commit }: HubRepository,
  file: HubFile,
  target: string,
  report: Report,
): Promise<void> {
  const url = `${hubUrl()}/${id}/resolve/${commit}/${file.path.split("/").map(encodeURIComponent).join("/")}`;
  const progress = (there: number, came: number) => report(file, there, came);
  await fetchFile({ id, url, file, target, token, signal, progress, limits: limitsOf(waiting, limits) });
}

/**
 * The files that a graph names for its weights.
 * @throws ActionableError `hub-weights-missing`; none for a file that is no graph, which loading says better
 */
async function namedWeights({ id, files }: HubRepository, graph: HubFile, file: string): Promise<HubFile[]> {
  let names: string[];
  try {
    names = weightNames(await readFile(file));
  } catch {
    return [];
  }
  const folder = path.posix.dirname(graph.path);
  return names.map((name) => {
    const place = path.posix.join(folder, name.replaceAll("\\", "/"));
    const weights = isRepositoryPath(place) ? files.get(place) : undefined;
    if (weights) return weights;
    throw new ActionableError(
      "hub-weights-missing",
      l10n.later`${graph.path} of ${id} keeps weights in ${name.slice(0, 100)}, which the hub does not have.`,
      "Choose another variant of the model.",
    );
  });
}

async function writeReference(file: string, commit: string): Promise<void> {
  await replaceFile(file, commit);
}

function variantOf({ id, variants }: HubRepository, dtype: string | undefined): HubVariant {
  const names = [...variants.keys()];
  const variant = variants.get((dtype ?? names[0]) as (typeof names)[number]);
  if (variant) return variant;
  throw new ActionableError(
    "model-dtype-missing",
    l10n.later`${id} has no ${dtype ?? "such"} variant on the hub, only ${names.join(", ")}.`,
    l10n.later`Choose ${names[0] ?? "another model"}.`,
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
    l10n.later`The download needs ${megabytes(needed)} MB and the disk of the Hugging Face cache has ${megabytes(free)} MB left.`,
    "Make room, choose a smaller variant, or set HF_HOME to a folder on another disk.",
  );
}

/** Speaks of the whole download, a few times a second: the bytes of `file` that are there, and how many just came. */
interface Report {
  (file: HubFile, there: number, came?: number): void;
  /** Bytes that are there, by file. */
  readonly there: Map<HubFile, number>;
}

/** @param before of the same download, where more is known now of what it takes */
function reporter({ id, progress }: DownloadOptions, files: readonly HubFile[], before?: Report): Report {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const there = new Map([...(before?.there ?? [])].filter(([file]) => files.includes(file)));
  const started = performance.now();
  let fetched = 0;
  let spoke = -Infinity;
  const report = (file: HubFile, bytes: number, came = 0) => {
    there.set(file, bytes);
    fetched += came;
    const sum = [...there.values()].reduce((a, b) => a + b, 0);
    const now = performance.now();
    if (now - spoke < PROGRESS_EVERY && sum < total) return;
    spoke = now;
    const speed = fetched / 1e6 / Math.max(0.001, (now - started) / 1000);
    progress(
      l10n.later`${id}: ${megabytes(sum)} of ${megabytes(total)} MB, ${speed.toFixed(1)} MB/s`,
      total ? sum / total : 1,
    );
  };
  return Object.assign(report, { there });
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);

/** A file of another length is one that another program did not finish, or that was changed. */
const isThere = (file: string, bytes: number): Promise<boolean> =>
  stat(file).then(
    ({ size }) => size === bytes,
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
