/**
 * The sample traces as version 0.1.0 wrote them, and the figures that it computed from them: files that people have must
 * open unchanged in every later version. `figures.json` is not to be written anew.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { replay } from "../../../src/core/exits/replay";
import { budgetCurve, thresholdCurve } from "../../../src/core/exits/replayCurves";
import { earlyAnswering } from "../../../src/core/measure/earlyAnswer";
import { latentAnswers } from "../../../src/core/measure/latentAnswers";
import { draftWords, measure } from "../../../src/core/measure/metrics";
import { fold } from "../../../src/core/trace/fold";
import { readTrace } from "../../../src/core/trace/traceFile";

const folder = fileURLToPath(new URL("../../fixtures/traces-0.1.0/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".thoughts.jsonl"));
const recorded = JSON.parse(readFileSync(path.join(folder, "figures.json"), "utf8")) as Record<string, unknown>;

/** Everything that is computed from a trace alone. */
function figuresOf(text: string): Record<string, unknown> {
  const { events, problems, skipped } = readTrace(text);
  const trace = fold(events);
  // What is billed was not counted then.
  const { billed: _, ...measured } = measure(trace);
  return {
    events: events.length,
    problems,
    skipped,
    measured,
    early: earlyAnswering(trace),
    latents: latentAnswers(trace),
    drafts: draftWords(trace).length,
    recorded: replay(trace),
    thresholds: thresholdCurve([trace], [0, 0.01, 0.02, 0.5, 0.9, 0.95, 1]),
    budgets: budgetCurve([trace], [0, 20, 64, 128]),
  };
}

/** As JSON keeps it: what is undefined is not there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("traces of version 0.1.0", () => {
  it("are one of each strategy of that version", () => assert.equal(files.length, 13));

  for (const file of files) {
    const text = readFileSync(path.join(folder, file), "utf8");

    it(`${file}: every line is an event, and nothing of it is lost`, () => {
      const { events } = readTrace(text);
      const lines = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as object);
      assert.equal(events.length, lines.length);
      events.forEach((event, index) => assert.deepEqual({ ...event, ...lines[index] }, event));
    });

    it(`${file}: its figures are those of 0.1.0`, () => assert.deepEqual(plain(figuresOf(text)), recorded[file]));
  }
});
