/** Which step mattered: by how far it moves the answers, with intervals, from as few samples as that takes. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { steady } from "../../../../src/core/measure/pace";
import { importanceOf, meansTheSame, type AnswerSample } from "../../../../src/core/whatIf/importance";
import { importanceText, isMeasured, unmeasuredSentence } from "../../../../src/core/whatIf/importanceText";
import { importanceCost, measureImportance } from "../../../../src/core/whatIf/importanceLoop";
import { spokenSteps } from "../../../../src/core/whatIf/spokenSteps";
import { runEvents, type BranchOrder } from "../../../../src/core/whatIf/whatIfEngine";
import { fold } from "../../../../src/core/trace/fold";
import type { EventOf, TraceEvent } from "../../../../src/core/trace/trace";
import { ScriptedEngine, thought } from "./thoughts";

const samples = (step: string, answers: readonly (string | undefined)[], vector?: Float32Array): AnswerSample[] =>
  answers.map((answer) => ({ answer, step, vector }));
const STEP = { from: 3, to: 8 };
const times = (count: number, answer: string): string[] => Array<string>(count).fill(answer);

describe("the importance of a step", () => {
  const original = { step: "So 3 + 4 = 8.", vector: undefined };
  const of = (before: AnswerSample[], after: AnswerSample[]) => importanceOf(STEP, original, before, after, 1);

  it("is large where answers are others without it, and its interval holds it", () => {
    const found = of(samples("So 3 + 4 = 7.", times(10, "7")), samples("", times(10, "8")));
    assert.ok(found.value > 2, `${found.value}`);
    assert.ok(found.interval[0] <= found.value && found.value <= found.interval[1] + 1e-9);
    assert.deepEqual([found.before, found.after, found.different], [[["7", 10]], [["8", 10]], 10]);
  });

  it("is none where the answers are the same", () => {
    const found = of(samples("So 3 + 4 = 7.", times(10, "8")), samples("", times(10, "8.0")));
    assert.deepEqual([found.value, found.interval], [0, [0, 0]]);
  });

  it("lies between where some are", () => {
    const some = of(samples("So 3 + 4 = 7.", [...times(5, "7"), ...times(5, "8")]), samples("", times(10, "8")));
    const all = of(samples("So 3 + 4 = 7.", times(10, "7")), samples("", times(10, "8")));
    assert.ok(some.value > 0.3 && some.value < all.value, `${some.value}`);
  });

  it("leaves samples out that begin with a step of the same meaning", () => {
    const before = [...samples("So 3 + 4 = 8.", times(5, "8")), ...samples("So 3 + 4 = 7.", times(5, "7"))];
    const found = of(before, samples("", times(10, "8")));
    assert.deepEqual([found.samples, found.different, found.before], [10, 5, [["7", 5]]]);
  });

  it("counts no answer as one of its own", () => {
    const found = of(samples("So 3 + 4 = 7.", [undefined, undefined]), samples("", times(2, "8")));
    assert.deepEqual(found.before, [[null, 2]]);
    assert.ok(found.value > 0.5);
  });
});

describe("the importance of a step in words", () => {
  const original = { step: "So 3 + 4 = 8.", vector: undefined };
  const measured = importanceOf(STEP, original, samples("So 3 + 4 = 7.", times(9, "7")), samples("", times(9, "8")), 1);
  const same = importanceOf(STEP, original, samples("So 3 + 4 = 8.", times(9, "8")), samples("", times(9, "8")), 1);
  const none = importanceOf(STEP, original, samples("So 3 + 4 = 7.", times(9, "8")), samples("", times(9, "8")), 1);

  it("is its value and interval, also where it is none", () => {
    assert.match(importanceText(measured).value, /^[1-9]\.\d\d$/);
    assert.deepEqual(importanceText(none), { value: "0.00", interval: "0.00–0.00" });
  });

  it("is not known where every sample said the same, which is no zero", () => {
    assert.deepEqual([isMeasured(same), importanceText(same)], [false, { value: "–", interval: "–" }]);
    assert.match(unmeasuredSentence([measured, same, same])!, /^Of 2 of 3 steps every sample said the same again/);
    assert.equal(unmeasuredSentence([measured, none]), undefined);
  });
});

describe("the meaning of two steps", () => {
  const near = Float32Array.of(1, 0.1);
  for (const [what, a, b, same] of [
    ["other words, near states", ["It is 4 apples.", Float32Array.of(1, 0)], ["So 4 apples it is.", near], true],
    ["other words, states apart", ["It is 4 apples.", Float32Array.of(0, 1)], ["So 4 apples it is.", near], false],
    ["other figures, near states", ["It is 4 apples.", Float32Array.of(1, 0)], ["It is 5 apples.", near], false],
    ["no states, the same facts", ["Tom has 4 apples", undefined], ["4 apples has Tom", undefined], true],
    ["no states, other names", ["Tom has 4 apples", undefined], ["Eva has 4 pears", undefined], false],
  ] as const)
    it(`is ${same ? "one" : "not one"}: ${what}`, () =>
      assert.equal(meansTheSame({ step: a[0], vector: a[1] }, { step: b[0], vector: b[1] }), same));
});

describe("measuring a thought", () => {
  const steps = ["There are 3 and 4.", "So 3 + 4 = 8.", "That is all."];
  const events = thought(steps, "8");
  const trace = fold(events);
  const places = spokenSteps(trace).map(({ from }) => from);
  /** Before the mistake the model does it right; behind it, it follows the thought. */
  const engine = () =>
    new ScriptedEngine(({ at }) => {
      const kept = places.filter((place) => place < at).length;
      const isRight = kept < 2;
      const rest = isRight ? ["So 3 + 4 = 7.", "That is all."] : ["Now I am done."];
      const begun = kept === 0 ? ["There are 3 and 4.", ...rest] : [...steps.slice(0, kept), ...rest];
      return fold(thought(begun, isRight ? "7" : "8", {}, at));
    });
  async function measured(given: readonly TraceEvent[], made = engine(), most = Infinity) {
    const found: EventOf<"importance">[] = [];
    for await (const event of measureImportance(given, made, { samples: 4, seed: 0 })) {
      found.push(event);
      if (found.length >= most) break;
    }
    return { found, made };
  }

  it("finds the planted step", async () => {
    const { found } = await measured(events);
    assert.deepEqual(
      found.map(({ from }) => from),
      places,
    );
    const best = found.toSorted((a, b) => b.value - a.value)[0]!;
    assert.equal(best.from, places[1]);
    assert.ok(found.every(({ from, value }) => from === best.from || value < 0.1));
  });

  it("samples each place once, with other seeds, and costs what it says", async () => {
    const { made } = await measured(events);
    const cost = importanceCost(trace, 4);
    assert.equal(made.branches.length, cost.runs);
    assert.equal(new Set(made.branches.map(({ seed }) => seed)).size, made.branches.length);
    assert.ok(made.branches.every(({ kind }) => kind === "sample"));
    assert.equal(cost.ms, cost.tokens * 10);
  });

  it("comes to the same with several samples of a place under way at once, whichever ends first", async () => {
    const [one, several] = [engine(), engine()];
    let [underWay, most] = [0, 0];
    const late = {
      meanings: (texts: readonly string[]) => several.meanings(texts),
      branch: async (order: BranchOrder) => {
        most = Math.max(most, (underWay += 1));
        await pause((order.seed ?? 0) % 3);
        underWay -= 1;
        return several.branch(order);
      },
    };
    const { found } = await measured(events, one);
    const all: unknown[] = [];
    for await (const event of measureImportance(events, late, { samples: 4, seed: 0, pace: steady(3) }))
      all.push(event);
    assert.deepEqual(all, found);
    assert.equal(most, 3);
  });

  it("goes on where it was broken off", async () => {
    const { found } = await measured(events, engine(), 2);
    const rest = await measured([...events, ...found]);
    assert.deepEqual(
      rest.found.map(({ from }) => from),
      places.slice(2),
    );
    assert.ok(rest.made.branches.length < importanceCost(trace, 4).runs);
    assert.equal(importanceCost(fold([...events, ...found, ...rest.found]), 4).runs, 0);
  });

  it("refuses a trace without steps", () =>
    assert.rejects(measured(thought([], "8")), { code: "importance-no-steps" }));
});

describe("a run that is gone on from", () => {
  it("is without what was asked of it afterwards, and what a person wrote into it counts as thought", () => {
    const [header, ...rest] = thought(["So 3 + 4 = 8."], "8");
    const edited: TraceEvent[] = [
      { t: "tokens", at: 0, kind: "forced", text: ["<think>\n"] },
      { t: "fork", at: 1 },
      { t: "tokens", at: 1, kind: "forced", text: ["So", " 8"] },
      { t: "tokens", at: 3, kind: "forced", text: ["."] },
      { t: "tokens", at: 4, kind: "text", text: ["\n"] },
      { t: "tokens", at: 5, kind: "forced", text: ["</think>"] },
    ];
    const mark: TraceEvent = { t: "mark", kind: "loop", what: "tokens", from: 0, to: 3 };
    const kinds = runEvents([header!, ...edited, mark, ...rest.slice(-1)]).map((event) =>
      event.t === "tokens" ? event.kind : event.t,
    );
    assert.deepEqual(kinds, ["run", "forced", "fork", "text", "text", "text", "forced", "end"]);
  });
});
