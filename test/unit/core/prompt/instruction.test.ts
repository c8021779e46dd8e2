/** The option `instruction`: whose words, in which turn, and what is refused. */
import assert from "node:assert/strict";
import { resolveInstruction, type HouseWords } from "../../../../src/core/prompt/instruction";
import { namedPreset, type ModelPreset } from "../../../../src/core/prompt/presets";
import type { ActionableError } from "../../../../src/core/protocol/rpc";
import type { Instruction } from "../../../../src/core/trace/trace";

const HOUSE: HouseWords = {
  title: "Chain of Thought",
  words: "Think.",
  isMethod: false,
  hasExamples: false,
  hasSystem: false,
};
const known = (id?: string): ModelPreset => ({
  preset: id === undefined ? undefined : namedPreset(id),
  generation: {},
});
const BOXED = "Please reason step by step, and put your final answer within \\boxed{}.";

const resolved = (
  instruction: string,
  { house = {}, of, place = "auto" }: { house?: Partial<HouseWords>; of?: string; place?: "auto" | "system" | "user" },
) => resolveInstruction({ instruction, instructionIn: place }, { ...HOUSE, ...house }, known(of), "Tiny");

const CASES: [what: string, found: Instruction, expected: Instruction][] = (
  [
    ["house", {}, { from: "house", in: "system", text: "Think." }],
    ["", {}, { from: "house", in: "system", text: "Think." }],
    ["house", { house: { words: undefined } }, { from: "house", in: "system" }],
    ["house", { place: "user" }, { from: "house", in: "user", text: "Think." }],
    ["none", { of: "deepseek-r1" }, { from: "none", in: "system" }],
    [" Be brief. \n", {}, { from: "own", in: "system", text: "Be brief." }],
    ["Be brief.", { place: "user" }, { from: "own", in: "user", text: "Be brief." }],
    ["model, be brief", {}, { from: "own", in: "system", text: "model, be brief" }],
    ["model", { of: "deepseek-r1" }, { from: "model", in: "user", text: BOXED, preset: "deepseek-r1" }],
    ["model:qwq", {}, { from: "model", in: "user", text: BOXED, preset: "qwq" }],
    ["model", { of: "smollm3" }, { from: "model", in: "system", preset: "smollm3" }],
    [
      "model",
      { of: "deepseek-r1", place: "system" },
      { from: "model", in: "system", text: BOXED, preset: "deepseek-r1" },
    ],
    [
      "model",
      { of: "deepseek-r1", house: { hasSystem: true } },
      { from: "model", in: "user", text: BOXED, preset: "deepseek-r1" },
    ],
    [
      "model",
      { of: "deepseek-r1", house: { isMethod: true, hasExamples: true } },
      { from: "house", in: "user", text: "Think.", preset: "deepseek-r1" },
    ],
  ] as [string, Parameters<typeof resolved>[1], Instruction][]
).map(([words, given, expected]) => [
  `${JSON.stringify(words)} with ${JSON.stringify(given)}`,
  resolved(words, given).instruction,
  expected,
]);

describe("the option instruction", () => {
  for (const [what, found, expected] of CASES) it(what, () => assert.deepEqual(found, expected));

  const NOTES: [string, Parameters<typeof resolved>[1], RegExp[]][] = [
    ["model", { of: "smollm3" }, [/advises no instruction: none is given/]],
    [
      "model",
      { of: "deepseek-r1", house: { isMethod: true, hasExamples: true, hasSystem: true } },
      [/are the method and stay/, /against a system turn/, /against examples/],
    ],
    ["house", { of: "deepseek-r1" }, []],
  ];
  for (const [words, given, notes] of NOTES)
    it(`${words} with ${JSON.stringify(given)} says ${notes.length} things`, () => {
      const said = resolved(words, given).notes;
      assert.equal(said.length, notes.length, said.join("\n"));
      notes.forEach((note, index) => assert.match(said[index]!, note));
    });

  const REFUSED: [string, string, RegExp][] = [
    ["model", "preset-missing", /files of Tiny are of no family.*model:NAME with deepseek-r1, qwq/],
    ["model:bard", "option-invalid", /No family is called “bard”.*Choose one of deepseek-r1/],
    ["modle", "instruction-invalid", /“modle” is no instruction.*house, none or model/],
    ["@words.txt", "instruction-invalid", /names a file/],
  ];
  for (const [words, code, sentence] of REFUSED)
    it(`${words} is refused in one sentence`, () =>
      assert.throws(
        () => resolved(words, {}),
        (error: ActionableError) => error.code === code && sentence.test(`${error.message} ${error.action}`),
      ));
});
