/** What is said of a step: a loop, a name of the person's watch list, how much it mattered; a sign and words, never a colour alone. */
import type { EventOf } from "../../src/core/trace/trace";
import { element } from "../dom/element";
import { oneLine } from "../dom/safeText";

type Kind = EventOf<"mark">["kind"] | "importance";
const SIGNS: Record<Kind, string> = { loop: "↻", watch: "⚑", importance: "⚓" };

export function stepMark(kind: Kind, words: string): HTMLElement {
  return element(
    "div",
    { class: `step-mark ${kind}` },
    element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[kind]),
    element("bdi", {}, oneLine(words, 160)),
  );
}
