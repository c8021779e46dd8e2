/** Strategies over servers whose chat template opens thinking: it is opened once and closed once, by text and by chat. */
import assert from "node:assert/strict";
import path from "node:path";
import type { EngineNotifications } from "../../../src/core/protocol/engineApi";
import { purposes } from "../../../src/core/measure/metrics";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Engine } from "../../../src/engine/engine";
import type { Dialect } from "./loopbackServer";
import { MESSAGES, ServerBench, TINY } from "./serverBench";

const THOUGHT = "Mia has 12.\nSo \\boxed{12} at first.\nWait, 12 - 3 = 9.\n";
const ANSWER = "It is \\boxed{9}";

/** How much of `text` stands at the end of `written`. */
function begun(written: string, text: string): number {
  let size = Math.min(written.length, text.length);
  while (!written.endsWith(text.slice(0, size))) size--;
  return size;
}

/** What a reasoning model would write behind a prompt. */
function written(prompt: string): string {
  const answer = prompt.slice(prompt.lastIndexOf("<think>\n") + "<think>\n".length);
  const whole = `${THOUGHT}</think>\n\n${ANSWER}`;
  if (whole.startsWith(answer)) return whole.slice(answer.length);
  if (/\\boxed\{\d*$/.test(answer)) return "9}".slice(begun(answer, "9}"));
  return ANSWER.slice(begun(answer, ANSWER));
}

describe("a server whose chat template opens thinking", function () {
  this.timeout(60_000);
  const ways: [Dialect, "completions" | "chat"][] = [
    ["llama.cpp", "completions"],
    ["vllm", "completions"],
    ["llama.cpp", "chat"],
  ];
  for (const [dialect, api] of ways) {
    describe(`${dialect}, ${api}`, () => {
      let bench: ServerBench;
      before(async () => {
        bench = await ServerBench.open();
        const server = await bench.start(dialect);
        server.opens = "<think>\n";
        server.script = written;
      });
      after(async () => {
        bench.server.close();
        await bench.model.dispose();
      });

      async function run(strategy: string, options: Record<string, unknown> = {}): Promise<Trace> {
        const events: TraceEvent[] = [];
        const engine = new Engine({
          pocketFolder: path.dirname(TINY),
          notify: (name, params) =>
            void (name === "events" && events.push(...(params as EngineNotifications["events"]).events)),
        });
        const model = { kind: "server", url: bench.server.url, api } as const;
        await engine.run({ id: "s", model, strategy, options, messages: MESSAGES, gold: "9" });
        return fold(events);
      }
      function standing(trace: Trace): string {
        const purpose = purposes(trace);
        return trace.positions.map(({ text }, at) => (purpose[at] === "trial" ? "" : text)).join("");
      }
      /** What the model had read when it wrote last. */
      function lastPrompt(): string {
        const { prompt, messages } = bench.server.requests.at(-1)!.body;
        if (typeof prompt === "string") return prompt;
        const last = messages!.at(-1)!;
        return last.role === "assistant" ? last.content : bench.server.opens;
      }
      function isSound(trace: Trace): void {
        assert.deepEqual([trace.header?.think?.opening, trace.header?.think?.format], ["template", "think"]);
        assert.deepEqual([trace.end?.answer, trace.end?.correct], ["9", true]);
        assert.equal(standing(trace).split("</think>").length, 2);
        const asked = lastPrompt();
        const answer = asked.slice(Math.max(0, asked.lastIndexOf("Then give")));
        assert.equal(answer.split("<think>").length, 2, answer);
      }

      it("thinks from the beginning", async () => {
        const trace = await run("chain-of-thought");
        assert.equal(standing(trace), `${THOUGHT}</think>\n\n${ANSWER}`);
        isSound(trace);
      });

      it("is closed by a budget", async () => {
        const trace = await run("budget", { tokens: 3 });
        assert.equal(standing(trace), `Mia has 12.\n</think>\n\n${ANSWER}`);
        isSound(trace);
      });

      it("tries its answer in thinking, and exits", async () => {
        const trace = await run("deer", { threshold: 0, mustClose: "box" });
        assert.deepEqual([trace.checks.length, trace.exit?.why], [1, "confidence"]);
        assert.equal(standing(trace), `Mia has 12.\nSo \\boxed{12} at first.\n</think>\n\n${ANSWER}`);
        isSound(trace);
      });

      it("answers at once behind an empty block", async () => {
        const trace = await run("no-thinking");
        assert.equal(standing(trace), `\n</think>\n\n${ANSWER}`);
        isSound(trace);
      });
    });
  }
});
