import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { fold } from "../../../src/core/trace/fold";
import { measure } from "../../../src/core/measure/metrics";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { parseTraceLine, readTrace, readTraceStream, serializeEvent } from "../../../src/core/trace/traceFile";
import { splitRuns } from "../../../src/core/trace/traceRuns";
import { fuzzRuns } from "./fuzzRuns";
import { sampleTrace } from "./sampleTrace";

const file = sampleTrace.map((event) => `${serializeEvent(event)}\n`).join("");
const bytes = new TextEncoder().encode(file);
const runs = fuzzRuns(200);

/** The events of a file, as the reader completes them with defaults. */
const whole = readTrace(file).events;

describe("a trace file", () => {
  it("comes back as it was written", () => {
    const { events, problems, cut, skipped } = readTrace(file);
    assert.deepEqual(events, sampleTrace);
    assert.deepEqual([problems, cut, skipped], [[], false, 0]);
  });

  it("is valid UTF-8 even with lone surrogates, and leaves out what is no number", () => {
    assert.equal(new TextDecoder("utf-8", { fatal: true }).decode(bytes), file);
    const line = serializeEvent({ t: "check", at: 1, by: "deer", confidence: NaN, threshold: Infinity });
    assert.deepEqual(parseTraceLine(line), { kind: "event", event: { t: "check", at: 1, by: "deer" } });
    const tokens = serializeEvent({ t: "tokens", at: 0, text: ["a"], logprob: [-Infinity] });
    assert.equal(parseTraceLine(tokens).kind, "event");
  });

  it("reads a byte order mark, CRLF and empty lines", () => {
    const { events, problems } = readTrace(`\uFEFF${file.replaceAll("\n", "\r\n\r\n")}`);
    assert.deepEqual([events, problems], [whole, []]);
  });

  it("cut at every byte gives every whole line before the cut, and says so", async () => {
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reading = await readTraceStream([bytes.subarray(0, cut)]);
      const lines = ends.filter((end) => end < cut).length;
      // A line that lacks nothing but its line break is whole.
      const complete = lines + (ends.includes(cut) ? 1 : 0);
      assert.deepEqual(reading.events, whole.slice(0, complete), `cut at ${cut}`);
      assert.equal(reading.cut, cut > 0 && !ends.includes(cut) && !ends.includes(cut - 1), `cut at ${cut}`);
      measure(fold(reading.events));
    }
  });

  it("arrives in any pieces", async function () {
    this.timeout(Math.max(20_000, runs.numRuns * 50));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 30 }), async (lengths) => {
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const length of lengths) pieces.push(bytes.subarray(at, (at += length)));
        pieces.push(bytes.subarray(at));
        assert.deepEqual((await readTraceStream(pieces)).events, whole);
      }),
      runs,
    );
  });

  it("with mutated bytes is read as far as it is valid, and its figures can be computed", async function () {
    this.timeout(Math.max(20_000, runs.numRuns * 50));
    const mutation = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 12 }), async (mutations) => {
        const mutated = bytes.slice();
        for (const [at, byte] of mutations) mutated[at] = byte;
        const { events, problems } = await readTraceStream([mutated]);
        measure(fold(events));
        for (const problem of problems) assert.match(problem, /^.{10,120}\.$/);
      }),
      runs,
    );
  });

  const problems: [why: string, text: string, events: number, problems: RegExp[], skipped?: number][] = [
    ["nothing", "", 0, [/no header/]],
    ["a line that is not JSON", file.replace('{"t":"context"', "{{"), sampleTrace.length - 1, [/^1 line is /]],
    [
      "events that do not fit",
      file.replace('"tokens":6', '"tokens":"6"').replace('"at":9', '"at":-9'),
      sampleTrace.length - 2,
      [/^2 lines are /],
    ],
    ["an unknown event", `${file}{"t":"dream","at":3}\n`, sampleTrace.length, [], 1],
    ["a newer version", file.replace('"v":1', '"v":9'), sampleTrace.length, [/newer version/]],
    ["no end", file.slice(0, file.lastIndexOf('{"t":"end"')), sampleTrace.length - 1, [/did not end/]],
    ["no header", file.slice(file.indexOf("\n") + 1), sampleTrace.length - 1, [/no header/]],
    ["an axis longer than memory", '{"t":"tokens","at":9007199254740991,"text":["a"]}\n', 0, [/no header/, /^1 line/]],
    ["other JSON", "[1]\nnull\n{}\n", 0, [/no header/, /^3 lines/]],
  ];
  for (const [why, text, count, expected, skipped = 0] of problems) {
    it(`with ${why}`, () => {
      const reading = readTrace(text);
      assert.equal(reading.events.length, count);
      assert.equal(reading.problems.length, expected.length, reading.problems.join(" "));
      expected.forEach((pattern, index) => assert.match(reading.problems[index]!, pattern));
      assert.equal(reading.skipped, skipped);
    });
  }
});

describe("a trace file whose lines were doubled, shuffled or lost", () => {
  const lines = file.trimEnd().split("\n");
  const figures = measure(fold(whole));

  it("counts a doubled line once", () => {
    const { events, problems } = readTrace([...lines, ...lines.slice(1)].join("\n"));
    assert.deepEqual(measure(fold(events)), figures);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /^\d+ lines are doubled and counted once\.$/);
  });

  it("counts a file that was written twice once, and its two runs apart where they are two", () => {
    assert.deepEqual(measure(fold(readTrace(file + file).events)), figures);
    const other = file.replace('"id":"sample"', '"id":"other"');
    const { events, problems } = readTrace(file + other);
    assert.deepEqual(
      splitRuns(events).map((run) => measure(fold(run))),
      [figures, figures],
    );
    assert.deepEqual(problems, []);
  });

  it("puts shuffled lines in order by their positions", function () {
    this.timeout(Math.max(20_000, runs.numRuns * 50));
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        const { events } = readTrace(shuffled.join("\n"));
        const trace = fold(events);
        assert.deepEqual(measure(trace), figures);
        assert.deepEqual(
          trace.positions.map(({ text }) => text),
          fold(whole).positions.map(({ text }) => text),
        );
      }),
      runs,
    );
    const reversed = readTrace(lines.toReversed().join("\n"));
    assert.deepEqual(reversed.problems, ["Lines are out of order: they are shown in the order of their positions."]);
    assert.deepEqual(
      fold(reversed.events).checks.map(({ at }) => at),
      [3, 7],
    );
  });

  it("says how many tokens are missing, and leaves out what can belong to no run", () => {
    const lost = lines.filter((line) => !line.startsWith('{"t":"tokens","at":5,'));
    assert.deepEqual(readTrace(lost.join("\n")).problems, [
      "2 tokens are missing: what is known around them is shown.",
    ]);
    const stray = readTrace(`${file}{"t":"tokens","at":16000000,"text":["far"]}\n`);
    assert.equal(fold(stray.events).positions.length, 10);
    assert.deepEqual(stray.problems, ["1 line is no valid event and left out."]);
  });

  it("is whole in every sample that comes with the extension", () => {
    const folder = path.join(import.meta.dirname, "../../../media/traces");
    const samples = readdirSync(folder).filter((name) => name.endsWith(".thoughts.jsonl"));
    assert.ok(samples.length > 5);
    for (const name of samples) {
      const { events, problems, skipped } = readTrace(readFileSync(path.join(folder, name), "utf8"));
      assert.deepEqual([problems, skipped, splitRuns(events).length], [[], 0, 1], name);
    }
  });
});

describe("the limits of reading", () => {
  it("give the beginning of an endless file and one sentence", async () => {
    let given = 0;
    function* endless(): Generator<string> {
      yield file.slice(0, file.indexOf("\n") + 1);
      for (;;) {
        given += 1;
        yield '{"t":"context","at":0,"cached":1}\n';
      }
    }
    const reading = await readTraceStream(endless(), { characters: 10_000 });
    assert.deepEqual(reading.problems, ["The file is too long to be shown whole: its beginning is shown."]);
    assert.ok(given < 400 && reading.events.length > 100);
    assert.equal(reading.cut, false);
  });

  it("hold for the number of events", () => {
    const reading = readTrace(file, { events: 3 });
    assert.equal(reading.events.length, 3);
    assert.deepEqual(reading.problems, ["The file is too long to be shown whole: its beginning is shown."]);
    assert.deepEqual(readTrace(file, { events: sampleTrace.length }).problems, []);
  });

  it("stops where what is kept weighs too much, whatever it is made of", () => {
    const [header, ...rest] = sampleTrace;
    const heavy = { ...header, options: { list: Array.from({ length: 1000 }, () => ({})) } };
    const text = [heavy, ...rest].map((event) => `${JSON.stringify(event)}\n`).join("");
    const reading = readTrace(text, { weight: 9000 });
    assert.equal(reading.events.length, 0);
    assert.match(reading.problems[0]!, /too long to be shown whole/);
    assert.equal(readTrace(text).events.length, sampleTrace.length);
  });

  it("keeps of a batch's lists what belongs to its tokens", () => {
    const { events } = readTrace('{"t":"tokens","at":0,"text":["a","b"],"ids":[1,2,3,4],"logprob":[-1],"ms":[]}\n');
    assert.deepEqual(events, [
      { t: "tokens", at: 0, kind: "text", text: ["a", "b"], ids: [1, 2], logprob: [-1], ms: [] },
    ]);
  });

  it("reads no further in a file of lines that are no events", () => {
    const lines = [...Array<string>(50).fill("nonsense\n"), `${JSON.stringify(sampleTrace[0])}\n`].join("");
    assert.equal(readTrace(lines, { strange: 20 }).events.length, 0);
    assert.equal(readTrace(lines).events.length, 1);
  });

  it("hold for the positions of each run", () => {
    const { events, problems } = readTrace(file, { positions: 6 });
    assert.equal(fold(events).positions.length, 5);
    assert.deepEqual(problems, ["The file is too long to be shown whole: its beginning is shown."]);
    const other = file.replace('"id":"sample"', '"id":"other"');
    assert.deepEqual(readTrace(file + other, { positions: 10 }).problems, []);
  });

  it("pass over one endless line as one line, without keeping it", async () => {
    const long = Array.from({ length: 50 }, () => "x".repeat(1000));
    const reading = await readTraceStream([file, ...long, "\n", '{"t":"note","level":"info","message":"x"}'], {
      line: 5000,
    });
    assert.equal(reading.events.length, sampleTrace.length + 1);
    assert.deepEqual(reading.problems, ["1 line is no valid event and left out."]);
  });
});

describe("fold", () => {
  it("does not mind the order of batches, doubles and gaps", () => {
    const tokens = (at: number, text: string[]): TraceEvent => ({ t: "tokens", at, kind: "text", text });
    const trace = fold([tokens(2, ["c"]), tokens(0, ["a"]), tokens(2, ["c", "d"])]);
    assert.deepEqual(
      trace.positions.map(({ text }) => text),
      ["a", "", "c", "d"],
    );
  });
});
