import assert from "node:assert/strict";
import type { FromPanel, PanelSamples } from "../../../../src/core/protocol/panelApi";
import { groupAnswers } from "../../../../src/core/votes/sampleGroup";
import { lengthBins } from "../../../../webview/charts/lengthHistogram";
import { sampleFigures } from "../../../../webview/figures/sampleFigures";
import { Panel } from "../../../../webview/shell/panel";
import { sampleGroup } from "../../samples/sampleGroup";
import { HOSTILE_TEXT } from "../../samples/sampleTraces";
import { assertSnapshot, paperTheme } from "../charts/svgSnapshot";
import { withDocument } from "../dom";
import { cpuMsOf } from "../../core/cpuTime";

describe("samples view", () => {
  withDocument();

  async function open(samples: PanelSamples): Promise<{ panel: Panel; sent: FromPanel[] }> {
    const sent: FromPanel[] = [];
    const panel = new Panel({
      post: (message) => void sent.push(message),
      readState: () => undefined,
      writeState: () => undefined,
    });
    document.body.append(panel.element);
    panel.receive({ type: "samples", samples });
    await drawn();
    return { panel, sent };
  }
  const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const press = (panel: Panel, name: string, nth = 0) =>
    [...panel.element.querySelectorAll<HTMLButtonElement>(".samples-view button")]
      .filter((each) => each.textContent === name)
      .at(nth)!
      .click();
  const compared = (sent: readonly FromPanel[]) =>
    sent.flatMap((each) => (each.type === "compare-runs" ? [each.runs] : []));

  it("draws how often each answer came, how long samples are, and where they part", () => {
    const [answers, lengths, partings] = sampleFigures(sampleGroup(40));
    assertSnapshot("sampleAnswers", answers!.draw(paperTheme, 640).svg);
    assertSnapshot("sampleLengths", lengths!.draw(paperTheme, 640).svg);
    assertSnapshot("samplePartings", partings!.draw(paperTheme, 640).svg);
    assert.deepEqual(answers!.table().rows[0]!.slice(0, 2), ["42", "15"]);
  });

  it("compares any sample with the first of the most frequent answer by one press, or with another that is chosen", async () => {
    const shown = sampleGroup(12);
    const { panel, sent } = await open(shown);
    const first = groupAnswers(shown.samples)[0]!.samples[0]!;
    press(panel, "Compare");
    const other = first === 1 ? 2 : 1;
    assert.deepEqual(compared(sent), [[`sample-${first}`, `sample-${other}`]]);
    press(panel, "Compare Others with It", 3);
    press(panel, "Compare");
    const [against] = compared(sent).at(-1)!;
    assert.notEqual(against, `sample-${first}`);
    const [, second] = groupAnswers(shown.samples);
    press(panel, `Compare “42” with “${second!.answer}”`);
    assert.deepEqual(compared(sent).at(-1), [`sample-${first}`, `sample-${second!.samples[0]}`]);
  });

  it("has votes over as many samples as are dragged to", async () => {
    const { panel } = await open(sampleGroup(20));
    const [k, m] = panel.element.querySelectorAll<HTMLInputElement>(".votes input");
    assert.equal(k!.max, "18", "those that were stopped do not vote");
    const tokensOf = (vote: string) =>
      [...panel.element.querySelectorAll(".vote-table tbody tr")].find((row) => row.textContent!.startsWith(vote))!
        .children[3]!.textContent;
    const before = tokensOf("majority");
    k!.value = "4";
    k!.dispatchEvent(new window.Event("input"));
    assert.notEqual(tokensOf("majority"), before);
    m!.value = "2";
    m!.dispatchEvent(new window.Event("input"));
    assert.ok(tokensOf("shortest 2"));
    assert.match(panel.element.querySelector(".vote-remark")!.textContent!, /draws of 4 samples.*pass@k/);
  });

  it("takes samples as they come, and says how far it is", async () => {
    const { panel } = await open(sampleGroup(3, true));
    const status = () => panel.element.querySelector(".samples-status")!.textContent;
    assert.equal(status(), "Chain of Thought, pocket: 3 of 7 samples");
    panel.receive({ type: "more-samples", samples: sampleGroup(4).samples.slice(3), live: false });
    await drawn();
    assert.equal(status(), "Chain of Thought, pocket: 4 of 7 samples, stopped");
  });

  it("stays usable with a thousand samples: a page of rows, and more when asked", async () => {
    const many = sampleGroup(1000);
    let panel!: Panel;
    const took = await cpuMsOf(async () => ({ panel } = await open(many)));
    assert.ok(took < 5000, `${took} ms`);
    const rows = () => panel.element.querySelectorAll(".sample-table tbody tr").length;
    assert.equal(rows(), 200);
    press(panel, "Show 200 More");
    assert.equal(rows(), 400);
    const bins = lengthBins(sampleGroup(1000).samples.map(({ tokens }) => ({ tokens, ending: "right" })));
    assert.ok(bins.length <= 24);
    assert.equal(
      bins.reduce((sum, { counts }) => sum + counts.right, 0),
      1000,
    );
  });

  it("shows what models and files say as text", async () => {
    const [sample, ...rest] = sampleGroup(3).samples;
    const hostile = { ...sample!, answer: HOSTILE_TEXT, stopped: undefined, meaning: 99 };
    const { panel } = await open({ ...sampleGroup(3), model: HOSTILE_TEXT, samples: [hostile, ...rest] });
    assert.equal(panel.element.querySelectorAll("img, script").length, 0);
  });
});
