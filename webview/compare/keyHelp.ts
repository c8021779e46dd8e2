/** The keys of the comparison, for who does not know them yet. */
import { element } from "../dom/element";
import { l10n } from "../../src/core/text/l10n";

const KEYS: [keys: string, what: string][] = [
  [l10n.t("↑ ↓ or k j"), l10n.t("previous and next step")],
  [l10n.t("← → or h l"), l10n.t("the column beside, at the linked step")],
  ["Home End", l10n.t("first and last step")],
  ["Enter", l10n.t("fold or unfold the row")],
  ["r", l10n.t("show the step as written, or rendered")],
  ["R", l10n.t("show all as written, or rendered")],
  ["t", l10n.t("open the trial answers")],
  ["x", l10n.t("go to the exit")],
  ["Alt ← →", l10n.t("token by token")],
  ["a", l10n.t("stop thinking behind the step, and answer")],
  ["c", l10n.t("edit what was thought up to here, and go on")],
  ["s", l10n.t("write the step and what follows again")],
  ["o", l10n.t("take another token than the one chosen")],
  ["p", l10n.t("pause a run that goes on, or resume it")],
  ["A", l10n.t("have a run that goes on stop thinking, and answer")],
  [l10n.t("/ or Ctrl F"), l10n.t("search; n and N for the next and previous hit")],
  ["y", l10n.t("copy a link to the step")],
];

/** A summary that opens a list of keys over the comparison. */
export function keyHelp(): HTMLElement {
  return element(
    "details",
    { class: "key-help" },
    element("summary", {}, l10n.t("Keys")),
    element("dl", {}, ...KEYS.flatMap(([keys, what]) => [element("dt", {}, keys), element("dd", {}, what)])),
  );
}
