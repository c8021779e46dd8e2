import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { bins, minimap } from "../../../../webview/charts/minimap";
import { editorTheme } from "../../../../webview/charts/theme";
import { Minimap } from "../../../../webview/compare/minimap";
import { blocksOf } from "../../../../webview/shown/blocks";
import * as samples from "../../samples/sampleTraces";
import { withDocument } from "../dom";

describe("the bins of a minimap", () => {
  const cases: [name: string, events: TraceEvent[]][] = [
    ["a short trace", samples.chainOfDraft()],
    ["a trace with trials", samples.deer()],
    ["a long trace", samples.long(5000)],
    ["an empty trace", []],
  ];
  for (const [name, events] of cases)
    it(`cover every position once: ${name}`, () => {
      const trace = fold(events);
      const found = bins(trace);
      assert.ok(found.length <= 240);
      assert.equal(found.at(-1)?.to ?? 0, trace.positions.length);
      found.forEach(({ from, to }, index) => {
        assert.ok(to > from);
        assert.equal(from, found[index - 1]?.to ?? 0);
      });
    });

  it("say what their tokens are for, and how sure they were", () => {
    const found = bins(fold(samples.deer()));
    assert.deepEqual([...new Set(found.map(({ kind }) => kind))].sort(), ["answer", "thinking", "trial"]);
    for (const { confidence } of found) assert.ok(confidence === undefined || (confidence > 0 && confidence <= 1));
    assert.ok(found.some(({ confidence }) => confidence !== undefined && confidence < 0.8));
  });
});

describe("the minimap of a trace", () => {
  withDocument();

  const trace = fold(samples.deer());
  const length = trace.positions.length;
  const hits = [3, 40];

  function open(): { node: HTMLElement; jumps: number[]; press(...keys: string[]): void } {
    const jumps: number[] = [];
    const map = new Minimap((at) => void jumps.push(at));
    document.body.append(map.element);
    map.update({ trace, title: "DEER", blocks: blocksOf(trace, false), hits, version: 1 });
    const { KeyboardEvent } = window as unknown as typeof globalThis;
    const press = (...keys: string[]): void => {
      for (const key of keys)
        map.element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    };
    return { node: map.element, jumps, press };
  }

  it("draws checks, the exit and hits where they stand", () => {
    const svg = minimap(trace, hits, editorTheme);
    const places = (name: string): number[] =>
      [
        ...svg
          .querySelector(`.${name}`)!
          .getAttribute("d")!
          .matchAll(/M(\d+),/g),
      ].map(([, at]) => Number(at));
    assert.deepEqual(
      places("checks"),
      trace.checks.map(({ at }) => at),
    );
    assert.deepEqual(places("exit"), [trace.exit!.at]);
    assert.deepEqual(places("hits"), hits);
  });

  it("is a slider over the positions of the trace, and says the step", () => {
    const { node } = open();
    assert.equal(node.getAttribute("role"), "slider");
    assert.equal(node.tabIndex, 0);
    assert.equal(node.getAttribute("aria-label"), "Minimap of DEER");
    assert.equal(node.getAttribute("aria-valuemax"), String(length - 1));
    assert.match(node.getAttribute("aria-valuetext")!, /^step 1, token 1 of \d+$/);
  });

  it("goes from block to block by arrows, and to both ends", () => {
    const { node, jumps, press } = open();
    const starts = blocksOf(trace, false).map(({ from }) => from);
    press("ArrowRight", "ArrowRight", "ArrowLeft");
    assert.deepEqual(jumps, [starts[1], starts[2], starts[1]]);
    press("End");
    assert.equal(node.getAttribute("aria-valuenow"), String(length - 1));
    press("Home", "ArrowLeft");
    assert.equal(node.getAttribute("aria-valuenow"), "0");
  });

  it("goes from mark to mark by pages: checks, the exit and hits", () => {
    const { jumps, press } = open();
    const marks = [...trace.checks.map(({ at }) => at), trace.exit!.at, ...hits].sort((a, b) => a - b);
    const each = [...new Set(marks)];
    press(...each.map(() => "PageDown"));
    assert.deepEqual(jumps, each);
    press("PageUp");
    assert.equal(jumps.at(-1), each.at(-2));
  });

  it("keeps its keys to itself, and leaves the others alone", () => {
    const { node, jumps } = open();
    const { KeyboardEvent } = window as unknown as typeof globalThis;
    let outside = 0;
    document.body.addEventListener("keydown", () => (outside += 1));
    const tab = new KeyboardEvent("keydown", { key: "Tab", bubbles: true, cancelable: true });
    node.dispatchEvent(tab);
    assert.deepEqual([jumps.length, outside, tab.defaultPrevented], [0, 0, false]);
  });

  it("cannot be reached where there is nothing to show", () => {
    const empty = fold([]);
    const map = new Minimap(() => assert.fail("there is nowhere to go"));
    map.update({ trace: empty, title: "t", blocks: [], hits: [], version: 1 });
    assert.equal(map.element.tabIndex, -1);
    assert.equal(map.element.getAttribute("aria-valuetext"), "nothing yet");
  });
});
