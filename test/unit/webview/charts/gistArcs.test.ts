/** The compression view on a recorded run: whole thoughts, and an arc for the attention that each pays to a gist. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fold } from "../../../../src/core/trace/fold";
import { traceEvent } from "../../../../src/core/trace/trace";
import { compressionFigures } from "../../../../webview/figures/compressionFigures";
import { PanelState } from "../../../../webview/shown/state";
import { withDocument } from "../dom";
import { paperTheme } from "./svgSnapshot";
import { thoughtsOf } from "../../../../webview/figures/gistFigure";

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

  const figure = () => {
    const state = new PanelState(undefined);
    state.apply({ type: "show", title: "t", traces: [{ run: "run", events, live: false }] });
    return compressionFigures(state).find(({ key }) => key.endsWith(" gists"))!;
  };

  it("are reached by an arc from every later thought", () => {
    const spec = figure();
    const { svg } = spec.draw(paperTheme, 640);
    const arcs = [...svg.querySelectorAll("path")].filter((each) => /^M[^HV]*C/.test(each.getAttribute("d")!));
    const gists = trace.evictions.length;
    assert.equal(arcs.length, (gists * (gists + 1)) / 2);
  });

  it("have in the table the share of attention that each thought pays them", () => {
    const spec = figure();
    const { head, rows } = spec.table();
    const column = head.indexOf("attention to gists");
    for (const [index, row] of rows.entries()) {
      const shares = [...row[column]!.matchAll(/(\d+) % to thought (\d+)/g)];
      assert.deepEqual(
        shares.map(([, , thought]) => Number(thought)),
        Array.from({ length: index }, (_, earlier) => earlier + 1),
      );
      const sum = shares.reduce((total, [, share]) => total + Number(share), 0);
      assert.ok(index === 0 ? sum === 0 : sum > 0 && sum <= 100, row[column]);
    }
    const { points } = spec.draw(paperTheme, 640);
    assert.match(points[1]!.label, /; attention: \d+ % to thought 1$/);
  });
});
