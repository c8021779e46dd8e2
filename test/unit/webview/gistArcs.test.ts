/** The compression view on a recorded run: whole thoughts, and an arc for the attention that each pays to a gist. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fold } from "../../../src/core/fold";
import { traceEvent } from "../../../src/core/trace";
import { compressionFigures, thoughtsOf } from "../../../webview/figures/compressionFigures";
import { PanelState } from "../../../webview/state";
import { withDocument } from "./dom";
import { paperTheme } from "./svgSnapshot";

describe("the gists of a recorded run", () => {
  withDocument();
  const file = path.resolve("media/traces/lightthinker.thoughts.jsonl");
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const events = lines.map((line) => traceEvent.parse(JSON.parse(line)));
  const trace = fold(events);

  it("stand for one thought each, the token that asks for compression included", () => {
    const thoughts = thoughtsOf(trace);
    assert.equal(thoughts.length, trace.evictions.length + 1);
    for (const [index, { from, to }] of trace.evictions.entries()) {
      assert.equal(thoughts[index]!.dropped, to - from);
      assert.equal(thoughts[index]!.gist?.[0], to);
    }
  });

  it("are reached by an arc from every later thought", () => {
    const state = new PanelState(undefined);
    state.apply({ type: "show", title: "t", traces: [{ run: "run", events, live: false }] });
    const spec = compressionFigures(state).find(({ key }) => key.endsWith(" gists"))!;
    const { svg } = spec.draw(paperTheme, 640);
    const arcs = [...svg.querySelectorAll("path")].filter((each) => /^M[^HV]*C/.test(each.getAttribute("d")!));
    const gists = trace.evictions.length;
    assert.equal(arcs.length, (gists * (gists + 1)) / 2);
  });
});
