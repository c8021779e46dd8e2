/** What is asked of the engine for a prompt: options of settings, of the prompt's file, and those chosen by hand, in one. */
import path from "node:path";
import * as vscode from "vscode";
import type { RunRequest } from "../../core/protocol/engineApi";
import { withInstructionText, type InstructionPlace } from "../../disk/instructionFile";
import { modelNamed, settings } from "../host/settings";
import type { Probes } from "../probes/probes";
import type { TracedPrompt } from "../prompts/tracedPrompt";
import type { PromptOptions } from "./promptOptions";

/** A run that is to be made. */
interface Order {
  readonly id: string;
  readonly prompt: TracedPrompt;
  readonly strategy: string;
  readonly group: string | undefined;
  /** As the setting names it; the model in use, where it is left out. */
  readonly model: string | undefined;
}

export class RunRequests {
  constructor(
    private readonly probes: Probes,
    private readonly chosen: PromptOptions,
  ) {}

  /** The request under the settings as they are now. @throws ActionableError where a file of instructions cannot be read */
  async of({ id, prompt, strategy, group, model = settings.model() }: Order): Promise<RunRequest> {
    const set = await withInstructionText(settings.strategyOptions(strategy), placeOf("strategyOptions", prompt));
    // The person's own, whatever a workspace says.
    const here = { ...placeOf("strategyOptions", prompt), isBound: false };
    const chosen = { ...set, ...(await withInstructionText(this.chosen.of(prompt.key, strategy), here)) };
    const shared = await withInstructionText(settings.sharedOptions(), placeOf("instruction", prompt));
    const ofFile = await withInstructionText(prompt.options, placeOfFile(prompt));
    const trained = this.probes.optionsFor(strategy, { ...prompt.options, ...chosen });
    return {
      id,
      model: modelNamed(model),
      strategy,
      options: { ...shared, ...ofFile, ...trained, ...chosen },
      messages: [...prompt.messages],
      seed: prompt.seed ?? settings.seed(),
      prompt: prompt.reference,
      watch: settings.watchList(),
      ...(prompt.gold === undefined ? {} : { gold: prompt.gold }),
      ...(group === undefined ? {} : { group }),
    };
  }
}

/** Files that a setting names lie where the workspace is; those that a workspace names, in it. */
function placeOf(setting: "instruction" | "strategyOptions", { uri }: TracedPrompt): InstructionPlace {
  const { workspaceFolders = [] } = vscode.workspace;
  const folder = vscode.workspace.getWorkspaceFolder(uri) ?? workspaceFolders[0];
  return { folder: folder?.uri.fsPath ?? path.dirname(uri.fsPath), isBound: settings.isOfWorkspace(setting) };
}

/** A prompt file may come from anywhere: it names files beside it only. */
const placeOfFile = ({ uri }: TracedPrompt): InstructionPlace => ({
  folder: path.dirname(uri.fsPath),
  isBound: true,
});
