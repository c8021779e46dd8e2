/** Which files of a model's folder are read at all: a folder from elsewhere may hold links, devices and pipes. */
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { ActionableError } from "../../core/protocol/rpc";
import { l10n, type Sentence } from "../../core/text/l10n";

/**
 * The size of a file that may be read.
 * @returns bytes, or undefined where there is no such file
 * @throws ActionableError `model-file-odd` for what is no regular file, or a link that leads out of the model's folder
 *   and out of the Hugging Face cache; `model-file-unreadable`
 */
export async function modelFileSize(folder: string, file: string): Promise<number | undefined> {
  try {
    const { size, isRegular } = await stat(file).then((found) => ({ size: found.size, isRegular: found.isFile() }));
    if (!isRegular) throw odd(file, l10n.later`is no regular file`);
    const [home, target] = await Promise.all([realpath(folder), realpath(file)]);
    if (isInside(home, target) || isInside(blobsOf(folder), target) || isInside(blobsOf(home), target)) return size;
    throw odd(file, l10n.later`is a link that leads out of the folder`);
  } catch (error) {
    if (error instanceof ActionableError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ActionableError(
      "model-file-unreadable",
      l10n.later`${path.basename(file)} in ${path.dirname(file)} cannot be read (${code ?? "unknown error"}).`,
      "Check the permissions of the model folder.",
      { cause: error },
    );
  }
}

const POINTER = "version https://git-lfs.github.com/";
/** Bytes; pointers are some 130 long. */
const LONGEST_POINTER = 1024;

/** Whether the text of a file only says where Git LFS keeps the file. */
export const isPointer = (text: string): boolean => text.length <= LONGEST_POINTER && text.startsWith(POINTER);

/**
 * Refuses what is only a pointer to a file, as clones without Git LFS hold them.
 * @throws ActionableError `model-file-pointer`
 */
export async function demandContent(file: string): Promise<void> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size > 0 && size <= LONGEST_POINTER && isPointer(await readFile(file, "utf8"))) throw pointerError(file);
}

export const pointerError = (file: string) =>
  new ActionableError(
    "model-file-pointer",
    l10n.later`${path.basename(file)} in ${path.dirname(file)} is a pointer of Git LFS, and not the file itself.`,
    "Run git lfs pull in that folder, or download the model again.",
  );

/** Of a snapshot in the Hugging Face cache, where its links lead: `snapshots/COMMIT`, or a folder in it, beside `blobs`. */
function blobsOf(folder: string): string {
  const whole = path.resolve(folder);
  for (let at = whole; path.dirname(at) !== at; at = path.dirname(at)) {
    const above = path.dirname(at);
    if (path.basename(above) === "snapshots" && path.basename(path.dirname(above)).startsWith("models--"))
      return path.join(path.dirname(above), "blobs");
  }
  const snapshots = path.dirname(whole);
  return path.basename(snapshots) === "snapshots" ? path.join(path.dirname(snapshots), "blobs") : whole;
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
}

const odd = (file: string, why: Sentence) =>
  new ActionableError(
    "model-file-odd",
    l10n.later`${path.basename(file)} in ${path.dirname(file)} ${why}, and is not read.`,
    "Copy the file itself into the model's folder.",
  );
