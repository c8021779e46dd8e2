import assert from "node:assert/strict";
import {
  ActionableError,
  RpcPeer,
  toErrorShape,
  type CallContext,
  type RpcMessage,
} from "../../../src/core/protocol/rpc";
import { inEnglish, l10n } from "../../../src/core/text/l10n";

interface Sums {
  add(params: { a: number; b: number }): number;
  slow(params: object): Promise<string>;
  fail(params: { how: string }): never;
}
interface News {
  news: { text: string };
}

/** Two connected peers. Messages are cloned, as between processes, and arrive in a later turn. */
function connected(ours: Partial<Record<keyof Sums, (params: never, context: CallContext) => unknown>> = {}) {
  const sent: RpcMessage[] = [];
  const client: RpcPeer<Sums, object, News> = new RpcPeer({ send: (message) => deliver(() => server, message) });
  const server: RpcPeer<object, News> = new RpcPeer({ send: (message) => deliver(() => client, message) }, {
    add: ({ a, b }: { a: number; b: number }) => a + b,
    ...ours,
  } as never);
  function deliver(to: () => { receive(message: RpcMessage): void }, message: RpcMessage) {
    sent.push(message);
    queueMicrotask(() => to().receive(structuredClone(message)));
  }
  return { client, server, sent };
}

const untilAborted = (_params: never, { signal }: { signal: AbortSignal }) =>
  new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(new ActionableError("cancelled", "Stopped."))),
  );

describe("RpcPeer", () => {
  it("calls, several at a time", async () => {
    const { client } = connected();
    const sums = await Promise.all([1, 2, 3].map((a) => client.remote.add({ a, b: 10 })));
    assert.deepEqual(sums, [11, 12, 13]);
  });

  it("carries an error with its code and its action", async () => {
    const { client } = connected({
      fail: () => {
        throw new ActionableError("model-missing", "No model.", "Choose one.");
      },
    });
    await assert.rejects(client.remote.fail({ how: "" }), {
      code: "model-missing",
      message: "No model.",
      action: "Choose one.",
    });
  });

  it("calls anything else that is thrown internal", () => {
    assert.deepEqual(toErrorShape(new TypeError("x is not y")), {
      message: "x is not y",
      code: "internal",
      action: undefined,
    });
    assert.deepEqual(toErrorShape("text"), { message: "text", code: "internal", action: undefined });
    assert.equal(toErrorShape(new DOMException("stop", "AbortError")).code, "cancelled");
  });

  it("refuses methods that are not served, those of every object included", async () => {
    const { client } = connected();
    await assert.rejects(client.remote.slow({}), { code: "unknown-method" });
    const remote = client.remote as unknown as Record<string, (params: object) => Promise<unknown>>;
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      await assert.rejects(remote[name]!({}), { code: "unknown-method" });
    }
  });

  it("is no promise by itself", async () => {
    const { client } = connected();
    assert.equal(await client.remote, client.remote);
  });

  it("tells each call its own progress, and nothing once it has ended", async () => {
    const ends: (() => void)[] = [];
    let late: CallContext["progress"] | undefined;
    const { client } = connected({
      slow: async (_params, { progress }) => {
        const name = ends.length === 0 ? "first" : "second";
        progress(l10n.later`${name} begins`);
        await new Promise<void>((resolve) => ends.push(resolve));
        progress(l10n.later`${name} ends`, 1);
        late ??= progress;
        return name;
      },
    });
    const told: Record<string, [string, number | undefined][]> = { first: [], second: [] };
    const call = (name: string) =>
      client.remote.slow({}, { progress: (message, fraction) => told[name]!.push([inEnglish(message), fraction]) });
    const calls = [call("first"), call("second")];
    while (ends.length < 2) await Promise.resolve();
    ends[1]!();
    assert.equal(await calls[1], "second");
    ends[0]!();
    assert.equal(await calls[0], "first");
    late!(l10n.later`too late`);
    await client.remote.add({ a: 1, b: 1 });
    assert.deepEqual(told, {
      first: [
        ["first begins", undefined],
        ["first ends", 1],
      ],
      second: [
        ["second begins", undefined],
        ["second ends", 1],
      ],
    });
  });

  it("cancels a call that runs, and does not begin one that was cancelled", async () => {
    const { client, sent } = connected({ slow: untilAborted });
    const controller = new AbortController();
    const call = client.remote.slow({}, { signal: controller.signal });
    controller.abort();
    await assert.rejects(call, { code: "cancelled", message: "Stopped." });
    const before = sent.length;
    await assert.rejects(client.remote.slow({}, { signal: controller.signal }), { code: "cancelled" });
    assert.equal(sent.length, before);
  });

  it("sends no cancel for a call that is over", async () => {
    const { client, sent } = connected();
    const controller = new AbortController();
    await client.remote.add({ a: 1, b: 1 }, { signal: controller.signal });
    controller.abort();
    assert.ok(!sent.some(({ kind }) => kind === "cancel"));
  });

  it("tells every listener until it stops listening", async () => {
    const { client, server } = connected();
    const heard: string[] = [];
    const stop = client.on("news", ({ text }) => heard.push(`a ${text}`));
    client.on("news", ({ text }) => heard.push(`b ${text}`));
    server.notify("news", { text: "1" });
    await Promise.resolve();
    stop();
    server.notify("news", { text: "2" });
    await Promise.resolve();
    assert.deepEqual(heard, ["a 1", "b 1", "b 2"]);
  });

  it("fails what waits and what comes after when the connection closes, and stops what is served", async () => {
    let aborted = false;
    const { client, server, sent } = connected({
      slow: (_params: never, { signal }) => {
        signal.addEventListener("abort", () => (aborted = true));
        return new Promise(() => undefined);
      },
    });
    const waiting = client.remote.slow({});
    await Promise.resolve();
    const why = { code: "engine-stopped", message: "The engine stopped.", action: "Restart it." };
    client.close(why);
    server.close(why);
    await assert.rejects(waiting, why);
    await assert.rejects(client.remote.add({ a: 1, b: 1 }), why);
    assert.ok(aborted);
    const before = sent.length;
    server.notify("news", { text: "late" });
    assert.equal(sent.length, before);
  });

  it("ignores answers that nobody waits for and messages of kinds it does not know", () => {
    const { client } = connected();
    client.receive({ kind: "result", id: 99, value: 1 });
    client.receive({ kind: "failure", id: 99, error: { message: "", code: "", action: undefined } });
    client.receive({ kind: "cancel", id: 99 });
    client.receive({ kind: "notify", name: "unheard", params: {} });
    client.receive({ kind: "later-version" } as never);
  });
});
