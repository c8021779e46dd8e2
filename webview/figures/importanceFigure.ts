/** Which step mattered: the steps of a thought by how far they move the answers. */
import type { EventOf } from "../../src/core/trace/trace";
import { spanText } from "../../src/core/measure/metrics";
import { importanceText, isMeasured, unmeasuredSentence } from "../../src/core/whatIf/importanceText";
import { measuredSteps } from "../../src/core/whatIf/spokenSteps";
import { importanceBars, type ImportanceBar } from "../charts/importanceBars";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import type { ShownTrace } from "../shown/state";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

/** The picture shows so many; the table has all. */
const MOST_BARS = 20;

const answersText = (counts: EventOf<"importance">["before"]): string =>
  counts
    .map(([answer, count]) => `${answer === null ? l10n.t("none") : oneLine(answer, 24)} ×${formatCount(count)}`)
    .join(", ");

/** Undefined where no step was measured. */
export function importanceFigure({ run, trace, title, version }: ShownTrace): FigureSpec | undefined {
  if (trace.importances.length === 0) return undefined;
  const steps = measuredSteps(trace);
  const sorted = trace.importances
    .map((each) => ({
      ...each,
      step: steps.findIndex(({ from }) => from === each.from) + 1,
      text: spanText(trace, each).trim(),
    }))
    .sort((a, b) => Number(isMeasured(b)) - Number(isMeasured(a)) || b.value - a.value);
  const bars: ImportanceBar[] = sorted.filter(isMeasured).slice(0, MOST_BARS);
  const unmeasured = unmeasuredSentence(sorted);
  return {
    key: `${run} importance`,
    version: String(version),
    title: l10n.t("{0}: which step mattered", title),
    caption: [
      l10n.t(
        "How far a step moves the answers: the divergence of those that come out where the thought is sampled again from before it and says something else, from those where it goes on behind it, with 95 % intervals. Samples are the model’s own words; what follows a text that was edited by hand can mislead.",
      ),
      ...(unmeasured ? [unmeasured] : []),
    ].join(" "),
    draw: (theme, width) => importanceBars(bars, { title, width, theme }),
    table: () => ({
      head: [
        "step",
        "importance, nats",
        "95 % interval",
        "differ",
        "answers without it",
        "answers with it",
        "meaning by",
        "text",
      ],
      rows: sorted.map((row) => [
        String(row.step),
        importanceText(row).value,
        importanceText(row).interval,
        l10n.t("{0} of {1}", formatCount(row.different), formatCount(row.samples)),
        answersText(row.before),
        answersText(row.after),
        row.by === "meaning" ? l10n.t("hidden states") : l10n.t("words"),
        oneLine(row.text, 120),
      ]),
    }),
  };
}
