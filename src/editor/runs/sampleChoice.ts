/** How many samples of a prompt, and how much chance is in them: asked before they are drawn. */
import * as vscode from "vscode";

const USUAL_SAMPLES = 8;
const MOST_SAMPLES = 1000;
const USUAL_TEMPERATURE = 0.7;
const HOTTEST = 5;

export interface SampleChoice {
  readonly samples: number;
  /** Undefined where the prompt or the settings say it. */
  readonly temperature: number | undefined;
}

/**
 * @param known the temperature that the prompt's file says
 * @returns undefined where the person stopped
 */
export async function chooseSamples(known: unknown): Promise<SampleChoice | undefined> {
  const count = await vscode.window.showInputBox({
    title: vscode.l10n.t("Compare with N Samples (1/2)"),
    prompt: vscode.l10n.t("How many answers to draw, 2 to {0}; each has a seed of its own", MOST_SAMPLES),
    value: String(USUAL_SAMPLES),
    ignoreFocusOut: true,
    validateInput: (text) => (isCount(text) ? undefined : vscode.l10n.t("A whole number from 2 to {0}", MOST_SAMPLES)),
  });
  if (count === undefined || !isCount(count)) return undefined;
  const samples = Number(count);
  if (typeof known === "number" && known > 0) return { samples, temperature: undefined };
  const temperature = await vscode.window.showInputBox({
    title: vscode.l10n.t("Compare with N Samples (2/2)"),
    prompt: vscode.l10n.t("Temperature: at 0 all samples would be alike"),
    value: String(USUAL_TEMPERATURE),
    ignoreFocusOut: true,
    validateInput: (text) => (isTemperature(text) ? undefined : vscode.l10n.t("A number above 0, up to {0}", HOTTEST)),
  });
  if (temperature === undefined || !isTemperature(temperature)) return undefined;
  return { samples, temperature: Number(temperature) };
}

export const isSampleCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 2 && (value as number) <= MOST_SAMPLES;
const isCount = (text: string): boolean => /^\d+$/.test(text.trim()) && isSampleCount(Number(text));
const isTemperature = (text: string): boolean => text.trim() !== "" && Number(text) > 0 && Number(text) <= HOTTEST;
