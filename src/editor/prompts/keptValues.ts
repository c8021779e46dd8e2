/** What a person gave to prompts that ask for values or a task, kept with the workspace. */
import type { Memento } from "vscode";
import { isRecord } from "../../core/text/record";

const REMEMBERED = "thoughtlens.promptValues";
/** Prompts that are remembered; the one that was run longest ago goes first. */
const MOST_PROMPTS = 100;
/** Characters of one value: a text that was pasted is not kept. */
const LONGEST = 4000;
/** Under which a task is kept: no input is called so. */
const TASK = "";

export class KeptValues {
  constructor(private readonly memory: Pick<Memento, "get" | "update">) {}

  /** @param name of an input; left out for the task */
  of(prompt: string, name = TASK): string | undefined {
    const kept = this.kept[prompt];
    const value = isRecord(kept) && Object.hasOwn(kept, name) ? kept[name] : undefined;
    return typeof value === "string" ? value : undefined;
  }

  /** Keeps these in place of those before. */
  async set(prompt: string, values: Readonly<Record<string, string>>): Promise<void> {
    const { [prompt]: _, ...others } = this.kept;
    const short = Object.entries(values).filter(([, value]) => value.length <= LONGEST);
    const all = Object.entries({ ...others, [prompt]: Object.fromEntries(short) });
    await this.memory.update(REMEMBERED, Object.fromEntries(all.slice(-MOST_PROMPTS)));
  }

  setTask(prompt: string, task: string): Promise<void> {
    return this.set(prompt, { [TASK]: task });
  }

  private get kept(): Record<string, unknown> {
    const kept = this.memory.get<unknown>(REMEMBERED);
    return isRecord(kept) ? kept : {};
  }
}
