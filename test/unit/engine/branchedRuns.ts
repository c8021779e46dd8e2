/** Runs and branches of them on one model, for tests. */
import type { BranchRequest, RunRequest } from "../../../src/core/protocol/engineApi";
import { purposes } from "../../../src/core/measure/metrics";
import { fold, type Trace } from "../../../src/core/trace/fold";
import type { TraceEvent } from "../../../src/core/trace/trace";
import { branchTrace } from "../../../src/engine/branching/branchTrace";
import type { Backend } from "../../../src/engine/decoding/model";
import { runStrategy } from "../../../src/engine/runs/runStrategy";

const route = () => Promise.resolve({ by: "test", scores: [["chunked_symbolism", 1]] as ["chunked_symbolism", 1][] });
const never = new AbortController().signal;
/** Of the kind that the included model was trained on. */
const QUESTION =
  "Stella has 47 books. On Tuesday she picks up 17 books. On Wednesday Stella loses 13 books. On Thursday Stella gives 13 books to Rex. How many books does Stella have after Thursday?";
const reference = { kind: "folder", path: "model" } as const;

export interface Recorded {
  events: TraceEvent[];
  trace: Trace;
}

export async function recordRun(
  backend: Backend,
  strategy: string,
  request: Partial<RunRequest> = {},
): Promise<Recorded> {
  const events: TraceEvent[] = [];
  await runStrategy({
    backend,
    request: {
      ...{ id: "parent", model: reference, strategy, gold: "38" },
      messages: [
        {
          role: "user",
          content: QUESTION,
        },
      ],
      ...request,
    },
    route,
    emit: (batch) => void events.push(...batch),
    signal: never,
  });
  return { events, trace: fold(events) };
}

export async function recordBranch(
  backend: Backend,
  parent: readonly TraceEvent[],
  request: Partial<BranchRequest> & Pick<BranchRequest, "at" | "kind">,
): Promise<Recorded> {
  const events: TraceEvent[] = [];
  await branchTrace(
    backend,
    { id: "branch", model: reference, events: [...parent], ...request },
    { route, emit: (batch) => void events.push(...batch), signal: never },
  );
  return { events, trace: fold(events) };
}

/** Everything that stands, token by token: what was taken back is not in it. */
export function standing({ trace }: Recorded): string[] {
  const purpose = purposes(trace);
  return trace.positions
    .filter((_, at) => purpose[at] !== "trial")
    .map(({ id, text, kind }) => `${kind} ${id ?? ""} ${JSON.stringify(text)}`);
}

/** Places between two tokens that stand, and of no character of several tokens, spread over the run. */
export function placesIn({ trace }: Recorded, count: number): number[] {
  const purpose = purposes(trace);
  const plain = trace.positions.flatMap(({ kind }, at) =>
    (kind === "text" || kind === "forced") && purpose[at] !== "trial" && trace.positions[at - 1]?.text !== ""
      ? [at]
      : [],
  );
  return Array.from({ length: count }, (_, index) => plain[Math.floor((index * plain.length) / count)]!);
}
