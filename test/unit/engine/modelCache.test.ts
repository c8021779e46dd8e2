import assert from "node:assert/strict";
import { ModelCache } from "../../../src/engine/models/modelCache";

describe("models that are open", () => {
  let closed: string[];
  let cache: ModelCache<{ name: string; bytes: number; dispose(): Promise<void> }>;
  beforeEach(() => {
    closed = [];
    cache = new ModelCache(100);
  });
  const get = (name: string, bytes: number) =>
    cache.get(name, async () => ({ name, bytes, dispose: async () => void closed.push(name) }));

  it("are opened once", async () => {
    assert.equal(await get("a", 10), await get("a", 10));
  });

  it("are given up, the least recently used first, when they take too much", async () => {
    await get("a", 40);
    await get("b", 40);
    await get("a", 40);
    await get("c", 40);
    assert.deepEqual(closed, ["b"]);
  });

  it("are kept whatever they take where there is no other", async () => {
    await get("a", 40);
    await get("huge", 400);
    assert.deepEqual(closed, ["a"]);
  });

  it("leave what takes nothing here alone, and are not given up for it", async () => {
    await get("server", 0);
    await get("huge", 400);
    await get("another server", 0);
    assert.deepEqual(closed, []);
  });

  it("are closed by kind, and opened anew after that", async () => {
    await get("server", 0);
    const model = await get("a", 40);
    await cache.close(({ bytes }) => bytes === 0);
    assert.deepEqual(closed, ["server"]);
    assert.equal(await get("a", 40), model);
    await cache.close();
    assert.deepEqual(closed, ["server", "a"]);
    assert.notEqual(await get("a", 40), model);
  });

  it("are as they were where one does not open", async () => {
    await get("a", 40);
    const broken = cache.get("broken", () => Promise.reject(new Error("It is gone.")));
    await assert.rejects(broken, /It is gone/);
    await get("a", 40);
    assert.deepEqual(closed, []);
  });
});
