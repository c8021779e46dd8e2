/** Choose Model…: the included family, its variants, a folder, a model of the Hugging Face hub, a server. */
import * as vscode from "vscode";
import type { IncludedModel } from "../../core/protocol/engineApi";
import { ActionableError } from "../../core/protocol/rpc";
import { publicAddress } from "../../core/text/publicAddress";
import type { EngineProcess } from "../host/engineProcess";
import type { CapabilityPages } from "./capabilityPages";
import type { HubDownload } from "./hubDownload";
import { formatModelName, pocketNamed, serverNamed, shortModelName } from "../../core/protocol/modelName";
import { modelNamed, settings } from "../host/settings";
import { withEngineProgress } from "../host/taskProgress";
import { demandRunning } from "../host/trust";

interface ModelRow extends vscode.QuickPickItem {
  /** Gives the value of the setting, or undefined where the person stopped. */
  readonly choose?: () => Thenable<string | undefined>;
}

export class ModelPicker {
  constructor(
    private readonly engine: EngineProcess,
    private readonly hub: HubDownload,
    private readonly capabilities: CapabilityPages,
  ) {}

  /** Asks for a model, sets it, and loads it where models may run, so that what is wrong is said at once. */
  async choose(): Promise<void> {
    const row = await vscode.window.showQuickPick(this.rows(), { title: "Choose Model", matchOnDetail: true });
    const model = await row?.choose?.();
    if (model === undefined) return;
    await settings.setModel(model);
    demandRunning();
    await this.load(model);
  }

  /** Asks for a model that runs here, for one task. @returns as the setting would name it, or undefined */
  async chooseLocal(title: string): Promise<string | undefined> {
    const row = await vscode.window.showQuickPick(this.localRows(), { title, matchOnDetail: true });
    return row?.choose?.();
  }

  private async rows(): Promise<ModelRow[]> {
    return [
      ...(await this.localRows()),
      { label: "Elsewhere", kind: vscode.QuickPickItemKind.Separator },
      {
        label: "Hugging Face Model…",
        detail: "Download owner/name, a model with ONNX files; size and licence are shown first",
        choose: () => this.hub.choose(),
      },
      {
        label: "Server…",
        detail: "An OpenAI-compatible server, as of vLLM, llama.cpp or Ollama",
        choose: () => askForServer(),
      },
      { label: "In use", kind: vscode.QuickPickItemKind.Separator },
      {
        label: "Show Capabilities",
        detail: `Which strategies run on ${shortModelName(settings.model())}, and why the others do not`,
        choose: async () => {
          await this.capabilities.show();
          return undefined;
        },
      },
    ];
  }

  private async localRows(): Promise<ModelRow[]> {
    const current = settings.model();
    const row = (value: string, label: string, detail: string): ModelRow => ({
      label,
      detail,
      description: value === current ? "in use" : "",
      choose: async () => value,
    });
    const included = await this.included();
    const cached = await this.hub.cached();
    const isListed = pocketNamed(current) ?? serverNamed(current) ?? cached.includes(current);
    return [
      { label: "Included", kind: vscode.QuickPickItemKind.Separator },
      row(formatModelName({ kind: "pocket" }), "Pocket models", "Each strategy on the variant that was trained for it"),
      ...included.map(({ name, strategies }) =>
        row(
          formatModelName({ kind: "pocket", member: name }),
          `Pocket ${name}`,
          strategies.length > 0 ? `Trained for ${strategies.join(", ")}` : "",
        ),
      ),
      { label: "On this machine", kind: vscode.QuickPickItemKind.Separator },
      ...cached.map((id) => row(id, id, "In the Hugging Face cache")),
      ...(isListed ? [] : [row(current, shortModelName(current), publicAddress(current))]),
      { label: "Folder…", detail: "A model in Hugging Face layout", choose: chooseFolder },
    ];
  }

  /** The family's members; none where no engine may run or it does not start. */
  private async included(): Promise<IncludedModel[]> {
    if (!vscode.workspace.isTrusted) return [];
    return this.engine.call("includedModels", {}).catch(() => []);
  }

  private async load(model: string): Promise<void> {
    const info = await withEngineProgress(`Loading ${publicAddress(model)}`, (call) =>
      this.engine.call("loadModel", { model: modelNamed(model) }, call),
    );
    if (!info) return;
    const running = info.strategies.filter((strategy) => strategy.runs).length;
    void vscode.window.setStatusBarMessage(`$(chip) ${info.name}: ${running} strategies run on it`, 6000);
  }
}

async function chooseFolder(): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: "Folder of the Model",
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: "Use This Folder",
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
    title: "Server",
    prompt: "Address of an OpenAI-compatible server",
    placeHolder: example,
    ignoreFocusOut: true,
    validateInput: (value) =>
      serverNamed(value) ? undefined : `An address, as in ${example}, or ${example}#MODEL`,
  });
}
