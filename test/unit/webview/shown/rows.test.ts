import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { blocksOf } from "../../../../webview/shown/blocks";
import { layOutRows, type Column, type Match } from "../../../../webview/shown/rows";
import * as samples from "../../samples/sampleTraces";

const column = (run: string, events: TraceEvent[]): Column => ({ run, blocks: blocksOf(fold(events), false) });

/** Rows as text: step numbers and kinds of each cell. */
function draw(columns: readonly Column[], matches: readonly (readonly Match[])[]): string[] {
  return layOutRows(columns, matches).map(({ cells }) =>
    cells.map((blocks) => blocks.map(({ step, kind }) => step ?? kind).join("+") || "·").join(" | "),
  );
}

describe("rows of a comparison", () => {
  const cot = column("a", samples.chainOfThought());
  const draft = column("b", samples.chainOfDraft());

  it("puts matched steps side by side, and what lies between matches from the top", () => {
    const matches: Match[] = [
      [1, 1],
      [3, 3],
    ];
    assert.deepEqual(draw([cot, draft], [matches]), [
      "1 | 1",
      "2 | 2",
      "3 | 3",
      "4 | 4",
      "5 | answer",
      "6 | ·",
      "7 | ·",
      "answer | ·",
    ]);
  });

  it("puts what has no room beside the base above the next match", () => {
    const matches: Match[] = [[1, 3]];
    assert.deepEqual(draw([cot, draft], [matches]).slice(0, 5), ["1 | 1", "· | 2", "· | 3", "2 | 4", "3 | answer"]);
  });

  it("leaves gaps where nothing stands beside a step", () => {
    const matches: Match[] = [[4, 0]];
    assert.deepEqual(draw([cot, draft], [matches]).slice(3, 8), ["4 | ·", "5 | 1", "6 | 2", "7 | 3", "answer | 4"]);
  });

  it("has the answer follow the thinking of its own column", () => {
    const columns = [cot, draft, column("c", samples.deer())];
    const rows = layOutRows(columns, [[], []]);
    columns.forEach((_, index) => {
      const filled = rows.flatMap(({ cells }, row) => (cells[index]!.length > 0 ? [{ row, cell: cells[index]! }] : []));
      const answer = filled.findIndex(({ cell }) => cell[0]!.section === "answer");
      assert.equal(filled[answer]!.row, filled[answer - 1]!.row + 1);
      assert.equal(answer, filled.length - 1);
    });
  });

  it("gathers several short steps that one long step did the work of", () => {
    const matches: Match[] = [
      [1, 0],
      [1, 1],
    ];
    assert.deepEqual(draw([cot, draft], [matches]).slice(0, 2), ["1 | ·", "2 | 1+2"]);
  });

  it("keeps gists under their thought", () => {
    assert.equal(draw([column("l", samples.lightThinker())], [])[0], "1+gist");
  });

  it("holds every block once, in order, whatever is matched", () => {
    const wild: Match[] = [
      [5, 0],
      [2, 1],
      [0, 2],
    ];
    const columns = [cot, draft];
    const rows = layOutRows(columns, [wild]);
    columns.forEach(({ blocks }, index) =>
      assert.deepEqual(
        rows.flatMap(({ cells }) => cells[index]!),
        blocks,
      ),
    );
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
  });
});
