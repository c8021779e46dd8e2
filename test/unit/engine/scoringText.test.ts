import assert from "node:assert/strict";
import { interruptions, spread } from "../../../src/engine/scoring/checkpoints";
import { places } from "../../../src/engine/scoring/readTokens";

describe("checkpoints in a text", () => {
  const at = (tokens: string[], ...units: ("transition" | "paragraph" | "line")[]) =>
    interruptions(tokens, units, ["Wait", "Alternatively"]).map((place) => tokens.slice(0, place).join(""));

  it("before transition words, also ones of several tokens, and not inside of words", () => {
    assert.deepEqual(at(["A", ". ", "Wait", ", no", ". Al", "tern", "atively", " b"], "transition"), ["A. "]);
    assert.deepEqual(at(["A.", " Alt", "ern", "atively", ",", " b"], "transition"), ["A."]);
    assert.deepEqual(at(["A.", " Alt", "itude", " Waiting", " re", "Wait"], "transition"), []);
  });

  it("after paragraphs and lines that say something", () => {
    const tokens = ["<think>", "\n\n", "one", "\n", "two", "\n", "\n", "Wait", " three"];
    assert.deepEqual(at(tokens, "paragraph"), ["<think>\n\none\ntwo\n\n"]);
    assert.deepEqual(at(tokens, "line"), ["<think>\n\none\n", "<think>\n\none\ntwo\n"]);
    assert.deepEqual(at(tokens, "paragraph", "transition"), ["<think>\n\none\ntwo\n\n"], "one place counts once");
  });

  it("are spread evenly where there are too many, the last among them", () => {
    assert.deepEqual(spread([1, 2, 3], 3), [1, 2, 3]);
    assert.deepEqual(spread([1, 2, 3, 4, 5, 6, 7, 8], 4), [2, 4, 6, 8]);
    assert.deepEqual(spread([1, 2, 3, 4, 5], 0), []);
  });

  it("finds the place of tokens in the text again after one that the tokenizer wrote otherwise", () => {
    assert.deepEqual(places(["Mia", " has", " <unk>", " apples", "."], "Mia has ☃ apples."), [0, 3, 7, 10, 16]);
    assert.deepEqual(places(["a", "", "🍎", " b"], "a🍎 b"), [0, 1, 1, 3]);
    assert.deepEqual(places(["mia", " has"], "Mia  has"), [0, 5]);
  });
});
