/** Checks of a run as they go through other tools' formats, which have no place of their own for them. */
import type { Trace } from "../trace/fold";
import type { TraceEvent } from "../trace/trace";
import { LONGEST_TEXT } from "./format";
import { list, number, object, text, type Json } from "./jsonValue";

/** What was found where somebody asked whether thinking may stop. The trial answer's tokens are not kept. */
export interface ForeignCheck {
  /** Characters of thinking before it. */
  at: number;
  by: string;
  answer?: string | undefined;
  /** Between 0 and 1. */
  confidence?: number | undefined;
  threshold?: number | undefined;
  stopsBelow?: boolean | undefined;
  correct?: boolean | undefined;
}

type Check = Trace["checks"][number];

/** @param charactersAt how much thinking stands before a position */
export function foreignChecks(checks: readonly Check[], charactersAt: (position: number) => number): ForeignCheck[] {
  return checks.map(({ at, by, answer, confidence, threshold, stopsBelow, correct }) => ({
    at: charactersAt(at),
    by,
    answer,
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
        confidence: number(check["confidence"]),
        threshold: number(check["threshold"]),
        stopsBelow: flag(check["stopsBelow"]),
        correct: flag(check["correct"]),
      },
    ];
  });
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
