import assert from "node:assert/strict";
import { fold, probabilityOf } from "../../../../src/core/trace/fold";
import { blocksOf } from "../../../../webview/shown/blocks";
import { searchBlocks, type Query } from "../../../../webview/compare/search";
import * as samples from "../../samples/sampleTraces";

const trace = fold(samples.deer());
const blocks = blocksOf(trace, false);
const search = (query: Partial<Query>) =>
  searchBlocks("r", trace, blocks, { text: "", kind: "any", below: undefined, ...query });
const textOf = (from: number, to: number): string =>
  trace.positions
    .slice(from, to)
    .map(({ text }) => text)
    .join("");

describe("search over the blocks of a trace", () => {
  it("finds text across tokens", () => {
    const hits = search({ text: "apples in her" });
    assert.deepEqual(
      hits.map(({ from, to }) => textOf(from, to)),
      [" apples in her"],
    );
  });

  it("ignores case until upper case is asked for", () => {
    assert.ok(search({ text: "mara" }).length > 0);
    assert.equal(search({ text: "mARA" }).length, 0);
    assert.equal(search({ text: "Mara" }).length, search({ text: "mara" }).length);
  });

  it("finds every occurrence in a block", () => {
    const [block] = blocks;
    const expected = textOf(block!.from, block!.to).split("a").length - 1;
    assert.equal(search({ text: "a" }).filter((hit) => hit.block === block!.key).length, expected);
  });

  it("filters by kind", () => {
    assert.equal(search({ kind: "answer" }).length, 1);
    assert.equal(search({ kind: "check" }).length, 4);
    assert.equal(search({ text: "42", kind: "answer" }).length, 2);
  });

  it("filters by confidence", () => {
    const hits = search({ below: 0.5 });
    assert.ok(hits.length > 0);
    for (const { from, to } of hits)
      for (let at = from; at < to; at += 1) assert.ok(probabilityOf(trace.positions[at]!)! < 0.5);
  });

  it("finds nothing for an empty query", () => assert.deepEqual(search({}), []));
});
