/** A long task of the engine with a notification that shows how far it is and cancels it. */
import * as vscode from "vscode";
import type { EngineNotifications } from "../../core/protocol/engineApi";
import type { EngineProcess } from "./engineProcess";

/** @returns what `task` gave, or undefined where the person cancelled */
export function withEngineProgress<T>(
  engine: EngineProcess,
  title: string,
  task: (signal: AbortSignal) => Promise<T>,
): Thenable<T | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    const listening = token.onCancellationRequested(() => controller.abort());
    let shown = 0;
    const told = ({ message, fraction }: EngineNotifications["progress"]) => {
      const percent = fraction === undefined ? shown : Math.max(shown, fraction * 100);
      progress.report({ message, ...(fraction === undefined ? {} : { increment: percent - shown }) });
      shown = percent;
    };
    engine.on("progress", told);
    try {
      return await task(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      engine.off("progress", told);
      listening.dispose();
    }
  });
}
