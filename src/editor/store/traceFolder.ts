/** The runs whose traces lie in a folder, read side by side, and only those that the index does not know already. */
import { stat } from "node:fs/promises";
import path from "node:path";
import { namesIn, removeLeftParts } from "../../disk/wholeFile";
import { readRecordedRun, type RecordedRun } from "./recordedRun";
import type { IndexEntry, TraceIndex } from "./traceIndex";

export const TRACE_SUFFIX = ".thoughts.jsonl";

/** Files that are looked at together: more would only wait for the disk. */
const AT_ONCE = 32;
/** An index in which more than this share is of files that are gone or have changed is written anew. */
const MOST_STALE = 1 / 4;

/** In no order. */
export async function readTraceFolder(folder: string, index: TraceIndex): Promise<RecordedRun[]> {
  const [names, known] = await Promise.all([namesIn(folder), index.read()]);
  await removeLeftParts(folder, names);
  const traces = names.filter((name) => name.endsWith(TRACE_SUFFIX));
  const found = await inParallel(traces, (name) => readEntry(folder, name, known.get(name)));
  const entries = found.filter((entry) => entry !== undefined);
  const added = entries.filter((entry) => known.get(entry.name) !== entry);
  const stale = known.size + added.length - entries.length;
  if (stale > known.size * MOST_STALE) await index.replace(entries);
  else await index.add(added);
  return entries.map((entry) => runOf(folder, entry));
}

/**
 * One trace of a folder.
 * @returns undefined where it is gone, or no trace
 */
export async function readTraceRun(folder: string, name: string, index: TraceIndex): Promise<RecordedRun | undefined> {
  const entry = await readEntry(folder, name, undefined);
  if (!entry) return undefined;
  await index.add([entry]);
  return runOf(folder, entry);
}

/** @returns `known` where the file has not changed since */
async function readEntry(folder: string, name: string, known: IndexEntry | undefined): Promise<IndexEntry | undefined> {
  try {
    const file = path.join(folder, name);
    if (known) {
      const { size, mtimeMs } = await stat(file);
      if (known.size === size && known.time === mtimeMs) return known;
    }
    const reading = await readRecordedRun(file);
    return reading && { name, ...reading };
  } catch {
    return undefined;
  }
}

function runOf(folder: string, { name, run }: IndexEntry): RecordedRun {
  return { ...run, id: run.header.id, file: path.join(folder, name), live: false };
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [at, item] of left) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
