/** Choose Model…: recent models, the included family, what is on this machine, the catalogue by family, a server. */
import * as vscode from "vscode";
import type { IncludedModel } from "../../core/protocol/engineApi";
import { serverNamed } from "../../core/protocol/modelName";
import { cacheWords, thinkBrief } from "../../core/protocol/modelWords";
import { ActionableError } from "../../core/protocol/rpc";
import { publicAddress } from "../../core/text/publicAddress";
import type { EngineProcess } from "../host/engineProcess";
import type { Messages } from "../host/messages";
import { settings } from "../host/settings";
import { withEngineProgress } from "../host/taskProgress";
import { demandRunning } from "../host/trust";
import type { CapabilityPages } from "./capabilityPages";
import type { NamedTrust } from "../host/namedTrust";
import type { HubDownload } from "./hubDownload";
import type { LoadedModels } from "./loadedModels";
import { localRows, modelRows, readyRows, type Choice, type ModelRow, type ModelsKnown } from "./modelRows";
import type { RecentModels } from "./recentModels";
import { pickOne, pickSeveral } from "../host/listPick";

interface ModelItem extends vscode.QuickPickItem {
  readonly choice?: Choice | undefined;
}

export interface ModelPickerParts {
  engine: EngineProcess;
  hub: HubDownload;
  capabilities: CapabilityPages;
  loaded: LoadedModels;
  recent: RecentModels;
  trust: NamedTrust;
  messages: Messages;
}

export class ModelPicker {
  /** As the setting names it: the model of which a person was told last that it is not here, or not whole. */
  private lacking: string | undefined;

  constructor(private readonly parts: ModelPickerParts) {
    parts.messages.onDidShow(({ model }) => {
      if (model !== undefined) this.lacking = model;
    });
  }

  /**
   * Downloads what such a model lacks, or the model in use where nothing was told, and loads it.
   * @throws ActionableError where models may not run, of the download, and why the model does not load all the same
   */
  async download(): Promise<void> {
    demandRunning();
    const name = this.lacking ?? settings.model();
    if (!(await this.parts.hub.bring(name))) return;
    this.lacking = undefined;
    await this.load(name);
  }

  /** Asks for a model, sets it, and loads it where models may run, so that what is wrong is said at once. */
  async choose(): Promise<void> {
    const model = await this.pick(modelRows, vscode.l10n.t("Choose Model"));
    if (model === undefined) return;
    await settings.setModel(model);
    await this.parts.recent.add(model);
    demandRunning();
    await this.load(model);
  }

  /** Asks for a model that runs here, for one task. @returns as the setting would name it, or undefined */
  chooseLocal(title: string): Promise<string | undefined> {
    return this.pick(localRows, title);
  }

  /**
   * Asks for several models that are here or were used before.
   * @returns as the setting would name them, in the order of the list; none where the person stopped
   */
  async chooseSeveral(title: string): Promise<string[]> {
    const current = settings.model();
    const items = this.known().then((known) =>
      readyRows(known).map((row) => ({ ...itemOf(row), picked: row.choice !== undefined && named(row.choice) === current })),
    );
    const placeHolder = vscode.l10n.t("Models to run, side by side");
    const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
    const chosen = (await pickSeveral<ModelItem>(items, options)) ?? [];
    const models = chosen.flatMap(({ choice }) => (choice && named(choice)) ?? []);
    for (const model of models) await this.parts.trust.allowChosen(model);
    return models;
  }

  private async pick(rowsOf: (known: ModelsKnown) => ModelRow[], title: string): Promise<string | undefined> {
    const items = this.known().then((known) => rowsOf(known).map(itemOf));
    const options = { title, matchOnDescription: true, matchOnDetail: true };
    const item = await pickOne(items, options);
    const model = item?.choice && (await this.follow(item.choice));
    if (model !== undefined) await this.parts.trust.allowChosen(model);
    return model;
  }

  /** @returns the value of the setting, or undefined where the person stopped, or there is nothing to be set */
  private async follow(choice: Choice): Promise<string | undefined> {
    if ("model" in choice) return choice.model;
    if ("download" in choice) return this.parts.hub.choose(choice.download);
    if ("show" in choice) return void (await this.parts.capabilities.show());
    switch (choice.ask) {
      case "folder":
        return chooseFolder();
      case "hub":
        return this.parts.hub.choose();
      case "server":
        return askForServer();
    }
  }

  private async known(): Promise<ModelsKnown> {
    return {
      current: settings.model(),
      recent: this.parts.recent.names,
      included: await this.included(),
      cached: await this.parts.hub.cached(),
    };
  }

  /** The family's members; none where no engine may run or it does not start. */
  private async included(): Promise<IncludedModel[]> {
    if (!vscode.workspace.isTrusted) return [];
    return this.parts.engine.call("includedModels", {}).catch(() => []);
  }

  private async load(model: string): Promise<void> {
    const info = await withEngineProgress(vscode.l10n.t("Loading {0}", publicAddress(model)), (call) =>
      this.parts.loaded.load(model, call),
    );
    if (!info) return;
    const running = info.strategies.filter((strategy) => strategy.runs).length;
    const found = [
      vscode.l10n.t("{0} strategies run on it", running),
      `thinking: ${thinkBrief(info.thinking)}`,
      cacheWords(info.cache) ?? "",
    ];
    void vscode.window.setStatusBarMessage(`$(chip) ${info.name}: ${found.filter(Boolean).join("; ")}`, 6000);
  }
}

const named = (choice: Choice): string | undefined => ("model" in choice ? choice.model : undefined);

const itemOf = ({ label, description, detail, choice }: ModelRow): ModelItem =>
  choice
    ? { label, choice, ...(description ? { description } : {}), ...(detail ? { detail } : {}) }
    : { label, kind: vscode.QuickPickItemKind.Separator };

async function chooseFolder(): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Folder of the Model"),
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t("Use This Folder"),
    })) ?? [];
  if (!folder) return undefined;
  try {
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, "config.json"));
  } catch {
    throw new ActionableError(
      "model-folder",
      "This folder has no config.json, so it is no model.",
      "Choose the folder that holds config.json, tokenizer.json and onnx/.",
    );
  }
  return folder.fsPath;
}

function askForServer(): Thenable<string | undefined> {
  const example = "http://127.0.0.1:8080/v1";
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Server"),
    prompt: vscode.l10n.t("Address of an OpenAI-compatible server"),
    placeHolder: example,
    ignoreFocusOut: true,
    validateInput: (value) =>
      serverNamed(value) ? undefined : vscode.l10n.t("An address, as in {0}, or {1}#MODEL", example, example),
  });
}
