import assert from "node:assert/strict";
import fc from "fast-check";
import { alignSteps } from "../../../src/core/measure/align";
import { stepFacts } from "../../../src/core/measure/stepFacts";
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

  it("keeps the order of both sides; what it calls lost is linked to nothing and said nowhere", () => {
    fc.assert(
      fc.property(steps, steps, (a, b) => {
        const { links, lost, added } = alignSteps(a, b);
        const said = new Set(b.flatMap((text) => [...stepFacts(text).values()]));
        for (const [index, link] of links.slice(1).entries()) {
          const before = links[index]!;
          assert.ok(link.a >= before.a && link.b >= before.b && link.a + link.b > before.a + before.b);
        }
        for (const { a: step, facts } of lost) {
          assert.ok(links.every((link) => link.a !== step));
          assert.ok(facts.length > 0 && facts.every((fact) => !said.has(fact)));
        }
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

  const thought = [
    "Stella has 47 books.",
    "On Tuesday she picks up 17 books. That makes 47 + 17 = 64 books after Tuesday.",
    "On Wednesday Stella loses 13 books. That makes 64 - 13 = 51 books after Wednesday.",
    "On Thursday Stella gives 13 books to Rex. That makes 51 - 13 = 38 books after Thursday, as asked.",
    "So the answer is 38.",
    "Wait, let me check this again.",
    "On Tuesday she picks up 17 books, so 47 + 17 = 64 after Tuesday.",
    "On Wednesday Stella loses 13 books, so 64 - 13 = 51 after Wednesday.",
    "On Thursday Stella gives 13 books to Rex, so 51 - 13 = 38 after Thursday, as asked.",
    "So it is 38 again.",
    "Alternatively, go backwards from 38.",
    "Before Thursday: 38 + 13 = 51.",
    "Before Wednesday: 51 + 13 = 64.",
    "Before Tuesday: 64 - 17 = 47.",
    "That leads back to the start, so it is 38.",
  ];

  it("links identical steps to each other and to no others, wherever the shorter trace begins and ends", () => {
    for (let from = 0; from < thought.length; from += 1)
      for (let to = from + 1; to <= thought.length; to += 1)
        assert.deepEqual(
          pairs(thought.slice(from, to), thought.slice(from, to)),
          thought.slice(from, to).map((_, index) => [index, index]),
        );
    for (let to = 1; to <= thought.length; to += 1)
      assert.deepEqual(
        pairs(thought, thought.slice(0, to)).filter(([a, b]) => a <= to && b < to),
        thought.slice(0, to).map((_, index) => [index, index]),
      );
  });

  it("calls what was stopped before lost only where nothing says it: a re-check says nothing new", () => {
    const { links, lost } = alignSteps(thought, thought.slice(0, 5));
    assert.deepEqual(
      links.map(({ a, b }) => [a, b]),
      [0, 1, 2, 3, 4].map((step) => [step, step]),
    );
    assert.deepEqual(
      lost.map(({ a, facts }) => [a, facts[0]]),
      [
        [11, "38 + 13"],
        [12, "51 + 13"],
        [13, "64 − 17"],
      ],
    );
  });

  it("links a draft to the first of two steps that say the same", () =>
    assert.deepEqual(pairs(thought, ["Tuesday +17: 47+17=64", "Wednesday -13: 64-13=51", "Thursday -13: 51-13=38"]), [
      [1, 0],
      [2, 1],
      [3, 2],
    ]));

  it("lets no number of weak links outbid an exact one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.boolean(), (count, before) => {
        const exact = "The train leaves Berlin at 19 and takes 45 + 17 = 62 minutes.";
        const weak = Array.from({ length: count }, (_, index) => `Berlin is ${index + 30} minutes from ${index + 70}.`);
        // In the other trace the exact step stands on the other side of all the weak ones.
        const [a, b] = before
          ? [
              [exact, ...weak],
              [...weak.map((_, index) => `Berlin, ${index + 130} miles and ${index + 170} minutes.`), exact],
            ]
          : [[...weak, exact], [exact]];
        const links = pairs(a, b);
        assert.ok(
          links.some(([i, j]) => a[i] === exact && b[j] === exact),
          JSON.stringify(links),
        );
      }),
    );
  });

  it("reads mathematics in LaTeX and in plain signs alike", () =>
    assert.deepEqual(
      pairs(
        ["f(-1) = (3*(-1)-2) / (-1-2) = (-5)/(-3) = 5/3.", "So the volume is 9π h = 45π, and h = 45/9 = 5."],
        [
          "\\[",
          "f(-1) &= \\frac{3(-1) - 2}{-1 - 2} = \\frac{-5}{-3} = \\frac{5}{3}",
          "\\]",
          "\\( 45\\pi = 9\\pi h \\)",
        ],
      ),
      [
        [0, 1],
        [1, 3],
      ],
    ));

  it("takes long traces in a moment", function () {
    this.timeout(60_000);
    const long = Array.from({ length: 800 }, (_, index) => `Step ${index}: add ${index} and ${index * 7}.`);
    assert.ok(cpuMs(() => assert.ok(alignSteps(long, long).links.length >= 800)) < 2000);
  });
});
