/** Blocks, rows and figures of the shown traces, computed again only for what changed. */
import { compareRuns, comparedTrace, type Comparison } from "../../src/core/measure/comparison";
import { measure, type Figures } from "../../src/core/measure/metrics";
import type { PriceTable } from "../../src/core/measure/prices";
import { blocksOf } from "../shown/blocks";
import { layOutRows, type Column, type Row } from "../shown/rows";
import type { ShownTrace } from "../shown/state";
import { StepMatcher } from "../shown/stepMatches";
import { StepLinks } from "./stepLinks";

interface KnownColumn extends Column {
  version: number;
  figures: Figures;
}

export class ColumnModel {
  columns: readonly KnownColumn[] = [];
  rows: Row[] = [];
  links = new StepLinks([], []);
  comparison: Comparison = { rows: [], columns: [] };
  private readonly matcher = new StepMatcher();

  /** @returns whether anything changed */
  update(traces: readonly ShownTrace[], prices: PriceTable): boolean {
    const before = this.columns;
    this.columns = traces.map(
      ({ run, version, trace, live }) =>
        before.find((column) => column.run === run && column.version === version) ?? {
          run,
          version,
          blocks: blocksOf(trace, live),
          figures: measure(trace),
        },
    );
    const changed =
      before.length !== this.columns.length || this.columns.some((column, index) => column !== before[index]);
    if (!changed) return false;
    const sides = traces.map(({ run, trace }, index) => ({ run, trace, blocks: this.columns[index]!.blocks }));
    const [base, ...others] = sides;
    const linkings = others.map((other, index) =>
      this.matcher.match(base!, other, traces[0]!.live || traces[index + 1]!.live),
    );
    this.rows = layOutRows(
      this.columns,
      linkings.map(({ matches }) => matches),
    );
    this.links = new StepLinks(this.columns, linkings);
    this.comparison = compareRuns(
      traces.map(({ run, trace, live, asked }, index) =>
        comparedTrace({ id: run, trace, live, asked }, this.columns[index]!.figures),
      ),
      { pinned: traces[0]?.run, prices },
    );
    return true;
  }
}
