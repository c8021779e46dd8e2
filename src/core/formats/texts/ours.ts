/** Our own format, `*.thoughts.jsonl`: one run, or several after one another, each with its header. */
import type { Alternative, Trace } from "../../trace/fold";
import { TRACE_VERSION, type TraceEvent } from "../../trace/trace";
import { readTrace, serializeEvent } from "../../trace/traceFile";
import { splitRuns } from "../../trace/traceRuns";
import type { TraceFormat } from "../format";
import { sentenceFrom } from "../../text/l10n";

export const ours: TraceFormat = {
  id: "thoughtlens",
  title: "Thoughtlens trace",
  extension: ".thoughts.jsonl",
  detect: (source) => /^\uFEFF?\s*\{\s*"t"\s*:\s*"/.test(source.text.slice(0, 200)),
  *read({ text, name }, problems) {
    const { events, problems: told } = readTrace(text);
    problems.push(...told.map(sentenceFrom));
    for (const run of splitRuns(events)) yield importedRun(run, name);
  },
  write: (traces) =>
    traces
      .map((trace) =>
        traceEvents(trace)
          .map((event) => `${serializeEvent(event)}\n`)
          .join(""),
      )
      .join(""),
};

/**
 * A run that came in a file. Its header does not say which file of this machine its prompt stands in: who opens that file
 * and sends it to a model must not take its name from somebody else. A run whose header was lost gets one that says no more
 * than where it came from.
 */
export function importedRun(run: readonly TraceEvent[], file: string): TraceEvent[] {
  if (run.some(({ t }) => t === "run")) return run.map(withoutPlace);
  const source = { format: "thoughtlens", ...(file === "" ? {} : { file }) };
  const unknown = {
    strategy: "imported",
    options: {},
    model: { id: "unknown" },
    prompt: {},
    messages: [],
    started: "",
  };
  return [{ t: "run", v: TRACE_VERSION, id: "headless", ...unknown, source }, ...run];
}

function withoutPlace(event: TraceEvent): TraceEvent {
  if (event.t !== "run" || event.prompt.uri === undefined) return event;
  const { uri: _, ...prompt } = event.prompt;
  return { ...event, prompt };
}

const inThousandths = ([text, probability]: Alternative): [string, number] => [text, Math.round(probability * 1000)];

/** The events of a folded trace in an order that can be read again: offsets decide, and what ends comes last. */
function traceEvents(trace: Trace): TraceEvent[] {
  const { header, positions, end } = trace;
  const events: TraceEvent[] = [];
  for (let at = 0; at < positions.length;) {
    const { kind } = positions[at]!;
    let to = at + 1;
    while (to < positions.length && positions[to]!.kind === kind) to += 1;
    const batch = positions.slice(at, to);
    const known = <T>(values: (T | undefined)[]) => values.some((value) => value !== undefined);
    const ids = batch.map(({ id }) => id);
    const logprob = batch.map((position) => position.logprob);
    const entropy = batch.map((position) => position.entropy);
    const others = batch.flatMap(({ others: each }, index): [number, [string, number][]][] =>
      each ? [[index, each.map(inThousandths)]] : [],
    );
    events.push({
      t: "tokens",
      at,
      kind,
      text: batch.map((position) => position.text),
      ...(ids.every((id) => id !== undefined) ? { ids } : {}),
      ...(known(logprob) ? { logprob: logprob.map((value) => value ?? null) } : {}),
      ...(known(entropy) ? { entropy: entropy.map((value) => value ?? null) } : {}),
      ...(others.length > 0 ? { others } : {}),
      ...(batch.some(({ ms }) => ms > 0) ? { ms: batch.map(({ ms }) => ms) } : {}),
    });
    at = to;
  }
  const {
    prefills,
    rereads,
    auxiliaries,
    masks,
    resent,
    rounds,
    contexts,
    evictions,
    latents,
    softs,
    projections,
    attention,
    checks,
    notes,
    route,
    exit,
  } = trace;
  const { calls, withheld } = trace;
  return [
    ...(header ? [header] : []),
    ...(trace.fork === undefined ? [] : [{ t: "fork", at: trace.fork } as const]),
    ...(route ? [route] : []),
    ...softs,
    ...prefills,
    ...rereads,
    ...auxiliaries,
    ...(resent > 0 ? [{ t: "resent", at: 0, tokens: resent } as const] : []),
    ...rounds,
    ...events,
    ...contexts,
    ...trace.spans.map((span): TraceEvent => ({ ...span, t: "span" })),
    ...checks.map((check): TraceEvent => ({ ...check, t: "check" })),
    ...trace.sets,
    ...evictions,
    ...masks,
    ...latents,
    ...projections,
    ...attention,
    ...calls,
    ...withheld,
    ...notes,
    ...(exit ? [exit] : []),
    ...(end ? [end] : []),
  ];
}
