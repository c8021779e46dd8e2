import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folders = new Set();

/** A new, empty folder that is deleted when this process ends, or earlier by `deleteFolder`. */
export function temporaryFolder(purpose) {
  const folder = mkdtempSync(path.join(tmpdir(), `thoughtlens-${purpose}-`));
  folders.add(folder);
  return folder;
}

/** Deletes a temporary folder; patient, as a process that just ended may still be writing into it. */
export function deleteFolder(folder) {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

process.on("exit", () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })));
