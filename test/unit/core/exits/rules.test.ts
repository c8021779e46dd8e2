/** Exit rules: what each says of signals, and what is read of a recorded check. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { agreed, hesitates, NO_AGREEMENT } from "../../../../src/core/exits/agreement";
import { agreementExit } from "../../../../src/core/exits/answerAgreement";
import { convergenceExit } from "../../../../src/core/exits/answerConvergence";
import { budgetExit } from "../../../../src/core/exits/budget";
import { deerExit } from "../../../../src/core/exits/deer";
import { entropyExit } from "../../../../src/core/exits/entropyAfterThinking";
import { probeExit } from "../../../../src/core/exits/probe";
import { decide, firstStop } from "../../../../src/core/exits/rule";
import { checkPasses, ruleOf, scoreOf, signalsOf } from "../../../../src/core/exits/rules";
import { settingsFrom } from "../../../../src/core/exits/setting";
import { redundancyExit } from "../../../../src/core/exits/semanticRedundancy";
import type { Signals } from "../../../../src/core/exits/signals";
import { thinkBrakeExit } from "../../../../src/core/exits/thinkBrake";
import { combinedConfidence, trialConfidence } from "../../../../src/core/exits/trialConfidence";

const confident = (...values: number[]): Signals[] => values.map((confidence) => ({ confidence }));
const probable = (...values: number[]): Signals[] => values.map((probability) => ({ probability }));
const open = (...values: number[]): Signals[] => values.map((entropy) => ({ entropy }));
const agreeing = (...values: number[]): Signals[] => values.map((each) => ({ agreeing: each, hesitates: 0 }));
const doubted = (...values: number[]): Signals[] => values.map((each) => ({ agreeing: each, hesitates: 1 }));
const margins = (...values: number[]): Signals[] => values.map((margin) => ({ margin }));
const alike = (...values: [similarity: number | undefined, confidence: number | undefined][]): Signals[] =>
  values.map(([similarity, confidence]) => ({
    ...(similarity === undefined ? {} : { similarity }),
    ...(confidence === undefined ? {} : { confidence }),
  }));
const puma = { threshold: 0.8, sure: 0.9, patience: 2 };
const eat = { decay: 0.2, threshold: 0.02, minChecks: 4 };

describe("exit rules", () => {
  const CASES: [what: string, stop: number, expected: number][] = [
    [
      "DEER stops at the first confidence above",
      firstStop(deerExit, confident(0.3, 0.96, 0.99), { threshold: 0.95, patience: 1 }),
      1,
    ],
    [
      "DEER does not stop at the threshold itself",
      firstStop(deerExit, confident(0.95), { threshold: 0.95, patience: 1 }),
      -1,
    ],
    [
      "DEER waits for passes in a row where it is told to",
      firstStop(deerExit, confident(0.99, 0.1, 0.99, 0.99), { threshold: 0.95, patience: 2 }),
      3,
    ],
    [
      "a check without a confidence is no pass",
      firstStop(deerExit, [{}, { confidence: 0.99 }], { threshold: 0.9, patience: 2 }),
      -1,
    ],
    [
      "the probe stops at the first pass",
      firstStop(probeExit, probable(0.2, 0.9), { threshold: 0.8, patience: undefined }),
      1,
    ],
    [
      "the probe asks for as many in a row as its file says",
      firstStop(probeExit, probable(0.9, 0.9, 0.1, 0.9, 0.9, 0.9), { threshold: 0.8, patience: 3 }),
      5,
    ],
    ["ThinkBrake stops at the first small margin", firstStop(thinkBrakeExit, margins(9, 3, 0.1), { threshold: 2 }), 2],
    ["ThinkBrake goes on at the threshold itself", firstStop(thinkBrakeExit, margins(2), { threshold: 2 }), -1],
    ["agreement stops at the third equal answer", firstStop(agreementExit, agreeing(1, 1, 2, 3), { threshold: 2 }), 3],
    [
      "agreement begins anew after an answer that hesitates",
      firstStop(agreementExit, [...agreeing(1, 2), ...doubted(3), ...agreeing(4, 5, 6)], { threshold: 2 }),
      5,
    ],
    [
      "convergence does not mind hesitation",
      firstStop(convergenceExit, [...agreeing(1, 2), ...doubted(3)], { threshold: 2 }),
      2,
    ],
    [
      "redundancy stops at the second redundant step whose answer is sure",
      firstStop(redundancyExit, alike([undefined, 1], [0.9, 0.95], [0.85, 0.95], [0.9, 1]), puma),
      2,
    ],
    [
      "redundancy passes over steps that say something new",
      firstStop(redundancyExit, alike([0.9, 0.95], [0.1, undefined], [0.2, 1], [0.9, 0.95]), puma),
      3,
    ],
    [
      "redundancy begins anew after an answer that is not sure",
      firstStop(redundancyExit, alike([0.9, 0.95], [0.9, 0.5], [0.9, 0.95]), puma),
      -1,
    ],
    [
      "redundancy needs more than the thresholds themselves",
      firstStop(redundancyExit, alike([0.8, 1], [0.8, 1], [0.9, 0.9], [0.9, 0.9]), puma),
      -1,
    ],
    ["no answer, no agreement", firstStop(agreementExit, [{}, {}, {}], { threshold: 2 }), -1],
    ["no threshold, no stop", firstStop(probeExit, probable(1, 1), { threshold: undefined, patience: undefined }), -1],
    [
      "EAT stops at once where nothing varies, after its least number of checks",
      firstStop(entropyExit, open(1, 1, 1, 1, 1), eat),
      3,
    ],
    ["EAT goes on while the entropy moves", firstStop(entropyExit, open(0, 2, 0, 2, 0, 2), eat), -1],
    [
      "EAT takes the variances of recordings without entropies",
      firstStop(
        entropyExit,
        [0.5, 0.4, 0.3, 0.2, 0.01].map((variance) => ({ variance })),
        eat,
      ),
      4,
    ],
    [
      "a budget waits for the end of a sentence",
      firstStop(budgetExit, [{ tokens: 9 }, { tokens: 10 }, { tokens: 11, sentenceEnd: 1 }], { tokens: 10, grace: 5 }),
      2,
    ],
    [
      "but not for ever",
      firstStop(
        budgetExit,
        [10, 14, 15].map((tokens) => ({ tokens })),
        { tokens: 10, grace: 5 },
      ),
      2,
    ],
    [
      "truncation waits for nothing",
      firstStop(
        budgetExit,
        [9, 10].map((tokens) => ({ tokens })),
        { tokens: 10, grace: 0 },
      ),
      1,
    ],
  ];
  for (const [what, stop, expected] of CASES) it(what, () => assert.equal(stop, expected));

  it("EAT's score is the exponentially weighted variance (2509.26522)", () => {
    // mean 1, then 1 + 0.2·(3 − 1) = 1.4; variance 0.8·(0 + 0.2·2²) = 0.64, then 0.8·(0.64 + 0.2·(1 − 1.4)²).
    assert.ok(Math.abs(decide(entropyExit, open(1, 3), eat).score! - 0.64) < 1e-12);
    assert.ok(Math.abs(decide(entropyExit, open(1, 3, 1), eat).score! - 0.8 * (0.64 + 0.2 * 0.16)) < 1e-12);
  });

  for (const [decay, first] of [
    [0.2, 20],
    [0.1, 40],
    [0.3, 14],
    [1, 4],
  ] as const) {
    it(`EAT warms up for 4 / decay checks where nothing else is said: ${first} at ${decay}`, () => {
      const settled = open(...Array.from({ length: 50 }, () => 1));
      const asked = { ...settingsFrom(entropyExit.settings, {}), decay };
      assert.equal(firstStop(entropyExit, settled, asked) + 1, first);
    });
  }

  for (const [what, signals, tries] of [
    ["the first step", {}, false],
    ["a step that says something new", { similarity: 0.5, confidence: 1 }, false],
    ["a redundant step", { similarity: 0.81 }, true],
  ] as const)
    it(`redundancy ${tries ? "tries an answer" : "costs nothing"} after ${what}`, () =>
      assert.equal(redundancyExit.tries!(signals, puma), tries));

  it("says how many passes there have been while it waits", () => {
    assert.equal(decide(probeExit, probable(0.9, 0.9), { threshold: 0.8, patience: 3 }).why, "Pass 2 of 3 in a row.");
  });

  it("nothing was asked yet, nothing stops", () => {
    assert.deepEqual(decide(deerExit, [], { threshold: 0, patience: 1 }), { stops: false, score: undefined });
  });

  it("the first stop is the first check at which the decision is to stop", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 3 }),
        (values, threshold, patience) => {
          const checks = confident(...values);
          const first = checks.findIndex(
            (_, at) => decide(deerExit, checks.slice(0, at + 1), { threshold, patience }).stops,
          );
          assert.equal(firstStop(deerExit, checks, { threshold, patience }), first);
        },
      ),
    );
  });
});

describe("settings of exit rules", () => {
  it("are taken from the options of a run where they fit, and are the defaults where not", () => {
    assert.deepEqual(settingsFrom(deerExit.settings, { threshold: 0.5, other: 1 }), { threshold: 0.5, patience: 1 });
    for (const threshold of [-1, 2, "0.5", Number.NaN, null])
      assert.equal(settingsFrom(deerExit.settings, { threshold }).threshold, 0.95);
    assert.equal(settingsFrom(entropyExit.settings, { decay: 0 }).decay, 0.2);
    assert.equal(settingsFrom(entropyExit.settings, { minChecks: 2.5 }).minChecks, undefined);
    assert.deepEqual(settingsFrom(probeExit.settings, {}), { threshold: undefined, patience: undefined });
  });
});

describe("what a check was decided by", () => {
  const at = 5;
  it("is named with its unit", () => {
    const deer = { at, by: "deer", signals: { confidence: 0.97, entropy: 1.2 }, signal: "confidence", threshold: 0.95 };
    assert.deepEqual(scoreOf(deer), {
      signal: "confidence",
      value: 0.97,
      unit: "probability",
      threshold: 0.95,
      stopsBelow: false,
    });
    assert.equal(checkPasses(deer), true);
  });

  it("of version 0.1.0 is the one figure that it kept, which for EAT was a variance and no probability", () => {
    const old = { at, by: "entropy-after-thinking", confidence: 0.013, threshold: 0.02, stopsBelow: true };
    assert.deepEqual(scoreOf(old), {
      signal: "variance",
      value: 0.013,
      unit: "nats²",
      threshold: 0.02,
      stopsBelow: true,
    });
    assert.deepEqual(signalsOf({ at, by: "probe", confidence: 0.4 }), { probability: 0.4 });
    assert.deepEqual(signalsOf({ at, by: "deer", confidence: 0.4 }), { confidence: 0.4 });
  });

  it("by a rule that is not known here is read as it was recorded", () => {
    const foreign = { at, by: "theirs", confidence: 0.5, threshold: 0.4 };
    assert.equal(ruleOf(foreign).id, "theirs");
    assert.equal(checkPasses(foreign), true);
    assert.equal(checkPasses({ ...foreign, stopsBelow: true }), false);
    assert.equal(checkPasses({ at, by: "theirs", answer: "4" }), undefined);
    assert.equal(scoreOf({ at, by: "theirs", signals: { unheard: 3 }, signal: "unheard" }), undefined);
  });
});

describe("the confidence of a trial answer", () => {
  const half = Math.log(0.5);
  const trial = (logprobs: number[], closed = true, closedThinking = false) => ({ logprobs, closed, closedThinking });

  it("is a mean over the tokens in the box", () => {
    assert.ok(Math.abs(trialConfidence([0, Math.log(0.25)], "geometric") - 0.5) < 1e-12);
    assert.ok(Math.abs(trialConfidence([0, Math.log(0.25)], "arithmetic") - 0.625) < 1e-12);
    for (const none of [[], [Number.NaN]]) assert.equal(trialConfidence(none, "geometric"), 0);
  });

  it("counts only trials that close what they have to", () => {
    const settings = { score: "geometric" as const, mustClose: "box" as const };
    assert.equal(combinedConfidence([trial([0], false)], settings), 0);
    assert.equal(combinedConfidence([trial([0])], { ...settings, mustClose: "thinking" }), 0);
    assert.equal(combinedConfidence([trial([0], true, true)], { ...settings, mustClose: "thinking" }), 1);
  });

  it("of several inducers is their mean less their mean absolute deviation", () => {
    const both = [trial([0]), trial([half])];
    assert.ok(Math.abs(combinedConfidence(both, { score: "pro", mustClose: "nothing" }) - (0.75 - 0.25)) < 1e-12);
  });
});

describe("answers that come again", () => {
  const counts = (answers: (string | undefined)[]) => {
    let agreement = NO_AGREEMENT;
    return answers.map((answer) => (agreement = agreed(agreement, answer)).count);
  };
  const CASES: [why: string, answers: (string | undefined)[], counts: number[]][] = [
    ["are counted in a row", ["7", "7", "8", "8", "8"], [1, 2, 1, 2, 3]],
    ["are the same in other dress", ["1/2", "0.5", "\\frac{1}{2}"], [1, 2, 3]],
    ["are the same in other letters", ["Lake  Town", "lake town"], [1, 2]],
    ["begin anew where none was given", ["7", undefined, "7"], [1, 0, 1]],
    ["are not the same where they cannot be compared", ["1,234", "1.234"], [1, 1]],
  ];
  for (const [why, answers, expected] of CASES) it(why, () => assert.deepEqual(counts(answers), expected));

  it("hesitate where they say so in a word of its own", () => {
    assert.deepEqual(["12", "Wait, 12", "but 3", "button", "Now 4"].map(hesitates), [false, true, true, false, false]);
  });
});
