/** Options of strategies that a person chose for one prompt, kept with the workspace. */
import type { Memento } from "vscode";
import { contenderParts } from "../../core/catalogue";

const REMEMBERED = "thoughtlens.promptOptions";
/** Prompts that are remembered; the one that was changed longest ago goes first. */
const MOST_PROMPTS = 300;

export type OptionValues = Readonly<Record<string, unknown>>;
/** By the prompt's key, then by the strategy's id; the latest prompt last. */
type Kept = Record<string, Record<string, OptionValues>>;

export class PromptOptions {
  constructor(private readonly memory: Pick<Memento, "get" | "update">) {}

  /** @param strategy its name, or that of one of its contenders: they share their options */
  of(prompt: string, strategy: string): OptionValues {
    return recordOf(recordOf(this.kept[prompt])[contenderParts(strategy).id]);
  }

  /** Keeps `value`, or forgets the option where it is undefined. */
  async set(prompt: string, strategy: string, option: string, value: unknown): Promise<void> {
    const { [option]: _, ...others } = this.of(prompt, strategy);
    await this.replace(prompt, strategy, value === undefined ? others : { ...others, [option]: value });
  }

  /** Keeps these and no others of the strategy. */
  async replace(prompt: string, strategy: string, values: OptionValues): Promise<void> {
    const { [prompt]: before, ...kept } = this.kept;
    const { [contenderParts(strategy).id]: _, ...others } = recordOf(before);
    const now = Object.keys(values).length > 0 ? { ...others, [contenderParts(strategy).id]: values } : others;
    const all = Object.keys(now).length > 0 ? { ...kept, [prompt]: now } : kept;
    await this.memory.update(REMEMBERED, Object.fromEntries(Object.entries(all).slice(-MOST_PROMPTS)));
  }

  private get kept(): Kept {
    return recordOf(this.memory.get<unknown>(REMEMBERED)) as Kept;
  }
}

/** What is remembered may have been written by another version. */
const recordOf = (value: unknown): Record<string, never> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, never>) : {};
