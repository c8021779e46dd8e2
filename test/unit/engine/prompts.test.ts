/**
 * The conversations that models read, word for word. The included models are trained on the instructions of prompts.json:
 * a word of them changed is a model to be trained anew.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { EFFORT_WORDS } from "../../../src/core/text/effort";
import type { Instruction } from "../../../src/core/trace/trace";
import { parseOptions } from "../../../src/engine/decoding/options";
import { registered, STRATEGIES } from "../../../src/engine/strategies";
import prompts from "../../../src/engine/strategies/prompts.json";

const OWN = { role: "system", content: "Be brief." } as const;
const ASKED = { role: "user", content: "What is 2 + 3?" } as const;
const THINK = prompts["chain-of-thought"].system;

/** Roles and contents; the turns of examples only by their number. */
function promptOf(
  id: string,
  options: Record<string, unknown>,
  state = {},
): { system: string; turns: number; last: string } {
  const strategy = registered(id);
  const messages = strategy.prompt([OWN, ASKED], parseOptions(strategy.options, {}, options), state);
  const [first, ...turns] = messages;
  assert.equal(first!.role, "system");
  return { system: first!.content, turns: turns.length, last: turns.at(-1)!.content };
}

describe("instructions", () => {
  it("are those that the included models were trained on, byte for byte", () => {
    const bytes = readFileSync(path.resolve("src/engine/strategies/prompts.json"));
    assert.equal(
      createHash("sha256").update(bytes).digest("hex"),
      "4947dff9fd5fca2487ec492f5707b633537dc2bf31294d2fa6db00970dece0d6",
    );
  });

  const CASES: [
    id: string,
    options: Record<string, unknown>,
    state: object,
    system: string,
    turns: number,
    after?: string,
  ][] = [
    ["chain-of-thought", {}, {}, THINK, 1],
    ["no-thinking", {}, {}, prompts["no-thinking"].system, 1],
    ["budget", {}, {}, THINK, 1],
    ["deer", {}, {}, THINK, 1],
    ["probe", {}, {}, THINK, 1],
    ["entropy-after-thinking", {}, {}, THINK, 1],
    ["think-brake", {}, {}, THINK, 1],
    ["answer-agreement", {}, {}, THINK, 1],
    ["answer-convergence", {}, {}, THINK, 1],
    ["semantic-redundancy", {}, {}, THINK, 1],
    ["survey", {}, {}, THINK, 1],
    ["lightthinker", {}, {}, THINK, 1],
    ["softcot", {}, {}, prompts["no-thinking"].system, 1],
    ["softcot", { thinking: true }, {}, THINK, 1],
    ["chain-of-draft", {}, {}, prompts["chain-of-draft"].system, 7],
    ["chain-of-draft", { shots: 0 }, {}, prompts["chain-of-draft"].system, 1],
    [
      "sketch-of-thought",
      { shots: 1 },
      { pick: "expert_lexicons" },
      prompts["sketch-of-thought"].expert_lexicons.system,
      3,
    ],
    [
      "sketch-of-thought",
      { shots: 0 },
      { pick: "unheard of" },
      prompts["sketch-of-thought"].chunked_symbolism.system,
      1,
    ],
    ["effort", {}, {}, THINK, 1],
    ["effort", { by: "instruction", level: "low" }, {}, `${THINK} ${EFFORT_WORDS.low}`, 1],
    ["answer-only", {}, {}, "Do not reason. Give the final answer at once, in \\boxed{}.", 1],
    ["inftythink", {}, {}, THINK, 1],
    ["inftythink", { protocol: "trained" }, {}, prompts.inftythink.system, 1],
    [
      "inftythink",
      { protocol: "trained" },
      { carried: "2 + 3 = 5." },
      prompts.inftythink.system,
      1,
      "\n<history>\n2 + 3 = 5.\n</history>",
    ],
    [
      "inftythink",
      {},
      { carried: "2 + 3 = 5." },
      THINK,
      1,
      "\n\nSettled so far:\n2 + 3 = 5.\n\nGo on from there; do not start again.",
    ],
  ];
  for (const [id, options, state, system, turns, after = ""] of CASES)
    it(`of ${id} with ${JSON.stringify({ ...options, ...state })}`, () =>
      assert.deepEqual(promptOf(id, options, state), {
        system: `${system}\n\nBe brief.`,
        turns,
        last: ASKED.content + after,
      }));

  const TOLD: [id: string, instruction: Instruction, system: string | undefined, last: string][] = [
    ["deer", { from: "none", in: "system" }, "Be brief.", ASKED.content],
    ["deer", { from: "own", in: "system", text: "Think." }, "Think.\n\nBe brief.", ASKED.content],
    ["deer", { from: "own", in: "user", text: "Think." }, "Be brief.", `${ASKED.content}\n\nThink.`],
    ["deer", { from: "house", in: "user" }, "Be brief.", `${ASKED.content}\n\n${THINK}`],
    ["deer", { from: "model", in: "user" }, "Be brief.", ASKED.content],
    // What a trace has recorded counts, whatever is said today.
    ["deer", { from: "house", in: "system", text: "As of old." }, "As of old.\n\nBe brief.", ASKED.content],
    ["coconut", { from: "own", in: "user", text: "Think." }, "Be brief.", `${ASKED.content}\n\nThink.`],
    ["chain-of-draft", { from: "none", in: "system" }, "Be brief.", ASKED.content],
  ];
  for (const [id, instruction, system, last] of TOLD)
    it(`of ${id} under ${JSON.stringify(instruction)}`, () => {
      const found = promptOf(id, {}, { instruction });
      assert.deepEqual([found.system, found.last], [system, last]);
    });

  it("in the user's turn stand after the last question, and before what a round carries on", () => {
    const strategy = registered("inftythink");
    const state = { instruction: { from: "own", in: "user", text: "Think." } as const, carried: "5." };
    const [first, reply, last] = strategy.prompt(
      [{ role: "user", content: "Hi." }, { role: "assistant", content: "Yes?" }, ASKED],
      parseOptions(strategy.options, {}, {}),
      state,
    );
    assert.deepEqual([first!.content, reply!.content], ["Hi.", "Yes?"]);
    assert.match(last!.content, /^What is 2 \+ 3\?\n\nThink\.\n\nSettled so far:\n5\./);
  });

  it("are none for models that were trained on bare questions", () => {
    for (const id of ["coconut", "coconut-pause"])
      assert.deepEqual(registered(id).prompt([OWN, ASKED], {}, {}), [OWN, ASKED]);
  });

  it("are told for every strategy here", () => {
    const told = new Set([...CASES.map(([id]) => id), "coconut", "coconut-pause"]);
    assert.deepEqual(
      STRATEGIES.map(({ id }) => id).filter((id) => !told.has(id)),
      [],
    );
  });
});
