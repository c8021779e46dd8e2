/** Commands that delete runs. Whatever was deleted can be had back for as long as the message about it stands. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import type { Command, CommandParts } from "./commandParts";

const UNDO = vscode.l10n.t("Undo");
const DELETE = vscode.l10n.t("Delete");

export function deleteCommands({ store, target, messages }: Pick<CommandParts, "store" | "target" | "messages">) {
  const remove = async (ids: readonly string[]): Promise<void> => {
    const deleted = await store.delete(ids);
    if (deleted.count === 0) return;
    // The command is done with the deed; the message may stand for long.
    void vscode.window
      .showInformationMessage(
        deleted.count === 1 ? vscode.l10n.t("Deleted 1 trace.") : vscode.l10n.t("Deleted {0} traces.", deleted.count),
        UNDO,
      )
      .then((choice) => messages.attempt(() => (choice === UNDO ? deleted.undo() : deleted.forget())));
  };

  /** Many are asked about before, too: a message can be overlooked. */
  const removeMany = async (ids: readonly string[]): Promise<void> => {
    const over = ids.filter((id) => store.run(id)?.live === false);
    if (ids.length > 0 && over.length === 0) {
      throw new ActionableError("delete-live", "The run still goes on.", "Cancel it, or delete it once it has ended.");
    }
    if (over.length > 1) {
      const answer = await vscode.window.showWarningMessage(
        vscode.l10n.t("Delete {0} traces?", over.length),
        {
          modal: true,
          detail: vscode.l10n.t("Their files are deleted from disk once the message about it is closed."),
        },
        DELETE,
      );
      if (answer !== DELETE) return;
    }
    await remove(over);
  };

  return {
    deleteRun: async (argument) => {
      const run = target.runOf(argument);
      if (run !== undefined) await removeMany([run]);
    },
    /** @param ids of runs, as the table of runs gives them */
    deleteRuns: (ids) => removeMany(Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : []),
    deletePromptRuns: (argument) => {
      const { key } = (argument ?? {}) as { key?: unknown };
      return typeof key === "string" ? removeMany(store.runsOf(key).map(({ id }) => id)) : undefined;
    },
    clearTraces: async () => {
      await store.load();
      await removeMany(store.runs.map(({ id }) => id));
    },
  } satisfies Record<string, Command>;
}
