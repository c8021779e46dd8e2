import assert from "node:assert/strict";
import { formatPoints } from "../../../../src/core/text/quantities";

describe("a difference in points", () => {
  it("has a sign, and ends with theirs", () => {
    assert.equal(formatPoints(-0.005), "−0.5 points");
    assert.equal(formatPoints(0), "+0.0 points");
    assert.equal(formatPoints(0.013, [-0.02, 0.045]), "+1.3 points [−2.0, 4.5]");
    assert.equal(formatPoints(-0.0001, [-0.118, -0.0003]), "+0.0 points [−11.8, 0.0]");
  });
});
