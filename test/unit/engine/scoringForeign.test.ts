import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ruleTable } from "../../../src/core/exits/ruleFigures";
import { scoreOf } from "../../../src/core/exits/rules";
import { fold, type Trace } from "../../../src/core/trace/fold";
import { importTraces } from "../../../src/core/formats/importTraces";
import { measure, purposes } from "../../../src/core/measure/metrics";
import { replay } from "../../../src/core/exits/replay";
import { traceEvent, type TraceEvent } from "../../../src/core/trace/trace";
import { readTrace, serializeEvent } from "../../../src/core/trace/traceFile";
import { Engine } from "../../../src/engine/engine";
import { by, QUESTION, run, score, standing, textOf, TINY, tiny } from "./scoredTraces";

const TRACES = path.resolve("test/fixtures/traces");

before(async function () {
  this.timeout(60_000);
  await tiny();
});

function imported(text: string): TraceEvent[] {
  const { traces, problems } = importTraces({ name: "", text });
  assert.deepEqual(problems, []);
  return traces[0]!;
}

const REASONING = `Mia starts with 12 apples 🍎🍎.

She gives away 3, so 12 − 3 = 9.

Wait, is “brother” one person? Yes – naïve, but fine.

So the answer is 9.`;
const FOREIGN = `<|im_start|>user\n${QUESTION}<|im_end|>\n<|im_start|>assistant\n<think>\n${REASONING}\n</think>\n\nShe has \\boxed{9} apples.`;

describe("scoring foreign traces", function () {
  this.timeout(60_000);

  it("reads text whose tokens are others, with the source's steps around the same words", async () => {
    const events = imported(FOREIGN);
    const original = fold(events);
    const { trace, events: written } = await score(events);
    for (const event of written) traceEvent.parse(event);
    assert.equal(textOf(trace), `<think>\n${REASONING}\n</think>\n\nShe has \\boxed{9} apples.`);
    assert.notEqual(standing(trace).length, original.positions.length);
    assert.ok(standing(trace).every(({ logprob, entropy, id }) => logprob! <= 0 && entropy! >= 0 && id !== undefined));
    const { header, exit, end } = trace;
    const checks = by(trace, "deer");
    assert.deepEqual(header?.scored, {
      run: original.header!.id,
      strategy: "imported",
      model: "unknown",
      source: original.header!.source,
    });
    assert.deepEqual([header?.strategy, header?.model.id, header?.source], ["scored", "tiny", undefined]);
    assert.deepEqual(header?.messages, original.header!.messages);
    // After each of four paragraphs but the last; the place before “Wait” is also one after a paragraph.
    assert.equal(checks.length, 3);
    const purpose = purposes(trace);
    const before = (at: number) =>
      trace.positions
        .slice(0, at)
        .filter((_, index) => purpose[index] !== "trial")
        .map(({ text }) => text)
        .join("");
    assert.deepEqual(
      checks.map(({ at }) => before(at).replace("<think>\n", "")),
      ["She gives", "Wait", "So the"].map((next) => REASONING.slice(0, REASONING.indexOf(next))),
    );
    assert.deepEqual([exit?.why, end?.answer], ["end-of-thinking", "9"]);
    assert.ok(before(exit!.at).endsWith("So the answer is 9."));
    const steps = trace.spans.filter(({ kind }) => kind === "step").map(({ from, to }) => spanWithoutTrials(from, to));
    assert.deepEqual(
      steps.map((step) => step.trim()),
      REASONING.split("\n\n"),
    );
    const answer = trace.spans.find(({ kind }) => kind === "answer")!;
    assert.equal(spanWithoutTrials(answer.from, answer.to), "She has \\boxed{9} apples.");
    const { tokens, tokensPerSecond } = measure(trace);
    assert.equal(tokens.total, trace.positions.length);
    assert.ok(tokens.prompt > 0 && tokens.trial > 0 && tokensPerSecond > 0);

    function spanWithoutTrials(from: number, to: number): string {
      const inside = trace.positions.slice(from, to).filter((_, index) => purpose[from + index] !== "trial");
      return inside.map(({ text }) => text).join("");
    }
  });

  it("can be replayed at any threshold", async () => {
    const { trace } = await score(imported(FOREIGN));
    const [first] = by(trace, "deer");
    const stopped = replay(trace, { by: "deer", threshold: scoreOf(first!)!.value / 2 });
    assert.deepEqual([stopped.outcome, stopped.at], ["check", first!.at]);
    assert.ok(stopped.saved.tokens > 0);
    assert.equal(replay(trace, { by: "deer", threshold: 1 }).outcome, "end");
  });

  it("records at each place what every exit rule reads there, so that all of them can be asked again", async () => {
    const gold = imported(FOREIGN).map((event) => (event.t === "run" ? { ...event, gold: "9" } : event));
    const { trace } = await score(gold);
    const { rules, questions } = ruleTable([trace]);
    assert.equal(questions, 1);
    const asked = rules.filter(({ rule }) => rule !== "probe");
    assert.equal(asked.length, 6);
    for (const { rule, lacks, points } of asked) {
      assert.deepEqual(lacks, [], rule);
      assert.ok(points.length > 5, rule);
      assert.deepEqual(
        by(trace, rule).map(({ at }) => at),
        by(trace, "deer").map(({ at }) => at),
        rule,
      );
    }
    assert.deepEqual(rules.find(({ rule }) => rule === "probe")!.lacks, ["probability"]);
  });

  it("a real trace of DeepSeek-R1: as far as the context reaches, and says how far", async () => {
    const text = await readFile(path.join(TRACES, "math500_deepseek_r1.jsonl"), "utf8");
    const { traces } = importTraces({ name: "math500_deepseek_r1.jsonl", text });
    const byLength = traces.toSorted((a, b) => textOf(fold(a)).length - textOf(fold(b)).length);
    for (const events of [byLength[0]!, byLength.at(-1)!]) {
      const original = fold(events);
      const whole = `<think>\n${textOf({ ...original, positions: thinkingOf(original) })}`;
      const { trace } = await score(events, { at: ["line"], maxChecks: 5 });
      assert.ok(whole.startsWith(textOf(trace).slice(0, whole.length)), "the text is the source's");
      const tried = by(trace, "deer");
      assert.ok(tried.length > 0 && tried.length <= 5);
      assert.ok(measure(trace).context.peak <= (await tiny()).facts.contextLength);
      const cut = trace.notes.filter(({ message }) =>
        /^The context of tiny, 512 tokens, holds the first/.test(message),
      );
      const isWhole = textOf(trace).endsWith(textOf(original).slice(-20));
      assert.equal(cut.length, isWhole ? 0 : 1, textOf(trace));
      assert.ok(trace.end);
    }
    const { trace } = await score(byLength.at(-1)!);
    assert.equal(trace.exit?.why, "truncated");
    assert.match(trace.exit!.message!, /holds the first \d+ % of the trace; the rest was not scored\.$/);
    assert.equal(trace.header?.scored?.model, "deepseek-reasoner");

    function thinkingOf(of: Trace): Trace["positions"] {
      const purpose = purposes(of);
      return of.positions.filter((_, at) => purpose[at] === "thinking");
    }
  });

  it("text without a prompt is read all the same, with a note", async () => {
    const { trace } = await score(imported("<think>\nFirst 3, then 4.\n\nThat makes 7.\n</think>\n\n\\boxed{7}"));
    assert.ok(trace.notes.some(({ level, message }) => level === "warning" && message.includes("no prompt")));
    assert.equal(by(trace, "deer").length, 1);
  });

  it("a cancel acts within one chunk and leaves a trace that can be read", async () => {
    const controller = new AbortController();
    const text = `<think>\n${"Some words that lead nowhere. ".repeat(40)}\n</think>\n\n\\boxed{7}`;
    let seen = 0;
    const { events, trace } = await score(imported(text), {}, controller.signal, (batch) => {
      seen += batch.filter(({ t }) => t === "tokens").length;
      if (seen > 0) controller.abort();
    });
    const reading = readTrace(events.map((event) => `${serializeEvent(event)}\n`).join(""));
    assert.deepEqual(reading.problems, []);
    assert.equal(reading.events.length, events.length);
    assert.equal(trace.exit?.why, "cancelled");
    assert.ok(trace.end);
    assert.ok(trace.positions.length > 0 && trace.positions.length <= 64);
    assert.ok(
      trace.spans.some(({ kind }) => kind === "thinking"),
      "what was read is still thinking",
    );
  });

  it("says what cannot be scored", async () => {
    const scored = await score(imported(FOREIGN));
    const message = { role: "assistant", content: "She has 9 apples." };
    const completion = { object: "chat.completion", model: "other", choices: [{ index: 0, message }] };
    const cases: [TraceEvent[], string][] = [
      [imported(JSON.stringify(completion)), "score-no-thinking"],
      [await run("no-thinking"), "score-no-thinking"],
      [scored.events, "score-again"],
      [scored.events.slice(1), "score-no-header"],
    ];
    for (const [events, code] of cases) {
      await assert.rejects(score(events), (error: { code: string; message: string; action: string }) => {
        assert.equal(error.code, code);
        for (const sentence of [error.message, error.action]) assert.match(sentence, /^[A-Z][^\n]{5,}\.$/);
        return true;
      });
    }
  });
});

describe("the engine's score", () => {
  it("streams the new trace under its id, and refuses a server", async () => {
    const events: TraceEvent[] = [];
    const engine = new Engine({
      pocketFolder: path.dirname(TINY),
      threads: 1,
      notify: (name, params) => {
        if (name === "events" && (params as { run: string }).run === "new")
          events.push(...(params as { events: TraceEvent[] }).events);
      },
    });
    try {
      const request = { id: "new", events: imported(FOREIGN) };
      const result = await engine.score({ ...request, model: { kind: "pocket", member: "tiny" } });
      assert.deepEqual(result, { id: "new", answer: "9", correct: undefined });
      assert.equal(events[0]?.t, "run");
      assert.equal(events.at(-1)?.t, "end");
      const server = engine.score({ ...request, model: { kind: "server", url: "http://127.0.0.1:9/v1" } });
      await assert.rejects(server, { code: "score-needs-local-model", action: "Choose a local model." });
    } finally {
      await engine.unloadModels({});
    }
  }).timeout(60_000);
});
