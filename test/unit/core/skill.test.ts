/** Nonsense is said: of questions in words that a small model does not have, and of thoughts without a sure token. */
import assert from "node:assert/strict";
import { isDoubtThroughout, isOutsideVocabulary } from "../../../src/core/measure/skill";
import { fold } from "../../../src/core/trace/fold";

describe("a question outside a model's words", () => {
  /** Every word that it knows is one token, others are letters. */
  const known = new Set(["tom", "has", "apples", "and", "buys", "more", "how", "many"]);
  const piecesOf = (word: string) => (known.has(word.trim().toLowerCase()) ? 1 : word.trim().length);
  for (const [question, vocabulary, isOutside] of [
    ["Tom has 4 apples and buys 3 more. How many apples has Tom?", 1383, false],
    ["Explain the origin of black holes.", 1383, true],
    ["Tom has apples and buys many more, xylophone.", 1383, false],
    ["Explain the origin of black holes.", 151_936, false],
    ["Hi", 1383, false],
    ["2 + 2 = ?", 1383, false],
  ] as const)
    it(`${isOutside ? "is" : "is not"} “${question}” of ${vocabulary} tokens`, () =>
      assert.equal(isOutsideVocabulary(question, vocabulary, piecesOf), isOutside));
});

describe("doubt throughout", () => {
  const doubt = (probabilities: readonly number[]) =>
    isDoubtThroughout(
      fold([
        {
          t: "tokens",
          at: 0,
          kind: "text",
          text: probabilities.map(() => " x"),
          logprob: probabilities.map((each) => Math.log(each)),
        },
      ]),
    );
  for (const [name, probabilities, said] of [
    ["where every token is a guess", Array<number>(96).fill(0.2), true],
    ["where half of them are sure", Array.from({ length: 96 }, (_, at) => (at % 32 < 16 ? 0.99 : 0.05)), false],
    ["where a bold sampling wanders", Array.from({ length: 96 }, (_, at) => (at % 3 === 0 ? 0.1 : 0.7)), false],
    ["where there are too few to tell", Array<number>(20).fill(0.1), undefined],
    ["where none is known", [], undefined],
  ] as const)
    it(`is ${said === true ? "said" : "not said"} ${name}`, () => assert.equal(doubt(probabilities), said));
});
