/** A run that is paused, goes on, or is stopped to answer, while a model writes. */
import assert from "node:assert/strict";
import path from "node:path";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { EngineNotifications, RunRequest } from "../../../src/core/protocol/engineApi";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { Engine } from "../../../src/engine/engine";
import { ServerBench } from "./serverBench";

const QUESTION =
  "Stella has 47 books. On Tuesday she picks up 17 books. On Wednesday Stella loses 13 books. How many books does Stella have after Wednesday?";

/** An engine that calls `on` with each batch of events of its runs. */
function engineWith(on: (events: readonly TraceEvent[]) => void): Engine {
  return new Engine({
    pocketFolder: path.resolve("models/pocket"),
    threads: 1,
    notify: (name, params) => void (name === "events" && on((params as EngineNotifications["events"]).events)),
  });
}

interface Steered {
  trace: Trace;
  /** Positions when the run was paused, and after it had been for a while. */
  held: [number, number];
}

/** Runs, and does `then` once there are so many positions. */
async function run(
  then: (engine: Engine, count: () => number) => Promise<void>,
  request: Partial<RunRequest> = {},
  after = 12,
): Promise<Trace> {
  const events: TraceEvent[] = [];
  let written = 0;
  const count = () => written;
  let steering: Promise<void> | undefined;
  const engine = engineWith((batch) => {
    events.push(...batch);
    for (const event of batch) if (event.t === "tokens") written += event.text.length;
    if (written >= after) steering ??= then(engine, count);
  });
  await engine.run({
    ...{ id: "run", model: { kind: "pocket" }, strategy: "chain-of-thought", gold: "51" },
    messages: [{ role: "user", content: QUESTION }],
    ...request,
  });
  await steering;
  return fold(events);
}

const idle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function pausedRun(request: Partial<RunRequest> = {}): Promise<Steered> {
  let held: Steered["held"] = [0, 0];
  const trace = await run(async (engine, count) => {
    engine.steer({ run: "run", to: "pause" });
    await idle(150);
    const before = count();
    await idle(300);
    held = [before, count()];
    engine.steer({ run: "run", to: "resume" });
  }, request);
  return { trace, held };
}

describe("a run that is steered", function () {
  this.timeout(60_000);

  it("writes nothing while it is paused, and then what it would have written", async () => {
    const { trace, held } = await pausedRun();
    const plain = await run(async () => {});
    assert.equal(held[0], held[1]);
    assert.ok(held[0] < plain.positions.length);
    assert.deepEqual(
      trace.positions.map(({ id }) => id),
      plain.positions.map(({ id }) => id),
    );
    const { total, decode, prefill } = trace.end!.ms as Record<string, number>;
    assert.ok(total! < decode! + prefill! + 450, "the pause is no part of its time");
  });

  for (const strategy of ["chain-of-thought", "deer", "budget", "inftythink"])
    it(`stops thinking and answers: ${strategy}`, async () => {
      const trace = await run(
        async (engine) => void engine.steer({ run: "run", to: "answer" }),
        strategy === "deer" ? { strategy, options: { maxChecks: 0 } } : { strategy },
      );
      assert.equal(trace.exit!.why, "stopped");
      assert.equal(trace.end!.answer !== undefined, true);
      const after = trace.positions.slice(trace.exit!.at);
      assert.equal(after[0]!.kind, "forced", "thinking is closed for the model");
      assert.ok(trace.exit!.at < 60);
    });

  it("answers though it was paused", async () => {
    const trace = await run(async (engine) => {
      engine.steer({ run: "run", to: "pause" });
      await idle(100);
      engine.steer({ run: "run", to: "answer" });
    });
    assert.equal(trace.exit!.why, "stopped");
  });

  it("goes on to its end where thinking was over already", async () => {
    const trace = await run(
      async (engine) => void engine.steer({ run: "run", to: "answer" }),
      {
        strategy: "no-thinking",
      },
      6,
    );
    assert.notEqual(trace.exit!.why, "stopped");
  });

  it("can be cancelled while it is paused", async () => {
    const events: TraceEvent[] = [];
    const controller = new AbortController();
    const engine = engineWith((batch) => {
      events.push(...batch);
      if (fold(events).positions.length < 12) return;
      engine.steer({ run: "run", to: "pause" });
      setTimeout(() => controller.abort(), 100);
    });
    await engine.run(
      {
        id: "run",
        model: { kind: "pocket" },
        strategy: "chain-of-thought",
        messages: [{ role: "user", content: QUESTION }],
      },
      { signal: controller.signal },
    );
    assert.equal(fold(events).exit!.why, "cancelled");
  });

  it("that is none is said to be none", () => {
    assert.deepEqual(engineWith(() => undefined).steer({ run: "gone", to: "pause" }), { running: false });
  });
});

describe("a run on a server that is steered", function () {
  this.timeout(60_000);
  let bench: ServerBench;
  before(async () => {
    bench = await ServerBench.open();
  });
  after(() => bench.model.dispose());
  beforeEach(() => bench.reset());
  afterEach(() => bench.server.close());

  it("ends its request while it is paused, and asks the server anew", async () => {
    const server = await bench.start("llama.cpp");
    const model = { kind: "server", url: server.url } as const;
    const options = { maxTokens: 60 };
    const { trace, held } = await pausedRun({ model, options });
    const plain = await run(async () => {}, { model, options });
    assert.equal(held[0], held[1]);
    assert.equal(trace.positions.map(({ text }) => text).join(""), plain.positions.map(({ text }) => text).join(""));
  });

  it("is not made to answer where the server cannot go on from a beginning", async () => {
    const server = await bench.start("openai");
    const model = { kind: "server", url: server.url, api: "chat" } as const;
    let refusal: unknown;
    await run(
      async (engine) => {
        try {
          engine.steer({ run: "run", to: "answer" });
        } catch (error) {
          refusal = error;
        }
      },
      { model, options: { maxTokens: 24 } },
      2,
    );
    assert.match(String(refusal), /cannot be made to answer where it stands/);
  });
});
