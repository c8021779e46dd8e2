import assert from "node:assert/strict";
import { tokenBar } from "../../../../webview/charts/tokenBar";
import { withDocument } from "../dom";
import { assertSnapshot, paperTheme } from "./svgSnapshot";

describe("token bar", () => {
  withDocument();
  const dimensions = { width: 200, height: 8, scale: 200 };

  it("stacks tokens by kind", () => {
    assertSnapshot("tokenBar", tokenBar({ thinking: 90, trial: 30, answer: 20 }, dimensions, paperTheme));
  });

  it("says its counts to those who do not see it", () => {
    const bar = tokenBar({ thinking: 1200, gist: 9 }, dimensions, paperTheme);
    assert.equal(bar.getAttribute("aria-label"), "Tokens: 1,200 thinking, 9 gist");
  });

  it("draws nothing for nothing", () => {
    assert.equal(tokenBar({}, { ...dimensions, scale: 0 }, paperTheme).childNodes.length, 0);
  });
});
