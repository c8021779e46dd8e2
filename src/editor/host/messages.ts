/** Errors as a person sees them: one sentence, what to do, and a button where a command does it. */
import * as vscode from "vscode";
import { toErrorShape, type RpcErrorShape } from "../../core/protocol/rpc";

/** The buttons that help, by the error's code; the first pattern that fits decides. */
const BUTTONS: readonly (readonly [codes: RegExp, title: string, command: string])[] = [
  [/^untrusted$/, "Manage Workspace Trust", "workbench.trust.manage"],
  [
    /^(model|graph|tokenizer|token|assistant|router|hidden|capability|server)-|^needs-local|out-of-memory$/,
    "Choose Model…",
    "thoughtlens.chooseModel",
  ],
  [/^engine-/, "Restart Engine", "thoughtlens.restartEngine"],
  [/^strategy-/, "Trace With…", "thoughtlens.traceWith"],
  [/^option-/, "Open Settings", "thoughtlens.openOptionsSetting"],
  [/^trace-/, "Open Settings", "thoughtlens.openTraceFolderSetting"],
  [/^internal$/, "Show Log", "thoughtlens.showLog"],
];

export class Messages implements vscode.Disposable {
  private readonly shown = new vscode.EventEmitter<RpcErrorShape>();
  /** What a person was told. */
  readonly onDidShow = this.shown.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Shows `error` with its action; the log has the rest. A cancel is no error and is not shown. */
  show(error: unknown): void {
    const shape = toErrorShape(error);
    if (shape.code === "cancelled") return;
    this.log.error(error instanceof Error && shape.code === "internal" ? error : sentence(shape));
    const button = BUTTONS.find(([codes]) => codes.test(shape.code));
    const buttons = button ? [button[1]] : [];
    void vscode.window.showErrorMessage(sentence(shape), ...buttons).then((chosen) => {
      if (chosen && button) void vscode.commands.executeCommand(button[2]);
    });
    this.shown.fire(shape);
  }

  dispose(): void {
    this.shown.dispose();
  }
}

function sentence(error: RpcErrorShape): string {
  return error.action ? `${error.message} ${error.action}` : error.message;
}
