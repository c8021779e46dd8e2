/** Lists of strategies to pick from, as the engine knows them; those that the chosen model cannot run say why. */
import * as vscode from "vscode";
import { offeredIn, strategyFacts, strategyTitle } from "../../core/catalogue";
import type { ModelInfo, StrategyInfo, StrategyRow as RunsOnModel } from "../../core/protocol/engineApi";
import { adviceWords } from "../../core/protocol/modelWords";
import { shorten } from "../../core/text/shorten";
import { pickOrPress } from "../host/buttonPick";
import type { EngineProcess } from "../host/engineProcess";
import { settings } from "../host/settings";
import type { LoadedModels } from "../models/loadedModels";
import type { TracedPrompt } from "../prompts/tracedPrompt";
import type { OptionEditor } from "./optionEditor";
import { inWords } from "../../core/text/l10n";

interface StrategyRow extends vscode.QuickPickItem {
  /** Undefined for separators. */
  readonly id?: string;
}

const REMEMBERED = "thoughtlens.comparedStrategies";
const OPTIONS = { iconPath: new vscode.ThemeIcon("settings-gear"), tooltip: vscode.l10n.t("Options for this prompt…") };

export class StrategyPicker {
  /** @param memory where the last comparison is remembered */
  constructor(
    private readonly engine: EngineProcess,
    private readonly models: LoadedModels,
    private readonly memory: vscode.Memento,
    private readonly options: OptionEditor,
  ) {}

  /**
   * @param prompt whose options can be set from the list; undefined where they are asked for next
   * @returns undefined where the person picked none
   */
  async one(prompt: TracedPrompt | undefined, title = vscode.l10n.t("Trace Prompt With")): Promise<string | undefined> {
    for (;;) {
      const words = { title, placeholder: vscode.l10n.t("Strategy") };
      const picking = await pickOrPress(this.rows([settings.strategy()], prompt), words);
      const pressed = picking?.pressed?.id;
      if (pressed === undefined || !prompt) return picking?.picked[0]?.id;
      if (await this.options.edit(prompt, pressed)) return pressed;
    }
  }

  /**
   * In the order of the list; the last pick is marked.
   * @param prompt whose options can be set from the list; undefined where several are asked
   * @returns undefined where the person picked none
   */
  async several(prompt?: TracedPrompt): Promise<string[] | undefined> {
    let marked = this.remembered;
    for (;;) {
      const picking = await pickOrPress(this.rows(marked, prompt), {
        title: vscode.l10n.t("Compare Strategies"),
        placeholder: vscode.l10n.t("Strategies to run, side by side"),
        many: true,
      });
      const ids = picking?.picked.flatMap(({ id }) => id ?? []) ?? [];
      if (picking?.pressed?.id === undefined || !prompt) return this.remember(ids);
      // What was ticked stays so, and whoever wants to run it has it ticked.
      const isWanted = await this.options.edit(prompt, picking.pressed.id);
      marked = isWanted ? [...ids, picking.pressed.id] : ids;
    }
  }

  private async remember(ids: string[]): Promise<string[] | undefined> {
    if (ids.length === 0) return undefined;
    await this.memory.update(REMEMBERED, ids);
    return ids;
  }

  private get remembered(): readonly string[] {
    return this.memory.get<string[]>(REMEMBERED, offeredIn("comparison"));
  }

  private async rows(marked: readonly string[], prompt: TracedPrompt | undefined): Promise<StrategyRow[]> {
    const { strategies } = await this.engine.hello();
    // A model that does not load says so when it is run.
    const model = await this.models.load(settings.model()).catch(() => undefined);
    const found = model?.strategies ?? [];
    const reasons = reasonsAgainst(found);
    const runs = strategies.filter(({ id }) => !reasons.has(id));
    const not = strategies.filter(({ id }) => reasons.has(id));
    return [
      { label: termsWords(model), kind: vscode.QuickPickItemKind.Separator },
      ...runs
        .flatMap((strategy) => contenderRows(strategy, found))
        .map((row) => ({ ...this.withOptions(row, prompt), picked: marked.includes(row.id!) })),
      ...(not.length > 0
        ? [{ label: vscode.l10n.t("Not on this model"), kind: vscode.QuickPickItemKind.Separator }]
        : []),
      ...not.map((strategy) => ({ ...rowOf(strategy), detail: reasons.get(strategy.id)! })),
    ];
  }

  /** With a button for its options, and what was chosen of them for this prompt. */
  private withOptions(row: StrategyRow, prompt: TracedPrompt | undefined): StrategyRow {
    if (!prompt || row.id === undefined) return row;
    const said = [row.description ?? "", this.options.chosenWords(prompt, row.id)].filter((words) => words !== "");
    return { ...row, buttons: [OPTIONS], ...(said.length > 0 ? { description: said.join(" · ") } : {}) };
  }
}

/** On what terms the next run is made, and what the card of the model's family advises. */
function termsWords(model: ModelInfo | undefined): string {
  const { instruction = "house", sampling = "options" } = settings.sharedOptions();
  const said = [
    vscode.l10n.t("instruction: {0}", shorten(instruction, 40)),
    vscode.l10n.t("sampling: {0}", sampling === "options" ? vscode.l10n.t("as their options say") : sampling),
  ];
  const advised = adviceWords(model?.preset);
  return [...said, ...(advised === undefined ? [] : [vscode.l10n.t("advised: {0}", shorten(advised, 160))])].join(
    " · ",
  );
}

/** Why strategies do not run on the chosen model as they are; one whose contenders it has not is not offered by itself. */
function reasonsAgainst(found: readonly RunsOnModel[]): Map<string, string> {
  const isBare = ({ id, reason }: RunsOnModel) => reason !== undefined && strategyFacts(id)?.variesBy !== undefined;
  return new Map(
    found.filter((row) => !row.runs || isBare(row)).map(({ id, reason }) => [id, reason ? inWords(reason) : ""]),
  );
}

/** One row, or one for each contender that the model has. */
function contenderRows(strategy: StrategyInfo, found: readonly RunsOnModel[]): (StrategyRow & { detail: string })[] {
  const contenders = found.filter(({ id }) => id.startsWith(`${strategy.id}:`));
  if (contenders.length === 0) return [rowOf(strategy)];
  return contenders.map(({ id }) => ({ ...rowOf(strategy), id, label: strategyTitle(id) }));
}

function rowOf({ id, title, summary, paper }: StrategyInfo): StrategyRow & { detail: string } {
  return {
    id,
    label: title,
    detail: vscode.l10n.t(summary),
    ...(paper === undefined ? {} : { description: `arXiv ${paper}` }),
  };
}
