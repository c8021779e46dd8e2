/** Blocks, rows and figures of the shown traces, computed again only for what changed. */
import { compareRuns, comparedTrace, type Comparison } from "../../src/core/measure/comparison";
import { measure, type Figures } from "../../src/core/measure/metrics";
import type { PriceTable } from "../../src/core/measure/prices";
import { blocksOf } from "../shown/blocks";
import { byQuestion } from "../../src/core/measure/question";
import { besideEachOther, layOutRows, type Column, type Row } from "../shown/rows";
import type { ShownTrace } from "../shown/state";
import { StepMatcher } from "../shown/stepMatches";
import { StepLinks } from "./stepLinks";

interface KnownColumn extends Column {
  version: number;
  /** The offset at which it left a run that stands beside it; 0 where none does. */
  fork: number;
  figures: Figures;
}

export class ColumnModel {
  columns: readonly KnownColumn[] = [];
  rows: Row[] = [];
  /** For each column the one that it is held against: that of its own question. */
  bases: readonly number[] = [];
  links = new StepLinks([], []);
  comparison: Comparison = { rows: [], columns: [] };
  private readonly matcher = new StepMatcher();

  /** @returns whether anything changed */
  update(traces: readonly ShownTrace[], prices: PriceTable): boolean {
    const before = this.columns;
    this.columns = traces.map(({ run, version, trace, live }) => {
      const fork = traces.some((other) => other.run === trace.header?.branch?.run) ? (trace.fork ?? 0) : 0;
      return (
        before.find((column) => column.run === run && column.version === version && column.fork === fork) ?? {
          ...{ run, version, fork },
          blocks: blocksOf(trace, live, fork),
          figures: measure(trace),
        }
      );
    });
    const changed =
      before.length !== this.columns.length || this.columns.some((column, index) => column !== before[index]);
    if (!changed) return false;
    this.comparison = compareRuns(
      traces.map(({ run, trace, live, asked }, index) =>
        comparedTrace({ id: run, trace, live, asked }, this.columns[index]!.figures),
      ),
      { pinned: traces[0]?.run, prices },
    );
    const sides = traces.map(({ run, trace }, index) => ({ run, trace, blocks: this.columns[index]!.blocks }));
    const groups = byQuestion(traces.map(({ trace }) => trace.header)).map((group) => {
      const base = group.find((column) => this.comparison.rows[column]!.isBaseline) ?? group[0]!;
      return [base, ...group.filter((column) => column !== base)] as const;
    });
    const linkings = groups.map(([base, ...others]) =>
      others.map((column) => {
        const live = traces[base]!.live || traces[column]!.live;
        return { base, column, ...this.matcher.match(sides[base]!, sides[column]!, live) };
      }),
    );
    const rows = groups.map((group, index) => ({
      columns: group,
      rows: layOutRows(
        group.map((column) => this.columns[column]!),
        linkings[index]!.map(({ matches }) => matches),
      ),
    }));
    this.rows = besideEachOther(rows, this.columns.length);
    this.bases = this.columns.map((_, column) => groups.find((group) => group.includes(column))![0]);
    this.links = new StepLinks(this.columns, linkings.flat());
    return true;
  }
}
