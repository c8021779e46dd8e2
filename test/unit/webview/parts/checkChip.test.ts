import assert from "node:assert/strict";
import { checkChip } from "../../../../webview/parts/checkChip";
import { withDocument } from "../dom";
import { checkSentence } from "../../../../webview/charts/checkWords";

describe("the chip of a check", () => {
  withDocument();
  const check = { t: "check", at: 12, by: "deer", confidence: 0.97, threshold: 0.95 } as const;

  it("says the answer that was tried, or that a trial came to none", () => {
    const answered = { ...check, answer: "38", correct: true, trial: [12, 20] as [number, number] };
    assert.equal(checkChip(answered, true).textContent, "deer38✓ right0.97 > 0.95");
    assert.equal(checkSentence(answered), "Check at 12: answer 38, right, 0.97 > 0.95");
    assert.match(checkChip({ ...check, trial: [12, 20] }, true).textContent!, /no answer/);
    assert.equal(checkSentence({ ...check, trial: [12, 20] }), "Check at 12: no answer, 0.97 > 0.95");
  });

  it("says of an answer that cannot be judged that this is unknown, and nothing where none is expected", () => {
    const chip = checkChip({ ...check, answer: "about 5" }, true);
    assert.equal(chip.textContent, "deerabout 5? unknown0.97 > 0.95");
    assert.match(chip.querySelector(".verdict")!.getAttribute("title")!, /cannot be judged/);
    assert.equal(checkChip({ ...check, answer: "about 5" }, false).textContent, "deerabout 50.97 > 0.95");
  });

  it("says nothing of answers where none is tried, as by a probe", () => {
    const asked = { ...check, by: "probe" };
    assert.equal(checkChip(asked, true).textContent, "probe0.97 > 0.95");
    assert.equal(checkSentence(asked), "Check at 12: 0.97 > 0.95");
  });
});
