/** Loops: found within three rounds, and in no sound text. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pieces } from "../../../src/core/formats/reading/pieces";
import { marksOf, readLoops } from "../../../src/core/measure/marks";
import { MeaningWatch } from "../../../src/core/measure/meaningLoop";
import { LONGEST_PERIOD, RepetitionWatch, type TokenLoop } from "../../../src/core/measure/repetition";
import { seededRandom } from "../../../src/core/measure/random";
import { fold } from "../../../src/core/trace/fold";
import { markWords } from "../../../src/core/trace/markWords";
import type { TraceEvent } from "../../../src/core/trace/trace";

const linesOf = (file: string): Record<string, string>[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string>);

/** Loops of a text, as they end. */
function loopsOf(tokens: readonly string[]): TokenLoop[] {
  const watch = new RepetitionWatch();
  const found = tokens.map((token, at) => watch.push(token, at));
  return [...found, watch.end()].filter((loop) => loop !== undefined);
}

const random = seededRandom(1);
const word = (): string =>
  ` ${String.fromCharCode(...Array.from({ length: 5 }, () => 97 + Math.floor(random() * 26)))}`;
const sound = (count: number): string[] => Array.from({ length: count }, word);
const PERIODS = Array.from({ length: LONGEST_PERIOD }, (_, index) => index + 1);

/** Tokens of a loop until it is found. @param logprob of each, where it is known */
function foundAfter(run: readonly string[], logprob?: number): number {
  const watch = new RepetitionWatch();
  const before = sound(37);
  before.forEach((token, at) => watch.push(token, at));
  for (let count = 0; count < 400; count++) {
    if (watch.loop) return count;
    watch.push(run[count % run.length]!, before.length + count, logprob);
  }
  return Infinity;
}

describe("loops of tokens", () => {
  it("are found within three rounds, or within 24 tokens where three rounds are fewer", () => {
    for (const period of PERIODS) assert.equal(foundAfter(sound(period)), Math.max(3 * period, 24), `${period} tokens`);
  });

  it("are found within three rounds of any length where the model was sure of them", () => {
    for (const period of PERIODS)
      assert.equal(foundAfter(sound(period), Math.log(0.95)), 3 * period, `${period} tokens`);
    for (const period of [1, 2, 7]) assert.equal(foundAfter(sound(period), Math.log(0.8)), 24, `${period} tokens`);
  });

  it("that hold figures take 24 tokens, whatever the model was sure of: equal parts are added", () => {
    assert.equal(foundAfter([" 3", " cars", " +"], 0), 24);
  });

  it("of figures and signs alone take 48 tokens: 0.333333333 is no loop", () => {
    for (const period of PERIODS) {
      const run = Array.from({ length: period }, (_, index) => String.fromCharCode(33 + (index % 60)));
      assert.equal(foundAfter(run), Math.max(3 * period, 48), `${period} signs`);
    }
    assert.deepEqual(loopsOf(["1", "/", "3", " =", " 0", ".", ...Array<string>(40).fill("3")]), []);
  });

  it("are told from their beginning to their end, with the shortest run that makes them up", () => {
    const [before, run, after] = [sound(10), sound(7), sound(30)];
    const loops = loopsOf([...before, ...run, ...run, ...run, ...run, ...run, ...after]);
    assert.deepEqual(loops, [{ from: 10, to: 45, period: 7 }]);
  });

  it("are two where a text falls from one into another", () => {
    const [a, b] = [sound(9), sound(4)];
    const loops = loopsOf([...a, ...a, ...a, ...a, ...Array.from({ length: 10 }, () => b).flat()]);
    assert.deepEqual(
      loops.map(({ period }) => period),
      [9, 4],
    );
  });

  for (const [name, text] of [
    ["an enumeration", "It is number operator number operator number operator number, which is a loop of nothing."],
    ["a sum", "That is 3 cars + 3 cars + 3 cars + 3 cars = 12 cars."],
    ["a matrix", "\\begin{pmatrix} 0 & 0 & 0 \\\\ 0 & 0 & 0 \\\\ 0 & 0 & 0 \\end{pmatrix}"],
    ["a laugh", "ha ha ha ha ha ha ha ha ha, that was wrong"],
    ["a decimal", "1/7 = 0.142857142857142857142857142857"],
  ] as const)
    it(`does not call ${name} a loop`, () => assert.deepEqual(loopsOf(pieces(text)), []));

  it("are in none of the sound texts that come with the project", () => {
    const [families, splits] = [
      ["arithmetic", "long-arithmetic", "prosqa", "triage"],
      ["test", "valid"],
    ];
    const questions = families.flatMap((family) =>
      splits.flatMap((split) => linesOf(`bench/data/${family}.${split}.jsonl`).map(({ question }) => question!)),
    );
    const thoughts = ["math500_deepseek_r1", "math500_r1_distill_qwen_7b"].flatMap((name) =>
      linesOf(`test/fixtures/traces/${name}.jsonl`).flatMap((row) =>
        Object.values(row).filter((value) => typeof value === "string" && value.length > 200),
      ),
    );
    const solutions = linesOf("bench/data/gsm8k.train.jsonl").map(({ answer }) => answer!);
    const texts = [...questions, ...thoughts, ...solutions];
    assert.ok(texts.length >= 4000);
    assert.deepEqual(
      texts.flatMap((text) => loopsOf(pieces(text))),
      [],
    );
  });
});

const step = (text: string, at: number, vector?: Float32Array) => ({ from: at, to: at + 1, text, vector });
const unit = (degrees: number, turn = 0): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180), turn);

describe("loops of meaning", () => {
  const steps = (texts: readonly string[], vectors: readonly Float32Array[] = []) => {
    const watch = new MeaningWatch();
    const ended = texts.map((text, at) => watch.push(step(text, at, vectors[at])));
    return [...ended, watch.end()].filter((loop) => loop !== undefined);
  };
  /** Steps that say six things first, which shows how near to each other unlike ones lie. */
  const said = [0, 60, 120, 180, 240, 300].map((degrees) => unit(degrees));
  const words = said.map((_, index) => `Thing number ${index} is looked at.`);

  it("are found where steps say the same in other words", () => {
    const again = ["Let me check this once more.", "I had better check that again.", "So let me look at it again."];
    const texts = [...words, ...again, ...again];
    const loops = steps(texts, [...said, ...texts.slice(6).map((_, index) => unit(30 + index, 0.1))]);
    assert.deepEqual(loops, [{ from: 6, to: 12, period: 1 }]);
  });

  it("are found over several steps, and without states where the words are the same", () => {
    const round = ["First add the two numbers.", "Then take one third of them.", "But that is not right."];
    assert.deepEqual(steps([...words, ...round, ...round, ...round]), [{ from: 6, to: 15, period: 3 }]);
  });

  it("are none where each step brings a figure that the one before had not", () => {
    const counting = Array.from({ length: 12 }, (_, index) => `Now it is ${index + 10} apples.`);
    assert.deepEqual(steps([...words, ...counting], [...said, ...counting.map(() => unit(30))]), []);
  });

  it("are none where an answer is checked twice", () => {
    const checked = ["So it is 53.", "Let me check: it is 53.", "Yes, it is 53."];
    assert.deepEqual(steps([...words, ...checked], [...said, ...checked.map(() => unit(30))]), []);
  });

  it("tell nothing where all states lie in one place", () => {
    const texts = Array.from({ length: 20 }, (_, index) => `Some ${"abcdefghijklmnopqrstuvwxyz"[index]} words.`);
    assert.deepEqual(
      steps(
        texts,
        texts.map(() => unit(1)),
      ),
      [],
    );
  });

  it("do not stop at lines of a formula, which are no words", () => {
    const formula = ["\\[", "x + 1", "\\]", "\\[", "x + 2", "\\]", "\\[", "x + 3", "\\]"];
    assert.deepEqual(steps(formula), []);
  });
});

describe("marks of a trace", () => {
  const header: TraceEvent = {
    ...{
      t: "run",
      v: 1,
      id: "r",
      strategy: "chain-of-thought",
      options: {},
      model: { id: "m" },
      prompt: {},
      messages: [],
    },
    started: "2026-01-01T00:00:00.000Z",
  };
  const run = sound(8);
  const tokens: TraceEvent = { t: "tokens", at: 0, kind: "text", text: [...sound(5), ...run, ...run, ...run, ...run] };

  it("are found in a trace that nobody looked through while it was made", () => {
    const trace = fold([header, tokens]);
    assert.deepEqual(marksOf(trace), [{ t: "mark", kind: "loop", what: "tokens", from: 5, to: 37, period: 8 }]);
    assert.equal(markWords(marksOf(trace)[0]!), "loop: 8 tokens, 4 times");
  });

  it("are those that were written where somebody did", () => {
    assert.deepEqual(marksOf(fold([{ ...header, options: { loops: "off" } }, tokens])), []);
  });

  it("do not count trial answers, which are asked for in the same words each time", () => {
    const trial: TraceEvent = { t: "span", kind: "trial", from: 5, to: 37 };
    assert.deepEqual(readLoops(fold([header, tokens, trial])), []);
  });

  it("grow where they are written again", () => {
    const mark = { t: "mark", kind: "loop", what: "tokens", from: 5, to: 29, period: 8 } as const;
    const { marks } = fold([header, tokens, mark, { ...mark, to: 37 }]);
    assert.deepEqual(marks, [{ ...mark, to: 37 }]);
  });
});
