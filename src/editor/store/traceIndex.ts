/**
 * What the heads and ends of trace files say, remembered by each file's name, size and time, so that thousands of files
 * need not be opened again. It is a cache in the extension's own storage: what is wrong or missing in it is read from
 * the traces, and where it cannot be written it is done without.
 */
import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { RunSummary } from "../../core/measure/runSummary";
import { rememberFile } from "../../disk/wholeFile";

export interface IndexEntry {
  /** The file's name in its folder. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, in milliseconds. */
  readonly time: number;
  readonly run: RunSummary;
}

/** Of another form than before: files of older forms are left alone. */
const FORM = 1;
/** Characters of one entry: a run whose prompt is longer is read from its trace each time. */
const LONGEST_ENTRY = 32_000;
/** Entries that are parsed before other work gets its turn. */
const ENTRIES_AT_ONCE = 250;

export class TraceIndex {
  private readonly file: string;

  /**
   * @param storage where indexes are
   * @param folder whose traces this one remembers
   */
  constructor(storage: string, folder: string) {
    const hash = createHash("sha256").update(path.resolve(folder)).digest("hex").slice(0, 16);
    this.file = path.join(storage, `traces-${FORM}-${hash}.jsonl`);
  }

  /** By the name of the file; of two entries for one name the later counts. */
  async read(): Promise<Map<string, IndexEntry>> {
    const entries = new Map<string, IndexEntry>();
    const text = await readFile(this.file, "utf8").catch(() => "");
    let from = 0;
    for (let line = 1; from < text.length; line++) {
      const newline = text.indexOf("\n", from);
      const to = newline < 0 ? text.length : newline;
      const entry = entryOf(text.slice(from, to));
      if (entry) entries.set(entry.name, entry);
      from = to + 1;
      if (line % ENTRIES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return entries;
  }

  /** Remembers more. */
  async add(entries: readonly IndexEntry[]): Promise<void> {
    const text = textOf(entries);
    if (text === "") return;
    try {
      await mkdir(path.dirname(this.file), { recursive: true });
      await appendFile(this.file, text);
    } catch {
      // The traces are there all the same.
    }
  }

  /** Remembers these and no others. */
  async replace(entries: readonly IndexEntry[]): Promise<void> {
    await rememberFile(this.file, textOf(entries));
  }
}

function textOf(entries: readonly IndexEntry[]): string {
  return entries
    .map((entry) => JSON.stringify(entry))
    .filter((line) => line.length <= LONGEST_ENTRY)
    .map((line) => `${line}\n`)
    .join("");
}

function entryOf(line: string): IndexEntry | undefined {
  try {
    const entry = JSON.parse(line) as IndexEntry;
    const { name, size, time, run } = entry;
    if (typeof name !== "string" || typeof size !== "number" || typeof time !== "number" || !isSummary(run))
      return undefined;
    // JSON leaves out what is undefined.
    return { name, size, time, run: { header: run.header, exit: run.exit, end: run.end } };
  } catch {
    return undefined;
  }
}

/** Enough of a look that nothing of a damaged index can stop a list; the traces themselves are checked in full. */
function isSummary(run: RunSummary | undefined): run is RunSummary {
  const { header, exit, end } = run ?? {};
  return (
    header?.t === "run" &&
    [header.id, header.strategy, header.started, header.model?.id].every((text) => typeof text === "string") &&
    typeof header.prompt === "object" &&
    typeof header.options === "object" &&
    Array.isArray(header.messages) &&
    header.messages.every((message) => typeof message?.role === "string" && typeof message.content === "string") &&
    (exit === undefined || (exit.t === "exit" && typeof exit.at === "number" && typeof exit.why === "string")) &&
    (end === undefined || end.t === "end")
  );
}
