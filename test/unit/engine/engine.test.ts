import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { EngineNotifications, ModelReference, RunRequest } from "../../../src/core/protocol/engineApi";
import type { EventOf, TraceEvent } from "../../../src/core/trace/trace";
import { Engine } from "../../../src/engine/engine";
import { inEnglish, type Sentence } from "../../../src/core/text/l10n";

const MODELS = path.resolve("test/fixtures/models");
const TINY: ModelReference = { kind: "folder", path: path.join(MODELS, "tiny") };

describe("engine", () => {
  let cacheFolder: string;
  let engine: Engine;
  let notified: { [N in keyof EngineNotifications]: EngineNotifications[N][] };
  beforeEach(async () => {
    cacheFolder = await mkdtemp(path.join(os.tmpdir(), "thoughtlens-engine-"));
    notified = { events: [], heartbeat: [], log: [], busy: [] };
    engine = new Engine({
      pocketFolder: MODELS,
      cacheFolder,
      threads: 1,
      notify: (name, params) => void (notified[name] as object[]).push(params),
    });
  });
  afterEach(async () => {
    await engine.unloadModels({});
    await rm(cacheFolder, { recursive: true });
  });

  const request = (id: string, extra: Partial<RunRequest> = {}): RunRequest => ({
    id,
    model: TINY,
    strategy: "chain-of-thought",
    options: { maxTokens: 24 },
    messages: [{ role: "user", content: "How many apples?" }],
    ...extra,
  });
  const eventsOf = (id: string): TraceEvent[] =>
    notified.events.filter((batch) => batch.run === id).flatMap((batch) => batch.events);

  it("says hello with its strategies", () => {
    const { version, strategies, pid } = engine.hello({});
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.equal(pid, process.pid);
    assert.ok(strategies.some(({ id }) => id === "deer"));
  });

  it("loads a model once and tells what it is and can do", async () => {
    const told: string[] = [];
    const progress = (message: Sentence) => void told.push(inEnglish(message));
    const info = await engine.loadModel({ model: { kind: "pocket", member: "tiny" } }, { progress });
    assert.equal(info.id, "pocket:tiny");
    assert.equal(info.contextLength, 512);
    assert.ok(info.strategies.find(({ id }) => id === "chain-of-thought")?.runs);
    assert.match(inEnglish(info.strategies.find(({ id }) => id === "coconut")!.reason!), /not trained/);
    assert.deepEqual(told, ["Loading pocket:tiny"]);
    await engine.loadModel({ model: { kind: "pocket", member: "tiny" } }, { progress });
    assert.deepEqual(told, ["Loading pocket:tiny"], "it is there already");
  });

  it("runs a strategy and streams its trace from header to end", async () => {
    await engine.run(request("one"));
    const events = eventsOf("one");
    const header = events[0] as EventOf<"run">;
    assert.equal(header.t, "run");
    assert.deepEqual([header.model.id, header.model.dtype, header.model.threads], ["pocket:tiny", "fp32", 1]);
    assert.match(header.model.sha256!, /^[0-9a-f]{64}$/);
    assert.equal(events.at(-1)!.t, "end");
    const written = events.filter((event) => event.t === "tokens").reduce((sum, event) => sum + event.text.length, 0);
    assert.ok(written > 0 && written <= 24 + 8);
  });

  it("gives the same trace for the same request, whatever ran before", async () => {
    const content = "How many apples? ".repeat(20);
    const long = { messages: [{ role: "user" as const, content }] };
    for (const id of ["first", "other", "second"]) {
      await engine.run(
        request(id, id === "other" ? {} : { ...long, options: { maxTokens: 24, temperature: 1 }, seed: 5 }),
      );
    }
    const ids = (id: string) => eventsOf(id).flatMap((event) => (event.t === "tokens" ? (event.ids ?? []) : []));
    assert.ok(ids("first").length > 10);
    assert.deepEqual(ids("second"), ids("first"));
    const prefills = ["first", "second"].map((id) => eventsOf(id).find((event) => event.t === "prefill")!);
    assert.equal(prefills[0]!.reused, 0);
    assert.ok(prefills[1]!.reused >= 64, "the second run took over the rows of the first");
  });

  it("runs one thing at a time, in order", async () => {
    const order: string[] = [];
    await Promise.all(["a", "b", "c"].map((id) => engine.run(request(id)).then(() => order.push(id))));
    assert.deepEqual(order, ["a", "b", "c"]);
    const starts = notified.events.map(({ run }) => run);
    assert.deepEqual(starts, starts.toSorted(), "no run begins before the one before it has ended");
  });

  it("ends a cancelled run's trace with its reason, and drops one that has not begun", async () => {
    const controller = new AbortController();
    const long = request("long", { options: { maxTokens: 400 } });
    const running = engine.run(long, { signal: controller.signal });
    const waiting = engine.run(request("waiting"), { signal: controller.signal });
    while (!notified.events.some(({ events }) => events.some(({ t }) => t === "tokens"))) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    controller.abort();
    await running;
    const exit = eventsOf("long").find((event) => event.t === "exit")!;
    assert.equal(exit.why, "cancelled");
    assert.equal(eventsOf("long").at(-1)!.t, "end");
    await assert.rejects(waiting, { code: "cancelled" });
    assert.deepEqual(eventsOf("waiting"), []);
  });

  it("goes on after a run that failed", async () => {
    await assert.rejects(engine.run(request("bad", { strategy: "no-such" })), { code: "strategy-unknown" });
    await assert.rejects(engine.run(request("gone", { model: { kind: "folder", path: "/no/such/folder" } })), {
      code: "model-folder-missing",
    });
    const endless = "word ".repeat(2000);
    await assert.rejects(engine.run(request("full", { messages: [{ role: "user", content: endless }] })), {
      code: "context-full",
    });
    assert.equal(eventsOf("full").at(-1)!.t, "end");
    await engine.run(request("good"));
    assert.equal(eventsOf("good").at(-1)!.t, "end");
  });
});
