import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import { liveRows, measure } from "../../../../src/core/measure/metrics";
import { benchFigures } from "../../../../webview/figures/benchFigures";
import { compressionFigures } from "../../../../webview/figures/compressionFigures";
import { confidenceFigures } from "../../../../webview/figures/confidenceFigures";
import { exitFigures, ruleFigures } from "../../../../webview/figures/exitFigures";
import { latentFigures } from "../../../../webview/figures/latentFigures";
import { memoryFigures } from "../../../../webview/figures/memoryFigures";
import { whatIfFigures } from "../../../../webview/figures/whatIfFigures";
import { plainCost } from "../../../../webview/charts/complexityChart";
import { outline } from "../../../../webview/charts/memoryChart";
import type { PanelState } from "../../../../webview/shown/state";
import { withDocument } from "../dom";
import { stateOf } from "../panelState";
import { sampleBench } from "../../samples/sampleBench";
import * as samples from "../../samples/sampleTraces";
import { assertSnapshot, paperTheme } from "./svgSnapshot";
import type { FigureSpec } from "../../../../webview/figures/figure";
import { keptFacts, roundsOf } from "../../../../webview/figures/roundsFigure";
import { pairsOf } from "../../../../webview/figures/pairsFigure";
import { leftOut } from "../../../../webview/charts/stepPairs";
import type { TraceEvent } from "../../../../src/core/trace/trace";
import { thoughtsOf } from "../../../../webview/figures/gistFigure";

const VIEWS: Record<string, (state: PanelState) => FigureSpec[]> = {
  confidence: confidenceFigures,
  exits: (state) => [...ruleFigures(state), ...exitFigures(state)],
  memory: memoryFigures,
  latents: latentFigures,
  compression: compressionFigures,
  whatif: whatIfFigures,
};

describe("figures", () => {
  withDocument();

  /** Each by the name of its snapshot and the last word of its key, whatever else the view shows. */
  const pictures: [name: string, key: string, specs: () => FigureSpec[]][] = [
    [
      "memory",
      "memory",
      () => memoryFigures(stateOf(samples.chainOfThought(), samples.lightThinker(), samples.inftyThink())),
    ],
    ["complexityGists", "complexity", () => memoryFigures(stateOf(samples.lightThinker()))],
    ["complexityRounds", "complexity", () => memoryFigures(stateOf(samples.inftyThink()))],
    ["searchTree", "search", () => latentFigures(stateOf(samples.coconut()))],
    ["latents", "thoughts", () => latentFigures(stateOf(samples.coconut()))],
    ["softTokens", "tokens", () => latentFigures(stateOf(samples.softCot()))],
    ["gists", "gists", () => compressionFigures(stateOf(samples.lightThinker()))],
    ["rounds", "rounds", () => compressionFigures(stateOf(samples.inftyThink()))],
    ["ruleBars", "rules", () => ruleFigures(stateOf(samples.survey()))],
    ["importanceBars", "importance", () => whatIfFigures(stateOf(samples.whatIf()))],
    ["faithfulnessCurves", "faithfulness", () => whatIfFigures(stateOf(samples.whatIf()))],
    ["stepPairs", "pairs", () => compressionFigures(stateOf(samples.chainOfThought(), samples.chainOfDraft()))],
  ];
  for (const [name, key, specs] of pictures)
    it(`draws ${name}`, () => {
      const [spec, ...more] = specs().filter((each) => each.key.split(" ").at(-1) === key);
      assert.equal(more.length, 0);
      assertSnapshot(name, spec!.draw(paperTheme, 640).svg);
    });

  it("draw what a cache is only estimated to have held apart from what was recorded, and say so", () => {
    const bare = samples.chainOfThought().filter(({ t }) => t !== "prefill" && t !== "context");
    const [recorded] = memoryFigures(stateOf(samples.deer()));
    const [mixed] = memoryFigures(stateOf(samples.deer(), bare));
    assert.doesNotMatch(recorded!.caption, /estimated/);
    assert.match(mixed!.caption, /estimated/);
    const { svg, points } = mixed!.draw(paperTheme, 640);
    assert.equal(svg.querySelectorAll('path[fill-opacity="0.1"]').length, 1);
    assert.match(svg.textContent, /estimated from its text/);
    assert.match(points[1]!.label, /peak about \d+ rows/);
    const [known, estimated] = mixed!.table().rows;
    assert.doesNotMatch(known!.join(" "), /about|unknown/);
    assert.match(estimated!.join("|"), /\|unknown\|about \d+\|about \d+\|about [\d,]+\|\d+$/);
  });

  const OF_DATASETS: typeof VIEWS = { bench: () => benchFigures(sampleBench(), "tokens") };
  for (const [view, specs] of Object.entries({ ...VIEWS, ...OF_DATASETS })) {
    const everything = () => stateOf(...samples.everyKind(), []);

    for (const width of [640, 320])
      it(`gives every figure of ${view} a label, a table of even rows, and points inside the picture, ${width} wide`, () => {
        for (const spec of specs(everything())) {
          const { svg, points } = spec.draw(paperTheme, width);
          assert.equal(svg.getAttribute("role"), "img");
          assert.ok(svg.getAttribute("aria-label")!.length > 10);
          assert.doesNotMatch(svg.outerHTML, /NaN|undefined|Infinity/);
          const { head, rows } = spec.table();
          assert.ok(rows.length > 0);
          for (const row of rows) assert.equal(row.length, head.length);
          for (const { x, y, label } of points) {
            assert.ok(x >= 0 && x <= width && y >= 0 && y <= Number(svg.getAttribute("height")), `${view}: ${label}`);
            assert.ok(label.length > 0);
          }
        }
      });
  }

  for (const [view, specs] of Object.entries(VIEWS)) {
    it(`draws ${view} with numbers only, at any width, from traces cut anywhere`, () => {
      const whole = samples
        .lightThinker()
        .concat(samples.deer().slice(1), samples.inftyThink().slice(1), samples.coconut());
      for (let cut = 0; cut <= whole.length; cut += 7)
        for (const spec of specs(stateOf(whole.slice(0, cut), samples.chainOfThought().slice(0, cut))))
          assert.doesNotMatch(spec.draw(paperTheme, 320).svg.outerHTML, /NaN|undefined|Infinity/);
    });
  }

  it("keeps peaks and valleys in the outline of many rows", () => {
    const rows = Array.from({ length: 5000 }, (_, at) => (at === 1234 ? 9000 : at === 4321 ? 1 : 100));
    const corners = outline(rows, 100, 200);
    assert.ok(corners.length < 410);
    assert.ok(corners.some(([at, live]) => at === 1235 && live === 9000));
    assert.ok(corners.some(([at, live]) => at === 4322 && live === 1));
  });

  it("finds the gists of each thought and what was dropped for them", () => {
    const thoughts = thoughtsOf(fold(samples.lightThinker()));
    assert.equal(thoughts.length, 5);
    for (const { from, to, gist, dropped } of thoughts) {
      assert.deepEqual(gist, [to, to + 3]);
      assert.equal(dropped, to - from);
    }
  });

  it("counts every token of a round once", () => {
    const trace = fold(samples.inftyThink());
    const rounds = roundsOf(trace);
    assert.deepEqual(
      rounds.map(({ n }) => n),
      [1, 2, 3],
    );
    assert.deepEqual(
      rounds.map(({ read }) => read),
      [48, 62, 62],
    );
    const sum = rounds.reduce((total, { thinking, summary, answer }) => total + thinking + summary + answer, 0);
    assert.equal(sum, trace.positions.length);
  });

  it("says which facts of a round its summary keeps, numbers first", () => {
    const [first] = roundsOf(fold(samples.inftyThink()));
    assert.ok(first!.facts!.kept.includes("32"));
    assert.deepEqual(first!.facts!.dropped.slice(0, 3), ["14", "3", "6"]);
    assert.deepEqual(keptFacts("Ann has 3 pens and 4 cups.", "Ann has 4 cups."), {
      kept: ["4", "Ann", "cups"],
      dropped: ["3", "pens"],
    });
  });

  it("counts what the same tokens would have held with nothing dropped", () => {
    const trace = fold(samples.chainOfThought());
    const plain = plainCost({ rows: liveRows(trace), prompt: 48 });
    const { peak, dependency } = measure(trace).context;
    assert.deepEqual(plain, { peak, dependency });
  });

  it("draws the straight line for traces that drop rows, and for no others", () => {
    const figures = memoryFigures(stateOf(samples.chainOfThought(), samples.deer(), samples.lightThinker()));
    assert.deepEqual(
      figures.filter(({ key }) => key.endsWith(" complexity")).map(({ title }) => title),
      ["LightThinker: what dropping rows saves"],
    );
  });

  it("draws no axis of importance where no step was measured, and says so", () => {
    const alike = samples.whatIf().map((event) => (event.t === "importance" ? { ...event, different: 0 } : event));
    const [figure] = whatIfFigures(stateOf(alike));
    const { svg } = figure!.draw(paperTheme, 640);
    assert.equal(
      svg.textContent,
      "No step was measured: more samples, or a higher temperature of the run, bring other words.",
    );
  });

  it("sets short steps against full ones and says what was left out", () => {
    const pairs = pairsOf(fold(samples.chainOfThought()), fold(samples.chainOfDraft()));
    assert.equal(pairs.length, 7);
    assert.equal(pairs.filter(({ short }) => short === undefined).length, 3);
    assert.deepEqual(
      pairs.flatMap(({ full, lost }) => (lost ? [[full?.step, lost.slice(0, 2)]] : [])),
      [[6, ["42 − 26", "32 − 18"]]],
    );
    assert.match(leftOut(pairs.find(({ lost }) => lost)!), /^left out: 42 − 26/);
  });

  it("says of steps that a short trace never came to that it did not", () => {
    const cut = samples.chainOfDraft().flatMap((event): TraceEvent[] => {
      if (event.t === "exit") return [{ ...event, why: "budget" }];
      return [event];
    });
    const [pair] = pairsOf(fold(samples.chainOfThought()), fold(cut)).filter(({ lost }) => lost);
    assert.match(leftOut(pair!), /^not come to: 42 − 26/);
  });
});
