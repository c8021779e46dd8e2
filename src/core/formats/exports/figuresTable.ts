/** The figures of traces as one table, for CSV and HTML. */
import type { Trace } from "../../trace/fold";
import { measure } from "../../measure/metrics";
import { costOf, priceOf, type PriceTable } from "../../measure/prices";

/** Names of the columns, as CSV has them. */
export const COLUMNS = [
  "run",
  "strategy",
  "model",
  "prompt",
  "answer",
  "expected",
  "correct",
  "exit",
  "prompt_tokens",
  "thinking_tokens",
  "answer_tokens",
  "trial_tokens",
  "summary_tokens",
  "gist_tokens",
  "latent_tokens",
  "total_tokens",
  "prefill_ms",
  "decode_ms",
  "checks_ms",
  "total_ms",
  "tokens_per_second",
  "peak_context",
  "dependency",
  "steps",
  "checks",
  "log_verdict",
  "reread_tokens",
  "auxiliary_tokens",
  "generated",
  "processed",
  "reused",
  "reused_of_earlier_runs",
  "billed_input",
  "billed_cached",
  "billed_output",
  "cost",
  "currency",
] as const;

export type Cell = string | number | undefined;

const rounded = (value: number) => Math.round(value * 100) / 100;

/**
 * One row a trace, in the order of `COLUMNS`.
 * @param prices a person's own; without one of its model a trace has no cost
 */
export function figureRow(trace: Trace, prices: PriceTable = {}): Cell[] {
  const { header } = trace;
  const { tokens, ms, tokensPerSecond, context, answer, correct, exit, billed, work, steps, checks } = measure(trace);
  const price = priceOf(prices, header?.model.id);
  return [
    header?.id,
    header?.strategy,
    header?.model.id,
    header?.prompt.title ?? header?.messages.findLast(({ role }) => role === "user")?.content,
    answer,
    header?.gold,
    correct === undefined ? undefined : String(correct),
    exit,
    tokens.prompt,
    tokens.thinking,
    tokens.answer,
    tokens.trial,
    tokens.summary,
    tokens.gist,
    tokens.latent,
    tokens.total,
    ...[ms.prefill, ms.decode, ms.checks, ms.total, tokensPerSecond].map(rounded),
    context.peak,
    context.dependency,
    steps,
    checks,
    trace.end?.verdicts?.map(({ by, value }) => `${by}: ${value}`).join("; "),
    tokens.reread,
    tokens.auxiliary,
    work?.generated,
    work?.processed,
    work?.reused,
    work?.warm,
    ...(billed ? [billed.input, billed.cached, billed.output] : [undefined, undefined, undefined]),
    billed && price && Number(costOf(billed, price).toPrecision(6)),
    billed && price?.currency,
  ];
}
