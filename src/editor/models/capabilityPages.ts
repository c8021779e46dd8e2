/** Show Model Capabilities: loads the model in use and shows what it can do as a page of the Markdown preview. */
import * as vscode from "vscode";
import type { CallContext } from "../../core/protocol/rpc";
import { toErrorShape } from "../../core/protocol/rpc";
import { capabilityReport, type ReportedModel } from "./capabilityReport";
import type { LoadedModels } from "./loadedModels";
import type { EngineProcess } from "../host/engineProcess";
import { formatModelName, shortModelName } from "../../core/protocol/modelName";
import { settings } from "../host/settings";
import { withEngineProgress } from "../host/taskProgress";
import { demandRunning } from "../host/trust";

const SCHEME = "thoughtlens-capabilities";
const FAMILY = formatModelName({ kind: "pocket" });

export class CapabilityPages implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  /** By address. */
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly engine: EngineProcess,
    private readonly models: LoadedModels,
  ) {}

  /**
   * Loads the model, with every member of the included family, and opens the page.
   * @param model as the setting names it
   * @returns the page's address, or undefined where the person cancelled
   * @throws ActionableError where models may not run, and why the model does not load
   */
  async show(model = settings.model()): Promise<vscode.Uri | undefined> {
    demandRunning();
    const text = await withEngineProgress(vscode.l10n.t("Looking at what the model can do"), (call) =>
      this.report(model, call),
    );
    if (text === undefined) return undefined;
    // The path is the title of the tab, and its ending makes it Markdown; the query tells models of one name apart.
    const page = vscode.Uri.from({
      scheme: SCHEME,
      path: `/Capabilities of ${shortModelName(model).replace(/[^\w.-]+/g, " ")}.md`,
      query: model,
    });
    this.texts.set(page.toString(), text);
    this.changed.fire(page);
    await vscode.commands.executeCommand("markdown.showPreview", page);
    return page;
  }

  /** A page that an earlier session left open has no text: no model is loaded before somebody asks. */
  provideTextDocumentContent(page: vscode.Uri): string {
    return this.texts.get(page.toString()) ?? `${vscode.l10n.t("Run *Thoughtlens: Show Model Capabilities* to fill this page.")}\n`;
  }

  dispose(): void {
    this.provider.dispose();
    this.changed.dispose();
  }

  private async report(model: string, call: CallContext): Promise<string> {
    const loaded = await this.models.load(model, call);
    const members: ReportedModel[] = [];
    const included = model === FAMILY ? await this.engine.call("includedModels", {}, call) : [];
    for (const { name } of included) members.push(await this.member(formatModelName({ kind: "pocket", member: name }), call));
    return capabilityReport({ model: { setting: model, loaded }, members });
  }

  /** One member; why it does not load stands in the page, so that the others are still shown. */
  private async member(setting: string, call: CallContext): Promise<ReportedModel> {
    try {
      return { setting, loaded: await this.models.load(setting, call) };
    } catch (error) {
      if (call.signal.aborted) throw error;
      return { setting, loaded: toErrorShape(error) };
    }
  }
}
