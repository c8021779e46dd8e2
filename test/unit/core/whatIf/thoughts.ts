/** Traces of thoughts that a test writes out, and a model that goes on from them as the test says. */
import type { WhatIfEngine, BranchOrder, RunOrder } from "../../../../src/core/whatIf/whatIfEngine";
import { fold, type Trace } from "../../../../src/core/trace/fold";
import type { TraceEvent } from "../../../../src/core/trace/trace";

/** A run whose steps are lines between marks, a token a word; the answer stands behind them. */
export function thought(
  steps: readonly string[],
  answer: string | undefined,
  more: Partial<Extract<TraceEvent, { t: "run" }>> = {},
  fork?: number,
): TraceEvent[] {
  const text = ["<think>\n"];
  const spans: TraceEvent[] = [];
  for (const step of steps) {
    const from = text.length;
    text.push(...(step.match(/\s?\S+/g) ?? []));
    spans.push({ t: "span", kind: "step", from, to: text.length });
    text.push("\n");
  }
  text.push("</think>\n\n");
  spans.push({ t: "span", kind: "thinking", from: 0, to: text.length });
  const from = text.length;
  text.push(`\\boxed{${answer ?? ""}}`);
  spans.push({ t: "span", kind: "answer", from, to: text.length });
  return [
    {
      ...{ t: "run", v: 1, id: "r", strategy: "chain-of-thought", options: {}, model: { id: "m" }, prompt: {} },
      ...{ messages: [{ role: "user", content: "How many?" }], started: "2026-01-01T00:00:00.000Z", gold: "7" },
      ...more,
    },
    ...(fork === undefined ? [] : [{ t: "fork" as const, at: fork }]),
    { t: "tokens", at: 0, kind: "text", text, ms: text.map(() => 10) },
    ...spans,
    { t: "end", ...(answer === undefined ? {} : { answer }) },
  ];
}

/** What was asked of it, and what it gave. */
export class ScriptedEngine implements WhatIfEngine {
  readonly branches: BranchOrder[] = [];
  readonly runs: RunOrder[] = [];

  constructor(
    private readonly onBranch: (order: BranchOrder, nth: number) => Trace,
    private readonly onRun: (order: RunOrder) => Trace = () => fold(thought([], undefined)),
    private readonly meaning: (text: string) => Float32Array | undefined = () => undefined,
  ) {}

  branch(order: BranchOrder): Promise<Trace> {
    this.branches.push(order);
    return Promise.resolve(this.onBranch(order, this.branches.length));
  }

  run(order: RunOrder): Promise<Trace> {
    this.runs.push(order);
    return Promise.resolve(this.onRun(order));
  }

  meanings(texts: readonly string[]): Promise<(Float32Array | undefined)[]> {
    return Promise.resolve(texts.map((text) => this.meaning(text)));
  }
}
