/** Which files of a model's folder are read at all: a folder from elsewhere may hold links, devices and pipes. */
import { realpath, stat } from "node:fs/promises";
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
