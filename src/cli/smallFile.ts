/** A file of a person's own that a flag names: read whole, and no further than such a file may be long. */
import { open } from "node:fs/promises";
import { ActionableError } from "../core/protocol/rpc";

const MOST_BYTES = 2 ** 20;

/**
 * @param code the beginning of the errors' codes
 * @param what it is, in plural or as a name: `prices`, `watch list`
 * @throws ActionableError `CODE-missing`, `CODE-large`
 */
export async function readSmallFile(file: string, code: string, what: string): Promise<string> {
  const missing = () =>
    new ActionableError(`${code}-missing`, `The ${what} ${file} cannot be read.`, "Check the file's name.");
  const handle = await open(file).catch(() => undefined);
  if (!handle) throw missing();
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw missing();
    if (status.size > MOST_BYTES)
      throw new ActionableError(`${code}-large`, `The file ${file} is too large for ${what}.`, "Name another.");
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}
