/**
 * A file of lines that only grows. Its first lines are there whole or not at all. What `append` was given is with the
 * system when it resolves, so that a killed process loses nothing that was told of. A file that is deleted, moved or
 * replaced meanwhile is noticed with the next line and not written anew by itself.
 */
import { open, stat, type FileHandle } from "node:fs/promises";
import { FileGone } from "./diskError";
import { createOpenFile } from "./wholeFile";

export class LineFile {
  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    private readonly identity: string,
  ) {}

  /**
   * Makes the file, and the folders above it.
   * @param lines its first, each with its line break
   * @throws NodeJS.ErrnoException `EEXIST` where something is there already
   */
  static async create(file: string, lines: string): Promise<LineFile> {
    return LineFile.over(file, await createOpenFile(file, lines));
  }

  /** Opens one that is there. A last line that was cut off gets its line break, so that the next one stands by itself. */
  static async open(file: string): Promise<LineFile> {
    const handle = await open(file, "r+");
    const lines = await LineFile.over(file, handle);
    try {
      const { size } = await handle.stat();
      if (size > 0) {
        const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
        if (buffer[0] !== NEWLINE) await lines.append("\n");
      }
      return lines;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @param handle closed where it cannot be looked at: nobody else has it */
  private static async over(file: string, handle: FileHandle): Promise<LineFile> {
    try {
      return new LineFile(file, handle, identityOf(await handle.stat({ bigint: true })));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * All of `lines`, or nothing of them where the system refuses.
   * @throws NodeJS.ErrnoException, FileGone
   */
  async append(lines: string): Promise<void> {
    const there = await stat(this.file, { bigint: true }).catch(() => undefined);
    if (!there || identityOf(there) !== this.identity) throw new FileGone(this.file);
    const bytes = Buffer.from(lines, "utf8");
    const { size } = await this.handle.stat();
    try {
      for (let written = 0; written < bytes.length;) {
        const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, size + written);
        written += bytesWritten;
      }
    } catch (error) {
      // A full disk may have taken the beginning of a line, which would stand before the next one.
      await this.handle.truncate(size).catch(() => undefined);
      throw error;
    }
  }

  /** Brings what was appended from the system to the disk. */
  sync(): Promise<void> {
    return this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

const NEWLINE = 10;

const identityOf = ({ dev, ino }: { dev: bigint; ino: bigint }): string => `${dev} ${ino}`;
