import assert from "node:assert/strict";
import { comparisonMarkdown } from "../../../../src/core/measure/comparisonText";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { CompareView } from "../../../../webview/compare/compareView";
import { ColumnModel } from "../../../../webview/compare/columnModel";
import { compressionFigures } from "../../../../webview/figures/compressionFigures";
import { PanelState } from "../../../../webview/shown/state";
import * as samples from "../../samples/sampleTraces";
import { withDocument } from "../dom";

/** The same run, of another question; `undefined` for one that does not say it. */
function asked(events: TraceEvent[], question: string | undefined): TraceEvent[] {
  return events.map((event) =>
    event.t === "run"
      ? { ...event, messages: question === undefined ? [] : [{ role: "user", content: question }] }
      : event,
  );
}

function shown(...traces: [run: string, events: TraceEvent[]][]): { state: PanelState; model: ColumnModel } {
  const state = new PanelState(undefined);
  state.apply({ type: "show", title: "t", traces: traces.map(([run, events]) => ({ run, events, live: false })) });
  const model = new ColumnModel();
  model.update(state.traces, {});
  return { state, model };
}

const PEARS = "How many pears are left?";

describe("traces of several questions", () => {
  withDocument();
  const cases: [why: string, other: string | undefined][] = [
    ["another question", PEARS],
    ["a question that is not recorded", undefined],
  ];
  for (const [why, other] of cases)
    it(`are neither linked nor counted against each other: ${why}`, () => {
      const { state, model } = shown(
        ["cot", samples.chainOfThought()],
        ["draft", asked(samples.chainOfDraft(), other)],
      );
      for (const [column, { blocks }] of model.columns.entries())
        for (const block of blocks) {
          assert.deepEqual(model.links.partners(column, block), []);
          const { from, lost } = model.links.of(column, block, ["a", "b"]);
          assert.deepEqual([from, lost], ["", []]);
        }
      assert.ok(model.comparison.rows.every(({ saving }) => saving === undefined));
      assert.doesNotMatch(comparisonMarkdown(model.comparison), /[+−]\d+ %/);
      assert.equal(compressionFigures(state).filter(({ key }) => key.endsWith("pairs")).length, 0);
    });

  it("stand together by question, each with a baseline of its own, and are linked within it", () => {
    const { state, model } = shown(
      ["cot", samples.chainOfThought()],
      ["pears-draft", asked(samples.chainOfDraft(), PEARS)],
      ["draft", samples.chainOfDraft("draft")],
      ["pears", asked(samples.chainOfThought("pears"), PEARS)],
    );
    assert.deepEqual(
      state.traces.map(({ run }) => run),
      ["cot", "draft", "pears-draft", "pears"],
    );
    assert.deepEqual(model.bases, [0, 0, 3, 3]);
    const { rows } = model.comparison;
    assert.deepEqual(
      rows.map(({ isBaseline }) => isBaseline),
      [true, false, false, true],
    );
    assert.equal(rows[1]!.saving!.tokens, rows[2]!.saving!.tokens);
    for (const [column, { blocks }] of model.columns.entries())
      for (const block of blocks)
        for (const partner of model.links.partners(column, block))
          assert.equal(model.bases[partner.column], model.bases[column]);
    // All blocks are there, each in its own column and in its order.
    model.columns.forEach(({ blocks }, column) =>
      assert.deepEqual(
        model.rows.flatMap(({ cells }) => cells[column]!),
        blocks,
      ),
    );
    const linked = model.columns[2]!.blocks.filter((block) => model.links.partners(2, block).length > 0);
    assert.ok(linked.length >= 4);
  });

  it("say in their names and above them what was asked", () => {
    const { state } = shown(["cot", samples.chainOfThought()], ["draft", asked(samples.chainOfDraft(), PEARS)]);
    assert.deepEqual(
      state.traces.map(({ title }) => title),
      ["Chain of Thought, How many apples has Mara in the end?", `Chain of Draft, ${PEARS}`],
    );
    const view = new CompareView({
      state,
      host: { post: () => undefined, readState: () => undefined, writeState: () => undefined },
      keep: () => undefined,
      reveal: () => undefined,
    });
    document.body.append(view.element);
    view.update();
    const line = document.querySelector(".answer-line")!.textContent!;
    assert.match(line, /^2 questions, each by itself:.*apples.*Chain of Thought.*pears.*Chain of Draft/);
    assert.doesNotMatch(document.body.textContent!, /Same answer|[+−]\d+ %|left out in/);
  });

  it("are one question while runs of a comparison wait for their turn", () => {
    const { state, model } = shown(["cot", samples.chainOfThought()], ["later", []]);
    assert.deepEqual(model.bases, [0, 0]);
    state.apply({ type: "events", run: "later", events: samples.chainOfDraft("later"), live: false });
    model.update(state.traces, {});
    assert.ok(model.comparison.rows[1]!.saving);
  });
});
