/** Edits a strategy's options for one prompt: a list of them with their values and what they are for, and a question for each. */
import * as vscode from "vscode";
import { contenderParts, strategyFacts, strategyTitle } from "../../core/catalogue";
import type { StrategyInfo } from "../../core/protocol/engineApi";
import { ActionableError } from "../../core/protocol/rpc";
import { shorten } from "../../core/text/shorten";
import { pickOrPress } from "../host/buttonPick";
import type { EngineProcess } from "../host/engineProcess";
import { settings } from "../host/settings";
import type { TracedPrompt } from "../prompts/tracedPrompt";
import type { OptionRow } from "./optionForm";
import type { OptionValues, PromptOptions } from "./promptOptions";
import { l10n } from "../../core/text/l10n";
import { pickOne } from "../host/listPick";

interface Row extends vscode.QuickPickItem {
  readonly option?: OptionRow;
  readonly does?: "run" | "forget";
}

const FORGET = { iconPath: new vscode.ThemeIcon("discard"), tooltip: vscode.l10n.t("Forget this value") };

/** What the form is made of is loaded with the first one. */
const loadForm = () => import("./optionForm");

export class OptionEditor {
  constructor(
    private readonly engine: EngineProcess,
    private readonly kept: PromptOptions,
  ) {}

  /** What was chosen for a prompt, as in `threshold: 0.9, patience: 2`; "" where nothing was. */
  chosenWords(prompt: TracedPrompt, strategy: string): string {
    const chosen = Object.entries(this.kept.of(prompt.key, strategy));
    return chosen.map(([name, value]) => `${name}: ${shorten(JSON.stringify(value), 30)}`).join(", ");
  }

  /**
   * Lists the options until the person leaves; each change is kept at once.
   * @returns whether the person wants to run the prompt with them now
   * @throws ActionableError `strategy-unknown`
   */
  async edit(prompt: TracedPrompt, strategy: string): Promise<boolean> {
    const own = await this.ownOptions(strategy);
    const [title, placeholder] = [
      vscode.l10n.t("Options of {0}", strategyTitle(strategy)),
      vscode.l10n.t("Kept for {0}", shorten(prompt.name, 60)),
    ];
    for (;;) {
      const picking = await pickOrPress(this.rows(prompt, strategy, own), { title, placeholder });
      const { option, does } = picking?.pressed ?? picking?.picked[0] ?? {};
      if (does === "run") return true;
      if (does === "forget") await this.kept.replace(prompt.key, strategy, {});
      else if (!option) return false;
      else if (picking?.pressed) await this.kept.set(prompt.key, strategy, option.name, undefined);
      else {
        const value = await ask(option, title);
        if (value !== undefined) await this.kept.set(prompt.key, strategy, option.name, value);
      }
    }
  }

  /**
   * Keeps these values without asking.
   * @throws ActionableError `option-invalid` where one does not fit or is none; `strategy-unknown`
   */
  async set(prompt: TracedPrompt, strategy: string, values: OptionValues): Promise<void> {
    const [{ properties }, { boundsWords, fits }] = [await this.ownOptions(strategy), await loadForm()];
    for (const [name, value] of Object.entries(values)) {
      const schema = properties[name];
      if (schema && fits(schema, value)) continue;
      const why = schema
        ? l10n.later`The option ${name} takes ${boundsWords(schema)}.`
        : l10n.later`There is no option “${shorten(name, 40)}”.`;
      throw new ActionableError(
        "option-invalid",
        l10n.later`${strategyTitle(strategy)}: ${why}`,
        "Correct it and try again.",
      );
    }
    await this.kept.replace(prompt.key, strategy, { ...this.kept.of(prompt.key, strategy), ...values });
  }

  /** The schema of each option that a person can set, and the names of those that every strategy has. */
  private async ownOptions(strategy: string) {
    const { id, value } = contenderParts(strategy);
    const { strategies } = await this.engine.hello();
    const found = strategies.find((each) => each.id === id);
    if (!found) {
      const ids = strategies.map((each) => each.id).join(", ");
      throw new ActionableError(
        "strategy-unknown",
        l10n.later`There is no strategy “${shorten(id, 40)}”.`,
        l10n.later`Choose one of ${ids}.`,
      );
    }
    // A contender is named by the value of one of them.
    const fixed = value === undefined ? undefined : strategyFacts(id)?.variesBy;
    const properties = Object.entries(found.options.properties ?? {}).filter(([name]) => name !== fixed);
    return { properties: Object.fromEntries(properties), shared: sharedBy(strategies) };
  }

  private async rows(
    prompt: TracedPrompt,
    strategy: string,
    { properties, shared }: Awaited<ReturnType<OptionEditor["ownOptions"]>>,
  ): Promise<Row[]> {
    const { optionRows, valueWords } = await loadForm();
    const chosen = this.kept.of(prompt.key, strategy);
    const options = optionRows({ properties }, [
      [vscode.l10n.t("this prompt"), chosen],
      [vscode.l10n.t("settings"), settings.strategyOptions(strategy)],
      [vscode.l10n.t("the file"), prompt.options],
      [vscode.l10n.t("settings"), settings.sharedOptions()],
    ]);
    const rowOf = (option: OptionRow): Row => ({
      option,
      label: option.name,
      description: valueWords(option),
      detail: option.description,
      ...(chosen[option.name] === undefined ? {} : { buttons: [FORGET] }),
    });
    const [ofAll, own] = [true, false].map((is) => options.filter(({ name }) => shared.has(name) === is).map(rowOf));
    const isChosen = Object.keys(chosen).length > 0;
    return [
      { label: `$(play) ${vscode.l10n.t("Trace with these")}`, does: "run" },
      ...(isChosen
        ? [{ label: `$(discard) ${vscode.l10n.t("Forget all that was chosen here")}`, does: "forget" as const }]
        : []),
      ...(own!.length > 0 ? [separator(vscode.l10n.t("Of {0}", strategyTitle(strategy))), ...own!] : []),
      separator(vscode.l10n.t("Of every strategy")),
      ...ofAll!,
    ];
  }
}

const separator = (label: string): Row => ({ label, kind: vscode.QuickPickItemKind.Separator });

/** Names of the options that all strategies have. */
function sharedBy(strategies: readonly StrategyInfo[]): Set<string> {
  const names = strategies.map(({ options }) => Object.keys(options.properties ?? {}));
  return new Set(names[0]?.filter((name) => names.every((each) => each.includes(name))));
}

/** @returns undefined where the person kept what there was */
async function ask({ name, schema, value, description }: OptionRow, title: string): Promise<unknown> {
  const { boundsWords, choicesOf, readValue, valueText } = await loadForm();
  const choices = choicesOf(schema);
  if (choices) {
    const rows = choices.map((choice) => ({
      choice,
      label: String(choice),
      ...(choice === value ? { description: vscode.l10n.t("as it is") } : {}),
    }));
    return (await pickOne(rows, { title: `${title}: ${name}`, placeHolder: description }))?.choice;
  }
  const problemOf = (typed: string): string | undefined => {
    const read = readValue(schema, typed);
    return "problem" in read ? read.problem : undefined;
  };
  const typed = await vscode.window.showInputBox({
    title: `${title}: ${name}`,
    prompt: vscode.l10n.t("{0} Takes {1}.", description, boundsWords(schema)),
    value: valueText(schema, value),
    ignoreFocusOut: true,
    validateInput: problemOf,
  });
  const read = typed === undefined ? undefined : readValue(schema, typed);
  return read && "value" in read ? read.value : undefined;
}
