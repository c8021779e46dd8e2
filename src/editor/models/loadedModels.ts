/** Models that were loaded in this session, with what the engine found of each, so that it is shown without asking again. */
import * as vscode from "vscode";
import type { ModelInfo } from "../../core/protocol/engineApi";
import type { CallOptions } from "../../core/protocol/rpc";
import type { EngineProcess } from "../host/engineProcess";
import { modelNamed } from "../host/settings";

export class LoadedModels implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  /** By name, as the setting has it. */
  private readonly infos = new Map<string, ModelInfo>();

  constructor(private readonly engine: EngineProcess) {}

  /** @throws ActionableError of the engine, and `model-name` */
  async load(name: string, options: CallOptions = {}): Promise<ModelInfo> {
    const info = await this.engine.call("loadModel", { model: modelNamed(name) }, options);
    this.infos.set(name, info);
    this.changed.fire();
    return info;
  }

  /** What was found when it was loaded last; undefined where it was not in this session. */
  infoOf(name: string): ModelInfo | undefined {
    return this.infos.get(name);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
