/** Words in the language of the person: looked up by their English, filled, and carried across processes unsaid. */
import assert from "node:assert/strict";
import {
  ActionableError,
  fromErrorShape,
  sentenceOf,
  shapeOf,
  toErrorShape,
  type RpcErrorShape,
} from "../../../../src/core/protocol/rpc";
import { inEnglish, inWords, l10n, translateWith, translatorOf } from "../../../../src/core/text/l10n";

const BUNDLE = {
  "{0} tokens": "{0} 个词元",
  "The server at {0} failed: {1}.": "服务器 {0} 出错：{1}。",
  "Try again in a while.": "请稍后重试。",
  "{0} could not be written because {1}.": "无法写入{0}：{1}。",
  "The trace": "轨迹",
  "the disk is full": "磁盘已满",
  "Free some space, or {0}.": "请腾出空间，或{0}。",
  "choose another place": "选择另一个位置",
};

/** As it comes out of another process. */
const crossed = (shape: RpcErrorShape): RpcErrorShape => JSON.parse(JSON.stringify(shape)) as RpcErrorShape;

describe("words in the language of the person", () => {
  beforeEach(() => translateWith(translatorOf(BUNDLE)));
  afterEach(() => translateWith(translatorOf(undefined)));

  const cases: [said: string, text: string, values: (string | number)[], is: string][] = [
    ["a sentence is looked up and filled", "{0} tokens", [57], "57 个词元"],
    ["one that has no translation stays English", "{0} steps", [2], "2 steps"],
    ["what fills it is not looked up, nor filled again", "{0} tokens", ["{0} tokens"], "{0} tokens 个词元"],
    ["a place for which there is nothing stays", "{0} and {1}", ["a"], "a and {1}"],
    ["braces that are no places stay", 'as {"name": {0}}', ["x"], 'as {"name": x}'],
    ["what every object has is no sentence", "constructor", [], "constructor"],
  ];
  for (const [said, text, values, is] of cases) it(said, () => assert.equal(l10n.t(text, ...values), is));

  it("an error says what it says in English to programs and logs, and is translated for the person", () => {
    const error = new ActionableError(
      "server-failed",
      l10n.later`The server at ${"host"} failed: ${"no memory"}.`,
      "Try again in a while.",
    );
    assert.equal(error.message, "The server at host failed: no memory.");
    for (const shape of [toErrorShape(error), crossed(toErrorShape(error)), toErrorShape(fromErrorShape(error))]) {
      assert.equal(shape.message, error.message);
      assert.equal(shape.action, "Try again in a while.");
      assert.equal(sentenceOf(shape), "服务器 host 出错：no memory。 请稍后重试。");
    }
  });

  it("an error without values needs nothing beside its sentence", () => {
    const shape = shapeOf("server-busy", "Busy.", "Try again in a while.");
    assert.deepEqual(shape, { code: "server-busy", message: "Busy.", action: "Try again in a while." });
    assert.equal(sentenceOf(shape), "Busy. 请稍后重试。");
  });

  it("a sentence inside another is translated as well, and begins large only where it begins one", () => {
    const place = l10n.later`choose another place`;
    const full = l10n.later`${l10n.later`The trace`} could not be written because ${l10n.later`the disk is full`}.`;
    assert.equal(inWords(full), "无法写入轨迹：磁盘已满。");
    assert.equal(inEnglish(full), "The trace could not be written because the disk is full.");
    assert.equal(inWords(l10n.later`Free some space, or ${place}.`), "请腾出空间，或选择另一个位置。");
    assert.equal(inEnglish(l10n.later`Free some space, or ${place}.`), "Free some space, or choose another place.");
    assert.equal(inEnglish(l10n.later`${place}.`), "Choose another place.");
    assert.equal(inEnglish(l10n.later`${"a file"}.`), "a file.");
  });

  it("a process that was told nothing speaks English", () => {
    translateWith(translatorOf(undefined));
    assert.equal(l10n.t("{0} tokens", 57), "57 tokens");
  });
});
