/** Runs the reading of a foreign file in a thread of its own, with progress and Cancel where it takes long. */
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import type { ImportResult } from "../../core/formats/importTraces";
import { ActionableError } from "../../core/protocol/rpc";
import type { FieldMapping } from "../../core/formats/rows/mapping";
import type { ForeignSource } from "../../disk/foreignFile";
import { l10n } from "../../core/text/l10n";

/** Before this nobody wonders. */
const PATIENCE_MS = 800;
/** Between two words of progress. */
const TELL_MS = 300;
/** What one file may take of memory, in MiB: a larger one ends the thread and not the editor. */
const MOST_MEMORY = 4096;

/** What the thread is to read, and what it says: how far it came, at last what it found. */
export interface ImportTask {
  source: ForeignSource;
  mapping?: FieldMapping | undefined;
}
export type ImportWord = { traces: number } | { result: ImportResult };

/**
 * @param script the bundle of the thread
 * @returns undefined where the person cancelled
 * @throws ActionableError `import-unreadable`, `import-memory`
 */
export async function readInThread(script: string, task: ImportTask): Promise<ImportResult | undefined> {
  const worker = new Worker(script, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
  });
  const { source } = task;
  let read = 0;
  const result = new Promise<ImportResult | undefined>((resolve, reject) => {
    worker.on("message", (word: ImportWord) => {
      if ("result" in word) resolve(word.result);
      else read = word.traces;
    });
    worker.once("error", (error) => reject(failure(error, source.name)));
    // After a message or an error this changes nothing.
    worker.once("exit", () => resolve(undefined));
  });
  const patience = new Promise<"slow">((resolve) => setTimeout(() => resolve("slow"), PATIENCE_MS).unref());
  try {
    if ((await Promise.race([result, patience])) !== "slow") return await result;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Importing {0}", source.name),
      cancellable: true,
    };
    return await vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => void worker.terminate());
      const tell = setInterval(() => {
        if (read > 0) progress.report({ message: vscode.l10n.t("{0} traces so far", read) });
      }, TELL_MS);
      return result.finally(() => clearInterval(tell));
    });
  } finally {
    void worker.terminate();
  }
}

function failure(error: unknown, name: string): ActionableError {
  if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new ActionableError(
      "import-memory",
      l10n.later`${name} needs more memory than there is for one import.`,
      "Split it and import the parts.",
      { cause: error },
    );
  }
  return unreadable(name, error);
}

export function unreadable(name: string, cause: unknown): ActionableError {
  return new ActionableError(
    "import-unreadable",
    l10n.later`${name} could not be read.`,
    "Check that the file is still there.",
    {
      cause,
    },
  );
}
