import assert from "node:assert/strict";
import { csvOf, svgText } from "../../../../webview/parts/pictureFile";
import { tokenBar } from "../../../../webview/charts/tokenBar";
import { withDocument } from "../dom";
import { paperTheme } from "../charts/svgSnapshot";

describe("pictures and tables as files", () => {
  withDocument();

  it("writes a complete SVG with its ground and without variables", () => {
    const bar = tokenBar({ thinking: 5, answer: 5 }, { width: 100, height: 8, scale: 10 }, paperTheme);
    const text = svgText(bar, paperTheme.background);
    assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.match(text, /<rect width="100%" height="100%" fill="#ffffff"/);
    assert.doesNotMatch(text, /var\(/);
  });

  it("quotes cells and disarms formulas", () => {
    const csv = csvOf({
      head: ["a", "b"],
      rows: [
        ['say "x"', "1,2"],
        ["=cmd()", "-5"],
        ["-x", "line\nbreak"],
      ],
    });
    assert.equal(csv, 'a,b\r\n"say ""x""","1,2"\r\n\'=cmd(),-5\r\n\'-x,"line\nbreak"\r\n');
  });
});
