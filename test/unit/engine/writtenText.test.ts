/** A run's text as another model is to read it, in whatever format it was written: where thinking goes on in it. */
import assert from "node:assert/strict";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { RunHeader, SpanKind, TraceEvent } from "../../../src/core/trace/trace";
import { NO_THINK_FORMAT, thinkFormat } from "../../../src/core/text/thinkFormat";
import { writtenText } from "../../../src/engine/scoring/writtenText";

type Think = RunHeader["think"];
type Part = [text: string, kind?: SpanKind];

function trace(parts: readonly Part[], think?: Think): Trace {
  const events: TraceEvent[] = [
    {
      ...{ t: "run", v: 1, id: "r", strategy: "chain-of-thought", options: {}, model: { id: "m" } },
      ...{ prompt: {}, messages: [], started: "2026-01-01T00:00:00Z", ...(think ? { think } : {}) },
    } as TraceEvent,
    {
      ...{ t: "tokens", at: 0, kind: "text", text: parts.map(([text]) => text) },
      ...{ logprob: parts.map(() => null), entropy: parts.map(() => null), ms: parts.map(() => 0) },
    } as TraceEvent,
    ...parts.flatMap(([, kind], at): TraceEvent[] => (kind ? [{ t: "span", kind, from: at, to: at + 1 }] : [])),
  ];
  return fold(events);
}

const reader = (id: string, opening: "model" | "template" = "model") => ({
  format: thinkFormat(id) ?? NO_THINK_FORMAT,
  opening,
});
const told = (format: string, opening: "model" | "template", opener: string, closer: string): Think => ({
  ...{ format, opening, opener, closer, from: "template" },
});

const CASES: Record<
  string,
  { trace: Trace; isForeign?: boolean; by: ReturnType<typeof reader>; text: string; thinking: string[] }
> = {
  "tags of the model's own": {
    trace: trace([["<think>\n"], ["a.\n"], ["</think>\n\n"], ["9"]]),
    by: reader("think"),
    text: "<think>\na.\n</think>\n\n9",
    thinking: ["<think>\na.\n"],
  },
  "a template had opened: the opener is written for a reader whose template does not": {
    trace: trace([["a.\n"], ["</think>\n\n"], ["9"]], told("think", "template", "<think>", "</think>")),
    by: reader("think"),
    text: "<think>\na.\n</think>\n\n9",
    thinking: ["<think>\na.\n"],
  },
  "both templates open": {
    trace: trace([["a.\n"], ["</think>\n\n"], ["9"]], told("think", "template", "<think>", "</think>")),
    by: reader("think", "template"),
    text: "a.\n</think>\n\n9",
    thinking: ["a.\n"],
  },
  "cut in what a template had opened": {
    trace: trace([["a.\n"], ["b"]], told("think", "template", "<think>", "</think>")),
    by: reader("think"),
    text: "<think>\na.\nb",
    thinking: ["<think>\na.\nb"],
  },
  "gpt-oss, by a reader with tags": {
    trace: trace([
      ["<|channel|>analysis<|message|>"],
      ["a.\n"],
      ["<|end|><|start|>assistant<|channel|>final<|message|>"],
      ["9"],
    ]),
    by: reader("think"),
    text: "<|channel|>analysis<|message|>a.\n<|end|><|start|>assistant<|channel|>final<|message|>9",
    thinking: ["<|channel|>analysis<|message|>a.\n"],
  },
  "square brackets": {
    trace: trace([["[THINK]"], ["a.\n"], ["[/THINK]"], ["9"]]),
    by: reader("think"),
    text: "[THINK]a.\n[/THINK]9",
    thinking: ["[THINK]a.\n"],
  },
  "only the closer of brackets: they are opened in their own format": {
    trace: trace([["a.\n"], ["[/THINK]"], ["9"]]),
    by: reader("think"),
    text: "[THINK]a.\n[/THINK]9",
    thinking: ["[THINK]a.\n"],
  },
  "marks of nobody's, which the trace names": {
    trace: trace([["a.\n"], ["</mull>"], ["9"]], told("custom", "template", "<mull>", "</mull>")),
    by: reader("think"),
    text: "<mull>\na.\n</mull>9",
    thinking: ["<mull>\na.\n"],
  },
  "no marks: up to the answer": {
    trace: trace([["a.\n"], ["So \\boxed{9}"]]),
    by: reader("none"),
    text: "a.\nSo \\boxed{9}",
    thinking: ["a.\nSo "],
  },
  "another tool's parts, by a reader with tags": {
    trace: trace([
      ["a.", "thinking"],
      ["9", "answer"],
    ]),
    isForeign: true,
    by: reader("think"),
    text: "<think>\na.\n</think>\n\n9",
    thinking: ["a."],
  },
  "another tool's parts, by a reader with brackets": {
    trace: trace([
      ["a.", "thinking"],
      ["9", "answer"],
    ]),
    isForeign: true,
    by: reader("magistral"),
    text: "[THINK]a.[/THINK]9",
    thinking: ["a."],
  },
  "another tool's parts, by gpt-oss": {
    trace: trace([
      ["a.", "thinking"],
      ["9", "answer"],
    ]),
    isForeign: true,
    by: reader("harmony"),
    text: "<|channel|>analysis<|message|>a.<|end|><|start|>assistant<|channel|>final<|message|>9",
    thinking: ["a."],
  },
  "another tool's parts, by a reader whose template opens": {
    trace: trace([
      ["a.", "thinking"],
      ["9", "answer"],
    ]),
    isForeign: true,
    by: reader("think", "template"),
    text: "a.\n</think>\n\n9",
    thinking: ["a."],
  },
};

describe("a run's text for another reader", () => {
  for (const [name, { trace, isForeign = false, by, text, thinking }] of Object.entries(CASES)) {
    it(name, () => {
      const written = writtenText(trace, { isForeign, reader: by });
      assert.equal(written.text, text);
      assert.equal(written.parts.map((part) => part.text).join(""), text);
      assert.deepEqual(
        written.thinking.map(([from, to]) => written.text.slice(from, to)),
        thinking,
      );
    });
  }
});
