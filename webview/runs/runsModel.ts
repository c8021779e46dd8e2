/** The rows that the host sent, and the lines that the table shows of them. */
import type { RunRow } from "../../src/core/measure/runRow";
import {
  filterRuns,
  groupRuns,
  sortRuns,
  totalOf,
  type ReadLater,
  type RunsGroup,
  type RunsTotal,
  type SortKey,
} from "../../src/core/measure/runsTable";
import type { DetailsOf, ToRuns } from "../../src/core/protocol/runsApi";
import { readRunsState, type RunsViewState } from "./runsState";

/** One line of the table: a run, or the question above its runs. Its key is another one than that of every other line. */
export type RunsLine =
  | { readonly kind: "run"; readonly key: string; readonly row: RunRow }
  | { readonly kind: "group"; readonly key: string; readonly group: RunsGroup; readonly folded: boolean };

/** Orders that hang on what only whole traces say. */
const READ_LATER: readonly SortKey[] = ["after", "tokens"];

export class RunsModel {
  readonly view: RunsViewState;
  /** Whether the host has sent all rows. */
  complete = false;
  /** What the host has to say. */
  notice = "";
  /** In the order of the table. */
  lines: readonly RunsLine[] = [];
  /** Rows that are shown or folded away. */
  rows: readonly RunRow[] = [];
  private readonly known = new Map<string, RunRow>();
  private readonly details = new Map<string, DetailsOf>();
  /** All rows in order, until one of them or the order changes: a filter takes from them. */
  private sorted: readonly RunRow[] | undefined;
  private selection: Set<string>;

  readonly later: ReadLater = {
    tokens: (run) => this.details.get(run)?.details?.tokens,
    after: (run) => this.details.get(run)?.details?.after,
  };

  constructor(kept: unknown) {
    this.view = readRunsState(kept);
    this.selection = new Set(this.view.selected);
  }

  /** How many runs there are, shown or not. */
  get size(): number {
    return this.known.size;
  }

  /** Takes in one message of the host. */
  apply(message: ToRuns): void {
    switch (message.type) {
      case "rows":
        this.sorted = undefined;
        if (message.first) this.known.clear();
        for (const row of message.rows) {
          this.known.set(row.run, row);
          // What was read of a run before it changed holds no more.
          if (!message.first) this.details.delete(row.run);
        }
        this.complete = !message.more;
        if (this.complete) this.select([...this.selection].filter((run) => this.known.has(run)));
        return;
      case "gone":
        this.sorted = undefined;
        for (const run of message.runs) {
          this.known.delete(run);
          this.details.delete(run);
        }
        this.select([...this.selection].filter((run) => this.known.has(run)));
        return;
      case "details":
        for (const of of message.of) this.details.set(of.run, of);
        if (READ_LATER.includes(this.view.order.by)) this.sorted = undefined;
        return;
      case "subset":
        this.view.subset = message.subset;
        this.view.filter = "";
        return;
      case "notice":
        this.notice = message.message;
        return;
    }
  }

  detailsOf(run: string): DetailsOf | undefined {
    return this.details.get(run);
  }

  /** Lays the lines out anew. */
  arrange(): void {
    const { order, filter, grouped, folded, subset } = this.view;
    const only = subset && new Set(subset.runs);
    this.sorted ??= sortRuns([...this.known.values()], order, this.later);
    const all = only ? this.sorted.filter(({ run }) => only.has(run)) : this.sorted;
    this.rows = filterRuns(all, filter);
    const lineOf = (row: RunRow): RunsLine => ({ kind: "run", key: `run ${row.run}`, row });
    if (!grouped) this.lines = this.rows.map(lineOf);
    else {
      const closed = new Set(folded);
      this.lines = groupRuns(this.rows).flatMap((group): RunsLine[] => {
        const isFolded = closed.has(group.asked);
        const head: RunsLine = { kind: "group", key: `group ${group.asked}`, group, folded: isFolded };
        return isFolded ? [head] : [head, ...group.rows.map(lineOf)];
      });
    }
  }

  /** What the rows that are shown or folded away come to. */
  get total(): RunsTotal {
    return totalOf(this.rows, this.later);
  }

  /** Runs whose details decide the order and are not there yet. */
  get unread(): string[] {
    const { by } = this.view.order;
    if (!READ_LATER.includes(by)) return [];
    return this.rows.flatMap(({ run, tokens, state }) =>
      state === "running" || this.details.has(run) || (by === "tokens" && tokens !== undefined) ? [] : [run],
    );
  }

  sortBy(by: SortKey): void {
    const { order } = this.view;
    const falling = by === "tokens" || by === "after" || by === "started";
    this.sorted = undefined;
    this.view.order = { by, descending: order.by === by ? !order.descending : falling };
  }

  toggleFolded(asked: string): void {
    const folded = new Set(this.view.folded);
    if (!folded.delete(asked)) folded.add(asked);
    this.view.folded = [...folded];
  }

  isSelected(run: string): boolean {
    return this.selection.has(run);
  }

  select(runs: readonly string[]): void {
    this.selection = new Set(runs);
    this.view.selected = [...this.selection];
  }

  toggle(run: string): void {
    const runs = new Set(this.selection);
    if (!runs.delete(run)) runs.add(run);
    this.select([...runs]);
  }

  /** The rows that are selected, in the order of the table; those that are filtered out too, at the end. */
  get selected(): RunRow[] {
    const shown = this.rows.filter(({ run }) => this.selection.has(run));
    const seen = new Set(shown);
    const hidden = [...this.selection].flatMap((run) => this.known.get(run) ?? []).filter((row) => !seen.has(row));
    return [...shown, ...hidden];
  }
}
