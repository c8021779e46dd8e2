/** Keys of servers: kept in the system's secret storage, and given to each engine that starts. */
import * as vscode from "vscode";
import { serverNamed } from "../../core/protocol/modelName";
import { ActionableError } from "../../core/protocol/rpc";
import { publicAddress } from "../../core/text/publicAddress";
import type { EngineProcess } from "../host/engineProcess";
import { settings } from "../host/settings";
import { tellEngine } from "./tellEngine";

const SECRET = "thoughtlens.serverKey:";

export class ServerKeys {
  constructor(
    private readonly engine: EngineProcess,
    private readonly secrets: vscode.SecretStorage,
  ) {
    tellEngine(engine, ["model"], () => this.give());
  }

  /** Asks for the key of the server in use; an empty one is forgotten. */
  async ask(): Promise<void> {
    const url = serverNamed(settings.model())?.url;
    if (url === undefined) {
      throw new ActionableError("model-no-server", "The model in use is no server.", "Choose a server first.");
    }
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t("Server Key"),
      prompt: vscode.l10n.t("Key of {0}. It is kept in the system's secret storage; empty removes it.", publicAddress(url)),
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return;
    if (key.trim() === "") await this.secrets.delete(SECRET + url);
    else await this.secrets.store(SECRET + url, key.trim());
    if (this.engine.state === "ready") await this.give();
  }

  private async give(): Promise<void> {
    const url = serverNamed(settings.model())?.url;
    if (url === undefined) return;
    const key = await this.secrets.get(SECRET + url);
    // An engine that ended meanwhile gets it when it starts again.
    await this.engine.call("setServerKey", { url, key }).catch(() => undefined);
  }
}
