import assert from "node:assert/strict";
import { runDetails, SPARK_POINTS } from "../../../src/core/measure/runDetails";
import { fold } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import * as samples from "../samples/sampleTraces";

const detailsOf = (events: TraceEvent[]) => runDetails(fold(events));

describe("details of a run", () => {
  it("say how much thinking came after the answer first stood, and by what that is known", () => {
    const thought = detailsOf(samples.chainOfThought());
    assert.equal(thought.from, "steps");
    assert.ok(thought.after! > 0.3 && thought.after! < 0.7, `${thought.after}`);
    const checked = detailsOf(samples.deer());
    assert.equal(checked.from, "checks");
  });

  it("count positions as tokens, except in a text that was cut into pieces", () => {
    const events = samples.chainOfThought();
    const own = detailsOf(events);
    assert.equal(own.tokens, fold(events).positions.length);
    assert.equal(own.counted, true);
    const imported = events.map((event): TraceEvent => {
      if (event.t === "run") return { ...event, source: { format: "think-text" } };
      return event.t === "tokens" ? { t: "tokens", at: event.at, kind: "text", text: event.text } : event;
    });
    assert.equal(detailsOf(imported).counted, false);
  });

  it("draw confidence along thinking in a bounded number of points", () => {
    const { spark } = detailsOf(samples.long(2000));
    assert.equal(spark?.length, SPARK_POINTS);
    assert.ok(spark.every((point) => point !== null && point > 0 && point <= 1));
    const short = detailsOf(samples.chainOfDraft());
    assert.ok(short.spark!.length <= SPARK_POINTS);
  });

  it("know nothing of a trace without thinking, without confidences, or without events", () => {
    assert.deepEqual(detailsOf([]), { tokens: 0, counted: true, after: undefined, from: undefined, spark: undefined });
    const silent = samples.chainOfThought().map((event): TraceEvent => {
      if (event.t !== "tokens") return event;
      const { logprob: _, ...rest } = event;
      return rest;
    });
    assert.equal(detailsOf(silent).spark, undefined);
  });

  it("do not compare the answers of thousands of steps for a list", () => {
    const events: TraceEvent[] = [
      { t: "tokens", at: 0, kind: "text", text: Array.from({ length: 6000 }, () => "is 4 ") },
      ...Array.from({ length: 3000 }, (_, at): TraceEvent => ({
        t: "span",
        kind: "step",
        from: 2 * at,
        to: 2 * at + 2,
      })),
      { t: "exit", at: 6000, why: "end-of-thinking" },
      { t: "end", answer: "4" },
    ];
    assert.equal(detailsOf(events).after, undefined);
  });
});
