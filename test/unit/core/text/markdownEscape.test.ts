import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeMarkdown } from "../../../../src/core/text/markdownEscape";

describe("text in Markdown", () => {
  const CASES: [what: string, text: string, expected: string][] = [
    ["leaves a sentence alone", "Runs on pocket:base, and does it well.", "Runs on pocket:base, and does it well."],
    ["escapes a link", "[a](command:b)", "\\[a\\]\\(command:b\\)"],
    ["escapes a picture", "![a](b)", "\\!\\[a\\]\\(b\\)"],
    ["escapes emphasis and code", "*a* _b_ ~c~ `d`", "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\`"],
    ["escapes formulas", "$x$", "\\$x\\$"],
    ["turns HTML into text", "<img src=x> &lt;", "&lt;img src\\=x&gt; &amp;lt;"],
    ["keeps the cells of a table apart", "a|b\\|c", "a\\|b\\\\\\|c"],
    ["keeps addresses from becoming links", "http://a.b c@d", "http\\://a\\.b c\\@d"],
    ["makes one line", "a\n# b\r\n\u2028- c", "a \\# b - c"],
    ["leaves out what turns the direction of writing", "a\u202Eb\u0007c\u200Bd", "abcd"],
  ];
  for (const [what, text, expected] of CASES) it(what, () => assert.equal(escapeMarkdown(text), expected));

  it("cuts what is too long for a name, and leaves no half character behind", () => {
    const escaped = escapeMarkdown(`${"a".repeat(499)}😀${"b".repeat(9)}`);
    assert.equal(escaped, `${"a".repeat(499)}…`);
  });

  it("leaves nothing that opens HTML, a line or a cell, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeMarkdown(text);
        assert.doesNotMatch(escaped, /[<>\n\r]/);
        assert.doesNotMatch(escaped.replace(/\\./g, ""), /[\\`*_[\]|$]/);
      }),
    );
  });
});
