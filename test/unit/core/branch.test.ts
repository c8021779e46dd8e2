/** Places of branches, the text before them, and how a change to it is told. */
import assert from "node:assert/strict";
import { branchWords, placeOfStep, stepAt, stepsOf, withStep } from "../../../src/core/measure/branchPlaces";
import { textBefore } from "../../../src/core/measure/branchText";
import { changedWords, changeOf } from "../../../src/core/trace/branch";
import { fold } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";

const tokens = (at: number, ...text: string[]): TraceEvent => ({ t: "tokens", at, kind: "text", text });
const span = (kind: "step" | "trial", from: number, to: number): TraceEvent => ({ t: "span", kind, from, to });
const prefill = (at: number): TraceEvent => ({ t: "prefill", at, tokens: 9, reused: 0, ms: 1 });

const trace = fold([
  prefill(0),
  tokens(0, "<think>", "One", " 1", "\n", "So", "{", "1", "}", "Two", " 2"),
  span("step", 1, 3),
  span("trial", 4, 8),
  span("step", 8, 10),
  prefill(10),
  tokens(10, "Sum"),
]);

describe("the text before a place", () => {
  const CASES: [at: number, text: string][] = [
    [0, ""],
    [3, "<think>One 1"],
    [9, "<think>One 1\nTwo"],
    [10, "<think>One 1\nTwo 2"],
    [11, "Sum"],
    [99, "Sum"],
  ];
  for (const [at, text] of CASES)
    it(`at ${at} is ${JSON.stringify(text)}`, () => assert.equal(textBefore(trace, at), text));
});

describe("the step that is meant", () => {
  it("is the one that holds the place, the last before it, or the first", () =>
    assert.deepEqual(
      [0, 1, 3, 7, 8, 9, 50].map((at) => stepAt(trace, at)?.from),
      [1, 1, 1, 1, 8, 8, 8],
    ));
  it("is none where nothing was thought in steps", () => assert.equal(stepAt(fold([tokens(0, "a")]), 0), undefined));
  it("is stopped behind, and sampled from its beginning", () => {
    const [, second] = stepsOf(trace);
    assert.deepEqual([placeOfStep(second!, "answer"), placeOfStep(second!, "sample")], [10, 8]);
    assert.equal(withStep(trace, second!, "Three"), "<think>One 1\nThree");
  });
});

describe("a change", () => {
  const CASES: [before: string, after: string, change: ReturnType<typeof changeOf>][] = [
    ["47 + 17", "47 + 20", { from: 5, was: "17", is: "20" }],
    ["same", "same", { from: 4, was: "", is: "" }],
    ["", "new", { from: 0, was: "", is: "new" }],
    ["aa", "a", { from: 1, was: "a", is: "" }],
    ["abab", "ababab", { from: 4, was: "", is: "ab" }],
  ];
  for (const [before, after, change] of CASES)
    it(`of “${before}” to “${after}”`, () => assert.deepEqual(changeOf(before, after), change));
});

describe("a change in words", () => {
  const CASES: [before: string, after: string, was: string, is: string][] = [
    ["has 47 books", "has 85 books", "47", "85"],
    ["has 47 books", "has 48 books", "47", "48"],
    ["a b", "a b c", "b", "b c"],
    ["", "new words", "", "new words"],
  ];
  for (const [before, after, was, is] of CASES)
    it(`of “${before}” to “${after}”`, () => assert.deepEqual(changedWords(before, after), { was, is }));
});

describe("a branch in words", () => {
  const CASES: [Parameters<typeof branchWords>[0], string][] = [
    [{ run: "p", at: 5, why: "answer" }, "stopped and answered at 5"],
    [{ run: "p", at: 5, why: "edit" }, "continued from an edit at 5"],
    [{ run: "p", at: 5, why: "sample", sample: { n: 1, of: 1 } }, "sampled again at 5"],
    [{ run: "p", at: 5, why: "sample", sample: { n: 2, of: 8 } }, "sampled again at 5 (2 of 8)"],
  ];
  for (const [branch, words] of CASES) it(words, () => assert.equal(branchWords(branch), words));
});
