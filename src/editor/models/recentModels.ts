/** The models that a person chose, the latest first, over all workspaces. */
import type { Memento } from "vscode";
import { publicAddress } from "../../core/text/publicAddress";

const REMEMBERED = "thoughtlens.recentModels";
const MOST = 6;

export class RecentModels {
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly memory: Pick<Memento, "get" | "update">) {}

  get names(): readonly string[] {
    const kept = this.memory.get<unknown>(REMEMBERED);
    return Array.isArray(kept) ? kept.filter((name): name is string => typeof name === "string").slice(0, MOST) : [];
  }

  onDidChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** An address with a name, password or key in it is not kept. */
  async add(name: string): Promise<void> {
    if (publicAddress(name) !== name) return;
    await this.memory.update(REMEMBERED, [name, ...this.names.filter((each) => each !== name)].slice(0, MOST));
    for (const listener of this.listeners) listener();
  }
}
