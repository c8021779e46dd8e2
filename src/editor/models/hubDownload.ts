/** Models of the Hugging Face hub: what is in the cache, and what can be fetched into it, with size and licence first. */
import * as vscode from "vscode";
import type { HubModel, HubRequest } from "../../core/protocol/engineApi";
import { sizeWords } from "../../core/protocol/hubCatalogue";
import { formatModelName, hubNamed } from "../../core/protocol/modelName";
import type { EngineProcess } from "../host/engineProcess";
import { withEngineProgress } from "../host/taskProgress";
import { pickOne } from "../host/listPick";

const TOKEN = "thoughtlens.hubToken";
const NOT_STATED = vscode.l10n.t("not stated");
const EXAMPLE = "onnx-community/Qwen3-0.6B-ONNX";

export class HubDownload {
  constructor(
    private readonly engine: EngineProcess,
    private readonly secrets: vscode.SecretStorage,
  ) {}

  /** Ids of the models in the cache; none where no engine may run or it does not start. */
  async cached(): Promise<string[]> {
    if (!vscode.workspace.isTrusted) return [];
    return this.engine.call("cachedModels", {}).catch(() => []);
  }

  /**
   * Asks for a variant, and for the name first where none is given, and downloads it.
   * @returns the value of the setting, or undefined
   */
  async choose(name?: string): Promise<string | undefined> {
    const named = hubNamed(name ?? (await askForName()) ?? "");
    if (!named) return undefined;
    const request = await this.requestFor(named);
    const model = await this.lookUp(request);
    const variant = model && (named.dtype ?? (await chooseVariant(model)));
    if (!variant) return undefined;
    const done = await withEngineProgress(vscode.l10n.t("Downloading {0}", named.id), (call) =>
      this.engine.call("downloadModel", { ...request, dtype: variant }, call),
    );
    return done && formatModelName({ ...named, dtype: variant });
  }

  /**
   * Downloads what a model lacks here: of the variant that its name says, else of the preferred one, which is opened where a name says none.
   * @param name as the setting has it
   * @returns whether it is here now; not where the person cancelled: what came until then is kept
   */
  async bring(name: string): Promise<boolean> {
    const named = hubNamed(name);
    if (!named) return false;
    const request = await this.requestFor(named);
    const model = await this.lookUp(request);
    if (!model) return false;
    const { id, licence, variants } = model;
    const variant = variants.find(({ dtype }) => named.dtype === undefined || dtype === named.dtype);
    const title = variant
      ? vscode.l10n.t("Downloading {0}: {1}, {2}, licence {3}", id, variant.dtype, sizeWords(variant.bytes), licence ?? NOT_STATED)
      : vscode.l10n.t("Downloading {0}", id);
    const wanted = { ...request, ...(named.dtype ? { dtype: named.dtype } : {}) };
    const done = await withEngineProgress(title, (call) => this.engine.call("downloadModel", wanted, call));
    return done !== undefined;
  }

  private async requestFor({ id, revision }: NonNullable<ReturnType<typeof hubNamed>>): Promise<HubRequest> {
    const token = await this.secrets.get(TOKEN);
    return { id, ...(revision ? { revision } : {}), ...(token ? { token } : {}) };
  }

  private lookUp(request: HubRequest): Thenable<HubModel | undefined> {
    return withEngineProgress(vscode.l10n.t("Looking up {0}", request.id), (call) =>
      this.engine.call("describeModel", request, call),
    );
  }

  /** Asks for the token of private and gated models; an empty one is forgotten. */
  async setToken(): Promise<void> {
    const token = await vscode.window.showInputBox({
      title: vscode.l10n.t("Hugging Face Token"),
      prompt: vscode.l10n.t("For private and gated models. It is kept in the system's secret storage; empty removes it."),
      password: true,
      ignoreFocusOut: true,
    });
    if (token === undefined) return;
    if (token.trim() === "") await this.secrets.delete(TOKEN);
    else await this.secrets.store(TOKEN, token.trim());
  }
}

const askForName = () =>
  vscode.window.showInputBox({
    title: vscode.l10n.t("Hugging Face Model"),
    prompt: vscode.l10n.t("owner/name of a model with ONNX files"),
    placeHolder: EXAMPLE,
    ignoreFocusOut: true,
    validateInput: (value) => (hubNamed(value) ? undefined : vscode.l10n.t("As in {0}", EXAMPLE)),
  });

async function chooseVariant({ id, licence, variants }: HubModel): Promise<string | undefined> {
  const rows = variants.map(({ dtype, bytes }, index) => ({
    label: dtype,
    description: index === 0 ? vscode.l10n.t("{0}, preferred", sizeWords(bytes)) : sizeWords(bytes),
  }));
  const row = await pickOne(rows, {
    title: vscode.l10n.t("Download {0}", id),
    placeHolder: vscode.l10n.t("Variant to download. Licence: {0}", licence ?? NOT_STATED),
  });
  return row?.label;
}
