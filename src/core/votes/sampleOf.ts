/** A recorded run as a sample of its question. */
import { measure, purposes } from "../measure/metrics";
import type { Trace } from "../trace/fold";
import { surenessOf } from "./sureness";
import type { Sample } from "./vote";

export function sampleOf(trace: Trace): Sample {
  const { answer, correct, tokens, ms } = measure(trace);
  const purpose = purposes(trace);
  const entropies = trace.positions.flatMap(({ entropy }, at) =>
    purpose[at] === "thinking" && entropy !== undefined ? [entropy] : [],
  );
  return {
    answer,
    correct,
    thinking: tokens.thinking,
    tokens: tokens.total,
    ms: ms.total,
    sureness: surenessOf(entropies),
  };
}
