import assert from "node:assert/strict";
import { benchTable, type BenchRun } from "../../../src/core/measure/benchTable";
import { floorRemarks } from "../../../src/core/measure/plainAnswer";
import { fold } from "../../../src/core/trace/fold";
import { measure } from "../../../src/core/measure/metrics";
import type { TraceEvent } from "../../../src/core/trace/trace";

const run = (question: number, strategy: string, correct: boolean | undefined, tokens: number): BenchRun => {
  const event: TraceEvent = { t: "tokens", at: 0, kind: "text", text: Array<string>(tokens).fill("x") };
  return { question, strategy, correct, answer: "1", figures: measure(fold([event])) };
};

describe("benchTable", () => {
  const questions = [...Array(20).keys()];
  const runs = [
    ...questions.map((question) => run(question, "chain-of-thought", question < 10, 100)),
    // Out of order, and one question is missing.
    ...questions
      .slice(1)
      .reverse()
      .map((question) => run(question, "deer", question < 18, 40)),
  ];
  const [baseline, deer, ...others] = benchTable(runs, ["chain-of-thought", "deer", "unrun"], "m");

  it("has one row for each strategy that ran, the baseline first", () => {
    assert.deepEqual([baseline!.strategy, deer!.strategy, others.length], ["chain-of-thought", "deer", 0]);
    assert.equal(baseline!.versus, undefined);
  });

  it("gives accuracy with its interval, and means", () => {
    assert.equal(baseline!.accuracy, 0.5);
    assert.ok(baseline!.ci[0] < 0.31 && baseline!.ci[1] > 0.69);
    assert.deepEqual([baseline!.tokens.total, deer!.tokens.total, deer!.tokensCi], [100, 40, [40, 40]]);
  });

  it("gives the work of a strategy where it is known of each run, and nothing else", () => {
    const work = (processed: number) => ({ processed, reused: 4, warm: 2, generated: 10 });
    const worked = (question: number, processed?: number): BenchRun => {
      const each = run(question, "deer", true, 10);
      return processed === undefined ? each : { ...each, figures: { ...each.figures, work: work(processed) } };
    };
    const [known] = benchTable([worked(0, 100), worked(1, 200)], ["deer"], "m");
    assert.deepEqual(known!.work, work(150));
    const [unknown] = benchTable([worked(0, 100), worked(1)], ["deer"], "m");
    assert.equal(unknown!.work, undefined);
  });

  it("has tokens read again and by other models only where there are any", () => {
    assert.ok(!("reread" in baseline!.tokens) && !("auxiliary" in baseline!.tokens));
    const each = run(0, "inftythink", true, 10);
    const again = { ...each, figures: { ...each.figures, tokens: { ...each.figures.tokens, reread: 8 } } };
    const [row] = benchTable([again, { ...each, question: 1 }], ["inftythink"], "m");
    assert.equal(row!.tokens.reread, 4);
    assert.ok(!("auxiliary" in row!.tokens));
  });

  it("counts answers that cannot be compared apart, and none of them as right", () => {
    const verdicts = [true, undefined, false, undefined];
    const mixed = verdicts.map((correct, question) => run(question, "deer", correct, 10));
    const [row] = benchTable(mixed, ["deer"], "m");
    assert.deepEqual([row!.accuracy, row!.unknown, baseline!.unknown], [0.25, 2, 0]);
  });

  it("compares question by question, on those that both answered", () => {
    const { versus } = deer!;
    assert.equal(versus!.baseline, "chain-of-thought");
    // Of the 19 common questions deer alone is right on 10 … 17: p = 2 / 2^8.
    assert.ok(Math.abs(versus!.difference - 8 / 19) < 1e-12);
    assert.ok(Math.abs(versus!.p - 2 / 256) < 1e-12);
    const [low, high] = versus!.ci;
    // Of 19 differences 8 are 1: a standard error of 0.113.
    assert.ok(Math.abs(low - 0.2) < 0.04 && Math.abs(high - 0.64) < 0.04, `[${low}, ${high}]`);
    assert.ok(versus!.tokensP < 0.001);
  });
});

describe("a difference over samples", () => {
  const questions = [...Array(30).keys()];
  const intervalOf = (samples: number, seed?: number) => {
    const runs = questions.flatMap((question) =>
      Array.from({ length: samples }, (_, sample) => [
        { ...run(question, "chain-of-thought", false, 10), sample: sample + 1 },
        { ...run(question, "deer", question < 15, 10), sample: sample + 1 },
      ]).flat(),
    );
    return benchTable(runs, ["chain-of-thought", "deer"], "m", seed)[1]!.versus!.ci;
  };

  it("is drawn by question: samples that all say the same make its interval no narrower", () => {
    assert.deepEqual(intervalOf(4), intervalOf(1));
  });

  it("has the interval of its seed", () => {
    assert.deepEqual(intervalOf(1, 7), intervalOf(1, 7));
    const [low, high] = intervalOf(1);
    assert.ok(low > 0.25 && low < 0.4 && high > 0.6 && high < 0.75);
  });
});

describe("a floor", () => {
  const cases: [strategy: string, thinking: number, answer: number, remarks: number][] = [
    ["no-thinking", 4, 12, 0],
    ["no-thinking", 4, 60, 0],
    ["no-thinking", 5, 300, 1],
    ["no-thinking", 280, 20, 1],
    ["chain-of-thought", 300, 300, 0],
    ["unheard-of", 300, 300, 0],
  ];
  for (const [strategy, thinking, answer, remarks] of cases) {
    it(`${remarks ? "is none" : "may be one"} where ${strategy} writes ${thinking} and ${answer} tokens`, () => {
      const said = floorRemarks([{ strategy, tokens: { thinking, answer } }]);
      assert.equal(said.length, remarks);
      for (const each of said) assert.match(each, new RegExp(`wrote ${thinking + answer} tokens.*no floor\\.$`));
    });
  }
});
