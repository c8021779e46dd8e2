/** Samples of one question as a person looks at them. */
import assert from "node:assert/strict";
import { groupAnswers, lengthsOf, partings, SampleReading } from "../../../../src/core/votes/sampleGroup";
import { fold, type Trace } from "../../../../src/core/trace/fold";
import { TraceBuilder } from "../../samples/traceBuilder";
import { cpuMs } from "../cpuTime";

function sample(n: number, text: string, answer: string, gold = "42"): Trace {
  const builder = new TraceBuilder(`run-${n}`, "chain-of-thought", { gold, seed: 1 });
  builder.span("thinking", () => builder.step(text));
  builder.exit("end-of-thinking");
  const trace = fold(builder.end(answer, answer === gold));
  return { ...trace, header: { ...trace.header!, seed: n, sample: { n, of: 4 } } };
}

const TEXTS: [text: string, answer: string][] = [
  ["Mara has ten apples and two more", "42"],
  ["Mara has ten apples and three", "41"],
  ["Mara has ten apples and two more", "42.0"],
  ["Let us count them all", "42"],
];

describe("a group of samples", () => {
  const reading = new SampleReading();
  const samples = TEXTS.map(([text, answer], at) => reading.read(sample(at + 1, text, answer), at + 1));

  it("knows of each where it parts from those before it, and from which", () => {
    const [first, second, third, fourth] = samples;
    assert.deepEqual([first!.shared, first!.sharedWith], [0, undefined]);
    assert.deepEqual([second!.sharedWith, second!.shared > 0], [1, true]);
    assert.deepEqual([third!.sharedWith, third!.shared > second!.shared], [1, true]);
    assert.equal(fourth!.shared, 0);
    const points = partings(samples);
    assert.deepEqual(points[0], { at: 0, texts: 2 });
    assert.equal(points.at(-1)!.texts, 4);
  });

  it("counts answers by what they mean, the most frequent first", () => {
    assert.deepEqual(
      groupAnswers(samples).map(({ answer, samples: by, share }) => [answer, by, share]),
      [
        ["42", [1, 3, 4], 0.75],
        ["41", [2], 0.25],
      ],
    );
  });

  it("counts no answer of a sample that was stopped", () => {
    const trace = sample(5, "Mara has ten", "7");
    const cut = {
      ...trace,
      exit: { t: "exit" as const, at: 2, why: "cancelled" as const, message: "It is not needed." },
    };
    const stopped = new SampleReading().read(cut, 5);
    assert.deepEqual([stopped.answer, stopped.stopped], [undefined, "It is not needed."]);
    assert.equal(
      groupAnswers([...samples, stopped]).reduce((sum, { share }) => sum + share, 0),
      1,
    );
  });

  it("of a thousand samples with as many answers is read in seconds", () => {
    const took = cpuMs(() => {
      const many = new SampleReading();
      const read = Array.from({ length: 1000 }, (_, at) =>
        many.read(sample(at + 1, `Step ${at % 37} leads to step ${at}`, `x^{${at}} + \\frac{1}{${at + 1}}`), at + 1),
      );
      const { least, most } = lengthsOf(read);
      assert.ok(groupAnswers(read).length > 900 && least <= most);
    });
    assert.ok(took < 8000, `${took} ms`);
  });
});
