/** The commands, each a few words on top of the parts. What goes wrong reaches the person as one sentence. */
import * as vscode from "vscode";
import { shorten } from "../../core/text/shorten";
import { strategyTitle } from "../../core/catalogue";
import type { Command, CommandParts } from "./commandParts";
import { pickDataset, readDatasetFile } from "../bench/datasetPicker";
import type { TracedPrompt } from "../prompts/promptDocuments";
import type { Job } from "../runs/promptRuns";
import { insertResult } from "../prompts/resultComment";
import { settings } from "./settings";
import { traceCommands } from "../files/traceCommands";
import { demandRunning } from "./trust";

const USUAL_QUESTIONS = 50;

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

function isStrategyList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
}
