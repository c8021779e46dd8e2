import assert from "node:assert/strict";
import { benchHeader, entryLine } from "../../../src/core/measure/benchFile";
import { checkFile } from "../../../src/core/measure/fileCheck";
import { readTrace, serializeEvent } from "../../../src/core/trace/traceFile";
import { deer } from "../samples/sampleTraces";

const trace = deer().map((event) => `${serializeEvent(event)}\n`);
const whole = trace.join("");
const HEADER = entryLine(
  benchHeader({
    data: "stories.jsonl",
    questions: 2,
    sha256: "ab",
    model: "pocket",
    strategies: ["deer"],
    options: {},
    seed: 0,
    started: "2026-01-01T00:00:00Z",
  }),
);
const FAILURE = entryLine({
  t: "failure",
  question: 0,
  strategy: "deer",
  code: "x",
  message: "It failed.",
  attempts: 1,
});

describe("checking a file", () => {
  it("finds nothing in a whole trace", () => {
    const { kind, content, faults, remarks, mended } = checkFile(whole)!;
    assert.deepEqual([kind, faults, remarks, mended], ["trace", [], [], undefined]);
    assert.match(content, /^1 run, \d+ events$/);
  });

  const broken: [what: string, text: string, faults: string[], mended: string][] = [
    ["a line that was cut off", `${whole}{"t":"toke`, ["Its last line was cut off."], whole],
    ["a last line without its end", whole.slice(0, -1), ["Its last line had no end."], whole],
    [
      "lines that are no events",
      [trace[0], "no event\n", '{"t":"span"}\n', ...trace.slice(1)].join(""),
      ["2 lines could not be read."],
      whole,
    ],
    ["a line that stands twice", whole + trace.at(-1)!, ["1 line stood there twice."], whole],
    ["results that were cut off", `${HEADER}${FAILURE}{"t":"res`, ["Its last line was cut off."], HEADER + FAILURE],
    ["results that hold garbage", `${HEADER}garbage\n${FAILURE}`, ["1 line could not be read."], HEADER + FAILURE],
  ];
  for (const [what, text, faults, mended] of broken)
    it(`mends ${what}, and then there is nothing to mend`, () => {
      const found = checkFile(text)!;
      assert.deepEqual(found.faults, faults);
      assert.equal(found.mended, mended);
      assert.equal(checkFile(mended)!.mended, undefined);
    });

  it("keeps what a newer version wrote", () => {
    const text = `${whole}{"t":"thought-of-later","at":3}\n`;
    assert.equal(checkFile(text)!.mended, undefined);
  });

  it("mends a trace that is cut at any place so that it reads as far as it went", () => {
    for (let cut = trace[0]!.length; cut < whole.length; cut += 173) {
      const { mended } = checkFile(whole.slice(0, cut))!;
      const text = mended ?? whole.slice(0, cut);
      assert.ok(text.endsWith("\n"));
      assert.deepEqual(readTrace(text).events, readTrace(whole.slice(0, cut)).events);
    }
  });

  it("says what is no fault: runs that did not end, results that are missing", () => {
    const cut = trace.slice(0, -1).join("");
    assert.deepEqual(checkFile(cut)!.remarks, ["1 run did not end: the trace shows how far it came."]);
    assert.deepEqual(checkFile(HEADER + FAILURE)!.remarks, [
      "1 run failed.",
      "2 results are missing: the bench can be resumed.",
    ]);
  });

  for (const text of ["", "\n", "notes", "{}", FAILURE, trace.slice(1).join("")])
    it(`knows nothing of what begins with ${JSON.stringify(text.slice(0, 20))}`, () =>
      assert.equal(checkFile(text), undefined));
});
