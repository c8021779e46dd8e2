/** The settings, read when they are needed, each with its type. */
import { homedir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { BASELINE, contenderParts } from "../../core/catalogue";
import type { ModelReference, Waiting } from "../../core/protocol/engineApi";
import { readPrices, type Price, type PriceTable } from "../../core/measure/prices";
import { parseModelName } from "../../core/protocol/modelName";
import { isDevice } from "../../core/protocol/device";
import { isRecord } from "../../core/text/record";

const SECTION = "thoughtlens";

function read<T>(name: string, fallback: T, fits: (value: unknown) => value is T): T {
  const value = vscode.workspace.getConfiguration(SECTION).get<unknown>(name);
  return fits(value) ? value : fallback;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isSwitch = (value: unknown): value is boolean => typeof value === "boolean";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** Settings that are options of every strategy, as they are where nobody has set them. */
const SHARED = { instruction: "house", instructionIn: "auto", sampling: "options" };
const MOST_AT_ONCE = 16;
type SharedOptions = Partial<Record<keyof typeof SHARED, string>>;
const WAITS = ["firstReply", "silence", "longest"] as const satisfies (keyof Waiting)[];
export const WAITING_SETTINGS: readonly string[] = WAITS.map((name) => `network.${name}`);

export const settings = {
  model: () => read("model", "pocket", isText).trim() || "pocket",
  setModel: (model: string) =>
    vscode.workspace.getConfiguration(SECTION).update("model", model, vscode.ConfigurationTarget.Global),
  /** Absolute path, or undefined for the workspace's storage. */
  traceFolder: (): string | undefined => {
    const folder = read("traceFolder", "", isText)
      .trim()
      .replace(/^~(?=$|[\\/])/, homedir());
    return path.isAbsolute(folder) ? folder : undefined;
  },
  strategy: () => read("strategy", BASELINE, isText),
  strategyOptions: (strategy: string): Record<string, unknown> => {
    const options = read("strategyOptions", {}, isRecord)[contenderParts(strategy).id];
    return isRecord(options) ? options : {};
  },
  /** Options of every strategy that a person has set, unless the prompt file or one strategy's own options say otherwise. */
  sharedOptions: (): SharedOptions =>
    Object.fromEntries(
      Object.entries(SHARED).flatMap(([name, unset]) => {
        const value = read(name, unset, isText).trim();
        return value === "" || value === unset ? [] : [[name, value]];
      }),
    ),
  /** Those of the person's own settings, without what a workspace says. */
  ownStrategyOptions: (): Record<string, unknown> => {
    const own = vscode.workspace.getConfiguration(SECTION).inspect<unknown>("strategyOptions")?.globalValue;
    return isRecord(own) ? own : {};
  },
  /** Sets one option of a strategy among the person's own settings; the others stay. */
  setStrategyOption: (strategy: string, name: string, value: unknown) => {
    const own = settings.ownStrategyOptions();
    const options = isRecord(own[strategy]) ? own[strategy] : {};
    const changed = { ...own, [strategy]: { ...options, [name]: value } };
    return vscode.workspace
      .getConfiguration(SECTION)
      .update("strategyOptions", changed, vscode.ConfigurationTarget.Global);
  },
  /** Whether a workspace says it, and not the person's own settings. */
  isOfWorkspace: (name: "instruction" | "strategyOptions"): boolean => {
    const said = vscode.workspace.getConfiguration(SECTION).inspect(name);
    return said?.workspaceValue !== undefined || said?.workspaceFolderValue !== undefined;
  },
  /** A person's own prices by model; an entry that is none is as if it were not there. */
  prices: (): PriceTable => {
    const found: Record<string, Price> = {};
    for (const [model, price] of Object.entries(read("prices", {}, isRecord))) {
      try {
        Object.assign(found, readPrices({ [model]: price }, "thoughtlens.prices"));
      } catch {
        // The editor of settings marks it, by the schema of the setting.
      }
    }
    return found;
  },
  /** Where local models compute. */
  device: () => read("device", "cpu" as const, isDevice),
  /** As it stands: the engine, or whoever marks a trace by it, says what does not fit. */
  watchList: (): readonly unknown[] => read("watchList", [], isList),
  seed: () => read("seed", 0, isCount),
  /** Samples, runs of a bench and samples of importance that go on at once. */
  runsAtOnce: () => Math.min(MOST_AT_ONCE, Math.max(1, read("runsAtOnce", 4, isCount))),
  /** How long servers and the hub are waited for. */
  waiting: (): Waiting =>
    Object.fromEntries(
      WAITS.flatMap((name) => {
        const seconds = read(`network.${name}`, 0, isCount);
        return seconds > 0 ? [[name, seconds]] : [];
      }),
    ),
  showsCodeLenses: () => read("codeLens.enabled", true, isSwitch),
  showsCodeLensesInMarkdown: () => read("codeLens.markdown", false, isSwitch),
  showsAnnotations: () => read("annotations.enabled", true, isSwitch),
  setShowsAnnotations: (shows: boolean) =>
    vscode.workspace.getConfiguration(SECTION).update("annotations.enabled", shows, vscode.ConfigurationTarget.Global),
  /** @returns what stops listening */
  onChange: (names: readonly string[], listener: () => void): vscode.Disposable =>
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (names.some((name) => event.affectsConfiguration(`${SECTION}.${name}`))) listener();
    }),
};

/**
 * The model that a setting names. A relative folder is one of the workspace; where none is open, it names no model.
 * @throws ActionableError `model-name`
 */
export function modelNamed(name: string): ModelReference {
  const workspace = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file");
  return parseModelName(name, { base: workspace?.uri.fsPath, home: homedir() });
}
