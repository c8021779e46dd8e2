import assert from "node:assert/strict";
import fc from "fast-check";
import { isCollection, isPair, parseDocument } from "yaml";
import { parseData, placesIn } from "../../../../src/core/prompt/yamlData";
import { isTangled } from "../../../../src/core/prompt/yamlTangle";

/** Collections in each other, as the parser has them. */
function depthOf(node: unknown): number {
  if (isPair(node)) return Math.max(depthOf(node.key), depthOf(node.value));
  return isCollection(node) ? 1 + Math.max(0, ...node.items.map(depthOf)) : 0;
}

describe("YAML as data", () => {
  const deep: [what: string, text: (levels: number) => string][] = [
    ["brackets", (levels) => "[".repeat(levels) + "]".repeat(levels)],
    ["braces", (levels) => "{a: ".repeat(levels) + "}".repeat(levels)],
    ["brackets that nobody closes", (levels) => "[".repeat(levels)],
    ["brackets line by line", (levels) => "a:\n" + " [\n".repeat(levels)],
    ["brackets behind quotes", (levels) => `[${"a'b, [".repeat(levels)}`],
    ["lists on a line", (levels) => "- ".repeat(levels) + "a"],
    ["keys on a line", (levels) => "? ".repeat(levels) + "a"],
    ["lists line by line", (levels) => Array.from({ length: levels }, (_, at) => `${" ".repeat(at)}-`).join("\n")],
    ["names line by line", (levels) => Array.from({ length: levels }, (_, at) => `${" ".repeat(at)}a:`).join("\n")],
    ["tags", (levels) => "- !!seq ".repeat(levels)],
  ];
  for (const [what, text] of deep)
    it(`is not parsed where it is nested too deeply: ${what}`, () => {
      assert.equal(isTangled(text(20)), false);
      assert.equal(isTangled(text(120)), true);
      const { value, fault } = parseData(text(5000));
      assert.equal(value, undefined);
      assert.ok(fault);
      assert.equal(placesIn(text(120))([]), undefined);
    });

  it("is not parsed where it repeats itself without end", () => {
    assert.equal(isTangled(`a: &a 1\nb: [${"*a, ".repeat(900)}]`), false);
    assert.equal(isTangled(`a: &a 1\nb: [${"*a, ".repeat(1100)}]`), true);
    assert.equal(isTangled(`a: |\n${"  *text*\n".repeat(1100)}`), false);
  });

  const shallow: [what: string, text: string][] = [
    ["intervals in texts", "- answer: the interval [0, 1)\n".repeat(500)],
    ["intervals in quotes", `[${'"[0, 1)", '.repeat(500)}]`],
    ["intervals in a block", `a: |\n${"  [0, 1)\n  {x\n".repeat(500)}`],
    ["a list of many", "- - a\n  - b\n".repeat(500)],
    ["many names", Array.from({ length: 500 }, (_, at) => `a${at}:\n  b:\n    c: d`).join("\n")],
    ["a text of many lines", `a: b\n${"   c\n".repeat(500)}`],
  ];
  for (const [what, text] of shallow) it(`is nested as it is: ${what}`, () => assert.equal(isTangled(text), false));

  it("is never deeper than its tokens tell", () => {
    const piece = fc.constantFrom(
      "[",
      "]",
      "{",
      "}",
      "- ",
      "? ",
      ": ",
      ":",
      ", ",
      "a",
      "'",
      '"',
      "\n",
      "\n ",
      "\n   ",
      "&x ",
      "!t ",
      "#c",
      "|",
      "\n---\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (pieces, most) => {
        const text = pieces.join("");
        if (isTangled(text, most)) return;
        const { contents } = parseDocument(text, { logLevel: "silent" });
        // A map of one pair in a list, as in `[a: b]`, has no bracket of its own.
        assert.ok(depthOf(contents) <= 2 * most + 1, JSON.stringify(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("says what is wrong and where", () => {
    assert.deepEqual(parseData(""), { value: null });
    assert.equal(parseData("a: 1\nb: [\n").fault?.line, 2);
    assert.match(String(parseData("a: 1\na: 2\n").fault?.reason), /unique/);
  });

  it("compares no names in a file of many", () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `name${at}: v`).join("\n");
    const started = process.cpuUsage();
    assert.equal(parseData(many).fault, undefined);
    assert.ok(process.cpuUsage(started).user < 3e6);
  });

  it("knows where its values stand", () => {
    const text = '# first\na:\n  - b: 1\n    c: |\n      x\n      y\n\n  - z\n"d": {e: [1,\n  2]}\n';
    const placeOf = placesIn(text);
    assert.deepEqual(placeOf([]), [1, 10]);
    assert.deepEqual(placeOf(["a"]), [1, 8]);
    assert.deepEqual(placeOf(["a", 0]), [2, 6]);
    assert.deepEqual(placeOf(["a", 0, "c"]), [3, 6]);
    assert.deepEqual(placeOf(["a", 1]), [7, 8]);
    assert.deepEqual(placeOf(["d", "e"]), [8, 10]);
    assert.equal(placeOf(["d", "f"]), undefined);
    assert.deepEqual(placesIn('{\n  "a": [\n    {"b": 1},\n    2\n  ]\n}')(["a", 1]), [3, 4]);
  });
});
