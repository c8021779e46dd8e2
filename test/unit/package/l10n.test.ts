/** Sentences in other languages: each that is said has its translation, and nothing is translated that nobody says. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parsePromptFile } from "../../../src/core/prompt/promptFile";
import { inEnglish, inWords, translateWith, translatorOf } from "../../../src/core/text/l10n";
import { l10nKeys } from "../../harness/l10nKeys";

const root = path.join(import.meta.dirname, "../../..");
const folder = path.join(root, "l10n");
const BUNDLES = readdirSync(folder);
const places = (text: string) => [...new Set(text.match(/\{\d+\}/g))].sort();

describe("sentences in the language of the person", () => {
  const { keys, unreadable, early } = l10nKeys(root);

  it("are all found in the source", () => assert.deepEqual(unreadable, []));
  it("are looked up when they are said, as a file may be loaded before the language is known", () =>
    assert.deepEqual(early, []));
  it("are there in Simplified Chinese", () => assert.deepEqual(BUNDLES, ["bundle.l10n.zh-cn.json"]));
  it("are found by VS Code", () => {
    const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { l10n?: string };
    assert.equal(path.resolve(root, manifest.l10n ?? ""), folder);
  });

  for (const name of BUNDLES) {
    const bundle = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Record<string, string>;

    it(`${name} has each sentence and no other`, () => {
      assert.deepEqual(
        keys.filter((key) => !Object.hasOwn(bundle, key)),
        [],
        "not translated",
      );
      assert.deepEqual(
        Object.keys(bundle).filter((key) => !keys.includes(key)),
        [],
        "said by nobody",
      );
    });

    it(`${name} fills in what the English sentences do`, () => {
      const differing = Object.entries(bundle).filter(([key, text]) => places(key).join() !== places(text).join());
      assert.deepEqual(differing, []);
    });

    it(`${name} keeps code, commands and links as they are`, () => {
      const fixed = (text: string) => (text.match(/`[^`]*`|https?:\/\/\w+(?::\w+)?|[A-Z]+(?:_[A-Z]+)+/g) ?? []).sort();
      const differing = Object.entries(bundle).filter(([key, text]) => fixed(key).join() !== fixed(text).join());
      assert.deepEqual(differing, []);
    });

    describe("is asked by who shows a sentence", () => {
      before(() => translateWith(translatorOf(bundle)));
      after(() => translateWith(translatorOf(undefined)));

      it("of a prompt file, whose English stays as it is kept", async () => {
        const { problems } = await parsePromptFile("a.prompt.md", "---\n- a\n---\ntext\n");
        assert.deepEqual(
          problems.map(({ message }) => [inEnglish(message), inWords(message)]),
          [
            [
              "The front matter cannot be read: it holds no names with values.",
              "无法读取前置元数据：其中没有带值的名称。",
            ],
          ],
        );
      });
    });

    it(`${name} translates: nothing in it is the English text, save names`, () => {
      const same = Object.entries(bundle).filter(([key, text]) => key === text && /[a-z]{3}/.test(key));
      assert.deepEqual(
        same.map(([key]) => key),
        ["Pocket {0}"],
      );
    });
  }
});
