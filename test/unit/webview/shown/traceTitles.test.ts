import assert from "node:assert/strict";
import { fold } from "../../../../src/core/trace/fold";
import { traceTitles } from "../../../../webview/shown/traceTitles";
import * as samples from "../../samples/sampleTraces";

const deer = (model: string, options: Record<string, unknown>) => {
  const trace = fold(samples.deer());
  trace.header = { ...trace.header!, model: { id: model }, options };
  return trace;
};

describe("names of traces", () => {
  it("are their strategies", () =>
    assert.deepEqual(traceTitles([fold(samples.chainOfThought()), fold(samples.deer())]), [
      "Chain of Thought",
      "DEER",
    ]));

  it("name the model where it differs", () =>
    assert.deepEqual(traceTitles([deer("small", {}), deer("large", {})]), ["DEER, small", "DEER, large"]));

  it("name the options that differ", () =>
    assert.deepEqual(traceTitles([deer("m", { threshold: 0.9, words: 3 }), deer("m", { threshold: 0.95, words: 3 })]), [
      "DEER, threshold 0.9",
      "DEER, threshold 0.95",
    ]));

  it("say which turn of its session a run is", () => {
    const turns = [1, 2].map((n) => {
      const trace = deer("m", {});
      trace.header = { ...trace.header!, group: "session", turn: { n, of: 2 } };
      return trace;
    });
    assert.deepEqual(traceTitles(turns), ["DEER, turn 1 of 2", "DEER, turn 2 of 2"]);
  });

  it("number what differs in nothing", () =>
    assert.deepEqual(traceTitles([deer("m", {}), deer("m", {}), fold([])]), ["DEER", "DEER (2)", "Waiting…"]));
});
