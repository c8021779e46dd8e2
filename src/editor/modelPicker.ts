/** Choose Model…: the included family, its variants, a folder, a model of the Hugging Face cache, a server. */
import * as vscode from "vscode";
import { ActionableError } from "../core/rpc";
import type { EngineProcess } from "./engineProcess";
import { modelFor, pocketVariants } from "./modelChoice";
import { settings } from "./settings";
import { demandRunning } from "./trust";

interface ModelRow extends vscode.QuickPickItem {
  /** Gives the value of the setting, or undefined where the person stopped. */
  readonly choose?: () => Thenable<string | undefined>;
}

export class ModelPicker {
  constructor(
    private readonly engine: EngineProcess,
    private readonly pocketFolder: string,
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

  private async rows(): Promise<ModelRow[]> {
    const current = settings.model();
    const row = (value: string, label: string, detail: string): ModelRow => ({
      label,
      detail,
      description: value === current ? "in use" : "",
      choose: async () => value,
    });
    const variants = await pocketVariants(this.pocketFolder);
    return [
      { label: "Included", kind: vscode.QuickPickItemKind.Separator },
      row("pocket", "Pocket models", "Each strategy on the variant that was trained for it"),
      ...variants.map(({ name, strategies }) =>
        row(`pocket:${name}`, `Pocket ${name}`, strategies.length > 0 ? `Trained for ${strategies.join(", ")}` : ""),
      ),
      { label: "Your own", kind: vscode.QuickPickItemKind.Separator },
      { label: "Folder…", detail: "A model in Hugging Face layout on this machine", choose: chooseFolder },
      {
        label: "Hugging Face model…",
        detail: "owner/name of a model with ONNX files in the Hugging Face cache",
        choose: () => ask("owner/name", /^[\w.-]+\/[\w.-]+(@[\w./-]+)?(:\w+)?$/, "onnx-community/Qwen3-0.6B-ONNX"),
      },
      {
        label: "Server…",
        detail: "An OpenAI-compatible server, as of vLLM, llama.cpp or Ollama",
        choose: () => ask("Address of the server", /^https?:\/\/\S+$/, "http://127.0.0.1:8080/v1"),
      },
    ];
  }

  private async load(model: string): Promise<void> {
    const reference = await modelFor(model, settings.strategy(), this.pocketFolder);
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Loading ${model}`, cancellable: true },
      async (progress, token) => {
        const controller = new AbortController();
        token.onCancellationRequested(() => controller.abort());
        const told = (params: { message: string }) => progress.report({ message: params.message });
        this.engine.on("progress", told);
        try {
          const info = await this.engine.call("loadModel", { model: reference }, controller.signal);
          const running = info.strategies.filter((strategy) => strategy.runs).length;
          void vscode.window.setStatusBarMessage(`$(chip) ${info.name}: ${running} strategies run on it`, 6000);
        } catch (error) {
          if (!controller.signal.aborted) throw error;
        } finally {
          this.engine.off("progress", told);
        }
      },
    );
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

function ask(prompt: string, fits: RegExp, example: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    prompt,
    placeHolder: example,
    ignoreFocusOut: true,
    validateInput: (value) => (fits.test(value.trim()) ? undefined : `As in ${example}`),
  });
}
