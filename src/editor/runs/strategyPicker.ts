/** Lists of strategies to pick from, as the engine knows them; those that the chosen model cannot run say why. */
import * as vscode from "vscode";
import { offeredIn } from "../../core/catalogue";
import type { StrategyInfo } from "../../core/protocol/engineApi";
import type { EngineProcess } from "../host/engineProcess";
import { settings } from "../host/settings";
import type { LoadedModels } from "../models/loadedModels";

interface StrategyRow extends vscode.QuickPickItem {
  /** Undefined for separators. */
  readonly id?: string;
}

const REMEMBERED = "thoughtlens.comparedStrategies";

export class StrategyPicker {
  /** @param memory where the last comparison is remembered */
  constructor(
    private readonly engine: EngineProcess,
    private readonly models: LoadedModels,
    private readonly memory: vscode.Memento,
  ) {}

  /** @returns undefined where the person picked none */
  async one(): Promise<string | undefined> {
    const options = { title: "Trace Prompt With", placeHolder: "Strategy", matchOnDetail: true };
    return (await vscode.window.showQuickPick(this.rows([settings.strategy()]), options))?.id;
  }

  /** In the order of the list; the last pick is marked. @returns undefined where the person picked none */
  async several(): Promise<string[] | undefined> {
    const picked = await vscode.window.showQuickPick(this.rows(this.remembered), {
      title: "Compare Strategies",
      placeHolder: "Strategies to run, side by side",
      canPickMany: true,
      matchOnDetail: true,
    });
    const ids = picked?.flatMap(({ id }) => id ?? []) ?? [];
    if (ids.length === 0) return undefined;
    await this.memory.update(REMEMBERED, ids);
    return ids;
  }

  private get remembered(): readonly string[] {
    return this.memory.get<string[]>(REMEMBERED, offeredIn("comparison"));
  }

  private async rows(marked: readonly string[]): Promise<StrategyRow[]> {
    const { strategies } = await this.engine.hello();
    const reasons = await this.reasonsAgainst();
    const runs = strategies.filter(({ id }) => !reasons.has(id));
    const not = strategies.filter(({ id }) => reasons.has(id));
    return [
      ...runs.map((strategy) => ({ ...rowOf(strategy), picked: marked.includes(strategy.id) })),
      ...(not.length > 0 ? [{ label: "Not on this model", kind: vscode.QuickPickItemKind.Separator }] : []),
      ...not.map((strategy) => ({ ...rowOf(strategy), detail: reasons.get(strategy.id)! })),
    ];
  }

  /** Why strategies do not run on the chosen model. A model that does not load says so when it is run. */
  private async reasonsAgainst(): Promise<Map<string, string>> {
    try {
      const { strategies } = await this.models.load(settings.model());
      return new Map(strategies.filter(({ runs }) => !runs).map(({ id, reason }) => [id, reason]));
    } catch {
      return new Map();
    }
  }
}

function rowOf({ id, title, summary, paper }: StrategyInfo): StrategyRow & { detail: string } {
  return { id, label: title, detail: summary, ...(paper === undefined ? {} : { description: `arXiv ${paper}` }) };
}
