import assert from "node:assert/strict";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { earlyAnswering } from "../../../../src/core/measure/earlyAnswer";
import { fold } from "../../../../src/core/trace/fold";
import { replay } from "../../../../src/core/exits/replay";
import { budgetCurve, thresholdCurve } from "../../../../src/core/exits/replayCurves";
import { scoreScale, THRESHOLDS } from "../../../../src/core/exits/scale";
import { answerStrip, settledSentence } from "../../../../webview/charts/answerStrip";
import { exitChart, isBudgetEdge, positionAt, scoreAt } from "../../../../webview/charts/exitChart";
import { ExitView } from "../../../../webview/exits/exitView";
import { asThreshold, settingCurve } from "../../../../webview/charts/settingCurve";
import { PanelState } from "../../../../webview/shown/state";
import type { PanelContext } from "../../../../webview/parts/view";
import { withDocument } from "../dom";
import * as samples from "../../samples/sampleTraces";
import { assertSnapshot, paperTheme } from "../charts/svgSnapshot";

describe("exit explorer", () => {
  withDocument();
  const trace = fold(samples.deer());

  function open(first = samples.deer()): { view: ExitView; context: PanelContext } {
    const state = new PanelState(undefined);
    state.apply({
      type: "show",
      title: "t",
      traces: [
        { run: "deer", events: first, live: false },
        { run: "cot", events: samples.chainOfThought(), live: false },
      ],
    });
    const context: PanelContext = {
      state,
      host: { post: () => undefined, readState: () => undefined, writeState: () => undefined },
      keep: () => undefined,
      reveal: () => undefined,
    };
    const view = new ExitView(context);
    document.body.append(view.element);
    view.update();
    return { view, context };
  }

  function slide(label: string, value: string): void {
    const input = [...document.querySelectorAll("label")]
      .find((each) => each.textContent.startsWith(label))!
      .querySelector("input")!;
    input.value = value;
    input.dispatchEvent(new window.Event("input"));
  }

  const outcome = (): string => document.querySelector(".outcome")!.textContent;

  it("draws checks, the threshold set, and both exits", () => {
    const replayed = replay(trace, { threshold: 0.8 });
    assertSnapshot(
      "exitChart",
      exitChart({ run: "r", title: "DEER", trace, replayed, threshold: 0.8 }, 640, paperTheme).svg,
    );
  });

  it("draws the early-answering curve", () => {
    assertSnapshot(
      "answerStrip",
      answerStrip({ run: "r", title: "DEER", early: earlyAnswering(trace)! }, 640, paperTheme).svg,
    );
  });

  it("draws accuracy against tokens over thresholds and budgets", () => {
    const traces = [trace, fold(samples.deer("again"))];
    const curves = [
      {
        name: "threshold",
        points: thresholdCurve(traces, THRESHOLDS.probability),
        setting: asThreshold("probability"),
      },
      { name: "budget", points: budgetCurve(traces, [20, 40, 60]), setting: String },
    ];
    assertSnapshot("settingCurve", settingCurve(curves, 640, paperTheme).svg);
  });

  it("reads a score off the picture's height", () => {
    const scale = scoreScale(trace.checks);
    assert.equal(scoreAt(-50, scale), 1);
    assert.equal(scoreAt(1000, scale), 0);
    assert.ok(scoreAt(100, scale) > scoreAt(120, scale));
    assert.equal(scoreAt(-50, { unit: "tokens", most: 500, step: 3 }), 500);
  });

  it("reads a position off the picture's width, and knows its lower edge", () => {
    assert.equal(positionAt(-50, 200, 640), 0);
    assert.equal(positionAt(1000, 200, 640), 200);
    assert.equal(positionAt((40 + 640 - 18) / 2, 200, 640), 100);
    assert.deepEqual([60, 170, 200].map(isBudgetEdge), [false, false, true]);
  });

  it("says which thinking changed nothing", () => {
    const steady = { ...trace, checks: trace.checks.map((check) => ({ ...check, answer: "42" })) };
    assert.match(settledSentence(earlyAnswering(steady)!), /stood and never changed again after \d+ % of thinking/);
    // Nothing but the tag that ends thinking follows the trial that stopped it.
    assert.match(settledSentence(earlyAnswering(trace)!), /stood only at the end/);
    assert.match(settledSentence(earlyAnswering(fold(samples.chainOfThought()))!), /was first written after \d+ %/);
  });

  it("moves the exit with the threshold, and keeps it", () => {
    const { context } = open();
    assert.match(outcome(), /Answer 42 ✓ right/);
    slide("threshold", "0.6");
    const expected = replay(trace, { threshold: 0.6 });
    assert.match(outcome(), /Answer 32 ✗ wrong/);
    assert.ok(outcome().includes(`token ${expected.at}`));
    assert.ok(outcome().includes(`${expected.saved.tokens} tokens less`));
    assert.equal(context.state.view.thresholds["deer"], 0.6);
    [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "As recorded")!.click();
    assert.match(outcome(), /Answer 42 ✓ right/);
    assert.deepEqual(context.state.view.thresholds, {});
  });

  it("moves a threshold that is no probability on a scale of its own", () => {
    const variances = samples.deer().map((event, place): TraceEvent => {
      if (event.t !== "check") return event;
      const score = { signals: { variance: 4 - place / 100 }, signal: "variance", threshold: 0.02, stopsBelow: true };
      return { ...event, ...score, by: "theirs" };
    });
    const { view } = open(variances);
    const [input] = view.element.querySelectorAll("input");
    assert.deepEqual([input!.max, input!.step], ["5", "0.025"]);
    assert.match(view.element.textContent, /threshold0.02 nats²/);
    slide("threshold", "5");
    assert.match(outcome(), /Thinking would stop/);
    assert.match(view.element.textContent, /threshold5 nats²/);
    const settled = fold(variances);
    const { svg, points } = exitChart(
      { run: "r", title: "t", trace: settled, replayed: replay(settled), threshold: 0.02 },
      640,
      paperTheme,
    );
    assert.equal(points.length, 4);
    for (const { y } of points) assert.ok(y > 0 && y < Number(svg.getAttribute("height")));
  });

  it("moves the exit with the budget", () => {
    open();
    slide("budget", "20");
    assert.match(outcome(), /the budget would end thinking/i);
    slide("budget", "10000");
    assert.match(outcome(), /Answer 42 ✓ right/);
  });

  it("says so where a threshold leads beyond the recording", () => {
    open();
    slide("threshold", "1");
    assert.match(outcome(), /beyond what was recorded/);
  });

  it("draws hostile and cut traces with numbers only", () => {
    for (const events of [samples.hostile(), ...[3, 6, 9, 12].map((cut) => samples.deer().slice(0, cut))]) {
      const cut = fold(events);
      const { svg } = exitChart(
        { run: "r", title: "t", trace: cut, replayed: replay(cut), threshold: undefined },
        320,
        paperTheme,
      );
      assert.doesNotMatch(svg.outerHTML, /NaN|undefined|Infinity|<img|<script/);
    }
  });
});
