/** Loops of a model that is made to fall into one: marked, or stopped and answered, under every way of thinking. */
import assert from "node:assert/strict";
import { markWords } from "../../../src/core/trace/markWords";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { readLoops } from "../../../src/core/measure/marks";
import { measure, purposes } from "../../../src/core/measure/metrics";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { runStrategy } from "../../../src/engine/runs/runStrategy";
import { scriptedModel } from "./scriptedModel";
import { ServerBench } from "./serverBench";

const TEMPLATE =
  "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n<think>\n{% endif %}";
const START = "There are two and three.\n";
const ROUND = "So let me look at that once more.\n";

const ANSWER = "\\boxed{5}";
const FIRST = /^(?:<\/think>|[^\S\n]?\p{L}+|[^])/u;

/** Writes a round again and again, until its thinking is closed for it or a box is opened; then it answers. */
function script(_prompt: string, written: string): string {
  const closed = written.indexOf("</think>");
  const box = written.lastIndexOf("\\boxed{");
  if (box >= 0) return FIRST.exec(ANSWER.slice(written.length - box))?.[0] ?? "";
  if (closed >= 0) return FIRST.exec(ANSWER.slice(written.slice(closed + "</think>".length).trimStart().length))![0];
  return FIRST.exec((START + ROUND.repeat(60)).slice(written.length))?.[0] ?? "";
}

async function traced(strategy: string, options: Record<string, unknown>, writes = script): Promise<Trace> {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend: scriptedModel(TEMPLATE, writes),
    request: {
      id: "run",
      model: { kind: "folder", path: "scripted" },
      strategy,
      messages: [{ role: "user", content: "How many are 2 and 3?" }],
      gold: "5",
      options: { maxTokens: 200, ...options },
    },
    route: () => Promise.reject(new Error("Nothing is routed.")),
    emit: (batch) => events.push(...batch),
    signal: new AbortController().signal,
  });
  return fold(events);
}

const thought = (trace: Trace): number => purposes(trace).filter((purpose) => purpose === "thinking").length;

describe("loops while thinking", () => {
  it("are marked where they are found, and the run goes on", async () => {
    const trace = await traced("chain-of-thought", {});
    const loops = trace.marks.map(({ what, from, to, period }) => ({ what, from, to, period }));
    assert.deepEqual(loops, [{ what: "tokens", from: 5, to: 200, period: 10 }]);
    assert.equal(trace.exit?.why, "budget");
    assert.deepEqual([trace.end?.marks, measure(trace).marks], [{ loop: 1 }, { loop: 1 }]);
  });

  it("are the same that are found when the trace is read back", async () => {
    const trace = await traced("chain-of-thought", {});
    assert.deepEqual(
      readLoops(trace).filter(({ what }) => what === "tokens"),
      trace.marks,
    );
  });

  it("are not looked for where nobody wants to know", async () => {
    const trace = await traced("chain-of-thought", { loops: "off" });
    assert.deepEqual([trace.marks, trace.end?.marks], [[], undefined]);
  });

  for (const strategy of ["chain-of-thought", "budget", "deer", "chain-of-draft", "answer-convergence"])
    it(`end the thought of ${strategy} within three rounds where they are to, and it is answered`, async () => {
      const trace = await traced(strategy, { loops: "stop", ...(strategy === "budget" ? { tokens: 150 } : {}) });
      assert.equal(trace.exit?.why, "repetition");
      assert.match(trace.exit.message ?? "", /^The text was caught in a loop: 10 tokens, \d times\.$/);
      assert.ok(thought(trace) <= 7 + 3 * 10 + 12, `${thought(trace)} tokens`);
      assert.deepEqual([trace.end?.answer, trace.end?.correct], ["5", true]);
    });

  it("in the answer end it, and thinking has ended by itself", async () => {
    const text = `It is 5.\n</think>\n\n${"The answer is five of them. ".repeat(30)}`;
    const writes = (_prompt: string, written: string) => FIRST.exec(text.slice(written.length))?.[0] ?? "";
    const trace = await traced("chain-of-thought", { loops: "stop" }, writes);
    assert.equal(trace.exit?.why, "end-of-thinking");
    assert.ok(trace.positions.length < 60, `${trace.positions.length} tokens`);
    assert.ok(trace.notes.some(({ message, level }) => level === "warning" && message.includes("caught in a loop")));
    assert.match(markWords(trace.marks[0]!), /^loop: 7 tokens, \d+ times$/);
  });
});

describe("loops of a server", function () {
  this.timeout(60_000);
  it("end its answer too", async () => {
    const bench = await ServerBench.open();
    const model = await bench.connect("llama.cpp");
    bench.server.script = (prompt) => (/<\/think>\s*$/.test(prompt) ? ANSWER : `<think>\n${START}${ROUND.repeat(40)}`);
    const events: TraceEvent[] = [];
    await runStrategy({
      backend: model,
      request: {
        id: "run",
        model: { kind: "server", url: bench.server.url },
        strategy: "chain-of-thought",
        messages: [{ role: "user", content: "How many are 2 and 3?" }],
        options: { maxTokens: 400, loops: "stop" },
      },
      route: () => Promise.reject(new Error("Nothing is routed.")),
      emit: (batch) => events.push(...batch),
      signal: new AbortController().signal,
    });
    bench.server.close();
    await bench.model.dispose();
    const trace = fold(events);
    assert.equal(trace.exit?.why, "repetition");
    assert.equal(trace.end?.answer, "5");
    assert.equal(trace.marks[0]?.what, "tokens");
  });
});
