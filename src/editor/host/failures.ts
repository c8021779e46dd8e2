/** What goes wrong by itself: told once to the person, in the panel that it concerns, and in the log. */
import * as vscode from "vscode";
import type { PanelCommand } from "../../core/protocol/panelApi";
import { ActionableError, toErrorShape } from "../../core/protocol/rpc";
import type { EngineProcess } from "./engineProcess";
import type { Messages } from "./messages";
import type { PromptRuns } from "../runs/promptRuns";
import type { TracePanels } from "../panels/tracePanel";
import type { TraceStore } from "../runs/traceStore";

export interface FailureSources {
  readonly engine: EngineProcess;
  readonly runs: PromptRuns;
  readonly store: TraceStore;
}

/** What a panel offers, by the error's code. */
const PANEL_ACTIONS: readonly (readonly [codes: RegExp, title: string, command: PanelCommand])[] = [
  [/^engine-/, "Restart Engine", "restart-engine"],
  [/^(model|graph|tokenizer)-/, "Choose Model…", "pick-model"],
];

export function tellFailures(
  { engine, runs, store }: FailureSources,
  messages: Messages,
  panels: TracePanels,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  engine.on("log", ({ level, message }) => log[level](message));
  engine.on("state", (state) => log.info(`Engine: ${state}${engine.pid === undefined ? "" : ` (${engine.pid})`}`));
  engine.on("failed", ({ code, message, action }) => messages.show(new ActionableError(code, message, action)));
  return vscode.Disposable.from(
    store.onDidRefuse((error) => messages.show(error)),
    runs.onDidFail(({ run, error }) => {
      messages.show(error);
      const { code, message } = toErrorShape(error);
      const [, title, command] = PANEL_ACTIONS.find(([codes]) => codes.test(code)) ?? [];
      const action = title && command ? { action: { title, command } } : {};
      panels.notice(run, { type: "notice", level: "error", message, ...action });
    }),
  );
}
