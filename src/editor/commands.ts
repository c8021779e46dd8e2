/** The commands, each a few words on top of the parts. What goes wrong reaches the person as one sentence. */
import * as vscode from "vscode";
import { ActionableError } from "../core/rpc";
import { strategyTitle } from "../core/strategyTitle";
import type { CapabilityPages } from "./capabilityPages";
import type { DatasetBench } from "./datasetBench";
import { pickDataset, readDatasetFile } from "./datasetPicker";
import type { EngineProcess } from "./engineProcess";
import type { ExplorerTree } from "./explorerTree";
import type { HubDownload } from "./hubDownload";
import type { Messages } from "./messages";
import type { ModelPicker } from "./modelPicker";
import type { Probes } from "./probes";
import type { TracedPrompt } from "./promptDocuments";
import type { PromptInputs } from "./promptInputs";
import { promptKey, resultOf, shorten } from "./promptResults";
import type { Job, PromptRuns } from "./promptRuns";
import type { PromptTarget } from "./promptTarget";
import { insertResult } from "./resultComment";
import type { ServerKeys } from "./serverKeys";
import type { Samples } from "./samples";
import { settings } from "./settings";
import type { StrategyPicker } from "./strategyPicker";
import type { TraceEditor } from "./traceEditor";
import { exportTraces } from "./traceExport";
import type { ImportFile, TraceImport } from "./traceImport";
import type { TracePanels } from "./tracePanel";
import type { TraceScoring } from "./traceScoring";
import type { TraceStore } from "./traceStore";
import { demandRunning } from "./trust";

export interface CommandParts {
  readonly engine: EngineProcess;
  readonly store: TraceStore;
  readonly runs: PromptRuns;
  readonly panels: TracePanels;
  readonly target: PromptTarget;
  readonly inputs: PromptInputs;
  readonly strategies: StrategyPicker;
  readonly models: ModelPicker;
  readonly capabilities: CapabilityPages;
  readonly hub: HubDownload;
  readonly bench: DatasetBench;
  readonly servers: ServerKeys;
  readonly probes: Probes;
  readonly samples: Samples;
  readonly importing: TraceImport;
  readonly traceEditor: TraceEditor;
  readonly scoring: TraceScoring;
  readonly explorer: ExplorerTree;
  readonly messages: Messages;
  readonly log: vscode.LogOutputChannel;
}

const USUAL_QUESTIONS = 50;

type Command = (argument: unknown, more: unknown) => unknown;

/** @returns what unregisters them */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const { messages } = parts;
  const registered = Object.entries({ ...runCommands(parts), ...traceCommands(parts), ...toolCommands(parts) }).map(
    ([name, command]: [string, Command]) =>
      vscode.commands.registerCommand(`thoughtlens.${name}`, async (argument: unknown, more: unknown) => {
        try {
          return await command(argument, more);
        } catch (error) {
          messages.show(error);
          return undefined;
        }
      }),
  );
  return vscode.Disposable.from(...registered);
}

function runCommands({
  runs,
  panels,
  target,
  inputs,
  strategies,
  bench,
  scoring,
  store,
  traceEditor,
}: CommandParts): Record<string, Command> {
  /** The ids of the runs, once the last is over: what a caller of the command waits for. */
  const start = async (prompt: TracedPrompt, chosen: readonly string[]): Promise<readonly string[]> => {
    const filled = await inputs.ask(prompt);
    if (!filled) return [];
    const job = runs.start(filled, chosen);
    panels.show({ title: titleOf(job), runs: job.runs, slot: prompt.key });
    await job.done;
    return job.runs;
  };
  return {
    trace: async (argument) => {
      demandRunning();
      return start(await target.promptOf(argument), [settings.strategy()]);
    },
    traceWith: async (argument, strategy) => {
      demandRunning();
      const prompt = await target.promptOf(argument);
      const chosen = typeof strategy === "string" ? strategy : await strategies.one();
      return chosen === undefined ? [] : start(prompt, [chosen]);
    },
    compare: async (argument, list) => {
      demandRunning();
      const prompt = await target.promptOf(argument);
      const chosen = isStrategyList(list) ? list : await strategies.several();
      return chosen === undefined ? [] : start(prompt, chosen);
    },
    benchDataset: async (file, list) => {
      demandRunning();
      const dataset =
        file instanceof vscode.Uri && isStrategyList(list)
          ? await readDatasetFile(file)
          : await pickDataset("Bench Dataset", USUAL_QUESTIONS);
      if (!dataset) return [];
      const chosen = isStrategyList(list) ? list : await strategies.several();
      return chosen === undefined ? [] : bench.start(dataset, chosen);
    },
    resumeBench: (id) => {
      demandRunning();
      return bench.resume(typeof id === "string" ? id : undefined);
    },
    openBench: () => bench.open(),
    scoreTrace: (argument, model) => scoring.score(argument, typeof model === "string" ? model : undefined),
    pauseControl: async (argument) => {
      demandRunning();
      const { run } = (argument ?? {}) as { run?: unknown };
      // A trace that was opened as a file, such as a sample, is in no list.
      const opened = typeof run === "string" && !store.run(run) ? await traceEditor.activeTraces() : undefined;
      const header = opened?.find((trace) => trace.header?.id === run)?.header;
      const prompt = header ? target.ofOpened(header) : await target.promptOf(argument);
      // Both try the answer after each thought, so that they can be set side by side.
      return start({ ...prompt, options: { ...prompt.options, answers: true } }, ["coconut", "coconut-pause"]);
    },
    cancel: () => runs.cancel(),
  };
}

function traceCommands({
  store,
  panels,
  target,
  importing,
  traceEditor,
  explorer,
}: CommandParts): Record<string, Command> {
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
    return (await vscode.window.showQuickPick(rows, { title: "Open Trace", matchOnDescription: true }))?.run;
  };
  const open = (run: string): void => {
    const header = store.run(run)?.header;
    if (!header) return;
    panels.show({ title: strategyTitle(header.strategy), runs: [run], slot: promptKey(header.prompt) });
    void explorer.reveal(run);
  };
  const sentenceFor = (count: number) => `Delete ${count} ${count === 1 ? "trace" : "traces"}?`;
  const deleteAfterAsking = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    const answer = await vscode.window.showWarningMessage(
      sentenceFor(ids.length),
      { modal: true, detail: "Their files are deleted from disk." },
      "Delete",
    );
    if (answer === "Delete") await store.delete(ids);
  };
  return {
    openTrace: async (argument) => {
      const run = await chooseRun(argument);
      if (run !== undefined) open(run);
    },
    openComparison: async (argument) => {
      await store.load();
      const prompt = await target.promptOf(argument);
      const result = resultOf(store.runsOf(prompt.key));
      if (!result) return;
      const shown = result.byStrategy.map((run) => run.id);
      panels.show({ title: `Compare: ${shorten(prompt.name, 40)}`, runs: shown, slot: prompt.key });
    },
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
    addTraces: async (argument) => {
      const { slot, file, files } = (argument ?? {}) as { slot?: unknown; file?: unknown; files?: unknown };
      const chosen = filesOf(files) ?? (await importing.choose());
      if (chosen.length === 0) return;
      if (typeof slot === "string") panels.add(slot, await importing.adopt(chosen));
      else await importing.files([...(filesOf(file) ?? []), ...chosen]);
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
      const compared = typeof key === "string" ? resultOf(store.runsOf(key))?.byStrategy.map(({ id }) => id) : shown;
      const run = compared ? undefined : await chooseRun(given);
      const runs = compared ?? (run === undefined ? [] : [run]);
      if (runs.length === 0) return undefined;
      return exportTraces({
        traces: () => Promise.all(runs.map((id) => store.trace(id))),
        savePage: () => shown !== undefined && panels.savePage(),
      });
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
    deleteRun: async (argument) => {
      const run = target.runOf(argument);
      if (run !== undefined) await store.delete([run]);
    },
    deletePromptRuns: (argument) => {
      const { key } = (argument ?? {}) as { key?: unknown };
      return typeof key === "string" ? deleteAfterAsking(store.runsOf(key).map(({ id }) => id)) : undefined;
    },
    clearTraces: async () => {
      await store.load();
      await deleteAfterAsking(store.runs.filter(({ live }) => !live).map(({ id }) => id));
    },
  };
}

function toolCommands({
  engine,
  store,
  target,
  models,
  capabilities,
  hub,
  servers,
  probes,
  samples,
  log,
}: CommandParts): Record<string, Command> {
  return {
    chooseModel: () => models.choose(),
    showCapabilities: (model) => capabilities.show(typeof model === "string" ? model : undefined),
    setHubToken: () => hub.setToken(),
    setServerKey: () => servers.ask(),
    trainProbe: () => probes.train(),
    restartEngine: () => {
      demandRunning();
      const options = { location: vscode.ProgressLocation.Window, title: "Restarting the engine" };
      return vscode.window.withProgress(options, () => engine.restart());
    },
    showLog: () => log.show(),
    toggleAnnotations: () => settings.setShowsAnnotations(!settings.showsAnnotations()),
    openOptionsSetting: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "thoughtlens.strategyOptions"),
    openTraceFolderSetting: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "thoughtlens.traceFolder"),
    revealPrompt: (argument) => target.reveal(argument),
    insertResult: async (argument) => {
      await store.load();
      const prompt = await target.promptOf(argument);
      await insertResult(prompt, store.runsOf(prompt.key));
    },
    openSamples: () => samples.openFolder(),
    openSampleTrace: (strategy) => samples.openTrace(typeof strategy === "string" ? strategy : undefined),
  };
}

function titleOf({ prompt, strategies }: Job): string {
  return strategies.length > 1 ? `Compare: ${shorten(prompt.name, 40)}` : strategyTitle(strategies[0]!);
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

function isStrategyList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
}
