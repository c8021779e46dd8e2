import assert from "node:assert/strict";
import fc from "fast-check";
import { alignSteps, stepFacts } from "../../../src/core/measure/align";
import { cpuMs } from "./cpuTime";

const pairs = (a: string[], b: string[]) => alignSteps(a, b).links.map((link): [number, number] => [link.a, link.b]);

describe("stepFacts", () => {
  it("reads numbers by value, names and words, and keeps how words were first written", () => {
    assert.deepEqual([...stepFacts("Natalia's 1,200 Clips: three of them, 0.50 a clip.")].sort(), [
      ["#0.5", "0.5"],
      ["#1200", "1200"],
      ["#3", "3"],
      ["clip", "Clips"],
      ["natalia", "Natalia"],
      ["them", "them"],
    ]);
  });
});

const full = [
  "Natalia sold 48 clips in April.",
  "In May she sold half as many: 48 / 2 = 24 clips.",
  "Now we add the two months together: 48 + 24 = 72.",
  "Wait, let me check this again: 48 + 24 is indeed 72.",
  "So Natalia sold 72 clips altogether.",
];

describe("alignSteps", () => {
  it("links each full step to its draft line", () => {
    assert.deepEqual(pairs(full.slice(0, 3), ["April 48", "48 / 2 = 24", "48 + 24 = 72"]), [
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it("links a step and its re-check to the same line", () => {
    const links = pairs(full, ["48 / 2 = 24", "48 + 24 = 72"]);
    assert.ok(links.some(([a, b]) => a === 1 && b === 0));
    assert.ok(links.some(([a, b]) => a === 2 && b === 1));
    assert.ok(links.some(([a, b]) => a === 3 && b === 1));
  });

  it("says which steps and which of their facts were lost", () => {
    const { lost, added } = alignSteps(
      ["Tom buys 7 apples.", "The shop is in Berlin and opens at 9.", "He eats 2, so 7 - 2 = 5."],
      ["7 apples", "7 - 2 = 5", "check: done"],
    );
    assert.deepEqual(lost, [{ a: 1, facts: ["9", "shop", "Berlin", "opens"] }]);
    assert.deepEqual(added, [2]);
  });

  it("follows a chain of names", () => {
    const steps = ["Tom is a terpus.", "Every terpus is a brimpus.", "Every brimpus is a lempus."];
    assert.deepEqual(pairs(steps, ["#Tom → terpus", "terpus → brimpus", "brimpus → lempus"]), [
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it("of nothing is nothing", () => {
    assert.deepEqual(alignSteps([], []), { links: [], lost: [], added: [] });
    assert.deepEqual(alignSteps(["5"], []), { links: [], lost: [{ a: 0, facts: ["5"] }], added: [] });
    assert.deepEqual(alignSteps([], ["5"]), { links: [], lost: [], added: [0] });
    assert.deepEqual(pairs(["", "the"], ["", "the"]), []);
  });

  const words = fc.array(fc.constantFrom("2", "3", "17", "apple", "Tom", "the", "=", "+"), { maxLength: 6 });
  const steps = fc.array(
    words.map((each) => each.join(" ")),
    { maxLength: 12 },
  );

  it("keeps the order of both sides, and accounts for every step", () => {
    fc.assert(
      fc.property(steps, steps, (a, b) => {
        const { links, lost, added } = alignSteps(a, b);
        for (const [index, link] of links.slice(1).entries()) {
          const before = links[index]!;
          assert.ok(link.a >= before.a && link.b >= before.b && link.a + link.b > before.a + before.b);
        }
        assert.equal(new Set(links.map((link) => link.a)).size + lost.length, a.length);
        assert.equal(new Set(links.map((link) => link.b)).size + added.length, b.length);
        assert.ok(links.every(({ score }) => score >= 0.3 - 1e-6 && score <= 1 + 1e-6));
      }),
    );
  });

  it("links steps to themselves", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(10_000), { maxLength: 12 }), (numbers) => {
        const each = numbers.map((number) => `step ${number + 20} here`);
        assert.deepEqual(
          pairs(each, each),
          each.map((_, index) => [index, index]),
        );
      }),
    );
  });

  it("takes long traces in a moment", function () {
    this.timeout(20_000);
    const long = Array.from({ length: 800 }, (_, index) => `Step ${index}: add ${index} and ${index * 7}.`);
    assert.ok(cpuMs(() => assert.ok(alignSteps(long, long).links.length >= 800)) < 2000);
  });
});
