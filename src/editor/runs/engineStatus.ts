/** The one status bar item: which model, what the engine does, and how fast. While it runs, a click cancels. */
import * as vscode from "vscode";
import { shortModelName } from "../../core/protocol/modelName";
import { cacheWords, thinkRows } from "../../core/protocol/modelWords";
import type { EngineProcess, EngineState } from "../host/engineProcess";
import { settings } from "../host/settings";
import type { LoadedModels } from "../models/loadedModels";
import type { Progress } from "./goingRuns";
import { progressDetail, progressTitle } from "./progressText";
import type { PromptRuns } from "./promptRuns";

const STATES: Record<EngineState, string> = {
  starting: vscode.l10n.t("starting"),
  ready: vscode.l10n.t("ready"),
  stopped: vscode.l10n.t("stopped"),
  failed: vscode.l10n.t("failed"),
};

export class EngineStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("thoughtlens.engine", vscode.StatusBarAlignment.Right, 90);
  private readonly disposables: vscode.Disposable[];
  private memoryMiB: number | undefined;
  private isRunning = false;
  private isPaused = false;

  constructor(
    private readonly engine: EngineProcess,
    private readonly runs: PromptRuns,
    private readonly models: LoadedModels,
  ) {
    this.item.name = "Thoughtlens";
    engine.on("state", () => this.draw());
    engine.on("heartbeat", ({ rssMiB }) => {
      this.memoryMiB = rssMiB;
    });
    this.disposables = [
      this.item,
      runs.onDidChange(() => this.draw()),
      models.onDidChange(() => this.draw()),
      settings.onChange(["model"], () => this.draw()),
    ];
    this.draw();
    this.item.show();
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }

  private draw(): void {
    const progress = this.runs.progress;
    if (this.isRunning !== (progress !== undefined)) {
      this.isRunning = progress !== undefined;
      if (!this.isRunning) this.askOfModel();
      void vscode.commands.executeCommand("setContext", "thoughtlens.running", this.isRunning);
    }
    if (this.isPaused !== (progress?.paused ?? false)) {
      this.isPaused = progress?.paused ?? false;
      void vscode.commands.executeCommand("setContext", "thoughtlens.paused", this.isPaused);
    }
    const { state } = this.engine;
    const model = shortModelName(settings.model());
    const memory = this.memoryMiB === undefined || state !== "ready" ? "" : `, ${Math.round(this.memoryMiB)} MiB`;
    this.item.backgroundColor = state === "failed" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    if (state === "failed") {
      this.enter("$(error) Thoughtlens", vscode.l10n.t("The engine stopped. Click to restart it."), "restartEngine");
    } else if (progress) {
      const [icon, tooltip, command] = progress.paused
        ? ["debug-pause", vscode.l10n.t("The run is paused. Click to let it go on."), "resumeRun"]
        : ["sync~spin", vscode.l10n.t("Thoughtlens is tracing. Click to cancel."), "cancel"];
      this.enter(`$(${icon}) ${described(progress)}`, tooltip, command);
    } else {
      const tooltip = vscode.l10n.t("Thoughtlens: engine {0}. Click to choose a model.", STATES[state] + memory);
      this.enter(`$(chip) ${model}`, tooltip, "chooseModel", this.found());
    }
  }

  /** A run has loaded the model, so that asking what was found of it costs nothing. */
  private askOfModel(): void {
    const name = settings.model();
    if (this.engine.state === "ready" && !this.models.infoOf(name)) this.models.load(name).catch(() => undefined);
  }

  /** What was found of the model in use, line by line; empty before it was loaded. */
  private found(): string {
    const info = this.models.infoOf(settings.model());
    if (!info) return "";
    const cache = cacheWords(info.cache);
    const rows = [...thinkRows(info.thinking), ...(cache === undefined ? [] : [[vscode.l10n.t("Cache"), cache]])];
    return ["", ...rows.map(([fact, value]) => `${fact}: ${value}`)].join("\n");
  }

  private enter(text: string, tooltip: string, command: string, more = ""): void {
    this.item.text = text;
    this.item.tooltip = tooltip + more;
    this.item.command = `thoughtlens.${command}`;
    this.item.accessibilityInformation = { label: `${text.replace(/\$\([\w~-]{0,40}\) ?/g, "")}. ${tooltip}` };
  }
}

/** As in `DEER 57 tokens, 120/s`. */
function described(progress: Progress): string {
  const { message, tokensPerSecond } = progress;
  const speed = message !== undefined || tokensPerSecond === undefined ? "" : `, ${Math.round(tokensPerSecond)}/s`;
  return `${progressTitle(progress)} ${progressDetail(progress)}${speed}`;
}
