import assert from "node:assert/strict";
import { PanelState, readViewState } from "../../../../webview/shown/state";
import * as samples from "../../samples/sampleTraces";

describe("state of a panel", () => {
  const events = samples.chainOfThought();

  it("folds events that stream in to the same trace as events that came at once", () => {
    const streamed = new PanelState(undefined);
    streamed.apply({ type: "show", title: "t", traces: [{ run: "cot", events: events.slice(0, 3), live: true }] });
    let version = 0;
    for (const event of events.slice(3)) {
      streamed.apply({ type: "events", run: "cot", events: [event], live: true });
      assert.ok(streamed.find("cot")!.version > version, "every change has a version of its own");
      version = streamed.find("cot")!.version;
    }
    const whole = new PanelState(undefined);
    whole.apply({ type: "show", title: "t", traces: [{ run: "cot", events, live: false }] });
    assert.deepEqual(streamed.find("cot")!.trace, whole.find("cot")!.trace);
  });

  it("gives a run that is shown anew another version, so that what was drawn of it is drawn again", () => {
    const state = new PanelState(undefined);
    state.apply({ type: "show", title: "t", traces: [{ run: "a", events, live: false }] });
    const { version } = state.traces[0]!;
    state.apply({ type: "show", title: "t", traces: [{ run: "a", events: events.slice(0, 2), live: true }] });
    assert.equal(state.traces.length, 1);
    assert.equal(state.traces[0]!.live, true);
    assert.notEqual(state.traces[0]!.version, version);
  });

  it("ignores events of runs that it does not show", () => {
    const state = new PanelState(undefined);
    state.apply({ type: "events", run: "unknown", events, live: true });
    assert.equal(state.traces.length, 0);
  });

  it("keeps what the host needs to find the traces again", () => {
    const state = new PanelState(undefined);
    state.apply({ type: "show", title: "t", traces: [], restore: { runs: ["a"] } });
    assert.deepEqual(readViewState(JSON.parse(JSON.stringify(state.view))).restore, { runs: ["a"] });
  });

  it("says once what traces advise, with a button", () => {
    const note = { t: "note", level: "warning", message: "It writes nonsense.", advice: "choose-model" } as const;
    const state = new PanelState(undefined);
    state.apply({ type: "show", title: "t", traces: [{ run: "a", events: [...events, note], live: true }] });
    state.apply({ type: "events", run: "a", events: [note], live: false });
    assert.deepEqual(state.notices, [
      {
        ...{ type: "notice", level: "warning", message: "It writes nonsense." },
        action: { title: "Choose Model…", command: "pick-model" },
      },
    ]);
  });

  const broken: [string, unknown][] = [
    ["nothing", undefined],
    ["null", null],
    ["text", "x"],
    ["wrong fields", { view: 7, folded: "x", selected: { run: 1 }, thresholds: { a: "b" } }],
  ];
  for (const [name, kept] of broken)
    it(`reads ${name} as a fresh state`, () => {
      const { view, folded, selected, thresholds } = readViewState(kept);
      assert.deepEqual(
        { view, folded, selected, thresholds },
        { view: "compare", folded: [], selected: undefined, thresholds: {} },
      );
    });
});
