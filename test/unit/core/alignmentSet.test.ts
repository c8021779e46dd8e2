/**
 * How well steps are linked, on comparisons of real traces that were linked by hand: `test/fixtures/alignment`. Prints
 * precision, recall and F1 of the links, and how often a step that is called left out really is.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { alignSteps } from "../../../src/core/measure/align";

type Pair = [base: number, other: number];

interface Comparison {
  id: string;
  source: string;
  base: { name: string; steps: string[] };
  other: { name: string; steps: string[] };
  /** Links that have to be found; of each, one of several places that are as good. */
  links: Pair[][];
  /** Links that are right too, and need not be found. */
  maybe: Pair[];
  leftOut: number[];
  /** Steps that may be called left out or not. */
  maybeLeftOut: number[];
}

const FILE = path.resolve(import.meta.dirname, "../../fixtures/alignment/comparisons.jsonl");
const comparisons = readFileSync(FILE, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Comparison);

const key = (pair: readonly number[]): string => pair.join("-");

function judge({ base, other, links, maybe, leftOut, maybeLeftOut }: Comparison) {
  const { links: found, lost } = alignSteps(base.steps, other.steps);
  const keys = found.map(({ a, b }) => key([a, b]));
  const right = new Set([...links.flat(), ...maybe].map(key));
  const judged = lost.map(({ a }) => a).filter((step) => !maybeLeftOut.includes(step));
  return {
    linked: keys.length,
    linkedRight: keys.filter((each) => right.has(each)).length,
    sought: links.length,
    foundOf: links.filter((places) => places.some((pair) => keys.includes(key(pair)))).length,
    lost: judged.length,
    lostRight: judged.filter((step) => leftOut.includes(step)).length,
    leftOut: leftOut.length,
  };
}

function figuresOf(some: readonly Comparison[]) {
  const all = some.map(judge);
  const sum = (name: keyof (typeof all)[number]): number => all.reduce((total, each) => total + each[name], 0);
  const [precision, recall] = [sum("linkedRight") / sum("linked"), sum("foundOf") / sum("sought")];
  return {
    comparisons: some.length,
    links: sum("sought"),
    precision,
    recall,
    f1: (2 * precision * recall) / (precision + recall),
    "left out": sum("leftOut"),
    "left out, precision": sum("lostRight") / Math.max(1, sum("lost")),
    "left out, recall": sum("lostRight") / sum("leftOut"),
  };
}

describe("links between steps of real traces", () => {
  const sources = [...new Set(comparisons.map(({ source }) => source))];
  const groups: [name: string, some: Comparison[]][] = [
    ["all", comparisons],
    ...sources.map((source): [string, Comparison[]] => [source, comparisons.filter((each) => each.source === source)]),
  ];
  const figures = new Map(groups.map(([name, some]) => [name, figuresOf(some)]));

  after(() => {
    const short = (value: number): number => Math.round(value * 1000) / 1000;
    console.table(
      Object.fromEntries(
        [...figures].map(([name, each]) => [
          name,
          Object.fromEntries(Object.entries(each).map(([what, value]) => [what, short(value)])),
        ]),
      ),
    );
  });

  it("is a set of at least 60 comparisons, whose labels name steps that are there", () => {
    assert.ok(comparisons.length >= 60);
    for (const { id, base, other, links, maybe, leftOut, maybeLeftOut } of comparisons) {
      for (const [a, b] of [...links.flat(), ...maybe])
        assert.ok(a < base.steps.length && b < other.steps.length, `${id} ${a}-${b}`);
      const linked = new Set(links.flat().map(([a]) => a));
      for (const step of leftOut) assert.ok(step < base.steps.length && !linked.has(step), `${id} ${step}`);
      for (const step of maybeLeftOut) assert.ok(step < base.steps.length, `${id} ${step}`);
    }
  });

  it("are found with an F1 of at least 0.9", () => assert.ok(figures.get("all")!.f1 >= 0.9));

  it("are called left out with a precision of at least 0.9", () =>
    assert.ok(figures.get("all")!["left out, precision"] >= 0.9));
});
