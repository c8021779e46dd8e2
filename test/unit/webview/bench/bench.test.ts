import assert from "node:assert/strict";
import { benchTable } from "../../../../src/core/measure/benchTable";
import type { FromPanel, PanelBench } from "../../../../src/core/protocol/panelApi";
import { benchScatter } from "../../../../webview/charts/benchScatter";
import { paretoFront } from "../../../../webview/charts/paretoFront";
import { filtered } from "../../../../webview/bench/questionTable";
import { costFigure } from "../../../../webview/figures/costFigure";
import { thresholdFigure } from "../../../../webview/figures/thresholdFigure";
import { Panel } from "../../../../webview/shell/panel";
import { withDocument } from "../dom";
import { sampleBench } from "../../samples/sampleBench";
import { HOSTILE_TEXT } from "../../samples/sampleTraces";
import { assertSnapshot, paperTheme } from "../charts/svgSnapshot";

const rowsOf = ({ runs, strategies, model }: PanelBench) => benchTable(runs, strategies, model);

describe("bench view", () => {
  withDocument();

  async function open(bench: PanelBench): Promise<{ panel: Panel; sent: FromPanel[] }> {
    const sent: FromPanel[] = [];
    const panel = new Panel({
      post: (message) => void sent.push(message),
      readState: () => undefined,
      writeState: () => undefined,
    });
    document.body.append(panel.element);
    panel.receive({ type: "bench", bench });
    await drawn();
    return { panel, sent };
  }
  const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));

  it("draws accuracy against tokens", () =>
    assertSnapshot("benchScatter", benchScatter(rowsOf(sampleBench()), "tokens", 640, paperTheme).svg));

  it("draws accuracy against time, with intervals in both directions", () =>
    assertSnapshot("benchScatterTime", benchScatter(rowsOf(sampleBench()), "ms", 640, paperTheme).svg));

  it("tells differences with their intervals in the table", () => {
    const { head, rows } = costFigure(sampleBench(), "tokens").table();
    const [first, ...others] = rows.map((row) => row[head.indexOf("against the baseline")]);
    assert.equal(first, "baseline");
    for (const each of others) assert.match(each!, /^[+−]\d+\.\d points \[−?\d+\.\d, −?\d+\.\d\]$/);
  });

  it("draws what other thresholds would have come to over the whole dataset", () => {
    const figure = thresholdFigure(sampleBench())!;
    assertSnapshot("benchThresholds", figure.draw(paperTheme, 640).svg);
    const { rows, head } = figure.table();
    assert.deepEqual([...new Set(rows.map(([strategy]) => strategy))], ["DEER"]);
    const [strategy, threshold] = [head.indexOf("strategy"), head.indexOf("threshold")];
    assert.equal(rows.length, new Set(rows.map((row) => `${row[strategy]} ${row[threshold]}`)).size);
    assert.equal(thresholdFigure({ ...sampleBench(), runs: [] }), undefined);
  });

  it("finds the strategies that none beats in both", () => {
    const rows = rowsOf(sampleBench());
    const front = paretoFront(rows, ({ tokens }) => tokens.total);
    for (const row of rows) {
      const beaten = rows.some(
        (other) =>
          other !== row &&
          other.accuracy >= row.accuracy &&
          other.tokens.total <= row.tokens.total &&
          (other.accuracy > row.accuracy || other.tokens.total < row.tokens.total),
      );
      assert.equal(front.includes(row), !beaten, row.strategy);
    }
  });

  it("finds the questions where strategies differ", () => {
    const { runs, strategies } = sampleBench();
    const right = (question: number) => runs.filter((run) => run.question === question && run.correct).length;
    const differing = filtered(runs, "differ");
    assert.ok(differing.length > 0 && differing.length < 40);
    for (const question of differing) assert.ok(right(question) > 0 && right(question) < strategies.length);
    assert.equal(filtered(runs, "all").length, 40);
  });

  it("shows a tab only where there is a dataset run, and opens it", async () => {
    await open(sampleBench());
    const tab = document.querySelector<HTMLElement>("#tab-bench")!;
    assert.equal(tab.hidden, false);
    assert.equal(tab.getAttribute("aria-selected"), "true");
    assert.equal(document.querySelectorAll(".questions tbody tr").length, 40);
    assert.match(document.querySelector(".bench-status")!.textContent, /200 of 200 runs/);
  });

  it("goes on while runs come in", async () => {
    const whole = sampleBench();
    const part = sampleBench(10);
    const { panel } = await open(part);
    assert.match(document.querySelector(".bench-status")!.textContent, /50 of 200 runs/);
    assert.ok(document.querySelector(".figure-list.running"));
    panel.receive({ type: "bench-runs", runs: whole.runs.filter(({ question }) => question >= 10), live: false });
    await drawn();
    assert.match(document.querySelector(".bench-status")!.textContent, /200 of 200 runs/);
    assert.equal(document.querySelector(".figure-list.running"), null);
  });

  it("offers to go on with a run that was stopped, and only then", async () => {
    const part = sampleBench(10);
    const { panel, sent } = await open(part);
    const visible = (label: string) =>
      [...document.querySelectorAll<HTMLElement>(".bench-head button")].find(
        ({ textContent, hidden }) => textContent === label && !hidden,
      );
    assert.ok(visible("Cancel"));
    assert.equal(visible("Resume"), undefined);
    panel.receive({ type: "bench-runs", runs: [], live: false });
    await drawn();
    assert.match(document.querySelector(".bench-status")!.textContent, /50 of 200 runs, stopped/);
    assert.equal(visible("Cancel"), undefined);
    visible("Resume")!.click();
    assert.deepEqual(sent.at(-1), { type: "command", command: "resume-bench" });
    panel.receive({ type: "bench", bench: sampleBench() });
    await drawn();
    assert.equal(visible("Resume"), undefined);
  });

  it("leaves the focus on an answer while others come in", async () => {
    const whole = sampleBench();
    const { panel } = await open(sampleBench(10));
    const answer = document.querySelectorAll<HTMLElement>(".questions .link")[3]!;
    answer.focus();
    panel.receive({ type: "bench-runs", runs: whole.runs.filter(({ question }) => question >= 10), live: true });
    await drawn();
    assert.equal(document.querySelectorAll(".questions tbody tr").length, 40);
    assert.equal(document.activeElement, answer);
  });

  it("draws a page of many questions and more when asked", async () => {
    const bench = sampleBench();
    const many = Array.from({ length: 450 }, (_, question) => ({ ...bench.runs[0]!, question }));
    await open({ ...bench, questions: many.map(() => "?"), runs: many });
    const rows = () => document.querySelectorAll(".questions tbody tr").length;
    assert.equal(rows(), 200);
    const more = [...document.querySelectorAll<HTMLElement>("button")].find(({ textContent }) =>
      /more/.test(textContent),
    );
    more!.click();
    more!.click();
    assert.equal(rows(), 450);
    assert.equal(more!.hidden, true);
  });

  it("leads from an answer to its trace", async () => {
    const { sent } = await open(sampleBench());
    document.querySelector<HTMLElement>(".questions .link")!.click();
    assert.deepEqual(sent.at(-1), { type: "select", run: "chain-of-thought-0", at: 0 });
  });

  it("lets no text of a dataset become markup, and draws nothing of nothing", async () => {
    const bench = sampleBench(1);
    bench.data = bench.model = HOSTILE_TEXT;
    bench.questions = [HOSTILE_TEXT];
    bench.runs = bench.runs.map((run) => ({ ...run, answer: HOSTILE_TEXT }));
    await open(bench);
    assert.equal(document.querySelectorAll("img, script").length, 0);
    const none = benchScatter([], "ms", 320, paperTheme).svg.outerHTML;
    assert.doesNotMatch(none, /NaN|undefined|Infinity/);
  });
});
