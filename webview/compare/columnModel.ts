/** Blocks, matches and figures of the shown traces, computed again only for what changed. */
import { measure, type Figures } from "../../src/core/metrics";
import { blocksOf } from "../blocks";
import type { Column, Match, Row } from "../rows";
import { layOutRows } from "../rows";
import type { ShownTrace } from "../state";

interface Known extends Column {
  version: number;
  figures: Figures;
}

export class ColumnModel {
  columns: readonly Known[] = [];
  rows: Row[] = [];
  private matches: { base: string; other: string; pairs: Match[] }[] = [];

  /** @returns whether anything changed */
  update(traces: readonly ShownTrace[]): boolean {
    const before = this.columns;
    this.columns = traces.map((shown) => {
      const known = before.find(({ run, version }) => run === shown.run && version === shown.version);
      return (
        known ?? {
          run: shown.run,
          version: shown.version,
          blocks: blocksOf(shown.trace, shown.live),
          figures: measure(shown.trace),
        }
      );
    });
    const changed =
      before.length !== this.columns.length || this.columns.some((column, index) => column !== before[index]);
    if (!changed) return false;
    const [base, ...others] = traces;
    this.matches = base ? others.map((other) => this.match(base, other)) : [];
    this.rows = layOutRows(
      this.columns,
      this.matches.map(({ pairs }) => pairs),
    );
    return true;
  }

  private match(base: ShownTrace, other: ShownTrace): { base: string; other: string; pairs: Match[] } {
    const steps = (run: string): number[] =>
      this.columns
        .find((column) => column.run === run)!
        .blocks.flatMap(({ step, part }, index) => (step !== undefined && part === 0 ? [index] : []));
    const [a, b] = [steps(base.run), steps(other.run)];
    return {
      base: base.run,
      other: other.run,
      pairs: a.slice(0, b.length).map((index, at) => [index, b[at]!] as const),
    };
  }
}
