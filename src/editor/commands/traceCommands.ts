/** Commands that open, import and export traces. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import { byQuestion, questionOf } from "../../core/measure/question";
import { shorten } from "../../core/text/shorten";
import { strategyTitle } from "../../core/catalogue";
import type { Command, CommandParts } from "./commandParts";
import { resultOf } from "../results/promptResults";
import { promptKey } from "../store/recordedRun";
import { exportTraces } from "../files/traceExport";
import type { ImportFile } from "../files/traceImport";
import { pickOne } from "../host/listPick";

/** More columns than these are no comparison. */
const MOST_COMPARED = 12;

export function traceCommands({ store, panels, target, importing, traceEditor, explorer, allRuns }: CommandParts) {
  const chooseRun = async (argument: unknown): Promise<string | undefined> => {
    await store.load();
    const run = target.runOf(argument);
    if (run !== undefined) return run;
    const rows = store.runs.map((each) => ({
      label: strategyTitle(each.header.strategy),
      description: shorten(each.header.messages.findLast(({ role }) => role === "user")?.content ?? "", 80),
      detail: new Date(each.header.started).toLocaleString(),
      run: each.id,
    }));
    return (await pickOne(rows, { title: vscode.l10n.t("Open Trace"), matchOnDescription: true }))?.run;
  };
  /** @returns the slot of the panel that shows it */
  const open = (run: string): string | undefined => {
    const header = store.run(run)?.header;
    if (!header) return undefined;
    const question = shorten(questionOf(header), 40);
    const title = (header.source && question) || strategyTitle(header.strategy);
    const detail = shorten(header.prompt.title ?? "", 40) || question;
    const slot = promptKey(header.prompt);
    panels.show({ title, detail, runs: [run], slot });
    void explorer.reveal(run);
    return slot;
  };
  /** Of an entry of the tree: all of an imported file, of a prompt the last of each strategy. */
  const runsOfEntry = (key: string): string[] | undefined => {
    const runs = store.runsOf(key);
    return (runs[0]?.header.source ? runs : resultOf(runs)?.byStrategy)?.map(({ id }) => id);
  };
  /** Side by side, as many as that shows; one by itself. @returns the slot of the panel */
  const showAll = (runs: readonly string[]): string | undefined => {
    if (runs.length === 1) return open(runs[0]!);
    const headers = runs.map((run) => store.run(run)?.header);
    const questions = byQuestion(headers).length;
    const what =
      questions === 1 && headers[0] ? shorten(questionOf(headers[0]), 40) : vscode.l10n.t("{0} questions", questions);
    panels.show({ title: vscode.l10n.t("Compare: {0}", what), runs: runs.slice(0, MOST_COMPARED), slot: "runs" });
    return "runs";
  };
  return {
    openTrace: async (argument) => {
      const run = await chooseRun(argument);
      if (run !== undefined) open(run);
    },
    openComparison: async (argument) => {
      await store.load();
      const { key } = (argument ?? {}) as { key?: unknown };
      const listed = typeof key === "string" ? store.runsOf(key) : [];
      const source = listed[0]?.header.source;
      if (source)
        return allRuns.show({ title: source.file ?? vscode.l10n.t("pasted text"), runs: listed.map(({ id }) => id) });
      const prompt = await target.promptOf(argument);
      const result = resultOf(store.runsOf(prompt.key));
      if (!result) return undefined;
      const shown = result.byStrategy.map((run) => run.id);
      return panels.show({
        title: vscode.l10n.t("Compare: {0}", shorten(prompt.name, 40)),
        runs: shown,
        slot: prompt.key,
      });
    },
    /** @param ids of runs, as the table of runs gives them */
    compareRuns: (ids) => {
      const given: unknown[] = Array.isArray(ids) ? ids : [];
      const runs = given.filter((id): id is string => typeof id === "string" && store.run(id) !== undefined);
      if (runs.length === 0) return;
      showAll(runs);
      if (runs.length > MOST_COMPARED) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t("The first {0} of {1} runs are shown side by side.", MOST_COMPARED, runs.length),
        );
      }
    },
    showRuns: () => allRuns.show(),
    openTraceFile: async (argument) => {
      const file = store.run(target.runOf(argument) ?? "")?.file;
      if (file) await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(file), "default");
    },
    revealStep: async (argument) => {
      const { run, at, from } = (argument ?? {}) as { run?: unknown; at?: unknown; from?: unknown };
      if (typeof run !== "string" || typeof at !== "number") return;
      // What was chosen in a panel is shown in the tree, and the other way round.
      if (from === "panel") return explorer.reveal(run, at);
      if (!panels.reveal(run, at)) {
        await store.load();
        if (!store.run(run))
          throw new ActionableError(
            "link-unknown",
            "The trace of this link is not kept in this workspace.",
            "Open the workspace that it was made in, or the trace's file.",
          );
        open(run);
        panels.reveal(run, at);
      }
    },
    importTraces: async (argument, more) => {
      // The file explorer gives the file that was clicked and then all that are selected.
      const files = filesOf(more) ?? filesOf(argument) ?? (await importing.choose());
      return files.length > 0 ? importing.files(files) : [];
    },
    inspectSelection: () => {
      const editor = vscode.window.activeTextEditor;
      if (editor) return importing.selection(editor);
      throw new ActionableError("no-text", "No text is open.", "Open a text and select the reasoning in it.");
    },
    exportTrace: async (argument) => {
      // Title menus give the address of their editor, which the focus says as well.
      const given = argument instanceof vscode.Uri ? undefined : argument;
      const opened = given === undefined ? await traceEditor.activeTraces() : undefined;
      if (opened) return exportTraces({ traces: async () => opened, savePage: () => traceEditor.savePage() });
      await store.load();
      const { key } = (given ?? {}) as { key?: unknown };
      const shown = given === undefined && panels.activeRuns.length > 0 ? panels.activeRuns : undefined;
      const compared = typeof key === "string" ? runsOfEntry(key) : shown;
      const run = compared ? undefined : await chooseRun(given);
      const runs = compared ?? (run === undefined ? [] : [run]);
      if (runs.length === 0) return undefined;
      return exportTraces({
        traces: () => Promise.all(runs.map((id) => store.trace(id))),
        // The pictures of a page are drawn by the view: what is exported from a list is shown first.
        savePage: () => {
          if (shown) return panels.savePage();
          const slot = runs.length <= MOST_COMPARED ? showAll(runs) : undefined;
          return slot !== undefined && panels.savePage(slot);
        },
      });
    },
    toggleWritten: () => {
      if (!traceEditor.toggleWritten()) panels.toggleWritten();
    },
    copyAnswer: async (argument) => {
      const answer = store.run(target.runOf(argument) ?? "")?.end?.answer;
      if (answer !== undefined) await vscode.env.clipboard.writeText(answer);
    },
    copyTraceText: async (argument) => {
      const run = target.runOf(argument);
      if (run === undefined) return;
      const { positions } = await store.trace(run);
      await vscode.env.clipboard.writeText(positions.map(({ text }) => text).join(""));
    },
  } satisfies Record<string, Command>;
}

/** Files that a menu or a drop gave; undefined where there are none. */
function filesOf(value: unknown): ImportFile[] | undefined {
  const files = (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isFile);
  return files.length > 0 ? files : undefined;
}

function isFile(value: unknown): value is ImportFile {
  if (value instanceof vscode.Uri) return true;
  const { name, bytes } = (value ?? {}) as { name?: unknown; bytes?: unknown };
  return typeof name === "string" && bytes instanceof Uint8Array;
}
