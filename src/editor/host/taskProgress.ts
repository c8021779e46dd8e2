/** A long task of the engine with a notification that shows how far it is and cancels it. */
import * as vscode from "vscode";
import type { CallContext } from "../../core/protocol/rpc";
import { inWords } from "../../core/text/l10n";

/**
 * @param task makes its calls of the engine with what it gets, so that their progress is shown and Cancel ends them
 * @returns what `task` gave, or undefined where the person cancelled
 */
export function withEngineProgress<T>(title: string, task: (call: CallContext) => Promise<T>): Thenable<T | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (notification, token) => {
    const controller = new AbortController();
    const listening = token.onCancellationRequested(() => controller.abort());
    let shown = 0;
    const progress: CallContext["progress"] = (message, fraction) => {
      const percent = fraction === undefined ? shown : Math.max(shown, fraction * 100);
      notification.report({
        message: inWords(message),
        ...(fraction === undefined ? {} : { increment: percent - shown }),
      });
      shown = percent;
    };
    try {
      return await task({ signal: controller.signal, progress });
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      listening.dispose();
    }
  });
}
