/** The cache of a sequence by itself: what is kept to go back by, how much of it, and what windows forget. */
import assert from "node:assert/strict";
import { Tensor } from "onnxruntime-node";
import { FedTokens } from "../../../src/engine/backends/onnx/fedTokens";
import { KvCache } from "../../../src/engine/backends/onnx/kvCache";
import { ModelCache, type CacheLimits } from "../../../src/engine/backends/onnx/modelCache";
import type { CachePart, RowPart, WholePart } from "../../../src/engine/backends/onnx/patch/patchedGraph";
import { PrefixMemory } from "../../../src/engine/backends/onnx/prefixMemory";

const rows: RowPart = {
  ...{ kind: "rows", layer: 0, part: "key", past: "past", present: "present", output: "new", slot: 0, rows: "new" },
  ...{ heads: 2, headSize: 1, reach: undefined, bounded: false },
};
const window: RowPart = { ...rows, kind: "window", past: "window", output: "new_window", reach: 3 };
const state: WholePart = { kind: "state", dims: [1, 4], past: "past.0.ssm", present: "present.0.ssm", output: "state" };
/** Of one snapshot. */
const STATE_BYTES = 16;

/** What a step of one token puts out: each head's row and the whole state say which token it was. */
const outputsOf = (token: number): Record<string, Tensor> => ({
  new: new Tensor("float32", Float32Array.of(token, -token), [1, 2, 1, 1]),
  new_window: new Tensor("float32", Float32Array.of(token, -token), [1, 2, 1, 1]),
  state: new Tensor("float32", new Float32Array(4).fill(token), [1, 4]),
});

function grow(cache: ModelCache | KvCache, count: number, from = cache.rows): void {
  for (let index = 0; index < count; index++) cache.append(outputsOf(from + index), 1);
}

/** Rows of the first head of `past` as they would be fed, without padding. */
function fedRows(cache: ModelCache | KvCache, past: string, live: number): number[] {
  const feeds: Record<string, Tensor> = {};
  cache.addTo(feeds);
  return [...(feeds[past]!.data as Float32Array).slice(0, live)];
}

function fedState(cache: ModelCache): number {
  const feeds: Record<string, Tensor> = {};
  cache.addTo(feeds);
  return (feeds["past.0.ssm"]!.data as Float32Array)[0]!;
}

const cacheOf = (parts: CachePart[], limits: CacheLimits = {}): ModelCache => new ModelCache(parts, Infinity, limits);

describe("a cache with states", () => {
  it("begins with zeros, and goes on with what a step put out", () => {
    const cache = cacheOf([rows, state]);
    assert.equal(fedState(cache), 0);
    grow(cache, 5);
    assert.equal(fedState(cache), 4);
  });

  it("goes back to a place exactly where a snapshot was taken there", () => {
    const cache = cacheOf([rows, state]);
    grow(cache, 5);
    cache.snapshot(true);
    grow(cache, 5);
    assert.equal(cache.reachable(5), 5);
    cache.truncate(5);
    assert.deepEqual([cache.rows, fedState(cache)], [5, 4]);
    assert.deepEqual(fedRows(cache, "past", 5), [0, 1, 2, 3, 4]);
  });

  const places: [snapshots: number[], wanted: number, reached: number][] = [
    [[], 7, 0],
    [[3], 7, 3],
    [[3, 6], 7, 6],
    [[3, 8], 7, 3],
    [[3, 8], 12, 10],
    [[3], 2, 0],
  ];
  for (const [snapshots, wanted, reached] of places)
    it(`of 10 tokens with snapshots after ${snapshots.join(" and ") || "none"} goes back to ${reached} for ${wanted}`, () => {
      const cache = cacheOf([rows, state]);
      for (let token = 0; token < 10; token++) {
        if (snapshots.includes(token)) cache.snapshot(true);
        grow(cache, 1);
      }
      assert.equal(cache.reachable(wanted), reached);
      cache.truncate(wanted);
      assert.deepEqual([cache.rows, fedState(cache)], [reached, reached === 0 ? 0 : reached - 1]);
    });

  it("counts the bytes of snapshots, and gives up those of no mark first, then the oldest", () => {
    const cache = cacheOf([rows, state], { snapshotBytes: 3 * STATE_BYTES });
    for (const forMark of [true, false, true]) {
      grow(cache, 2);
      cache.snapshot(forMark);
    }
    assert.equal(cache.snapshotBytes, 3 * STATE_BYTES);
    const reachable = (): number[] => [2, 4, 6, 8, 10].map((at) => cache.reachable(at));
    grow(cache, 2);
    cache.snapshot(true);
    assert.equal(cache.snapshotBytes, 3 * STATE_BYTES);
    grow(cache, 2);
    assert.deepEqual(reachable(), [2, 2, 6, 8, 10], "that of no mark, after 4 tokens, went");
    cache.snapshot(true);
    grow(cache, 1);
    assert.deepEqual(reachable(), [0, 0, 6, 8, 10], "the oldest, after 2, went");
  });

  it("drops a snapshot with the last of its marks", () => {
    const cache = cacheOf([rows, state]);
    grow(cache, 2);
    cache.snapshot(true);
    cache.snapshot(true);
    cache.release(2);
    assert.equal(cache.snapshotBytes, STATE_BYTES);
    cache.release(2);
    cache.release(2);
    assert.equal(cache.snapshotBytes, 0);
  });

  it("drops the snapshots of a future that was taken back", () => {
    const cache = cacheOf([rows, state]);
    for (let index = 0; index < 4; index++) {
      grow(cache, 1);
      cache.snapshot(true);
    }
    cache.truncate(2);
    assert.equal(cache.snapshotBytes, 2 * STATE_BYTES);
    grow(cache, 2, 50);
    assert.equal(cache.reachable(3), 2);
  });

  it("forks: neither sees what the other goes on with", () => {
    const cache = cacheOf([rows, state]);
    grow(cache, 3);
    cache.snapshot(true);
    grow(cache, 1);
    const early = cache.fork(3);
    const late = cache.fork();
    grow(early, 1, 70);
    grow(late, 1, 80);
    assert.deepEqual([fedState(cache), fedState(early), fedState(late)], [3, 70, 80]);
    assert.deepEqual(fedRows(early, "past", 4), [0, 1, 2, 70]);
    assert.deepEqual(fedRows(cache, "past", 4), [0, 1, 2, 3]);
  });

  it("takes no snapshots where all parts are rows", () => {
    const cache = cacheOf([rows]);
    grow(cache, 3);
    cache.snapshot(true);
    assert.deepEqual([cache.snapshotBytes, cache.reachable(2), cache.reachable(9)], [0, 2, 3]);
  });
});

describe("a window", () => {
  it("keeps what attention looks back on and some more, whatever the length of the text", () => {
    const cache = new KvCache([window], Infinity, 4);
    grow(cache, 3000);
    assert.equal(cache.rows, 3000);
    assert.ok(cache.bytes <= 2 * 256 * 4, `${cache.bytes} bytes`);
  });

  it("feeds its latest rows in order, as many as it holds", () => {
    const cache = new KvCache([window], Infinity, 4);
    for (let count = 1; count <= 30; count++) {
      grow(cache, 1);
      const held = fedRows(cache, "window", count);
      const live = held.slice(0, held.indexOf(count - 1) + 1);
      assert.deepEqual(
        live,
        live.map((_, index) => count - live.length + index),
      );
      assert.ok(live.length >= Math.min(count, 3) && live.length <= 3 + 4);
    }
  });

  it("goes back as far as it holds what is looked back on from there, else to the beginning", () => {
    const cache = cacheOf([rows, window], { slack: 4 });
    grow(cache, 8);
    // The window has forgotten rows 0 to 4: from row 7 on two rows before are there.
    assert.deepEqual(
      [8, 7, 6, 1].map((at) => cache.reachable(at)),
      [8, 7, 0, 0],
    );
    cache.truncate(7);
    grow(cache, 1, 90);
    assert.deepEqual(fedRows(cache, "window", 3), [5, 6, 90]);
    cache.truncate(2);
    assert.equal(cache.rows, 0);
    grow(cache, 2);
    assert.deepEqual(fedRows(cache, "window", 2), [0, 1]);
  });
});

describe("a remembered prompt", () => {
  const ids = Array.from({ length: 10 }, (_, index) => index);
  /** A prompt read in chunks of 4, with a snapshot after each. */
  function read(parts: CachePart[]): ModelCache {
    const cache = cacheOf(parts);
    for (const count of [4, 4, 2]) {
      grow(cache, count);
      cache.snapshot(false);
    }
    return cache;
  }
  for (const [what, parts] of [
    ["rows", [rows]],
    ["states", [rows, state]],
  ] as const)
    it(`of ${what} serves another with the same beginning, in whole chunks`, () => {
      const memory = new PrefixMemory(4, 1e6);
      memory.keep(ids, read([...parts]));
      const same = memory.recall([...ids.slice(0, 9), 77], 9)!;
      assert.equal(same.rows, 8);
      assert.equal(memory.recall([...ids.slice(0, 5), 77, 78, 79], 7)!.rows, 4);
      assert.equal(memory.recall([5, 6, 7, 8, 9], 4), undefined);
      if (what === "states") assert.equal(fedState(same), 7);
    });

  it("are waited for by prompts that begin alike, and by no others", async () => {
    const memory = new PrefixMemory(4, 1e6);
    const said: string[] = [];
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const reading = (name: string, prompt: readonly number[], signal?: AbortSignal) =>
      memory.reading(prompt, signal, async () => {
        said.push(name);
        if (name === "first") await over;
        memory.keep(prompt, read([rows]));
      });
    const stop = new AbortController();
    const others = [
      reading("first", ids),
      reading("alike", [...ids.slice(0, 8), 70, 71]),
      reading("other", [9, 9, 9, 9, 9]),
    ];
    const stopped = assert.rejects(reading("stopped", ids, stop.signal), /enough/);
    stop.abort(new Error("enough"));
    await stopped;
    assert.deepEqual(said, ["first", "other"]);
    end();
    await Promise.all(others);
    assert.deepEqual(said, ["first", "other", "alike"]);
  });

  it("are read by the next where the first that read them failed", async () => {
    const memory = new PrefixMemory(4, 1e6);
    const failed = memory.reading(ids, undefined, () => Promise.reject(new Error("no memory")));
    const next = memory.reading(ids, undefined, () => Promise.resolve("read"));
    await assert.rejects(failed, /no memory/);
    assert.equal(await next, "read");
  });
});

describe("tokens that are read again", () => {
  it("come with their embeddings, from any place to any other", () => {
    const fed = new FedTokens(2);
    fed.push({ ids: [5, -1], soft: Float32Array.of(1, 2) });
    fed.push({ ids: [-1, 7, -1], soft: Float32Array.of(3, 4, 5, 6) });
    assert.deepEqual(fed.slice(0, 1), { ids: [5] });
    assert.deepEqual(fed.slice(2, 5), { ids: [-1, 7, -1], soft: Float32Array.of(3, 4, 5, 6) });
    const copy = fed.copy();
    fed.truncate(2);
    fed.push({ ids: [8, -1], soft: Float32Array.of(9, 9) });
    assert.deepEqual(fed.slice(1, 4), { ids: [-1, 8, -1], soft: Float32Array.of(1, 2, 9, 9) });
    assert.deepEqual(copy.slice(4, 5), { ids: [-1], soft: Float32Array.of(5, 6) });
    assert.equal(copy.count, 5);
  });
});
