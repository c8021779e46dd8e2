/** Asks for the values that a prompt needs, as `${input:name}` of a prompt file; what was given last is offered again. */
import * as vscode from "vscode";
import type { PromptDocuments, TracedPrompt } from "./promptDocuments";

export class PromptInputs {
  private readonly given = new Map<string, Record<string, string>>();

  constructor(private readonly prompts: PromptDocuments) {}

  /** @returns the prompt with its values, or undefined where the person stopped */
  async ask(prompt: TracedPrompt): Promise<TracedPrompt | undefined> {
    if (prompt.inputs.length === 0) return prompt;
    const last = this.given.get(prompt.key) ?? {};
    const values: Record<string, string> = {};
    for (const { name, placeholder } of prompt.inputs) {
      const value = await vscode.window.showInputBox({
        title: prompt.name,
        prompt: name,
        value: last[name] ?? "",
        ignoreFocusOut: true,
        ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
      });
      if (value === undefined) return undefined;
      values[name] = value;
    }
    this.given.set(prompt.key, values);
    return this.prompts.withInputs(prompt, values);
  }
}
