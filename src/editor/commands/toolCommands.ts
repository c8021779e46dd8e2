/** Commands around the runs: the model, the engine, settings, samples, and what is written into the prompt's file. */
import * as vscode from "vscode";
import { strategyFacts, strategyTitle } from "../../core/catalogue";
import { settings } from "../host/settings";
import { demandRunning } from "../host/trust";
import { insertResult } from "../results/resultComment";
import type { Command, CommandParts } from "./commandParts";

export function toolCommands({
  engine,
  store,
  target,
  models,
  capabilities,
  hub,
  servers,
  trust,
  probes,
  samples,
  log,
}: CommandParts) {
  return {
    chooseModel: () => models.choose(),
    showCapabilities: (model) => capabilities.show(typeof model === "string" ? model : undefined),
    setHubToken: () => hub.setToken(),
    setServerKey: () => servers.ask(),
    reviewAllowed: () => trust.review(),
    trainProbe: () => probes.train(),
    restartEngine: () => {
      demandRunning();
      const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Restarting the engine") };
      return vscode.window.withProgress(options, () => engine.restart());
    },
    showLog: () => log.show(),
    toggleAnnotations: () => settings.setShowsAnnotations(!settings.showsAnnotations()),
    openOptionsSetting: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "thoughtlens.strategyOptions"),
    openWatchListSetting: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "thoughtlens.watchList"),
    openTraceFolderSetting: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "thoughtlens.traceFolder"),
    revealPrompt: (argument) => target.reveal(argument),
    insertResult: async (argument) => {
      await store.load();
      const prompt = await target.promptOf(argument);
      await insertResult(prompt, store.runsOf(prompt.key));
    },
    useSetting: async (strategy, threshold) => {
      // What a page says goes into the settings only where it is a rule's strategy and a number.
      const known = typeof strategy === "string" && strategyFacts(strategy) !== undefined;
      if (!known || typeof threshold !== "number" || !Number.isFinite(threshold)) return;
      await settings.setStrategyOption(strategy, "threshold", threshold);
      const title = strategyTitle(strategy);
      void vscode.window.setStatusBarMessage(
        `$(check) ${vscode.l10n.t("{0} stops at threshold {1} from now on", title, threshold)}`,
        6000,
      );
    },
    openSamples: () => samples.openFolder(),
    openStory: (story) => samples.openStory(typeof story === "string" ? story : undefined),
    openSampleTrace: (strategy) => samples.openTrace(typeof strategy === "string" ? strategy : undefined),
  } satisfies Record<string, Command>;
}
