/** The engine's words in the log, and its second death in a message with a button. */
import * as vscode from "vscode";
import type { EngineProcess } from "./engineProcess";
import type { Messages } from "./messages";
import { ActionableError } from "../core/rpc";
import type { TracePanels } from "./tracePanel";

export function followEngine(
  engine: EngineProcess,
  messages: Messages,
  panels: TracePanels,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  engine.on("log", ({ level, message }) => log[level](message));
  engine.on("state", (state) => log.info(`Engine: ${state}${engine.pid === undefined ? "" : ` (${engine.pid})`}`));
  engine.on("failed", ({ code, message, action }) => {
    panels.notice("error", message);
    messages.show(new ActionableError(code, message, action));
  });
  // The engine drops its listeners when it is disposed of.
  return new vscode.Disposable(() => undefined);
}
