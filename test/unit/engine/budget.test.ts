/** Budget forcing over a server that is made to write what a reasoning model would. */
import assert from "node:assert/strict";
import path from "node:path";
import type { EngineNotifications } from "../../../src/core/protocol/engineApi";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Engine } from "../../../src/engine/engine";
import { MESSAGES, ServerBench } from "./serverBench";

const THOUGHT = "<think>\nMia has 12. She gives 3. 12 - 3 = 9. That is all she has.\n</think>\n\n\\boxed{9}";
const AFTER_WAIT = " 9 + 3 = 12, so it is right.\n</think>\n\n\\boxed{9}";
const FORCED_ANSWER = "\\boxed{9}";

/** What is left of `whole` after a prompt that ends with a beginning of it. */
function rest(whole: string, prompt: string): string {
  let written = whole.length;
  while (!prompt.endsWith(whole.slice(0, written))) written--;
  return whole.slice(written);
}

describe("budget forcing", function () {
  this.timeout(60_000);
  let bench: ServerBench;
  let answer = FORCED_ANSWER;
  before(async () => {
    bench = await ServerBench.open();
    const server = await bench.start("llama.cpp");
    server.script = (prompt) => {
      if (prompt.includes("Wait,")) return rest(AFTER_WAIT, prompt.slice(prompt.indexOf("Wait,") + 5));
      return rest(THOUGHT, prompt) === THOUGHT && prompt.endsWith("</think>\n\n") ? answer : rest(THOUGHT, prompt);
    };
  });
  after(async () => {
    bench.server.close();
    await bench.model.dispose();
  });

  async function run(options: Record<string, unknown>): Promise<{ trace: Trace; text: string; forced: string }> {
    const events: TraceEvent[] = [];
    const engine = new Engine({
      pocketFolder: path.resolve("models/pocket"),
      notify: (name, params) =>
        void (name === "events" && events.push(...(params as EngineNotifications["events"]).events)),
    });
    const model = { kind: "server", url: bench.server.url } as const;
    await engine.run({ id: "b", model, strategy: "budget", options, messages: MESSAGES, gold: "9" });
    const trace = fold(events);
    const joined = (positions: Trace["positions"]) => positions.map(({ text }) => text).join("");
    const forced = trace.positions.filter(({ kind }) => kind === "forced");
    return { trace, text: joined(trace.positions), forced: joined(forced) };
  }

  it("cuts at the first sentence end after the budget, closes thinking, and lets the model answer", async () => {
    const { trace, text, forced } = await run({ tokens: 8 });
    const whole = "<think>\nMia has 12. She gives 3. 12 - 3 = 9. That is all she has.\n";
    const thought = text.slice(0, text.indexOf(forced));
    assert.ok(whole.startsWith(thought) && thought.length < whole.length, thought);
    assert.match(thought, /\.$/);
    assert.equal(forced, "\n</think>\n\n");
    assert.equal(trace.exit?.why, "budget");
    assert.deepEqual([trace.end?.answer, trace.end?.correct], ["9", true]);
  });

  it("lets the model write its solution out with the tokens that are left, of which there may be none", async () => {
    answer = `${"12 less 3 is 9. ".repeat(48)}${FORCED_ANSWER}`;
    const [long, short] = [await run({ tokens: 8, maxTokens: 2000 }), await run({ tokens: 8, maxTokens: 40 })];
    answer = FORCED_ANSWER;
    assert.deepEqual([long.trace.end?.answer, long.trace.end?.correct], ["9", true]);
    assert.ok(long.trace.end!.tokens!.answer! > 256);
    assert.ok(short.trace.end!.tokens!.answer! < 50);
  });

  it("leaves thinking alone that ends before the budget", async () => {
    const { trace, text, forced } = await run({ tokens: 400 });
    assert.deepEqual([text, forced], [THOUGHT, ""]);
    assert.equal(trace.exit?.why, "end-of-thinking");
  });

  it("draws thinking out with “Wait”, as often as asked, in the place of its end", async () => {
    const { trace, text, forced } = await run({ tokens: 400, extensions: 1 });
    assert.equal(forced, "\n\nWait,");
    assert.equal(text.match(/<\/think>/g)?.length, 1);
    assert.ok(text.endsWith(`Wait,${AFTER_WAIT}`), text);
    assert.equal(trace.exit?.why, "end-of-thinking");
    assert.equal(trace.end?.correct, true);
    const twice = await run({ tokens: 400, extensions: 2 });
    assert.equal(twice.forced, "\n\nWait,\n\nWait,");
  });
});
