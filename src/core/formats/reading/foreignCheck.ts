/** Checks of a run as they go through other tools' formats, which have no place of their own for them. */
import type { Trace } from "../../trace/fold";
import type { TraceEvent } from "../../trace/trace";
import { LONGEST_TEXT } from "../limits";
import { list, number, object, text, type Json } from "./jsonValue";

/** What was found where somebody asked whether thinking may stop. The trial answer's tokens are not kept. */
export interface ForeignCheck {
  /** Characters of thinking before it. */
  at: number;
  by: string;
  answer?: string | undefined;
  /** By name, as in the trace. */
  signals?: Record<string, number> | undefined;
  /** The one that is compared with the threshold. */
  signal?: string | undefined;
  /** In place of both, as version 0.1.0 wrote it: the figure that was compared. */
  confidence?: number | undefined;
  threshold?: number | undefined;
  stopsBelow?: boolean | undefined;
  correct?: boolean | undefined;
}

type Check = Trace["checks"][number];

/** @param charactersAt how much thinking stands before a position */
export function foreignChecks(checks: readonly Check[], charactersAt: (position: number) => number): ForeignCheck[] {
  return checks.map(({ at, by, answer, signals, signal, confidence, threshold, stopsBelow, correct }) => ({
    at: charactersAt(at),
    by,
    answer,
    signals,
    signal,
    confidence,
    threshold,
    stopsBelow,
    correct,
  }));
}

/** Checks that a file lists; entries without a place are left out. */
export function readChecks(value: unknown): ForeignCheck[] {
  return list(value).flatMap((entry): ForeignCheck[] => {
    const check = object(entry);
    const at = number(check["at"]);
    if (at === undefined || at < 0 || at > LONGEST_TEXT) return [];
    return [
      {
        at: Math.floor(at),
        by: text(check["by"]) ?? "imported",
        answer: text(check["answer"]),
        signals: figures(check["signals"]),
        signal: text(check["signal"]),
        confidence: number(check["confidence"]),
        threshold: number(check["threshold"]),
        stopsBelow: flag(check["stopsBelow"]),
        correct: flag(check["correct"]),
      },
    ];
  });
}

/** No check reads more; a file that says so would only fill memory. */
const MOST_SIGNALS = 32;

function figures(value: unknown): Record<string, number> | undefined {
  const entries = Object.entries(object(value)).slice(0, MOST_SIGNALS);
  const known = entries.flatMap(([name, each]) => {
    const figure = number(each);
    return figure === undefined ? [] : [[name, figure] as const];
  });
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

const flag = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

/** A check as an event at position `at`. */
export function checkEvent(check: ForeignCheck, at: number): TraceEvent {
  return { t: "check", ...(defined({ ...check }) as unknown as ForeignCheck), at };
}

/** `value` without what is not known. */
export function defined(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
