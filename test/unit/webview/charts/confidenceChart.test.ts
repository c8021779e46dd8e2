import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import { confidenceChart, smoothed } from "../../../../webview/charts/confidenceChart";
import { withDocument } from "../dom";
import * as samples from "../../samples/sampleTraces";
import { assertSnapshot, paperTheme } from "./svgSnapshot";
import { TraceBuilder } from "../../samples/traceBuilder";

describe("confidence chart", () => {
  withDocument();
  const draw = (events = samples.deer()) => {
    const trace = fold(events);
    return confidenceChart({ run: "r", title: "DEER", trace, length: trace.positions.length }, 600, paperTheme);
  };

  it("draws probabilities, checks, threshold and exit", () => assertSnapshot("confidenceChart", draw().svg));

  it("gives each check a point that leads to its position and says what it found", () => {
    const { points } = draw();
    const { checks } = fold(samples.deer());
    assert.deepEqual(
      points.map(({ at }) => at),
      checks.map(({ at }) => at),
    );
    assert.match(points[3]!.label, /answer 42, right, 0\.98 > 0\.95/);
  });

  it("draws an empty and a hostile trace", () => {
    assert.equal(draw([]).points.length, 0);
    const { svg } = draw(samples.hostile());
    assert.equal(svg.querySelectorAll("img, script, foreignObject").length, 0);
  });

  it("takes the geometric mean and the lowest of each window", () => {
    const trace = fold(new TraceBuilder("r", "cot").text("one two three four").events);
    trace.positions = [0.5, 0.125, 1, 1].map((p, at) => ({ ...trace.positions[at]!, logprob: Math.log(p) }));
    const [first, second] = smoothed(trace, 2);
    assert.ok(Math.abs(first!.mean! - 0.25) < 1e-9);
    assert.ok(Math.abs(first!.low - 0.125) < 1e-9);
    assert.ok(Math.abs(second!.mean! - 1) < 1e-9);
  });

  it("leaves out what the model did not choose", () => {
    const trace = fold(new TraceBuilder("r", "cot").forced("fed by the engine").events);
    assert.ok(smoothed(trace, 10).every(({ mean }) => mean === undefined));
  });
});
