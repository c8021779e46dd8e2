/** Every exit rule over several recordings at once. */
import assert from "node:assert/strict";
import { ruleTable } from "../../../../src/core/exits/ruleFigures";
import type { FromPanel } from "../../../../src/core/protocol/panelApi";
import { fold } from "../../../../src/core/trace/fold";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { paretoFront } from "../../../../webview/charts/paretoFront";
import { ruleFrontFigures } from "../../../../webview/figures/ruleFrontFigures";
import { Panel } from "../../../../webview/shell/panel";
import { sampleSurveys } from "../../samples/sampleSurveys";
import { assertSnapshot, paperTheme } from "../charts/svgSnapshot";
import { withDocument } from "../dom";

describe("exit rules over a group", () => {
  withDocument();

  async function open(traces: TraceEvent[][]): Promise<{ panel: Panel; sent: FromPanel[] }> {
    const sent: FromPanel[] = [];
    const panel = new Panel({
      post: (message) => void sent.push(message),
      readState: () => ({ view: "exits" }),
      writeState: () => undefined,
    });
    document.body.append(panel.element);
    panel.receive({
      type: "show",
      title: "t",
      traces: traces.map((events, at) => ({ run: `survey-${at}`, events, live: false })),
    });
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return { panel, sent };
  }
  const rowsOf = (panel: Panel) => [...panel.element.querySelectorAll(".rule-table tbody tr")];

  it("draws the front of each with its band, beside the oracle and truncation, against tokens and against time", () => {
    const table = ruleTable(sampleSurveys(24).map((events) => fold(events)));
    const [tokens, ms] = ruleFrontFigures(table, "1");
    assertSnapshot("ruleFront", tokens!.draw(paperTheme, 720).svg);
    const { head, rows } = tokens!.table();
    assert.deepEqual(
      [...new Set(rows.map(([name]) => name))],
      ["to the end", "oracle", "DEER", "ThinkBrake", "Agreement", "Truncation"],
    );
    assert.equal(ms!.table().rows.length, rows.length);
    assert.equal(head.at(-1), "turned wrong");
    for (const { points } of table.rules)
      for (const { band, accuracy } of points) assert.ok(band[0] <= accuracy && accuracy <= band[1]);
  });

  it("keeps of a rule's settings those that none of its own beats", () => {
    const point = (cost: number, accuracy: number) => ({ cost, accuracy, band: [0, 1] as const, label: "" });
    const front = paretoFront([point(30, 0.5), point(10, 0.4), point(20, 0.3), point(40, 0.5)], ({ cost }) => cost);
    assert.deepEqual(
      front.map(({ cost }) => cost),
      [10, 30],
    );
  });

  it("offers each rule's settings, takes one for live runs, and shows an exit that turned an answer wrong", async () => {
    const { panel, sent } = await open(sampleSurveys(24));
    assert.match(
      rowsOf(panel)
        .map((row) => row.textContent)
        .join("\n"),
      /not recorded: probability/,
    );
    const usual = rowsOf(panel).find((row) => row.textContent!.startsWith("DEER, as usual"))!;
    const buttons = [...usual.querySelectorAll("button")];
    buttons.at(-1)!.click();
    assert.deepEqual(
      sent.filter(({ type }) => type === "use-setting"),
      [{ type: "use-setting", strategy: "deer", threshold: 0.95 }],
    );
    const before = panel.state.view.view;
    buttons[0]!.click();
    const wrong = Number(buttons[0]!.textContent) - 1;
    const { view, selected } = panel.state.view;
    assert.deepEqual([before, view, selected?.run], ["exits", "compare", `survey-${wrong}`]);
  });

  it("says which settings are proven to keep a risk", async () => {
    const { panel } = await open(sampleSurveys(24));
    const risk = panel.element.querySelector<HTMLSelectElement>('select[aria-label="Risk"]')!;
    risk.value = "0.2";
    risk.dispatchEvent(new window.Event("change"));
    assert.match(
      rowsOf(panel)
        .map((row) => row.textContent)
        .join("\n"),
      /DEER, at most 20(\.0)? % wrong.*at no setting/,
    );
  });

  it("stays away where there is one recording, and where a single rule asked", async () => {
    const { panel } = await open(sampleSurveys(1));
    assert.equal(panel.element.querySelector<HTMLElement>(".group-exits")!.hidden, true);
  });
});
