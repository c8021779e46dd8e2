/** Keys of servers: kept in the system's secret storage, and given to each engine that starts. */
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import { publicAddress } from "../../core/text/publicAddress";
import type { EngineProcess } from "../host/engineProcess";
import { settings } from "../host/settings";
import { KeptKeys, serversAmong } from "./keptKeys";
import type { RecentModels } from "./recentModels";
import { tellEngine } from "./tellEngine";
import { pickOne } from "../host/listPick";

export class ServerKeys {
  private readonly kept: KeptKeys;

  constructor(
    private readonly engine: EngineProcess,
    secrets: vscode.SecretStorage,
    private readonly recent: RecentModels,
  ) {
    this.kept = new KeptKeys(secrets);
    tellEngine(engine, ["model"], () => this.give());
    recent.onDidChange(() => {
      if (engine.state === "ready") void this.give();
    });
  }

  /** Asks for the key of a server that is in use or was lately; an empty one is forgotten. */
  async ask(): Promise<void> {
    const url = await this.choose();
    if (url === undefined) return;
    const { host } = new URL(url);
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t("Server Key"),
      prompt: vscode.l10n.t("Key of {0}. It is kept in the system's secret storage; empty removes it.", host),
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return;
    await this.kept.set(url, key);
    if (this.engine.state === "ready") await this.give();
  }

  /** A comparison asks several: those of which one is in use first. */
  private get servers(): string[] {
    return serversAmong([settings.model(), ...this.recent.names]);
  }

  private async choose(): Promise<string | undefined> {
    const { servers } = this;
    if (servers.length === 0)
      throw new ActionableError("model-no-server", "The model in use is no server.", "Choose a server first.");
    if (servers.length === 1) return servers[0];
    const rows = servers.map((url) => ({ label: publicAddress(url), url }));
    const placeHolder = vscode.l10n.t("The server that the key is for");
    return (await pickOne(rows, { title: vscode.l10n.t("Server Key"), placeHolder }))?.url;
  }

  private async give(): Promise<void> {
    const { servers } = this;
    const keys = await Promise.all(servers.map((url) => this.kept.of(url)));
    for (const [index, url] of servers.entries())
      // An engine that ended meanwhile gets it when it starts again.
      await this.engine.call("setServerKey", { url, key: keys[index] }).catch(() => undefined);
  }
}
