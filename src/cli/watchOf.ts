/** The watch list that `--watch` names. */
import { readWatchList, type WatchEntry } from "../core/measure/watchList";
import { ActionableError } from "../core/protocol/rpc";
import { readSmallFile } from "./smallFile";

/** @returns no entries where no list is named @throws ActionableError `watch-missing`, `watch-large`, `watch-list` */
export async function watchOf(file: string | undefined): Promise<WatchEntry[]> {
  if (file === undefined) return [];
  const text = await readSmallFile(file, "watch", "watch list");
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new ActionableError("watch-list", `The watch list ${file} is no JSON.`, "Correct the file.");
  }
  return readWatchList(value, file);
}
