/** Files that appear whole or not at all: written under another name, brought to the disk, and then renamed. */
import { link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { isAlive } from "./processes";

const PART = /^\.(.+)\.(\d+)\.part$/;
let parts = 0;
/** Folders that this process has cleared of what others left. */
const cleared = new Set<string>();

/**
 * Writes `content`, with the folders above it; what was there under that name is replaced.
 * @throws NodeJS.ErrnoException
 */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const { part, handle } = await writePart(file, content);
  await handle.close();
  await rename(part, file).catch(removing(part));
  await syncFolder(path.dirname(file));
}

/** Writes what can be made again, as a cache: where the disk refuses, it is done without. */
export async function rememberFile(file: string, content: string): Promise<void> {
  await replaceFile(file, content).catch(() => undefined);
}

/**
 * Writes a file that must not be there yet. One of no bytes, as older versions left behind, holds nothing and is replaced.
 * @throws NodeJS.ErrnoException `EEXIST` among others
 */
export async function createFile(file: string, content: string): Promise<void> {
  await (await createOpenFile(file, content)).close();
}

/**
 * As `createFile`.
 * @returns the file, open: whatever becomes of its name, it is the one that was written
 */
export async function createOpenFile(file: string, content: string): Promise<FileHandle> {
  const { part, handle } = await writePart(file, content);
  try {
    if (await isEmptyFile(file)) await rename(part, file);
    else await linkOrRename(part, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  } finally {
    // The file is there, whatever becomes of its other name, which the next writer clears away.
    await rm(part, { force: true }).catch(() => undefined);
  }
  await syncFolder(path.dirname(file));
  return handle;
}

/** Removes what processes that were killed between writing and renaming left in a folder. */
export async function removeLeftParts(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const pid = Number(PART.exec(name)?.[2]?.slice(0, 10));
    if (Number.isSafeInteger(pid) && pid > 0 && !isAlive(pid))
      await rm(path.join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** A file that is out of the way and can come back. */
export interface SetAside {
  /** @returns false where it is gone, or another file has its name by now */
  putBack(): Promise<boolean>;
  remove(): Promise<void>;
}

/**
 * Takes a file away under a name that no list shows. Where this process ends without a word, the next one clears it away.
 * @returns undefined where there is no such file
 * @throws NodeJS.ErrnoException where it cannot be moved
 */
export async function setAside(file: string): Promise<SetAside | undefined> {
  const aside = partOf(file);
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return {
    putBack: () =>
      linkOrRename(aside, file).then(
        async () => {
          await rm(aside, { force: true });
          return true;
        },
        () => false,
      ),
    remove: () => rm(aside, { force: true }),
  };
}

/** The count tells parts of one process apart that are there at the same time. */
const partOf = (file: string): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.${++parts}.${process.pid}.part`);

/** All names in a folder; none where it cannot be read. */
export const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function writePart(file: string, content: string | Uint8Array): Promise<{ part: string; handle: FileHandle }> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  if (!cleared.has(folder)) {
    cleared.add(folder);
    await removeLeftParts(folder, await namesIn(folder));
  }
  const part = partOf(file);
  const handle = await open(part, "wx+");
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } catch (error) {
    await handle.close();
    return removing(part)(error);
  }
  return { part, handle };
}

const removing =
  (part: string) =>
  async (error: unknown): Promise<never> => {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  };

async function isEmptyFile(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true && found.size === 0;
}

/** A hard link fails where the name is taken; disks that have no hard links get a look first and a rename. */
async function linkOrRename(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw error;
    const taken = await stat(file).then(
      () => true,
      () => false,
    );
    if (taken) throw Object.assign(new Error(`${file} is there`), { code: "EEXIST" });
    await rename(part, file);
  }
}

/** Brings the new name to the disk, where the system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows opens no folders; there the name is on the disk when the rename returns.
  }
}
