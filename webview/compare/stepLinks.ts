/** What became of each step of a column in those that are held against it, and what each step of those stands for. */
import type { Block } from "../shown/blocks";
import type { Column } from "../shown/rows";
import { oneLine } from "../dom/safeText";
import type { Linking, Missing } from "../shown/stepMatches";
import { l10n } from "../../src/core/text/l10n";

/** What a block says of its links; texts are made safe already. */
export interface BlockLinks {
  /** Steps of the first column that it does the work of, as `step 2` or `steps 2, 3`; "" for none. */
  from: string;
  /** Whether it stands beside that step, so that eyes need no words. */
  beside: boolean;
  /** Columns in which nothing stands for it, with what they never say; why, where they did not leave it out. */
  lost: readonly { where: string; figures: string; words: string; why?: "ended" | "parted" }[];
}

const NONE: BlockLinks = { from: "", beside: true, lost: [] };
const MOST_FACTS = 6;

const listed = (facts: readonly string[]): string => {
  const shown = facts.slice(0, MOST_FACTS).map((fact) => oneLine(fact, 24));
  return facts.length > MOST_FACTS ? `${shown.join(", ")}, …` : shown.join(", ");
};

/** Numbers, and operations on them as `41 + 13`. */
const isFigure = (fact: string): boolean => /\d/.test(fact) || fact.includes(" ");

const firstOf = (lost: Linking["lost"], why: Missing): number | undefined =>
  [...lost].find(([, each]) => each.why === why)?.[0];

/** How a column is linked with the one that it is held against, both by their places. */
export interface ColumnLinking extends Linking {
  base: number;
  column: number;
}

export class StepLinks {
  /** By column: blocks of its base by the block that stands for them, and the other way round. */
  private readonly sources = new Map<number, Map<Block, Block[]>>();
  private readonly targets = new Map<number, Map<Block, Block[]>>();
  private readonly firstPart = new Map<Block, Block>();

  /** @param linkings none for a column that is held against no other */
  constructor(
    private readonly columns: readonly Column[],
    private readonly linkings: readonly ColumnLinking[],
  ) {
    for (const { blocks } of columns) {
      let first: Block | undefined;
      for (const block of blocks) {
        if (block.part === 0) first = block;
        if (first) this.firstPart.set(block, first);
      }
    }
    for (const { base, column, matches } of linkings) {
      const [sources, targets] = [new Map<Block, Block[]>(), new Map<Block, Block[]>()];
      for (const [a, b] of matches) {
        const [from, to] = [columns[base]!.blocks[a]!, columns[column]!.blocks[b]!];
        sources.set(to, [...(sources.get(to) ?? []), from]);
        targets.set(from, [...(targets.get(from) ?? []), to]);
      }
      this.sources.set(column, sources);
      this.targets.set(column, targets);
    }
  }

  /** @param titles of the columns */
  of(column: number, block: Block, titles: readonly string[]): BlockLinks {
    if (block.part > 0) return NONE;
    const sources = this.sources.get(column);
    if (sources) {
      const steps = (sources.get(block) ?? []).flatMap(({ step }) => step ?? []);
      if (steps.length === 0) return NONE;
      return {
        from: steps.length > 1 ? l10n.t("steps {0}", steps.join(", ")) : l10n.t("step {0}", steps[0]!),
        beside: steps.length === 1,
        lost: [],
      };
    }
    const lost = this.linkings.flatMap(({ base, column: other, settled, matches, lost }) => {
      const index = base === column && settled ? this.columns[base]!.blocks.indexOf(block) : -1;
      const found = lost.get(index);
      // A column without any step of words, as of continuous thoughts, leaves out everything and says nothing by it.
      if (!found || matches.length === 0) return [];
      const { why, facts } = found;
      const where = titles[other] ?? "";
      const [figures, words] = [listed(facts.filter(isFigure)), listed(facts.filter((fact) => !isFigure(fact)))];
      if (why === "left out") return [{ where, figures, words }];
      // All steps from there on are missing: it is said once.
      return index === firstOf(lost, why) ? [{ where, figures, words, why }] : [];
    });
    return lost.length > 0 ? { ...NONE, lost } : NONE;
  }

  /** Blocks of all other columns that do the work of a block, in the order of the columns. */
  partners(column: number, block: Block): { column: number; block: Block }[] {
    const first = this.firstPart.get(block) ?? block;
    const base = this.linkings.find((linking) => linking.column === column)?.base ?? column;
    const bases = base === column ? [first] : (this.sources.get(column)?.get(first) ?? []);
    const inBase = base === column ? [] : bases.map((each) => ({ column: base, block: each }));
    const beside = this.linkings.flatMap((linking) => {
      if (linking.base !== base || linking.column === column) return [];
      const targets = this.targets.get(linking.column)!;
      const found = new Set(bases.flatMap((each) => targets.get(each) ?? []));
      return [...found].map((each) => ({ column: linking.column, block: each }));
    });
    return [...inBase, ...beside];
  }
}
