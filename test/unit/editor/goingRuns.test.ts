/** What goes on now, of one run or of several at once, as the status bar says it. */
import assert from "node:assert/strict";
import { GoingRuns, type Progress } from "../../../src/editor/runs/goingRuns";
import type { TraceEvent } from "../../../src/core/trace/trace";

const prompt = { key: "p" } as Progress["prompt"];
const written = (...text: string[]): TraceEvent[] => [
  { t: "tokens", at: 0, kind: "text", text, ms: text.map(() => 1) },
];

function watched() {
  const told: (Progress | undefined)[] = [];
  const going = new GoingRuns((progress) => told.push(progress));
  const begin = (run: string) => going.begin(run, prompt, "deer", "Starting");
  return { told, going, begin };
}

describe("runs that go on", () => {
  it("say what one is busy with until it writes, and then its tokens", () => {
    const { going, begin } = watched();
    assert.equal(going.progress, undefined);
    begin("a");
    assert.deepEqual([going.progress!.message, going.progress!.tokens], ["Starting", 0]);
    going.says("a", "Loading 40 %");
    assert.equal(going.progress!.message, "Loading 40 %");
    going.wrote("a", written("x", "y"));
    assert.deepEqual([going.progress!.message, going.progress!.tokens], [undefined, 2]);
  });

  it("are summed where there are several, under the one that has gone on longest", () => {
    const { going, begin } = watched();
    for (const run of ["a", "b", "c"]) begin(run);
    going.wrote("b", written("x", "y"));
    going.wrote("c", written("z"));
    const { run, runs, tokens, message } = going.progress!;
    assert.deepEqual([run, runs, tokens, message], ["a", ["a", "b", "c"], 3, undefined]);
    going.end("a");
    assert.deepEqual([going.progress!.run, going.progress!.tokens], ["b", 3]);
  });

  it("leave what was said last until another begins, or nothing is left to do", () => {
    const { told, going, begin } = watched();
    begin("a");
    going.wrote("a", written("x"));
    going.end("a");
    assert.equal(going.progress!.run, "a");
    begin("b");
    assert.deepEqual(going.progress!.runs, ["b"]);
    going.end("b");
    going.rest();
    assert.deepEqual([going.progress, told.at(-1)], [undefined, undefined]);
    assert.equal(told.slice(0, -1).includes(undefined), false);
  });

  it("are held together, until they go on or end", () => {
    const { going, begin } = watched();
    begin("a");
    begin("b");
    going.wrote("a", written("x"));
    going.hold("Paused");
    going.wrote("b", written("late"));
    assert.deepEqual([going.progress!.message, going.progress!.paused], ["Paused", true]);
    going.end("a");
    assert.equal(going.progress!.paused, true);
    going.hold(undefined);
    assert.deepEqual([going.progress!.message, going.progress!.paused], [undefined, undefined]);
    going.hold("Paused");
    going.end("b");
    assert.equal(going.progress!.paused, undefined);
    // What was asked of one that ended meanwhile is not said of the next.
    going.hold("Paused");
    begin("c");
    assert.equal(going.progress!.paused, undefined);
    going.rest();
    going.hold("Paused");
    assert.equal(going.progress, undefined);
  });

  it("tell of tokens some times a second, and of the first at once", () => {
    const { told, going, begin } = watched();
    begin("a");
    const before = told.length;
    for (let token = 0; token < 500; token++) going.wrote("a", written("x"));
    assert.ok(told.length - before >= 1 && told.length - before < 50);
    assert.deepEqual([told[before]!.tokens, going.progress!.tokens], [1, 500]);
  });

  it("ignore what comes in of a run that is over", () => {
    const { told, going, begin } = watched();
    begin("a");
    const before = told.length;
    going.wrote("gone", written("x"));
    going.says("gone", "?");
    going.end("gone");
    going.wrote("a", []);
    assert.equal(told.length, before);
  });
});
