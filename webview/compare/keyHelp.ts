/** The keys of the comparison, for who does not know them yet. */
import { element } from "../dom/element";

const KEYS: [keys: string, what: string][] = [
  ["↑ ↓ or k j", "previous and next step"],
  ["← → or h l", "the column beside, at the linked step"],
  ["Home End", "first and last step"],
  ["Enter", "fold or unfold the row"],
  ["r", "show the step as written, or rendered"],
  ["R", "show all as written, or rendered"],
  ["t", "open the trial answers"],
  ["x", "go to the exit"],
  ["Alt ← →", "token by token"],
  ["a", "stop thinking behind the step, and answer"],
  ["c", "edit what was thought up to here, and go on"],
  ["s", "write the step and what follows again"],
  ["o", "take another token than the one chosen"],
  ["p", "pause a run that goes on, or resume it"],
  ["A", "have a run that goes on stop thinking, and answer"],
  ["/ or Ctrl F", "search; n and N for the next and previous hit"],
  ["y", "copy a link to the step"],
];

/** A summary that opens a list of keys over the comparison. */
export function keyHelp(): HTMLElement {
  return element(
    "details",
    { class: "key-help" },
    element("summary", {}, "Keys"),
    element("dl", {}, ...KEYS.flatMap(([keys, what]) => [element("dt", {}, keys), element("dd", {}, what)])),
  );
}
