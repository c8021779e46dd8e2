/**
 * Entries that are kept in a file, a line or more each, in the order in which they came. What the disk refuses is tried
 * again with the next entries; a file that was deleted meanwhile is written anew with all of them.
 */
import { LineFile } from "./lineFile";

/** Makes a file that must not exist yet, with its first lines. */
export type CreateFile = (file: string, lines: string) => Promise<LineFile>;

export interface KeptLinesOptions<Entry> {
  /** The lines of entries, each with its line break. */
  textOf(entries: readonly Entry[]): string | Promise<string>;
  /** Called when a file that was gone has been written anew. */
  onRestored?(file: string): void;
  create?: CreateFile;
}

export class KeptLines<Entry> {
  private lines: LineFile | undefined;
  /** Of `entries`, how many are in the file. */
  private saved = 0;

  /**
   * @param file made with the first entries
   * @param entries so far, not in a file yet
   */
  constructor(
    readonly file: string,
    private readonly options: KeptLinesOptions<Entry>,
    private readonly entries: Entry[] = [],
  ) {}

  /** Goes on in a file that holds `entries` already. @throws NodeJS.ErrnoException */
  static async resume<Entry>(
    file: string,
    options: KeptLinesOptions<Entry>,
    entries: Entry[],
  ): Promise<KeptLines<Entry>> {
    const kept = new KeptLines(file, options, entries);
    kept.lines = await LineFile.open(file);
    kept.saved = entries.length;
    return kept;
  }

  /** @throws NodeJS.ErrnoException where the disk refuses: the entries are kept for the next call */
  async add(added: readonly Entry[]): Promise<void> {
    this.entries.push(...added);
    const { textOf, create = LineFile.create, onRestored } = this.options;
    const { lines, entries } = this;
    if (!lines) this.lines = await create(this.file, await textOf(entries));
    else {
      try {
        await lines.append(await textOf(entries.slice(this.saved)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EGONE") throw error;
        this.lines = await create(this.file, await textOf(entries));
        await lines.close().catch(() => undefined);
        onRestored?.(this.file);
      }
    }
    this.saved = entries.length;
  }

  /** Brings everything from the system to the disk. */
  async sync(): Promise<void> {
    await this.lines?.sync();
  }

  async close(): Promise<void> {
    const { lines } = this;
    this.lines = undefined;
    await lines?.close();
  }
}
