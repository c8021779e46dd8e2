import assert from "node:assert/strict";
import fc from "fast-check";
import { oneLine, visible } from "../../../../webview/dom/safeText";
import { HOSTILE_TEXT } from "../../samples/sampleTraces";

describe("text made safe to look at", () => {
  const cases: [string, string, string][] = [
    ["keeps plain text, tabs and line breaks", "a\tb\nc ü 漢 🍎", "a\tb\nc ü 漢 🍎"],
    ["shows escape sequences", "\u001b[31mred", "␛[31mred"],
    ["shows bidi overrides", "\u202eevil\u202c", "⟨RLO⟩evil⟨PDF⟩"],
    ["shows what has no width", "a\u200bb\ufeff", "a⟨ZWSP⟩b⟨BOM⟩"],
    ["mends lone surrogates", "\ud800x", "\ufffdx"],
    ["takes line ends of any system", "a\r\nb", "a\nb"],
    ["shows a lone carriage return, which could hide a line", "a\rb", "a␍b"],
    ["names other control characters by number", "\u0085", "⟨U+0085⟩"],
  ];
  for (const [name, given, expected] of cases) it(name, () => assert.equal(visible(given), expected));

  it("leaves nothing unsafe in any text", () => {
    fc.assert(
      fc.property(fc.uint16Array({ maxLength: 40 }), (units) => {
        const text = String.fromCharCode(...units);
        // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
        assert.doesNotMatch(visible(text), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it("fits onto one line of the length asked for", () => {
    assert.equal(oneLine("  a\n\n b  "), "a b");
    assert.equal(oneLine("abcdef", 4), "abc…");
    assert.equal([...oneLine(HOSTILE_TEXT, 20)].length, 20);
  });
});
