/** What asking whether thinking may stop costs, beside the thinking itself: DEER on questions of the benchmark. */
import type { ModelReference } from "../../src/core/engineApi";
import { measure } from "../../src/core/metrics";
import { problems } from "../datasets";
import { Runner } from "../runner";

export interface CheckCost {
  checks: number;
  /** Milliseconds of one check, the mean. */
  msPerCheck: number;
  /** Time of all checks over the time of all thinking. */
  share: number;
}

export async function costOfChecks(model: ModelReference, questions: number): Promise<CheckCost> {
  const runs = await new Runner().runs("checks", problems("arithmetic", "valid", questions), {
    name: "deer",
    strategy: "deer",
    model,
    options: { maxTokens: 512 },
  });
  let checks = 0;
  let checkMs = 0;
  let thinkMs = 0;
  for (const { trace } of runs) {
    const { ms } = measure(trace);
    checks += trace.checks.length;
    checkMs += ms.checks;
    thinkMs += ms.decode;
  }
  return { checks, msPerCheck: checkMs / Math.max(1, checks), share: checkMs / thinkMs };
}
