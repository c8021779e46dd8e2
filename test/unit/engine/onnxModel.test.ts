import assert from "node:assert/strict";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { LanguageModel, Sequence } from "../../../src/engine/decoding/model";
import type { OnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { loadOnnxModel } from "../../../src/engine/backends/onnx/onnxModel";
import { inEnglish } from "../../../src/core/text/l10n";

const TINY = path.resolve("test/fixtures/models/tiny");
const PROMPT = "Mia has twelve apples and gives three of them to her brother. How many apples does she have now? ";

/** Logits of every position of `ids`, [seq][vocabulary], from the model file as it is and without a cache. */
async function reference(ids: readonly number[]): Promise<Float32Array[]> {
  const session = await InferenceSession.create(path.join(TINY, "onnx/model.onnx"), { intraOpNumThreads: 1 });
  const int64 = (values: readonly number[]) =>
    new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  const feeds: Record<string, Tensor> = {
    input_ids: int64(ids),
    attention_mask: int64(ids.map(() => 1)),
    position_ids: int64(ids.map((_, index) => index)),
  };
  for (const name of session.inputNames.filter((each) => each.startsWith("past"))) {
    feeds[name] = new Tensor("float32", new Float32Array(0), [1, 2, 0, 8]);
  }
  const logits = (await session.run(feeds, ["logits"]))["logits"]!;
  await session.release();
  const size = logits.dims[2]!;
  return ids.map((_, index) => (logits.data as Float32Array).slice(index * size, (index + 1) * size));
}

function assertClose(actual: Float32Array, expected: Float32Array, allowed = 1e-4): void {
  assert.equal(actual.length, expected.length);
  const worst = actual.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index]!)), 0);
  assert.ok(worst <= allowed, `differs by ${worst}`);
}

async function greedy(sequence: Sequence, ids: readonly number[], count: number): Promise<number[]> {
  const out: number[] = [];
  let next = ids;
  while (out.length < count) {
    const { distributions } = await sequence.feed({ ids: next });
    out.push(distributions[0]!.argmax());
    next = out.slice(-1);
  }
  return out;
}

describe("ONNX model", () => {
  let model: OnnxModel;
  let ids: number[];
  let expected: Float32Array[];
  before(async () => {
    model = await loadOnnxModel(TINY, { threads: 1 });
    // Long enough for several chunks, and for the cache to grow past its padding more than once.
    ids = model.tokenizer.encode(PROMPT.repeat(4));
    expected = await reference(ids);
  });
  after(() => model.dispose());

  it("says what it is", () => {
    const { facts } = model;
    assert.equal(facts.id, "tiny");
    assert.match(facts.sha256!, /^[0-9a-f]{64}$/);
    assert.deepEqual(
      [facts.dtype, facts.provider, facts.threads, facts.hiddenSize, facts.vocabularySize, facts.contextLength],
      ["fp32", "cpu", 1, 32, 386, 512],
    );
  });

  it("has every capability of a local model, with a reason each", () => {
    const has = model.capabilities.filter((row) => row.has).map((row) => row.capability);
    assert.deepEqual(has.toSorted(), [
      "attention-mask",
      "cache-evict",
      "cache-rewind",
      "hidden-states",
      "logits",
      "logprobs-only",
      "prefix-continuation",
      "soft-tokens",
    ]);
    assert.ok(model.capabilities.every((row) => /^[A-Z].*\.$/.test(inEnglish(row.reason))));
  });

  it("gives the logits of the model file, at once, in chunks and token by token", async () => {
    const atOnce = model.newSequence();
    const { distributions } = await atOnce.feed({ ids }, { distributions: ids.length });
    distributions.forEach((each, index) => assertClose(each.logits, expected[index]!));
    assert.deepEqual([atOnce.rows, atOnce.length], [ids.length, ids.length]);
    const oneByOne = model.newSequence();
    for (const [index, id] of ids.entries()) {
      const step = await oneByOne.feed({ ids: [id] });
      assertClose(step.distributions[0]!.logits, expected[index]!);
    }
  });

  it("gives no distribution where none is asked for", async () => {
    const step = await model.newSequence().feed({ ids: ids.slice(0, 5) }, { distributions: 0 });
    assert.deepEqual(step.distributions, []);
    assert.equal(step.hidden, undefined);
  });

  it("works out probabilities as their definition says", async () => {
    const { distributions } = await model.newSequence().feed({ ids });
    const [next] = distributions;
    const logits = [...next!.logits];
    const top = Math.max(...logits);
    const total = top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
    const logprobs = logits.map((logit) => logit - total);
    const ranked = logprobs.map((logprob, id) => [id, logprob] as const).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    assert.equal(next!.argmax(), ranked[0]![0]);
    for (const id of [0, 5, ranked[0]![0], ranked.at(-1)![0]])
      assert.ok(Math.abs(next!.logprob(id) - logprobs[id]!) < 1e-5);
    const entropy = -logprobs.reduce((sum, logprob) => sum + Math.exp(logprob) * logprob, 0);
    assert.ok(Math.abs(next!.entropy() - entropy) < 1e-4);
    for (const k of [1, 7, 100, 1000]) {
      const few = next!.top(k);
      assert.deepEqual(
        few.map(([id]) => id),
        ranked.slice(0, k).map(([id]) => id),
      );
      assert.ok(few.every(([id, logprob]) => Math.abs(logprob - logprobs[id]!) < 1e-5));
    }
  });

  it("rewinds: what follows is bit for bit what follows without the detour", async () => {
    const straight = model.newSequence();
    const detour = model.newSequence();
    await straight.feed({ ids });
    await detour.feed({ ids });
    const mark = detour.mark();
    await detour.feed({ ids: ids.slice(0, 90) });
    detour.rewind(mark);
    assert.deepEqual([detour.rows, detour.length], [ids.length, ids.length]);
    for (const id of [5, 9, 11]) {
      const [a] = (await straight.feed({ ids: [id] })).distributions;
      const [b] = (await detour.feed({ ids: [id] })).distributions;
      assert.deepEqual(b!.logits, a!.logits);
    }
    assert.throws(() => straight.rewind({ length: 4, rows: 1000 }), RangeError);
  });

  it("forks: both go on by themselves", async () => {
    const trunk = model.newSequence();
    await trunk.feed({ ids });
    const branch = trunk.fork();
    const [left] = (await branch.feed({ ids: [7] })).distributions;
    const kept = left!.logits.slice();
    const [right] = (await trunk.feed({ ids: [8] })).distributions;
    assert.notDeepEqual(right!.logits, kept);
    assert.deepEqual((await branch.fork().feed({ ids: [3] })).distributions[0]!.logits.length, kept.length);
    const again = model.newSequence();
    assertClose((await again.feed({ ids: [...ids, 7] })).distributions[0]!.logits, kept);
  });

  it("evicts: what remains attends as if the dropped rows had been masked", async () => {
    const masked = model.newSequence();
    await masked.feed({ ids });
    const [from, to] = [10, 50];
    const hidden = (
      await masked.feed({ ids: [7] }, { sees: (query, row) => (row < from || row >= to) && row <= ids.length + query })
    ).distributions[0]!;
    const thinned = model.newSequence();
    await thinned.feed({ ids });
    const before = thinned.mark();
    thinned.evict(from, to);
    assert.deepEqual([thinned.rows, thinned.length], [ids.length - (to - from), ids.length]);
    assertClose((await thinned.feed({ ids: [7] })).distributions[0]!.logits, hidden.logits);
    assert.throws(() => thinned.rewind(before), RangeError, "a mark from before the eviction is void");
    assert.throws(() => thinned.evict(5, 10_000), RangeError);
    const untouched = model.newSequence();
    const full = (await untouched.feed({ ids: [...ids, 7] })).distributions[0]!;
    assert.notDeepEqual(full.logits, hidden.logits, "the dropped rows mattered");
  });

  it("runs two branches side by side under a tree mask", async () => {
    const trunk = ids.slice(0, 100);
    const sequence = model.newSequence();
    await sequence.feed({ ids: trunk });
    // Columns: trunk, a1, b1, a2, b2; a branch sees the trunk and itself.
    const branches = [
      [5, 9],
      [6, 10],
    ] as const;
    const step = await sequence.feed(
      { ids: [branches[0][0], branches[1][0], branches[0][1], branches[1][1]] },
      {
        positions: [100, 100, 101, 101],
        sees: (query, row) => row < 100 || ((row - 100) % 2 === query % 2 && row - 100 <= query),
        distributions: 2,
      },
    );
    assert.equal(sequence.length, 102);
    for (const [index, branch] of branches.entries()) {
      const alone = model.newSequence();
      await alone.feed({ ids: trunk });
      const [last] = (await alone.feed({ ids: branch })).distributions;
      assertClose(step.distributions[index]!.logits, last!.logits);
    }
  });

  it("takes soft tokens: embeddings of ids in place of the ids give the same", async () => {
    const short = ids.slice(0, 80);
    const embeddings = await model.embed(short);
    assert.equal(embeddings.length, 80 * 32);
    const mixed = short.map((id, index) => (index % 3 === 0 ? -1 : id));
    const soft = new Float32Array(mixed.filter((id) => id === -1).length * 32);
    let row = 0;
    mixed.forEach((id, index) => {
      if (id === -1) soft.set(embeddings.subarray(index * 32, (index + 1) * 32), 32 * row++);
    });
    const step = await model.newSequence().feed({ ids: mixed, soft });
    assertClose(step.distributions[0]!.logits, expected[79]!);
    await assert.rejects(model.newSequence().feed({ ids: [-1] }), RangeError);
  });

  it("shows hidden states: the head's rows times them are the logits", async () => {
    const step = await model.newSequence().feed({ ids: ids.slice(0, 130) }, { distributions: 70, hidden: true });
    assert.equal(step.hidden!.length, 70 * 32);
    const single = await model.newSequence().feed({ ids: ids.slice(0, 130) }, { hidden: true });
    assertClose(single.hidden!, step.hidden!.slice(-32));
    const rms = Math.sqrt(single.hidden!.reduce((sum, value) => sum + value * value, 0) / 32);
    assert.ok(Math.abs(rms - 0.5) < 1e-3, "after the final norm, whose gain is one half here");
  });

  it("takes over the rows of an equal beginning, bit for bit", async () => {
    const fresh: LanguageModel = await loadOnnxModel(TINY, { threads: 1 });
    const first = await fresh.newSequence().feed({ ids });
    assert.equal(first.reused, 0);
    const other = [...ids.slice(0, 70), 5, 6, 7];
    const again = await fresh.newSequence().feed({ ids });
    assert.equal(again.reused, 64);
    assert.deepEqual(again.distributions[0]!.logits, first.distributions[0]!.logits);
    const shared = await fresh.newSequence().feed({ ids: other });
    assert.equal(shared.reused, 64);
    assertClose(shared.distributions[0]!.logits, (await reference(other)).at(-1)!);
    const all = await fresh.newSequence().feed({ ids }, { distributions: ids.length });
    assert.equal(all.reused, 0, "every position was asked for");
    await fresh.dispose();
  });

  it("stops between chunks when cancelled, as if the feed had not begun", async () => {
    const sequence = model.newSequence();
    await sequence.feed({ ids: [1, 2, 3] });
    const controller = new AbortController();
    const feeding = sequence.feed({ ids: ids.slice(0, 200) }, { signal: controller.signal });
    controller.abort();
    await assert.rejects(feeding, { name: "AbortError" });
    assert.deepEqual([sequence.rows, sequence.length], [3, 3]);
    await sequence.feed({ ids: [4] });
  });

  it("refuses what does not fit into the context, and ids that it has not", async () => {
    const sequence = model.newSequence();
    await sequence.feed({ ids: Array.from({ length: 512 }, (_, index) => index % 300) });
    await assert.rejects(sequence.feed({ ids: [1] }), { code: "context-full", message: /513 tokens .* 512/ });
    await assert.rejects(model.newSequence().feed({ ids: [386] }), RangeError);
    await assert.rejects(model.newSequence().feed({ ids: [] }), RangeError);
  });

  it("goes on after dispose as a fresh sequence", async () => {
    const sequence = model.newSequence();
    const first = await greedy(sequence, ids.slice(0, 20), 8);
    sequence.dispose();
    assert.deepEqual([sequence.rows, sequence.length], [0, 0]);
    assert.deepEqual(await greedy(sequence, ids.slice(0, 20), 8), first);
  });
});
