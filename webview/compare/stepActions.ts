/**
 * What a person asks of the run and the step where they stand, by key, button and menu: that it waits or ends its thinking,
 * that a run goes on from there, a link to it.
 */
import type { BranchKind } from "../../src/core/measure/branchPlaces";
import type { PanelContext } from "../parts/view";
import type { Place } from "../shown/state";
import type { GridCursor } from "./gridCursor";
import type { GridPlace } from "./gridKeys";
import type { GridView } from "./gridView";

const BRANCH_KEYS: Readonly<Record<string, BranchKind>> = { a: "answer", c: "continue", s: "sample", o: "token" };

export class StepActions {
  constructor(
    private readonly context: PanelContext,
    private readonly grid: GridView,
    private readonly cursor: GridCursor,
  ) {}

  /** Does what a key asks for. @returns whether it asks for something */
  press(key: string): boolean {
    if (key === "p") this.ofLive((run) => this.turnPause(run));
    else if (key === "A") this.ofLive((run) => this.stopThinking(run));
    else if (key === "y") this.link();
    else if (Object.hasOwn(BRANCH_KEYS, key)) this.branch(BRANCH_KEYS[key]!);
    else return false;
    return true;
  }

  cancel(run: string): void {
    this.context.host.post({ type: "command", command: "cancel", run });
  }

  turnPause(run: string): void {
    const command = this.context.state.find(run)?.paused ? "resume" : "pause";
    this.context.host.post({ type: "command", command, run });
  }

  stopThinking(run: string): void {
    this.context.host.post({ type: "command", command: "stop-thinking", run });
  }

  setOptions(run: string): void {
    this.context.host.post({ type: "command", command: "set-options", run });
  }

  /** The link to what was selected last, else to the step where a person stands. */
  link(): void {
    const { selected } = this.context.state.view;
    const chosen = selected && this.context.state.find(selected.run) ? selected : this.step();
    if (chosen) this.context.host.post({ type: "link", ...chosen });
  }

  /** The step where a person stands, which is now the selected one. */
  select(): void {
    const chosen = this.step();
    if (!chosen) return;
    const { state, host } = this.context;
    if (state.view.selected?.run === chosen.run && state.view.selected.at === chosen.at) return;
    state.view.selected = chosen;
    this.context.keep();
    host.post({ type: "select", ...chosen });
  }

  /** Tells VS Code of which step its menu over a cell is. @param over what the pointer is over, if it is there */
  tellMenu(place: GridPlace, over?: Element): void {
    const cell = this.grid.cell(place);
    if (!cell) return;
    // A click on a token gives its cell the focus, and the menu is for the token all the same.
    const step = this.branchPlace(place, over ? over.closest(".token") : cell.querySelector(".token.pointed"));
    if (step) cell.dataset["vscodeContext"] = JSON.stringify({ webviewSection: "step", ...step });
    else delete cell.dataset["vscodeContext"];
  }

  /** Of the run in whose column a person stands, while it goes on. */
  private ofLive(ask: (run: string) => void): void {
    const { run } = this.cursor;
    if (run !== undefined && this.context.state.find(run)?.live) ask(run);
  }

  private branch(kind: BranchKind): void {
    const place = this.branchPlace(this.cursor.place, this.cursor.pointed);
    if (place) this.context.host.post({ type: "branch", kind, ...place });
  }

  /** The token that is pointed at, else the last one of the step. */
  private branchPlace(place: GridPlace, token: Element | null | undefined): Place | undefined {
    const [run, block] = [this.cursor.runAt(place), this.cursor.blocksAt(place).at(-1)];
    if (run === undefined || !block) return undefined;
    return { run, at: token instanceof HTMLElement ? Number(token.dataset["at"]) : block.to - 1 };
  }

  private step(): Place | undefined {
    const { run, blocks } = this.cursor;
    return blocks[0] && run !== undefined ? { run, at: blocks[0].from } : undefined;
  }
}
