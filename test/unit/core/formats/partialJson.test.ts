import assert from "node:assert/strict";
import fc from "fast-check";
import { looksLikeJson, parseJson, readJson } from "../../../../src/core/formats/reading/jsonDocument";
import { readPartialJson } from "../../../../src/core/formats/reading/partialJson";

describe("JSON as far as it goes", () => {
  it("whole is what JSON.parse gives", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        assert.deepEqual(readPartialJson(text), { value: JSON.parse(text) as unknown, end: text.length, whole: true });
      }),
    );
  });

  it("cut anywhere gives a part of it, and says that it is one", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (value, place) => {
          const text = JSON.stringify(value, null, 1);
          const partial = readPartialJson(text.slice(0, Math.floor(place * (text.length - 1))));
          if (partial) assert.equal(partial.whole, false);
        },
      ),
    );
  });

  const cut: [text: string, value: unknown][] = [
    ['{"a":"seven row', { a: "seven row" }],
    ['{"a":"line\\', { a: "line" }],
    ['{"a":"é is \\u00e', { a: "é is " }],
    ['{"a":"quote \\"', { a: 'quote "' }],
    ['{"a":[1,2,{"b":3,"c', { a: [1, 2, { b: 3 }] }],
    ['{"a":1,"b":23', { a: 1 }],
    ['{"a":tru', {}],
    ['[{"a":1},', [{ a: 1 }]],
    ['{"a":1,,"b":2}', { a: 1 }],
    ['{"a":"raw\nbreak","b":"\\n', { a: "raw\nbreak", b: "\n" }],
  ];
  for (const [text, value] of cut) {
    it(JSON.stringify(text), () => assert.deepEqual(readPartialJson(text)!.value, value));
  }

  it("reads what Python writes where JSON has no word", () => {
    const value = parseJson('{"a": NaN, "b": [Infinity, -Infinity, None], "c": True, "d": False, "NaN": "NaN"}');
    assert.deepEqual(value, { a: null, b: [null, null, null], c: true, d: false, NaN: "NaN" });
  });

  it("takes a key of any name as one of its own", () => {
    const value = parseJson('{"__proto__": {"x": NaN}}') as object;
    assert.deepEqual(Object.keys(value), ["__proto__"]);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });
});

describe("the JSON of a file", () => {
  const cases: [why: string, text: string, values: unknown[], more: object][] = [
    ["a list", '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }], { isList: true }],
    ["one value", '{"a":1}', [{ a: 1 }], {}],
    ["lines", '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }], { isLines: true }],
    ["lines, one broken", '{"a":1}\n{oops\n{"a":2}', [{ a: 1 }, { a: 2 }], { isLines: true, broken: 1 }],
    ["lines, the last one cut", '{"a":1}\n{"a":2,"b":"x', [{ a: 1 }, { a: 2, b: "x" }], { isLines: true, cut: true }],
    ["lines, the first one cut off", 'a":0}\n'.slice(2) + '{"a":1}', [], { none: true }],
    ["indented values after one another", '{\n "a": 1\n}\n{\n "a": 2\n}', [{ a: 1 }, { a: 2 }], {}],
    ["with commas between them", '{\n "a": 1\n},\n{\n "a": 2\n}', [{ a: 1 }, { a: 2 }], {}],
    ["the last one cut", '{\n "a": 1\n}\n{\n "a": 2,', [{ a: 1 }, { a: 2 }], { cut: true }],
    ["a whole file, doubled", '{"a":1}{"a":1}', [{ a: 1 }, { a: 1 }], {}],
    ["a list, cut", '[{"a":1},{"a":2},{"a"', [{ a: 1 }, { a: 2 }, {}], { isList: true, cut: true }],
    ["one line with NaN", '{"a": NaN}', [{ a: null }], {}],
  ];
  for (const [why, text, values, { none, ...more }] of cases as [
    string,
    string,
    unknown[],
    Record<string, unknown>,
  ][]) {
    it(why, () => {
      const expected = { values, isList: false, isLines: false, broken: 0, cut: false, ...more };
      assert.deepEqual(readJson(text), none ? undefined : expected);
    });
  }

  const texts: [text: string, isJson: boolean][] = [
    ['{"a": 1}', true],
    ['  [\n {"a"', true],
    ['{"a', true],
    ["[[1, 2], [3, 4]] is the matrix", false],
    ["[THINK] hm [/THINK]", false],
    ["{x | x > 0} is the set", false],
    ["[1] a footnote", false],
    ["<think>{}</think>", false],
  ];
  for (const [text, isJson] of texts) it(`${text}: ${isJson}`, () => assert.equal(looksLikeJson(text), isJson));
});
