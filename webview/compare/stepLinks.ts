/** What became of each step of the first column in the others, and what each step of the others stands for. */
import type { Block } from "../shown/blocks";
import type { Column } from "../shown/rows";
import { oneLine } from "../dom/safeText";
import type { Linking } from "../shown/stepMatches";

/** What a block says of its links; texts are made safe already. */
export interface BlockLinks {
  /** Steps of the first column that it does the work of, as `step 2` or `steps 2, 3`; "" for none. */
  from: string;
  /** Whether it stands beside that step, so that eyes need no words. */
  beside: boolean;
  /** Columns in which nothing stands for it, with what they never say. */
  lost: readonly { where: string; figures: string; words: string }[];
}

const NONE: BlockLinks = { from: "", beside: true, lost: [] };
const MOST_FACTS = 6;

const listed = (facts: readonly string[]): string => {
  const shown = facts.slice(0, MOST_FACTS).map((fact) => oneLine(fact, 24));
  return facts.length > MOST_FACTS ? `${shown.join(", ")}, …` : shown.join(", ");
};

/** Numbers, and operations on them as `41 + 13`. */
const isFigure = (fact: string): boolean => /\d/.test(fact) || fact.includes(" ");

export class StepLinks {
  /** For each column but the first: blocks of the first by the block that stands for them, and the other way round. */
  private readonly sources: readonly Map<Block, Block[]>[];
  private readonly targets: readonly Map<Block, Block[]>[];
  private readonly firstPart = new Map<Block, Block>();
  private readonly indexInBase: ReadonlyMap<Block, number>;

  constructor(
    columns: readonly Column[],
    private readonly linkings: readonly Linking[],
  ) {
    for (const { blocks } of columns) {
      let first: Block | undefined;
      for (const block of blocks) {
        if (block.part === 0) first = block;
        if (first) this.firstPart.set(block, first);
      }
    }
    const [base] = columns;
    this.indexInBase = new Map(base?.blocks.map((block, index) => [block, index]));
    const both = linkings.map(({ matches }, index) => {
      const [sources, targets] = [new Map<Block, Block[]>(), new Map<Block, Block[]>()];
      for (const [a, b] of matches) {
        const [from, to] = [base!.blocks[a]!, columns[index + 1]!.blocks[b]!];
        sources.set(to, [...(sources.get(to) ?? []), from]);
        targets.set(from, [...(targets.get(from) ?? []), to]);
      }
      return { sources, targets };
    });
    this.sources = both.map(({ sources }) => sources);
    this.targets = both.map(({ targets }) => targets);
  }

  /** @param titles of the columns */
  of(column: number, block: Block, titles: readonly string[]): BlockLinks {
    if (block.part > 0) return NONE;
    if (column > 0) {
      const steps = (this.sources[column - 1]?.get(block) ?? []).flatMap(({ step }) => step ?? []);
      if (steps.length === 0) return NONE;
      return {
        from: `${steps.length > 1 ? "steps" : "step"} ${steps.join(", ")}`,
        beside: steps.length === 1,
        lost: [],
      };
    }
    const index = this.indexInBase.get(block) ?? -1;
    const lost = this.linkings.flatMap(({ settled, matches, lost }, other) => {
      const facts = settled ? lost.get(index) : undefined;
      // A column without any step of words, as of continuous thoughts, leaves out everything and says nothing by it.
      if (!facts || matches.length === 0) return [];
      const words = facts.filter((fact) => !isFigure(fact));
      return [{ where: titles[other + 1] ?? "", figures: listed(facts.filter(isFigure)), words: listed(words) }];
    });
    return lost.length > 0 ? { ...NONE, lost } : NONE;
  }

  /** Blocks of all other columns that do the work of a block, in the order of the columns. */
  partners(column: number, block: Block): { column: number; block: Block }[] {
    const first = this.firstPart.get(block) ?? block;
    const bases = column === 0 ? [first] : (this.sources[column - 1]?.get(first) ?? []);
    const inBase = column === 0 ? [] : bases.map((each) => ({ column: 0, block: each }));
    const beside = this.targets.flatMap((targets, index) =>
      index + 1 === column
        ? []
        : [...new Set(bases.flatMap((each) => targets.get(each) ?? []))].map((each) => ({
            column: index + 1,
            block: each,
          })),
    );
    return [...inBase, ...beside];
  }
}
