import assert from "node:assert/strict";
import { LogitDistribution } from "../../../src/engine/backends/onnx/distribution";
import type { Distribution } from "../../../src/engine/decoding/distribution";
import { choose, GREEDY } from "../../../src/engine/decoding/sampling";
import { seededRandom } from "../../../src/core/measure/random";

function distribution(probabilities: readonly number[]): Distribution {
  const logits = Float32Array.from(probabilities, Math.log);
  const ranked = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  const self: Distribution = {
    logits,
    argmax: () => ranked[0]!,
    logprob: (id) => logits[id]!,
    entropy: () => 0,
    top: (k) => ranked.slice(0, k).map((id) => [id, logits[id]!]),
    copy: () => self,
  };
  return self;
}

function shares(sampling: typeof GREEDY, draws = 4000): number[] {
  const random = seededRandom(7);
  const counts = [0, 0, 0, 0];
  for (let draw = 0; draw < draws; draw++) counts[choose(distribution([0.5, 0.3, 0.15, 0.05]), sampling, random)]! += 1;
  return counts.map((count) => count / draws);
}

describe("choose", () => {
  it("takes the likeliest token when greedy", () => {
    assert.equal(
      choose(distribution([0.1, 0.6, 0.3]), GREEDY, () => 0.99),
      1,
    );
  });

  it("draws by probability at temperature 1", () => {
    const [first, second, third, fourth] = shares({ temperature: 1, topP: 1, topK: 0 });
    for (const [share, expected] of [
      [first, 0.5],
      [second, 0.3],
      [third, 0.15],
      [fourth, 0.05],
    ] as const) {
      assert.ok(Math.abs(share! - expected) < 0.03, `${share} for ${expected}`);
    }
  });

  it("sharpens below temperature 1", () => {
    assert.ok(shares({ temperature: 0.5, topP: 1, topK: 0 })[0]! > 0.62);
  });

  it("keeps the fewest tokens that reach top-p", () => {
    assert.deepEqual(shares({ temperature: 1, topP: 0.75, topK: 0 }).slice(2), [0, 0]);
  });

  it("keeps top-k tokens", () => {
    assert.deepEqual(shares({ temperature: 1, topP: 1, topK: 1 }), [1, 0, 0, 0]);
  });

  it("passes over what no draw would come to, and draws what it would have drawn with it", () => {
    const random = seededRandom(3);
    const logits = Float32Array.from({ length: 20_000 }, () => 9 * (random() - 0.5) + (random() < 0.01 ? 12 : 0));
    const all = new LogitDistribution(logits);
    const leaders = (top: Distribution["top"]): Distribution =>
      ({ ...all, logits, argmax: () => all.argmax(), top }) as Distribution;
    for (const temperature of [0.3, 0.6, 1]) {
      const near = all.top(1024, 24 * temperature);
      assert.deepEqual(near, all.top(1024).slice(0, near.length));
      const [one, other] = [seededRandom(5), seededRandom(5)];
      const sampling = { ...GREEDY, temperature };
      for (let draw = 0; draw < 200; draw++)
        assert.equal(
          choose(all, sampling, one),
          choose(
            leaders((k) => all.top(k)),
            sampling,
            other,
          ),
        );
    }
  });

  it("keeps tokens that are at least min-p as likely as the likeliest, and that one always", () => {
    const [first, second, ...rest] = shares({ temperature: 1, topP: 1, topK: 0, minP: 0.5 });
    assert.ok(first! > 0.55 && second! > 0.3, `${first} ${second}`);
    assert.deepEqual(rest, [0, 0]);
    assert.deepEqual(shares({ temperature: 1, topP: 1, topK: 0, minP: 1 }), [1, 0, 0, 0]);
    assert.deepEqual(
      shares({ temperature: 1, topP: 1, topK: 0, minP: 0 }),
      shares({ temperature: 1, topP: 1, topK: 0 }),
    );
  });

  it("repeats itself with the same seed", () => {
    const draw = () => {
      const random = seededRandom(3);
      return Array.from({ length: 20 }, () =>
        choose(distribution([0.4, 0.3, 0.2, 0.1]), { temperature: 1, topP: 1, topK: 0 }, random),
      );
    };
    assert.deepEqual(draw(), draw());
  });
});
