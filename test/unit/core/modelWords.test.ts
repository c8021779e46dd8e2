import assert from "node:assert/strict";
import { cacheWords, thinkBrief, thinkRows } from "../../../src/core/protocol/modelWords";
import { noThinkFacts, type ThinkFacts } from "../../../src/core/text/thinkFacts";
import { HOUSE_FORMAT, NO_THINK_FORMAT, thinkFormat } from "../../../src/core/text/thinkFormat";

const facts = (changes: Partial<ThinkFacts> = {}): ThinkFacts => ({
  ...noThinkFacts(HOUSE_FORMAT),
  from: "template",
  ...changes,
});
const row = (of: ThinkFacts, name: string) => thinkRows(of).find(([fact]) => fact === name)?.[1];

describe("what was found of a model, in words", () => {
  for (const [of, brief] of [
    [facts(), "think, opened by the model"],
    [facts({ opening: "template" }), "think, opened by the template"],
    [facts({ opening: "closed", isOffByItself: true, on: { enable_thinking: true } }), "think, off unless asked for"],
    [facts({ format: thinkFormat("harmony")! }), "harmony, opened by the model"],
    [facts({ format: NO_THINK_FORMAT, from: "nothing" }), "none"],
  ] as const)
    it(brief, () => assert.equal(thinkBrief(of), brief));

  it("says what turns thinking on only where it is off by itself", () => {
    const on = { enable_thinking: true };
    assert.equal(row(facts({ on }), "Thinking is turned on by"), undefined);
    assert.equal(row(facts({ on, isOffByItself: true }), "Thinking is turned on by"), "enable_thinking=true");
  });

  it("says what turns it off: a variable, words in a turn, or nothing", () => {
    const name = "Thinking is turned off by";
    assert.equal(row(facts({ off: { thinking: false } }), name), "thinking=false");
    const softOff = { turn: "user", words: "/no_think", opening: "closed" } as const;
    assert.equal(row(facts({ softOff }), name), "/no_think in the user turn");
    assert.equal(row(facts(), name), "nothing that was found");
  });

  it("says of a server that its thoughts come by themselves", () => {
    assert.match(row(facts({ from: "server" }), "Think format")!, /^think \(.*\); the server hands thoughts over/);
  });

  it("stays short, whatever a template calls its variables", () => {
    const name = "a\n".repeat(500);
    const switches = Array.from({ length: 24 }, () => ({ name, kind: "switch", values: [true, false] }) as const);
    for (const [, value] of thinkRows(facts({ switches, off: { [name]: false } }))) {
      assert.ok(value.length <= 200 && !value.includes("\n"), value);
    }
  });

  it("counts the parts of a cache", () => {
    assert.equal(cacheWords([]), undefined);
    const part = (kind: "rows" | "window" | "state", parts: number, half = false, reach?: number) => ({
      ...{ kind, parts, half, reach },
    });
    assert.equal(cacheWords([part("rows", 4), part("state", 1)]), "4 parts of rows, 1 state");
    assert.equal(cacheWords([part("window", 2, true, 128)]), "2 windows of 128 rows, in float16");
  });
});
