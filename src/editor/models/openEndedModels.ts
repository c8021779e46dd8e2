/** Models whose graphs hold loops and operators of somebody's own: a person is asked once, and it is remembered by name. */
import * as vscode from "vscode";
import { shortModelName } from "../../core/protocol/modelName";
import type { EngineProcess } from "../host/engineProcess";
import { modelNamed, settings } from "../host/settings";
import { tellEngine } from "./tellEngine";

const KEY = "thoughtlens.openEndedModels";
const MOST_REMEMBERED = 100;
const ALLOW = vscode.l10n.t("Allow");

export class OpenEndedModels {
  constructor(
    private readonly engine: EngineProcess,
    private readonly memory: vscode.Memento,
  ) {
    tellEngine(engine, [], () => Promise.all(this.names.map((name) => this.give(name))));
  }

  /** Asks about the model in use. */
  async ask(): Promise<void> {
    const name = settings.model();
    const options = {
      modal: true,
      detail: vscode.l10n.t("Its graph decides by itself how long it runs, so a step may not end by itself. A deadline and a bound on memory hold all the same."),
    };
    const chosen = await vscode.window.showWarningMessage(vscode.l10n.t("Run {0} all the same?", shortModelName(name)), options, ALLOW);
    if (chosen !== ALLOW) return;
    const others = this.names.filter((each) => each !== name);
    await this.memory.update(KEY, [name, ...others].slice(0, MOST_REMEMBERED));
    if (this.engine.state === "ready") await this.give(name);
  }

  private get names(): string[] {
    const kept = this.memory.get<unknown>(KEY);
    return Array.isArray(kept) ? kept.filter((name): name is string => typeof name === "string") : [];
  }

  private async give(name: string): Promise<void> {
    // One whose name leads nowhere in this workspace is none of its models.
    await Promise.resolve()
      .then(() => this.engine.call("allowOpenEnded", { model: modelNamed(name) }))
      .catch(() => undefined);
  }
}
