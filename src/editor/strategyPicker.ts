/** Lists of strategies to pick from, as the engine knows them. */
import * as vscode from "vscode";
import type { StrategyInfo } from "../core/engineApi";
import type { EngineProcess } from "./engineProcess";
import { settings } from "./settings";

interface StrategyRow extends vscode.QuickPickItem {
  readonly id: string;
}

const REMEMBERED = "thoughtlens.comparedStrategies";
const FIRST_COMPARISON = ["chain-of-thought", "chain-of-draft", "deer"];

export class StrategyPicker {
  /** @param memory where the last comparison is remembered */
  constructor(
    private readonly engine: EngineProcess,
    private readonly memory: vscode.Memento,
  ) {}

  /** @returns undefined where the person picked none */
  async one(): Promise<string | undefined> {
    const last = settings.strategy();
    const rows = this.rows().then((all) => all.toSorted((a, b) => Number(b.id === last) - Number(a.id === last)));
    const row = await vscode.window.showQuickPick(rows, {
      title: "Trace Prompt With",
      placeHolder: "Strategy",
      matchOnDetail: true,
    });
    return row?.id;
  }

  /** In the order of the list; the last pick is marked. @returns undefined where the person picked none */
  async several(): Promise<string[] | undefined> {
    const marked = this.remembered;
    const rows = this.rows().then((all) => all.map((row) => ({ ...row, picked: marked.includes(row.id) })));
    const picked = await vscode.window.showQuickPick(rows, {
      title: "Compare Strategies",
      placeHolder: "Strategies to run, side by side",
      canPickMany: true,
      matchOnDetail: true,
    });
    if (!picked || picked.length === 0) return undefined;
    const ids = picked.map((row) => row.id);
    await this.memory.update(REMEMBERED, ids);
    return ids;
  }

  get remembered(): readonly string[] {
    return this.memory.get<string[]>(REMEMBERED, FIRST_COMPARISON);
  }

  private async rows(): Promise<StrategyRow[]> {
    const { strategies } = await this.engine.hello();
    return strategies.map((strategy) => rowOf(strategy));
  }
}

function rowOf({ id, title, summary, paper }: StrategyInfo): StrategyRow {
  return { id, label: title, detail: summary, ...(paper === undefined ? {} : { description: `arXiv ${paper}` }) };
}
