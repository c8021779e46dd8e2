import assert from "node:assert/strict";
import { RunsModel } from "../../../../webview/runs/runsModel";
import { sampleRow, sampleRows } from "../../samples/sampleRuns";

function modelOf(count: number, kept?: unknown): RunsModel {
  const model = new RunsModel(kept);
  model.apply({ type: "rows", rows: sampleRows(count), first: true, more: false });
  model.arrange();
  return model;
}

const keysOf = (model: RunsModel): string => model.lines.map(({ key }) => key).join(" ");

describe("what the table of runs shows", () => {
  it("is the newest runs first, until a column is chosen", () => {
    const model = modelOf(3);
    assert.equal(keysOf(model), "run run-0 run run-1 run run-2");
    model.sortBy("strategy");
    model.arrange();
    assert.equal(keysOf(model), "run run-0 run run-1 run run-2");
    model.sortBy("strategy");
    model.arrange();
    assert.equal(keysOf(model), "run run-2 run run-1 run run-0");
    // Of a number the largest is looked for first.
    model.sortBy("tokens");
    assert.equal(model.view.order.descending, true);
  });

  it("puts each question above its runs, folded where the person folded it", () => {
    const model = modelOf(5);
    model.view.grouped = true;
    model.toggleFolded("question-0");
    model.arrange();
    assert.equal(keysOf(model), "group question-0 group question-1 run run-3 run run-4");
    assert.equal(model.total.runs, 5);
  });

  it("follows rows that come, change and go, and lets go of those that were selected", () => {
    const model = modelOf(3);
    model.select(["run-0", "run-1"]);
    model.apply({ type: "rows", rows: [sampleRow(1, { answer: "new" }), sampleRow(9)], first: false, more: false });
    model.apply({ type: "gone", runs: ["run-0"] });
    model.arrange();
    assert.equal(keysOf(model), "run run-1 run run-2 run run-9");
    assert.equal(model.rows[0]!.answer, "new");
    assert.deepEqual(model.view.selected, ["run-1"]);
  });

  it("forgets what was read of a run that has changed", () => {
    const model = modelOf(3);
    model.apply({ type: "details", of: [{ run: "run-2", problem: "The trace cannot be read." }] });
    assert.ok(model.detailsOf("run-2"));
    model.apply({ type: "rows", rows: [sampleRow(2)], first: false, more: false });
    assert.equal(model.detailsOf("run-2"), undefined);
  });

  it("names the runs whose traces have to be read before an order is known", () => {
    const model = modelOf(6);
    assert.deepEqual(model.unread, []);
    model.sortBy("tokens");
    // Imported runs, whose sources counted nothing.
    assert.deepEqual(model.unread, ["run-2", "run-5"]);
    model.apply({ type: "details", of: [{ run: "run-2", problem: "The trace cannot be read." }] });
    assert.deepEqual(model.unread, ["run-5"]);
    model.sortBy("after");
    assert.equal(model.unread.length, 5);
  });

  it("shows an import alone, until all are wanted again", () => {
    const model = modelOf(6);
    model.apply({ type: "subset", subset: { title: "r1.jsonl", runs: ["run-2", "run-5"] } });
    model.arrange();
    assert.equal(keysOf(model), "run run-2 run run-5");
    assert.equal(model.size, 6);
  });

  it("is as it was after a reload, also where what was kept is damaged", () => {
    const model = modelOf(6);
    model.view.grouped = true;
    model.view.filter = "apples";
    model.sortBy("tokens");
    model.toggleFolded("question-1");
    model.select(["run-4"]);
    const again = modelOf(6, JSON.parse(JSON.stringify(model.view)));
    assert.deepEqual(again.view, model.view);
    assert.ok(again.isSelected("run-4"));
    for (const kept of [
      undefined,
      null,
      7,
      { order: "x", filter: 3, selected: [1], scroll: "far" },
      { order: { by: "nothing" } },
    ])
      assert.equal(keysOf(modelOf(2, kept)), "run run-0 run run-1");
  });

  it("keeps the order of the table among the selected, and those that are filtered out", () => {
    const model = modelOf(6);
    model.select(["run-5", "run-0", "run-3"]);
    model.view.filter = "DEER OR"; // Words of no row: all are filtered out.
    model.arrange();
    assert.deepEqual(
      model.selected.map(({ run }) => run),
      ["run-5", "run-0", "run-3"],
    );
    model.view.filter = "";
    model.arrange();
    assert.deepEqual(
      model.selected.map(({ run }) => run),
      ["run-0", "run-3", "run-5"],
    );
  });
});
