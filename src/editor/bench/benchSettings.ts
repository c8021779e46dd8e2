/** The settings that a bench's results depend on: its runs belong together only while they stay the same. */
import { createHash } from "node:crypto";
import * as vscode from "vscode";
import type { BenchHeader } from "../../core/measure/benchFile";
import { ActionableError } from "../../core/protocol/rpc";
import { publicAddress } from "../../core/text/publicAddress";
import { settings } from "../host/settings";
import { l10n } from "../../core/text/l10n";

interface BenchSettings {
  model: string;
  seed: number;
  options: Record<string, unknown>;
}

export function settingsNow(): BenchSettings {
  const set: unknown = vscode.workspace.getConfiguration("thoughtlens").get("strategyOptions");
  // What the editor gives is no plain object.
  const plain = JSON.parse(JSON.stringify(set ?? {})) as Record<string, unknown>;
  const options = { ...plain, ...settings.sharedOptions() };
  return { model: publicAddress(settings.model()), seed: settings.seed(), options };
}

/** Runs of one dataset on one model with the same settings belong together, today and when the bench goes on. */
export function groupOf(uri: vscode.Uri, model: string, seed: number, options: Record<string, unknown>): string {
  const identity = JSON.stringify([uri.toString(), model, seed, options]);
  return `bench-${createHash("sha256").update(identity).digest("hex").slice(0, 24)}`;
}

/** @throws ActionableError where what is chosen now would give other results */
export function demandSame({ model, seed, options }: BenchHeader): void {
  const now = settingsNow();
  if (now.model !== model)
    throw new ActionableError(
      "model-changed",
      l10n.later`This bench was begun on the model ${model}, and ${now.model} is chosen now.`,
      l10n.later`Choose ${model} and resume it.`,
    );
  if (now.seed !== seed || JSON.stringify(now.options) !== JSON.stringify(options))
    throw new ActionableError(
      "option-changed",
      "The seed or the options of strategies are others than when this bench was begun.",
      "Set them back to resume it, or begin a new bench.",
    );
}
