import assert from "node:assert/strict";
import { once } from "node:events";
import path from "node:path";
import type { EngineApi } from "../../../src/core/protocol/engineApi";
import { EngineProcess, type EngineLimits } from "../../../src/editor/host/engineProcess";
import { inEnglish } from "../../../src/core/text/l10n";

const ENGINES = path.join(import.meta.dirname, "..", "..", "fixtures", "engines");
/** The fixtures answer every method with its parameters. */
const REQUEST = { id: "run-1" } as unknown as Parameters<EngineApi["run"]>[0];

describe("engine process", () => {
  const started: EngineProcess[] = [];
  const engineOf = (name: string, limits: Partial<EngineLimits> = {}) => {
    const engine = new EngineProcess(path.join(ENGINES, `${name}.cjs`), { grace: 200, ...limits });
    started.push(engine);
    return engine;
  };
  afterEach(() => {
    for (const engine of started.splice(0)) engine.dispose();
  });

  it("starts no child before the first call", async () => {
    const engine = engineOf("answers");
    assert.equal(engine.pid, undefined);
    assert.equal(engine.state, "stopped");
    assert.deepEqual(await engine.call("run", REQUEST), REQUEST);
    assert.equal(engine.state, "ready");
    assert.ok(engine.pid);
  });

  it("tells each of two calls at once its own progress", async () => {
    const engine = engineOf("answers");
    const told: string[][] = [[], []];
    const call = (index: number) =>
      engine.call("run", { ...REQUEST, tells: [`${index} begins`, `${index} ends`] } as typeof REQUEST, {
        progress: (message, fraction) => told[index]!.push(`${inEnglish(message)} ${fraction}`),
      });
    await Promise.all([call(0), call(1), engine.call("run", REQUEST)]);
    assert.deepEqual(told, [
      ["0 begins 0.5", "0 ends 0.5"],
      ["1 begins 0.5", "1 ends 0.5"],
    ]);
  });

  it("fails the call of a child that dies, after reading what it had sent", async () => {
    const engine = engineOf("dies");
    const events: unknown[] = [];
    const log: string[] = [];
    engine.on("events", (batch) => events.push(batch));
    engine.on("log", ({ message }) => log.push(message));
    await assert.rejects(engine.call("run", REQUEST), {
      code: "engine-died",
      message: "The engine was killed (SIGKILL).",
    });
    assert.equal(events.length, 1);
    assert.ok(log.includes("about to die"), log.join());
  });

  it("replaces a dead child once, and reports the second death", async () => {
    const engine = engineOf("dies");
    const failed = once(engine, "failed");
    await assert.rejects(engine.call("run", REQUEST), { code: "engine-died" });
    const second = engine.pid;
    assert.ok(second, "a new child waits");
    await assert.rejects(engine.call("run", REQUEST), { code: "engine-died" });
    const [why] = (await failed) as [{ action: string }];
    assert.equal(why.action, "Restart it to go on.");
    assert.equal(engine.state, "failed");
    assert.equal(engine.pid, undefined);
  });

  it("starts again when a person asks after the second death", async () => {
    const engine = engineOf("dies");
    for (let death = 0; death < 2; death++) await assert.rejects(engine.call("run", REQUEST), { code: "engine-died" });
    await engine.restart();
    assert.equal(engine.state, "ready");
  });

  it("kills a child whose heartbeat stops", async () => {
    const engine = engineOf("hangs", { heartbeat: 300 });
    await engine.hello();
    const { pid } = engine;
    await assert.rejects(engine.call("run", REQUEST), { code: "engine-hung" });
    await once(engine, "state");
    assert.notEqual(engine.pid, pid);
  });

  it("cancels softly where the child obeys", async () => {
    const engine = engineOf("answers");
    await engine.hello();
    const { pid } = engine;
    const controller = new AbortController();
    const call = engine.call("run", { ...REQUEST, waits: true } as typeof REQUEST, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(call, { code: "cancelled" });
    assert.equal(engine.pid, pid);
  });

  it("kills a child that does not obey a cancel, and takes a new one for the next call", async () => {
    const engine = engineOf("deaf");
    await engine.hello();
    const { pid } = engine;
    const controller = new AbortController();
    const call = engine.call("run", REQUEST, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(call, { code: "cancelled" });
    assert.equal(engine.pid, undefined);
    assert.notEqual((await engine.hello()).pid, pid);
  });

  it("gives up on a child that never says hello", async () => {
    const engine = engineOf("silent", { start: 400 });
    await assert.rejects(engine.hello(), { code: "engine-start" });
  });

  it("says so when the bundle is missing", async () => {
    const engine = engineOf("no-such-engine");
    await assert.rejects(engine.hello(), { code: "engine-died" });
  });

  it("ends its child when it is disposed of", async () => {
    const engine = engineOf("answers");
    const { pid } = await engine.hello();
    engine.dispose();
    await assert.rejects(async () => engine.hello(), { code: "engine-stopped" });
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    for (let wait = 0; wait < 100 && isAlive(); wait++) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(isAlive(), false);
  });
});
