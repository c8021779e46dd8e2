import assert from "node:assert/strict";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { answerGroups } from "../../../../webview/compare/answerLine";
import { ColumnModel } from "../../../../webview/compare/columnModel";
import { Panel } from "../../../../webview/shell/panel";
import { PanelState } from "../../../../webview/shown/state";
import { withDocument } from "../dom";
import { frame } from "../panelState";
import * as samples from "../../samples/sampleTraces";

const shownOf = (...traces: [string, TraceEvent[], boolean?][]) => {
  const state = new PanelState(undefined);
  state.apply({
    type: "show",
    title: "t",
    traces: traces.map(([run, events, live]) => ({ run, events, live: live ?? false })),
  });
  return state.traces;
};
const modelOf = (...traces: [string, TraceEvent[], boolean?][]) => {
  const model = new ColumnModel();
  model.update(shownOf(...traces), {});
  return model;
};
const TITLES = ["Chain of Thought", "Chain of Draft"];

describe("links between the steps of traces", () => {
  const model = modelOf(["cot", samples.chainOfThought()], ["draft", samples.chainOfDraft()]);
  const [base, draft] = model.columns;

  it("say which full step a short one stands for", () => {
    const steps = draft!.blocks.filter(({ step }) => step !== undefined);
    assert.deepEqual(
      steps.map((block) => model.links.of(1, block, TITLES).from),
      ["step 1", "step 2", "step 3", "step 4"],
    );
    for (const block of steps) {
      const partners = model.links.partners(1, block);
      assert.deepEqual(
        partners.map(({ column, block: { step } }) => [column, step]),
        [[0, block.step]],
      );
      assert.deepEqual(
        model.links.partners(0, partners[0]!.block).map((each) => each.block),
        [block],
      );
    }
  });

  it("say what was left out, numbers, operations and words, once both traces are finished", () => {
    const lost = base!.blocks.flatMap((block) => model.links.of(0, block, TITLES).lost);
    assert.deepEqual(lost, [
      { where: "Chain of Draft", figures: "42 − 26, 32 − 18", words: "count, backwards, twice, fits" },
    ]);
    const other = modelOf(["cot", samples.chainOfThought()], ["budget", samples.cutByBudget()]);
    const numbers = other.columns[0]!.blocks.flatMap((block) => other.links.of(0, block, TITLES).lost);
    assert.ok(numbers.some((each) => each.figures.split(", ").includes("26")));
    const live = modelOf(["cot", samples.chainOfThought()], ["draft", samples.chainOfDraft(), true]);
    for (const block of live.columns[0]!.blocks) assert.deepEqual(live.links.of(0, block, TITLES).lost, []);
  });

  it("say of a thought that was cut short that it had ended, once, and not that it left anything out", () => {
    const { links, columns } = modelOf(["cot", samples.chainOfThought()], ["budget", samples.cutByBudget()]);
    const lost = columns[0]!.blocks.flatMap((block) => links.of(0, block, ["Chain of Thought", "Budget"]).lost);
    assert.deepEqual(
      lost.map(({ where, why }) => [where, why]),
      [["Budget", "ended"]],
    );
  });

  it("do not wait for a third trace that still runs", () => {
    const three = modelOf(
      ["cot", samples.chainOfThought()],
      ["draft", samples.chainOfDraft()],
      ["deer", samples.deer(), true],
    );
    const lost = three.columns[0]!.blocks.flatMap((block) => three.links.of(0, block, [...TITLES, "DEER"]).lost);
    assert.deepEqual(
      lost.map(({ where }) => where),
      ["Chain of Draft"],
    );
  });

  it("say nothing of a trace without steps of words", () => {
    const latent = modelOf(["cot", samples.chainOfThought()], ["coconut", samples.coconut()]);
    for (const block of latent.columns[0]!.blocks) assert.deepEqual(latent.links.of(0, block, TITLES).lost, []);
  });

  it("name the steps that a gist or a summary stands for", () => {
    const named = (events: TraceEvent[]) =>
      modelOf(["r", events]).columns[0]!.blocks.flatMap(({ standsFor }) => (standsFor ? [standsFor] : []));
    assert.deepEqual(
      named(samples.lightThinker()),
      [1, 2, 3, 4, 5].map((step) => [step, step]),
    );
    assert.deepEqual(named(samples.inftyThink()), [
      [1, 2],
      [3, 3],
    ]);
  });
});

describe("answers of a comparison", () => {
  it("are grouped as a grader compares them", () => {
    const groups = answerGroups(
      shownOf(
        ["cot", samples.chainOfThought()],
        ["budget", samples.cutByBudget()],
        ["draft", samples.chainOfDraft()],
        ["cut", samples.deer().slice(0, 5)],
        ["live", samples.deer(), true],
      ),
    );
    assert.deepEqual(groups, [
      { answer: "42", correct: true, expected: true, titles: ["Chain of Thought", "Chain of Draft"] },
      { answer: "16", correct: false, expected: true, titles: ["Budget"] },
      { answer: undefined, correct: undefined, expected: false, titles: ["DEER"] },
    ]);
  });
});

describe("the comparison", () => {
  withDocument();

  async function show(...traces: [string, TraceEvent[]][]): Promise<void> {
    const panel = new Panel({ post: () => undefined, readState: () => undefined, writeState: () => undefined });
    document.body.append(panel.element);
    panel.receive({
      type: "show",
      title: "t",
      traces: traces.map(([run, events]) => ({ run, events, live: false })),
    });
    await frame();
  }
  const line = (): string => document.querySelector(".answer-line")!.textContent;

  it("says whether the answers differ, and how", async () => {
    await show(["cot", samples.chainOfThought()], ["budget", samples.cutByBudget()]);
    assert.equal(line(), "Different answers:42 ✓ right Chain of Thought16 ✗ wrong Budget");
  });

  it("says that they are the same", async () => {
    await show(["cot", samples.chainOfThought()], ["draft", samples.chainOfDraft()]);
    assert.equal(line(), "Same answer:42 ✓ right");
  });

  it("marks the linked steps of the cell that has the focus, and goes to them", async () => {
    await show(["cot", samples.chainOfThought()], ["draft", samples.chainOfDraft()]);
    const cells = document.querySelectorAll<HTMLElement>('.cell[data-column="0"]');
    cells[2]!.focus();
    const linked = [...document.querySelectorAll(".block.linked")];
    assert.equal(linked.length, 1);
    assert.match(linked[0]!.textContent, /32 \/ 2 = 16/);
    const { KeyboardEvent } = window as unknown as typeof globalThis;
    cells[2]!.dispatchEvent(new KeyboardEvent("keydown", { key: "l", bubbles: true }));
    assert.ok(document.activeElement!.contains(linked[0]!));
    assert.match(document.querySelector(".block.linked")!.textContent, /gives away/);
  });

  it("says in the first column what another leaves out", async () => {
    await show(["cot", samples.chainOfThought()], ["draft", samples.chainOfDraft()]);
    const lost = [...document.querySelectorAll(".link-lost")].map((node) => node.textContent);
    assert.deepEqual(lost, ["left out in Chain of Draft (42 − 26, 32 − 18)"]);
  });

  it("links steps while traces run, as it does when the finished traces are opened anew", async () => {
    const labels = (): string[] => [...document.querySelectorAll(".block-links")].map((node) => node.textContent);
    await show(["cot", samples.chainOfThought()], ["draft", samples.chainOfDraft()], ["deer", samples.deer()]);
    const settled = labels();
    assert.ok(settled.filter((label) => label !== "").length > 8);

    document.body.replaceChildren();
    const panel = new Panel({ post: () => undefined, readState: () => undefined, writeState: () => undefined });
    document.body.append(panel.element);
    const runs = { cot: samples.chainOfThought(), draft: samples.chainOfDraft(), deer: samples.deer() };
    panel.receive({
      type: "show",
      title: "t",
      traces: Object.keys(runs).map((run) => ({ run, events: [], live: true })),
    });
    for (const [run, events] of Object.entries(runs))
      for (const [index, event] of events.entries()) {
        panel.receive({ type: "events", run, events: [event], live: index < events.length - 1 });
        if (index % 25 === 0) await frame();
      }
    await frame();
    assert.deepEqual(labels(), settled);
  });
});
