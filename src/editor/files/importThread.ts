/** Runs the reading of a foreign file in a thread of its own, with progress and Cancel where it takes long. */
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import type { ImportResult } from "../../core/formats/importTraces";
import { ActionableError } from "../../core/protocol/rpc";
import type { ForeignSource } from "./foreignFile";

/** Before this nobody wonders. */
const PATIENCE_MS = 800;
/** What one file may take of memory, in MiB: a larger one ends the thread and not the editor. */
const MOST_MEMORY = 4096;

/**
 * @param script the bundle of the thread
 * @returns undefined where the person cancelled
 * @throws ActionableError `import-unreadable`, `import-memory`
 */
export async function readInThread(script: string, source: ForeignSource): Promise<ImportResult | undefined> {
  const worker = new Worker(script, {
    workerData: source,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
  });
  const result = new Promise<ImportResult | undefined>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", (error) => reject(failure(error, source.name)));
    // After a message or an error this changes nothing.
    worker.once("exit", () => resolve(undefined));
  });
  const patience = new Promise<"slow">((resolve) => setTimeout(() => resolve("slow"), PATIENCE_MS).unref());
  try {
    if ((await Promise.race([result, patience])) !== "slow") return await result;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `Importing ${source.name}`,
      cancellable: true,
    };
    return await vscode.window.withProgress(options, (_progress, token) => {
      token.onCancellationRequested(() => void worker.terminate());
      return result;
    });
  } finally {
    void worker.terminate();
  }
}

function failure(error: unknown, name: string): ActionableError {
  if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new ActionableError(
      "import-memory",
      `${name} needs more memory than there is for one import.`,
      "Split it and import the parts.",
      { cause: error },
    );
  }
  return unreadable(name, error);
}

export function unreadable(name: string, cause: unknown): ActionableError {
  return new ActionableError("import-unreadable", `${name} could not be read.`, "Check that the file is still there.", {
    cause,
  });
}
