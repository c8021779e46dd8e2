import assert from "node:assert/strict";
import { pathTo, searchGraphOf } from "../../../../src/core/measure/searchGraph";
import { frontierMass, layersOf, reachedMass } from "../../../../webview/charts/searchTree";

const QUESTION =
  "Every tumpus is a jelpus. Fae is a tumpus. Fae is a yimpus. Every yimpus is a jelpus. Every jelpus is an impus. Tom is a zumpus. Is Fae a zumpus or impus?";

describe("the search behind a graph question", () => {
  const graph = searchGraphOf(QUESTION)!;

  it("reads who is asked about, between which concepts, and how far everything is", () => {
    assert.equal(graph.root, "Fae");
    assert.deepEqual(graph.options, ["zumpus", "impus"]);
    assert.deepEqual(
      [...graph.depth],
      [
        ["Fae", 0],
        ["tumpus", 1],
        ["yimpus", 1],
        ["jelpus", 2],
        ["impus", 3],
      ],
    );
  });

  it("finds a shortest way to what can be reached, and none to what cannot", () => {
    assert.deepEqual(pathTo(graph, "impus"), ["Fae", "tumpus", "jelpus", "impus"]);
    assert.deepEqual(pathTo(graph, "zumpus"), []);
  });

  it("ends on circles", () => {
    const round = searchGraphOf("Ann is a b. Every b is a c. Every c is a b. Is Ann a c or d?")!;
    assert.deepEqual([...round.depth.values()], [0, 1, 2]);
    assert.deepEqual(pathTo(round, "c"), ["Ann", "b", "c"]);
  });

  for (const text of [
    "",
    "What is 2 + 2?",
    "Is Fae a zumpus or impus?",
    "Every a is a b. Every b is a c. Is Nobody a b or c?",
  ])
    it(`sees no such question in “${text}”`, () => assert.equal(searchGraphOf(text), undefined));

  it("lays nodes out by their distance", () => {
    assert.deepEqual(layersOf(graph), [["Fae"], ["tumpus", "yimpus"], ["jelpus"], ["impus"]]);
  });

  it("sums what a thought gives the frontier and everything within reach", () => {
    const thought = {
      at: 0,
      words: new Map([
        ["tumpus", 0.5],
        ["jelpus", 0.25],
        ["zumpus", 0.25],
      ]),
    };
    assert.equal(frontierMass(graph, thought, 2), 0.25);
    assert.equal(reachedMass(graph, thought, 2), 0.75);
  });
});
