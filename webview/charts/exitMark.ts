/** Where thinking stopped, and why, as a ruled line across a column. */
import type { EventOf, ExitReason } from "../../src/core/trace/trace";
import { element } from "../element";
import { oneLine } from "../safeText";

export const EXIT_WORDS: Record<ExitReason, string> = {
  confidence: "confident enough",
  probe: "probe says so",
  budget: "budget used up",
  "end-of-thinking": "the model ended thinking",
  concluded: "concluded",
  truncated: "cut off",
  malformed: "malformed output",
  "max-rounds": "all rounds used",
  cancelled: "cancelled",
  error: "stopped by an error",
};

/** Exits that something outside the model decided; the others are how a trace simply ends. */
export function isEarly(exit: EventOf<"exit">): boolean {
  return exit.why === "confidence" || exit.why === "probe" || exit.why === "budget";
}

/** @param check the chip of the check that led to the exit, where one did */
export function exitMark(exit: EventOf<"exit">, check?: Node): HTMLElement {
  const kind = isEarly(exit) ? "early" : exit.why === "end-of-thinking" || exit.why === "concluded" ? "own" : "broken";
  return element(
    "div",
    { class: `exit-mark ${kind}` },
    element(
      "span",
      { class: "exit-label" },
      element("strong", {}, "Exit"),
      EXIT_WORDS[exit.why],
      exit.message !== undefined && element("bdi", { class: "exit-message" }, oneLine(exit.message, 160)),
    ),
    check,
  );
}
