import assert from "node:assert/strict";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { runTitles, type NamedRun } from "../../../src/core/measure/runTitles";
import * as samples from "../samples/sampleTraces";

const deer = (model: string, options: Record<string, unknown>) => {
  const trace = fold(samples.deer());
  trace.header = { ...trace.header!, model: { id: model }, options };
  return trace;
};

const titles = (...traces: Trace[]): string[] => runTitles(traces.map(({ header }) => ({ header, live: true })));

describe("names of traces", () => {
  it("are their strategies", () =>
    assert.deepEqual(titles(fold(samples.chainOfThought()), fold(samples.deer())), ["Chain of Thought", "DEER"]));

  it("name the model where it differs", () =>
    assert.deepEqual(titles(deer("small", {}), deer("large", {})), ["DEER, small", "DEER, large"]));

  it("name the options that differ", () =>
    assert.deepEqual(titles(deer("m", { threshold: 0.9, words: 3 }), deer("m", { threshold: 0.95, words: 3 })), [
      "DEER, threshold 0.9",
      "DEER, threshold 0.95",
    ]));

  it("say what a branch began with, and where", () => {
    const branched = deer("m", {});
    const begun = { run: "parent", at: 57, why: "sample", sample: { n: 2, of: 3 } } as const;
    branched.header = { ...branched.header!, branch: begun };
    assert.deepEqual(titles(deer("m", {}), branched), ["DEER", "Sampled again at 57 (2 of 3)"]);
  });

  it("say which turn of its session a run is", () => {
    const turns = [1, 2].map((n) => {
      const trace = deer("m", {});
      trace.header = { ...trace.header!, group: "session", turn: { n, of: 2 } };
      return trace;
    });
    assert.deepEqual(titles(...turns), ["DEER, turn 1 of 2", "DEER, turn 2 of 2"]);
  });

  it("are what was asked, where all are of one strategy and of several questions", () => {
    const asked = (events: Trace, content: string): Trace => {
      events.header = { ...events.header!, messages: [{ role: "user", content }] };
      return events;
    };
    const [pears, apples] = ["How many pears?", "How many apples?"];
    assert.deepEqual(titles(asked(deer("m", {}), pears), asked(deer("m", {}), apples), asked(deer("m", {}), pears)), [
      pears,
      apples,
      `${pears} (2)`,
    ]);
    assert.deepEqual(titles(asked(deer("m", {}), pears), asked(fold(samples.chainOfThought()), apples)), [
      `DEER, ${pears}`,
      `Chain of Thought, ${apples}`,
    ]);
  });

  it("number what differs in nothing", () =>
    assert.deepEqual(titles(deer("m", {}), deer("m", {}), fold([])), ["DEER", "DEER (2)", "Waiting…"]));

  it("say of a run without a header what is waited for, and where nothing comes any more that it never began", () => {
    const cases: [NamedRun, string][] = [
      [{ header: undefined, live: true }, "Waiting…"],
      [{ header: undefined, live: true, asked: "deer" }, "DEER"],
      [{ header: undefined, live: false }, "Never began"],
      [{ header: undefined, live: false, asked: "deer" }, "DEER"],
    ];
    for (const [run, title] of cases) assert.deepEqual(runTitles([run]), [title]);
  });
});
