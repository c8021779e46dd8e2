import assert from "node:assert/strict";
import fc from "fast-check";
import { verdictOn } from "../../../../src/core/text/grading/grade";
import { cpuMs } from "../cpuTime";
import { PAIRS as FIRST } from "./gradingPairs";
import { MORE_PAIRS } from "./gradingPairsMore";

const PAIRS = { ...FIRST, ...MORE_PAIRS };

describe("verdictOn", () => {
  for (const [kind, pairs] of Object.entries(PAIRS)) {
    describe(kind, () => {
      for (const [answer, gold, verdict] of pairs) {
        it(`${answer} | ${gold}: ${verdict}`, () => assert.equal(verdictOn(answer, gold), verdict));
      }
    });
  }

  it("calls every answer right that is written as the expected one", () => {
    const texts = Object.values(PAIRS).flatMap((pairs) => pairs.flatMap(([answer, gold]) => [answer, gold]));
    for (const text of texts) assert.equal(verdictOn(text, text), "right", text);
  });

  it("says right and wrong of numbers by their value, however they are written", () => {
    const dress = fc.constantFrom(
      (value: number) => value.toLocaleString("en-US"),
      (value: number) => `$${value}$`,
      (value: number) => `\\boxed{${value}}`,
      (value: number) => `**${value}**`,
      (value: number) => `x = ${value}`,
      (value: number) => `\\frac{${value * 3}}{3}`,
      (value: number) => `${value}.00`,
      (value: number) => `(${value})`,
      (value: number) => `\\text{${value}}`,
      (value: number) => `${value} apples`,
    );
    const whole = fc.integer({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(whole, whole, dress, dress, (a, b, first, second) => {
        assert.equal(verdictOn(first(a), second(a)), "right");
        assert.equal(verdictOn(first(a), second(b)), a === b ? "right" : "wrong");
      }),
    );
  });

  it("tells fractions apart as exactly as they are written", () => {
    const part = fc.bigInt({ min: 1n, max: 10n ** 30n });
    fc.assert(
      fc.property(part, part, fc.bigInt({ min: 2n, max: 50n }), (top, bottom, by) => {
        assert.equal(verdictOn(`\\frac{${top * by}}{${bottom * by}}`, `${top}/${bottom}`), "right");
        assert.equal(verdictOn(`\\frac{${top + 1n}}{${bottom}}`, `${top}/${bottom}`), "wrong");
      }),
    );
  });

  it("says the same of a pair whichever side is the answer, for values and functions", () => {
    const kinds = ["fractions", "roots, powers and functions of numbers", "expressions with variables", "percentages"];
    for (const [answer, gold, verdict] of kinds.flatMap((kind) => PAIRS[kind]!)) {
      assert.equal(verdictOn(gold, answer), verdict, `${gold} | ${answer}`);
    }
  });

  const pieces = fc.constantFrom(
    ..."\\frac \\sqrt { } ( ) [ ] , ; : = < > + - * / ^ _ ! | $ % 1 23 0.5 x pi sin \\pm \\cup \\le \\text{ km apples yes A) and or \\begin{pmatrix} & \\\\ ² ½ ∞ mod constructor \\constructor __proto__ \\__proto__ toString".split(
      " ",
    ),
    " ",
  );
  const soup = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));

  it("never throws, and is one of three", () => {
    fc.assert(
      fc.property(soup, soup, (answer, gold) => {
        assert.ok(["right", "wrong", "unknown"].includes(verdictOn(answer, gold)));
      }),
      { numRuns: 300 },
    );
  });

  describe("is bounded", () => {
    const fill = (piece: string, length = 990) => piece.repeat(Math.floor(length / piece.length));
    const nested = (open: string, inside: string, close: string, depth: number) =>
      open.repeat(depth) + inside + close.repeat(depth);
    const hostile = [
      "10^10^10",
      "10^{10^{10^{10}}}",
      "9^9^9^9^9^9",
      "1000000!",
      "((1000!)!)!",
      String.raw`\binom{1000000}{500000}`,
      String.raw`\sum_{a=1}^{300}\sum_{b=1}^{300}\sum_{c=1}^{300} abc`,
      String.raw`\prod_{k=1}^{400} (k!)^{k!}`,
      nested("(", "1", ")", 490),
      nested("(", "1", ")", 50),
      nested("\\sqrt{", "2", "}", 140),
      nested("\\sqrt{", "2", "}", 50),
      nested("2^{0.5^", "2", "}", 40),
      nested("x_{", "1", "}", 240),
      nested("{\\pm 1,", "1", "}", 120),
      nested("\\text{", "a", "}", 140),
      nested("\\boxed{", "1", "}", 140),
      `\\begin{pmatrix}${fill("1&", 400)}\\\\${fill("1&", 400)}\\end{pmatrix}`,
      fill("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}"),
      `1e${"9".repeat(900)}`,
      "1e9999",
      `0.\\overline{${fill("3", 900)}}`,
      ...[
        ..."( { } $ ' ! | - 9 ½ ² ﷺ （ is not the 1/ x+ a^ 1, (1,2), \\{1,2\\}, x= x< x=1, 5! ^2 \\frac{ \\sin _{ f( 12: kg \\cup \\$ \\pm 0.".split(
          " ",
        ),
        "1 ",
        "a b ",
        "is ",
        "the ",
        "not ",
        "five ",
        "hundred and ",
        "\\pm 1 ",
        "x<1 or ",
        "5 feet ",
        "5 feet and ",
        "1 000 ",
        "(x+1)",
        "(x+y)^{50}",
        "m*",
        "/s",
        " ",
      ].flatMap((piece) => [fill(piece), `5 ${fill(piece)}x`]),
    ];
    const golds = ["5", "(1,2)", "1, 2, 3", "Paris", "x<1", "y=2x+1"];

    it("in time: 50 ms, for a hundred hostile answers against as many expected ones", function () {
      this.timeout(120_000);
      for (const answer of hostile) {
        for (const gold of [...golds, answer.slice(1), `${answer}1`]) {
          for (const [a, b] of [
            [answer, gold],
            [gold, answer],
          ] as const) {
            // The first run of a function is compiled while it runs: the best of four is its time.
            let best = Infinity;
            for (let run = 0; run < 4 && best >= 50; run++)
              best = Math.min(
                best,
                cpuMs(() => verdictOn(a, b)),
              );
            assert.ok(best < 50, `${best} ms: ${a.slice(0, 40)} | ${b.slice(0, 40)}`);
          }
        }
      }
    });

    it("in length: texts of a megabyte are the same or unknown", () => {
      for (const piece of ["1", "(", " ", "\\frac{", "x=", "Tom is a lempus. "]) {
        const text = piece.repeat(Math.ceil(1e6 / piece.length));
        assert.ok(cpuMs(() => assert.equal(verdictOn(`a${text}`, `a${text}`), "right")) < 200);
        assert.ok(cpuMs(() => assert.equal(verdictOn(`a${text}`, `b${text}`), "unknown")) < 200);
        assert.ok(cpuMs(() => assert.equal(verdictOn(`a${text}`, "5"), "unknown")) < 200);
      }
    });
  });
});
