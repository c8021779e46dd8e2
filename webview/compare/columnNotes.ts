/** What a strategy had to say of a run, how it was routed, and the prompt: below the figures of a column. */
import type { Trace } from "../../src/core/trace/fold";
import { runTerms } from "../../src/core/prompt/runTerms";
import type { Branch, EventOf, Verdict } from "../../src/core/trace/trace";
import { element, type Child } from "../dom/element";
import { formatCount, formatProbability } from "../dom/quantities";
import { oneLine, visible } from "../dom/safeText";
import { toolCall, turnContent, withheldNote } from "./toolCall";
import { l10n } from "../../src/core/text/l10n";

const paradigm = (name: string): string => oneLine(name.replace(/[-_]+/g, " "), 40);

/** `chunked symbolism 0.97, next expert lexicons 0.02`: the pick, its probability and the runner-up. */
function routeWords({ pick, scores, overridden, by }: EventOf<"route">): string {
  const score = scores.find(([name]) => name === pick)?.[1];
  const next = scores.filter(([name]) => name !== pick).sort((a, b) => b[1] - a[1])[0];
  const picked = `${paradigm(pick)}${score === undefined ? "" : ` ${formatProbability(score)}`}`;
  const runnerUp = next ? l10n.t(", next {0} {1}", paradigm(next[0]), formatProbability(next[1])) : "";
  return overridden ? l10n.t("{0}, chosen by hand{1}", picked, runnerUp) : `${picked}${runnerUp} (${oneLine(by, 30)})`;
}

function promptTokens(trace: Trace): string {
  const tokens = trace.prefills[0]?.tokens;
  return tokens === undefined ? "" : l10n.t(", {0} tokens", formatCount(tokens));
}

/** `match says right (C)`: what the log says of the answer, beside our own verdict in the title. */
function logVerdict({ by, value, correct, why }: Verdict): HTMLElement {
  const word = correct === undefined ? value : `${correct ? l10n.t("right") : l10n.t("wrong")} (${value})`;
  return element(
    "p",
    { class: "log-verdict", title: why === undefined ? undefined : oneLine(why, 600) },
    element("span", { class: "name" }, l10n.t("the log’s own verdict: ")),
    element("bdi", {}, l10n.t("{0} says {1}", oneLine(by, 60), oneLine(word, 60))),
  );
}

/** What of its parent's text a branch does not share, and what stands there instead. */
function changed({ why, change }: Branch): HTMLElement {
  return element(
    "p",
    { class: "branch-change" },
    element("span", { class: "name" }, why === "token" ? l10n.t("token taken: ") : l10n.t("edited: ")),
    element("bdi", {}, oneLine(visible(change!.was), 200) || l10n.t("nothing")),
    " → ",
    element("bdi", {}, oneLine(visible(change!.is), 200) || l10n.t("nothing")),
  );
}

/** On what terms the run was made: instruction, sampling, family, think format; the instruction word for word. */
function terms({ header }: Trace): Child {
  const rows = header ? runTerms(header) : [];
  if (rows.length === 0) return undefined;
  const words = header?.instruction?.text;
  return element(
    "details",
    { class: "terms" },
    element("summary", {}, l10n.t("terms")),
    element(
      "dl",
      {},
      ...rows.flatMap(({ name, value }) => [
        element("dt", {}, name),
        element("dd", {}, element("bdi", {}, visible(value))),
      ]),
    ),
    words !== undefined && element("div", { class: "message" }, element("bdi", {}, visible(words))),
  );
}

/** The parts that have something to say; nothing for a plain run without a prompt. */
export function columnNotes(trace: Trace, overruns: number): Child[] {
  const warnings = trace.notes.filter(({ level }) => level === "warning");
  const remarks = trace.notes.filter(({ level }) => level === "info");
  const messages = trace.header?.messages ?? [];
  return [
    trace.route &&
      element("p", { class: "route" }, element("span", { class: "name" }, "router: "), routeWords(trace.route)),
    trace.header?.branch?.change && changed(trace.header.branch),
    overruns > 0 &&
      element("p", { class: "overruns" }, l10n.t("{0} drafts over the word limit", formatCount(overruns))),
    ...(trace.end?.verdicts ?? []).map(logVerdict),
    // Without a text there is no block to hang them onto.
    ...(trace.positions.length === 0 ? [...trace.withheld.map(withheldNote), ...trace.calls.map(toolCall)] : []),
    ...warnings.map(({ message }) =>
      element(
        "p",
        { class: "trace-warning" },
        element("strong", {}, l10n.t("Note: ")),
        element("bdi", {}, visible(message)),
      ),
    ),
    remarks.length > 0 &&
      element(
        "details",
        { class: "remarks" },
        element(
          "summary",
          {},
          remarks.length === 1 ? l10n.t("1 remark") : l10n.t("{0} remarks", formatCount(remarks.length)),
        ),
        ...remarks.map(({ message }) => element("p", {}, element("bdi", {}, visible(message)))),
      ),
    terms(trace),
    messages.length > 0 &&
      element(
        "details",
        { class: "prompt" },
        element("summary", {}, `prompt${promptTokens(trace)}`),
        ...messages.map((message) =>
          element(
            "div",
            { class: "message" },
            element("div", { class: "role" }, message.role),
            ...turnContent(message),
          ),
        ),
      ),
  ];
}
