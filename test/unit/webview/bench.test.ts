import assert from "node:assert/strict";
import { benchTable } from "../../../src/core/benchTable";
import type { FromPanel, PanelBench } from "../../../src/core/panelApi";
import { benchScatter, paretoFront } from "../../../webview/bench/benchScatter";
import { filtered } from "../../../webview/bench/questionTable";
import { Panel } from "../../../webview/panel";
import { withDocument } from "./dom";
import { sampleBench } from "./sampleBench";
import { HOSTILE_TEXT } from "./sampleTraces";
import { assertSnapshot, paperTheme } from "./svgSnapshot";

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

  it("finds the strategies that none beats in both", () => {
    const rows = rowsOf(sampleBench());
    const front = paretoFront(rows, "tokens");
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
