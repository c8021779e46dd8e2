/** fold: a list of events becomes a Trace, the state that metrics, alignment, replay and every mark read. */
import type { EventOf, RunHeader, TokenKind, TraceEvent } from "./trace";

export type Alternative = readonly [text: string, probability: number];

/** One position of the axis. */
export interface Position {
  readonly text: string;
  readonly id: number | undefined;
  readonly kind: TokenKind;
  readonly logprob: number | undefined;
  readonly entropy: number | undefined;
  /** Milliseconds this position took; 0 where nothing was measured. */
  readonly ms: number;
  /** What else the model might have chosen, with its probability, 0 to 1; the likeliest first. Not there where nothing is known. */
  readonly others?: readonly Alternative[];
}

/** Probability that the model gave the token it took, 0 to 1. */
export function probabilityOf(position: Position): number | undefined {
  return position.logprob === undefined ? undefined : Math.min(1, Math.exp(position.logprob));
}

export type Span = Omit<EventOf<"span">, "t">;
export type Check = Omit<EventOf<"check">, "t">;

/** Everything known of one run so far. `fold` extends it in place; readers treat it as read-only. */
export interface Trace {
  header: RunHeader | undefined;
  /** The offset at which a branch left its parent: everything before is shared with it. */
  fork: number | undefined;
  /** What a person put into the text. */
  sets: EventOf<"set">[];
  positions: Position[];
  spans: Span[];
  checks: Check[];
  exit: EventOf<"exit"> | undefined;
  prefills: EventOf<"prefill">[];
  /** Prefills of text that had been read before. */
  rereads: EventOf<"prefill">[];
  /** What models beside the run's own read. */
  auxiliaries: EventOf<"auxiliary">[];
  masks: EventOf<"masked">[];
  /** Tokens that a server was sent again. */
  resent: number;
  evictions: EventOf<"evict">[];
  rounds: EventOf<"round">[];
  latents: EventOf<"latent">[];
  softs: EventOf<"soft">[];
  /** The last of each kind and method. */
  projections: EventOf<"projection">[];
  attention: EventOf<"attention">[];
  calls: EventOf<"call">[];
  withheld: EventOf<"withheld">[];
  contexts: EventOf<"context">[];
  notes: EventOf<"note">[];
  marks: EventOf<"mark">[];
  /** The last of each step. */
  importances: EventOf<"importance">[];
  alterations: EventOf<"altered">[];
  route: EventOf<"route"> | undefined;
  end: EventOf<"end"> | undefined;
}

export function emptyTrace(): Trace {
  return {
    header: undefined,
    fork: undefined,
    sets: [],
    positions: [],
    spans: [],
    checks: [],
    exit: undefined,
    prefills: [],
    rereads: [],
    auxiliaries: [],
    masks: [],
    resent: 0,
    evictions: [],
    rounds: [],
    latents: [],
    softs: [],
    projections: [],
    attention: [],
    calls: [],
    withheld: [],
    contexts: [],
    notes: [],
    marks: [],
    importances: [],
    alterations: [],
    route: undefined,
    end: undefined,
  };
}

const UNKNOWN: Position = { text: "", id: undefined, kind: "text", logprob: undefined, entropy: undefined, ms: 0 };

const asAlternative = ([text, thousandths]: readonly [string, number]): Alternative => [text, thousandths / 1000];

function foldTokens(trace: Trace, event: EventOf<"tokens">): void {
  // A batch that was lost leaves a gap, a batch that came twice overwrites itself: offsets decide, not the order.
  while (trace.positions.length < event.at) trace.positions.push(UNKNOWN);
  const others = new Map(event.others?.map(([index, each]) => [index, each.map(asAlternative)] as const));
  event.text.forEach((text, index) => {
    const known = others.get(index);
    trace.positions[event.at + index] = {
      text,
      id: event.ids?.[index],
      kind: event.kind,
      logprob: event.logprob?.[index] ?? undefined,
      entropy: event.entropy?.[index] ?? undefined,
      ms: event.ms?.[index] ?? 0,
      ...(known ? { others: known } : {}),
    };
  });
}

/** How many marks back one is looked for that has grown: those of one step, about. */
const MARKS_BACK = 16;

/** A mark that is written again has grown. */
function foldMark({ marks }: Trace, event: EventOf<"mark">): void {
  const { kind, what, from, by } = event;
  for (let index = marks.length - 1; index >= Math.max(0, marks.length - MARKS_BACK); index--) {
    const mark = marks[index]!;
    if (mark.from !== from || mark.kind !== kind || mark.what !== what || mark.by !== by) continue;
    marks[index] = event;
    return;
  }
  marks.push(event);
}

function foldEvent(trace: Trace, event: TraceEvent): void {
  switch (event.t) {
    case "run":
      trace.header ??= event;
      return;
    case "fork":
      trace.fork ??= event.at;
      return;
    case "set":
      trace.sets.push(event);
      return;
    case "tokens":
      foldTokens(trace, event);
      return;
    case "span":
      trace.spans.push(event);
      return;
    case "check":
      trace.checks.push(event);
      return;
    case "exit":
      trace.exit ??= event;
      return;
    case "prefill":
      (event.again ? trace.rereads : trace.prefills).push(event);
      return;
    case "auxiliary":
      trace.auxiliaries.push(event);
      return;
    case "masked":
      trace.masks.push(event);
      return;
    case "resent":
      trace.resent += event.tokens;
      return;
    case "evict":
      trace.evictions.push(event);
      return;
    case "round":
      trace.rounds.push(event);
      return;
    case "latent":
      trace.latents.push(event);
      return;
    case "soft":
      trace.softs.push(event);
      return;
    case "projection":
      trace.projections = [
        ...trace.projections.filter(({ of, method }) => of !== event.of || method !== event.method),
        event,
      ];
      return;
    case "attention":
      trace.attention.push(event);
      return;
    case "call":
      trace.calls.push(event);
      return;
    case "withheld":
      trace.withheld.push(event);
      return;
    case "context":
      trace.contexts.push(event);
      return;
    case "note":
      trace.notes.push(event);
      return;
    case "mark":
      foldMark(trace, event);
      return;
    case "importance":
      trace.importances = [...trace.importances.filter(({ from }) => from !== event.from), event];
      return;
    case "altered":
      trace.alterations.push(event);
      return;
    case "route":
      trace.route = event;
      return;
    case "end":
      trace.end = event;
      return;
  }
}

/**
 * Extends `trace` by `events` and returns it.
 * @param events in the order they were written; batches of tokens may be missing or doubled
 */
export function fold(events: Iterable<TraceEvent>, trace: Trace = emptyTrace()): Trace {
  for (const event of events) foldEvent(trace, event);
  return trace;
}
