/** Where thinking stopped, and why, as a ruled line across a column. */
import type { EventOf } from "../../src/core/trace/trace";
import { isEarly } from "../../src/core/trace/kinds";
import { element } from "../dom/element";
import { exitWords } from "../../src/core/trace/exitWords";
import { oneLine } from "../dom/safeText";
import { l10n } from "../../src/core/text/l10n";

/** @param check the chip of the check that led to the exit, where one did */
export function exitMark(exit: EventOf<"exit">, check?: Node): HTMLElement {
  const kind = isEarly(exit.why)
    ? "early"
    : exit.why === "end-of-thinking" || exit.why === "concluded"
      ? "own"
      : "broken";
  return element(
    "div",
    { class: `exit-mark ${kind}` },
    element(
      "span",
      { class: "exit-label" },
      element("strong", {}, l10n.t("Exit")),
      exitWords(exit.why),
      exit.message !== undefined && element("bdi", { class: "exit-message" }, oneLine(exit.message, 160)),
    ),
    check,
  );
}
