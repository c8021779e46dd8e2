/** What goes wrong by itself: told once to the person, in the panel that it concerns, and in the log. */
import * as vscode from "vscode";
import { fromErrorShape, sentenceOf, toErrorShape } from "../../core/protocol/rpc";
import type { EngineProcess } from "../host/engineProcess";
import { actionFor } from "../host/errorActions";
import type { Messages } from "../host/messages";
import type { PromptRuns } from "../runs/promptRuns";
import type { TracePanels } from "./tracePanel";
import type { TraceStore } from "../store/traceStore";

export interface FailureSources {
  readonly engine: EngineProcess;
  readonly runs: PromptRuns;
  readonly store: TraceStore;
}

export function tellFailures(
  { engine, runs, store }: FailureSources,
  messages: Messages,
  panels: TracePanels,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  engine.on("log", ({ level, message }) => log[level](message));
  engine.on("state", (state) => log.info(`Engine: ${state}${engine.pid === undefined ? "" : ` (${engine.pid})`}`));
  engine.on("failed", (why) => messages.show(fromErrorShape(why)));
  return vscode.Disposable.from(
    store.onDidRefuse((error) => messages.show(error)),
    store.onDidRestore((file) => log.warn(`${file} was deleted while its run went on: it has been written anew.`)),
    runs.onDidFail(({ run, error }) => {
      messages.show(error);
      const shape = toErrorShape(error);
      const action = actionFor(shape.code);
      panels.notice(run, {
        type: "notice",
        level: "error",
        message: sentenceOf(shape),
        ...(action ? { action } : {}),
      });
    }),
  );
}
