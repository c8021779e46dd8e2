import assert from "node:assert/strict";
import fc from "fast-check";
import { fold } from "../../../../src/core/trace/fold";
import { pieces } from "../../../../src/core/formats/reading/pieces";
import { IMPORTERS, importTraces, type ImportResult } from "../../../../src/core/formats/importTraces";
import { measure } from "../../../../src/core/measure/metrics";
import { traceEvent } from "../../../../src/core/trace/trace";
import { cpuMs } from "../cpuTime";
import { fuzzRuns } from "../fuzzRuns";
import { change, changed, fileOf, filesOf } from "./mutations";
import { inEnglish } from "../../../../src/core/text/l10n";

const runs = fuzzRuns(200);
/** No file of this size may take longer, in milliseconds of processor time. */
const LONGEST = 1000;

describe("mutated files", () => {
  for (const format of IMPORTERS) {
    it(`${format.id}: no crash, no hang, events that are valid and can be measured`, function () {
      this.timeout(Math.max(20_000, runs.numRuns * 50));
      const originals = filesOf(format);
      const tried = fc.tuple(fc.constantFrom(...originals), fc.array(change, { minLength: 1, maxLength: 8 }));
      fc.assert(
        fc.property(tried, ([original, changes]) => {
          const file = fileOf(changed(original, changes), original);
          let result: ImportResult | undefined;
          const took = cpuMs(() => (result = importTraces(file)));
          assert.ok(result && took < LONGEST, `${took} ms`);
          assert.ok(result.traces.length > 0 || result.problems.length > 0);
          for (const problem of result.problems) assert.match(inEnglish(problem), /^[^\n]{10,300}\.$/);
          for (const events of result.traces) {
            for (const event of events) assert.ok(traceEvent.safeParse(event).success, JSON.stringify(event));
            measure(fold(events));
          }
        }),
        runs,
      );
    });
  }

  it("are read at all when they are whole: each importer knows its own file", () => {
    for (const format of IMPORTERS) {
      const [bytes] = filesOf(format);
      assert.equal(importTraces({ name: "x", text: "", bytes }).format, format.title);
    }
  });
});

describe("text of hostile shape", () => {
  const cases: [why: string, text: string][] = [
    ["a hundred thousand brackets", "[".repeat(100_000)],
    ["deep JSON", `{"choices":${'[{"message":'.repeat(20_000)}`],
    ["many openers", "<think>".repeat(50_000)],
    ["many closers", "a</think>".repeat(50_000)],
    ["many boxes", `<think>a</think>${"\\boxed{".repeat(20_000)}`],
    ["many hashes", `<think>a</think>${"#### ".repeat(50_000)}`],
    ["many fences", `<think>${"```\n".repeat(50_000)}`],
    ["one long line", `<think>${"a".repeat(1_000_000)}`],
    ["blanks", `<think>${" ".repeat(1_000_000)}x</think>y`],
    ["line breaks", `<think>${"\n".repeat(1_000_000)}x</think>y`],
    ["answers", `<think>a</think>${"answer is ".repeat(50_000)}`],
    ["stars", `<think>a</think>${"*".repeat(200_000)}`],
    ["angle brackets", `<think>a</think>${"<".repeat(200_000)}`],
    ["dollars", `<think>a</think>${"$".repeat(200_000)}`],
    ["digits", `<think>a</think>#### ${"1,".repeat(100_000)}`],
  ];
  for (const [why, text] of cases) {
    it(`${why}: done in a moment`, function () {
      this.timeout(60_000);
      const took = cpuMs(() => void importTraces({ name: "", text }));
      assert.ok(took < 2 * LONGEST, `${took} ms`);
    });
  }
});

describe("pieces", () => {
  it("join to the text, whatever it is", function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.equal(pieces(text).join(""), text);
      }),
    );
  });
});
