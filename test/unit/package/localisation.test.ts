/** The words of package.json in other languages: all of them, with the commands, code and settings that they name. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

type Words = Record<string, string>;
const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Words;
const ENGLISH = read("package.nls.json");
const OTHERS = readdirSync(".").filter((name) => /^package\.nls\.[\w-]+\.json$/.test(name));

/** What stays as it is in any language: code, links of commands, variables. */
const fixed = (text: string) =>
  [...text.matchAll(/`[^`]*`|\]\(([^)]*)\)/g)].map(([whole, link]) => link ?? whole).sort();

describe("the words of package.json", () => {
  it("are there in Simplified Chinese", () => assert.ok(OTHERS.includes("package.nls.zh-cn.json")));

  it("are asked for, each of them", () => {
    const asked = new Set([...readFileSync("package.json", "utf8").matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!));
    assert.deepEqual([...asked].sort(), Object.keys(ENGLISH).sort());
  });

  for (const file of OTHERS) {
    const words = read(file);
    it(`${file} has each of them, in its order`, () => assert.deepEqual(Object.keys(words), Object.keys(ENGLISH)));
    for (const [key, text] of Object.entries(ENGLISH)) {
      it(`${file}, ${key}: names the same code and commands, and is translated`, () => {
        assert.deepEqual(fixed(words[key] ?? ""), fixed(text));
        if (key !== "extension.displayName" && key !== "view.container") assert.notEqual(words[key], text);
      });
    }
  }
});
