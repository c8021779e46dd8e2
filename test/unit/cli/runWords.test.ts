import assert from "node:assert/strict";
import { runWords, wordsText } from "../../../src/cli/runWords";
import { fold } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";

const trace = (...events: TraceEvent[]) => fold(events);
const tokens = (at: number, ...text: string[]): TraceEvent => ({ t: "tokens", at, kind: "text", text });
const span = (kind: "thinking" | "answer" | "step", from: number, to: number): TraceEvent => ({
  t: "span",
  kind,
  from,
  to,
});

describe("what a run thought and wrote, at a terminal", () => {
  const thought = trace(
    tokens(0, "<think>", "\n", "2 + 2", " is 4.\n", "\nSo 4.", "</think>", "It is ", "4."),
    span("step", 2, 5),
    span("thinking", 0, 6),
    span("answer", 6, 8),
  );

  it("is its text without tags", () => {
    assert.deepEqual(runWords(thought), { thinking: "2 + 2 is 4.\n\nSo 4.", written: "It is 4." });
    assert.equal(wordsText(thought), "Thinking\n  2 + 2 is 4.\n\n  So 4.\n\nAnswer\n  It is 4.");
  });

  const silent: [why: string, trace: ReturnType<typeof trace>, said: RegExp][] = [
    ["there was none", trace(tokens(0, "4"), span("answer", 0, 1)), /^Thinking\n {2}The model did not think\./],
    [
      "it was in continuous thoughts",
      trace({ t: "latent", at: 0, vector: "", top: [] }, { t: "tokens", at: 0, kind: "latent", text: [""] }),
      /One continuous thought, which has no text/,
    ],
    [
      "it was withheld",
      trace({ t: "withheld", at: 0, why: "encrypted" }),
      /The server withheld it\.[^]*Nothing was written/,
    ],
  ];
  for (const [why, of, said] of silent) it(`says why it has no text: ${why}`, () => assert.match(wordsText(of), said));
});
