/** Errors as a person sees them: one sentence, what to do, and a button where a command does it. */
import * as vscode from "vscode";
import type { PanelCommand } from "../../core/protocol/panelApi";
import { sentenceOf, toErrorShape, type RpcErrorShape } from "../../core/protocol/rpc";
import { actionFor } from "./errorActions";

export class Messages implements vscode.Disposable {
  private readonly shown = new vscode.EventEmitter<RpcErrorShape>();
  /** What a person was told. */
  readonly onDidShow = this.shown.event;

  /** @param perform does what a button says */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly perform: (command: PanelCommand) => void,
  ) {}

  /** Shows `error` with its action; the log has the rest. A cancel is no error and is not shown. */
  show(error: unknown): void {
    const shape = toErrorShape(error);
    if (shape.code === "cancelled") return;
    // The log is read by those who help, too: it stays English.
    const english = [shape.message, shape.action].filter((sentence) => sentence !== undefined).join(" ");
    this.log.error(error instanceof Error && shape.code === "internal" ? error : english);
    const action = actionFor(shape.code);
    void vscode.window.showErrorMessage(sentenceOf(shape), ...(action ? [action.title] : [])).then((chosen) => {
      if (chosen && action) this.perform(action.command);
    });
    this.shown.fire(shape);
  }

  /** Does something for a person. @returns what it gave; undefined where it went wrong, which was shown */
  async attempt<T>(task: () => T): Promise<Awaited<T> | undefined> {
    try {
      return await task();
    } catch (error) {
      this.show(error);
      return undefined;
    }
  }

  dispose(): void {
    this.shown.dispose();
  }
}
