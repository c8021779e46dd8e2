/** The confidence view: one chart a trace, all on the same axis of tokens. */
import { exitPlace } from "../../src/core/trace/exitPlace";
import { confidenceChart, smoothed } from "../charts/confidenceChart";
import { formatCount, formatProbability } from "../dom/quantities";
import type { PanelState } from "../shown/state";
import { checkSentence } from "../charts/checkWords";
import type { FigureSpec } from "./figure";
import { l10n } from "../../src/core/text/l10n";

/** One figure for each trace that has confidences or checks. */
export function confidenceFigures(state: PanelState): FigureSpec[] {
  const shown = state.traces.filter(
    ({ trace }) => trace.checks.length > 0 || trace.positions.some(({ logprob }) => logprob !== undefined),
  );
  const length = Math.max(1, ...shown.map(({ trace }) => trace.positions.length));
  return shown.map((each, index) => {
    const { run, trace, version } = each;
    const title = each.title;
    return {
      key: run,
      version: `${version} ${length}`,
      title: l10n.t("{0}: confidence", title),
      caption:
        index > 0
          ? ""
          : l10n.t(
              "Line: geometric mean of the probabilities of neighbouring tokens, shaded down to the least sure one. Dots: trial answers, filled if right, crossed if wrong.",
            ),
      draw: (theme, width) => confidenceChart({ run, title, trace, length }, width, theme),
      table: () => ({
        head: ["at token", "what", "value"],
        rows: [
          ...smoothed(trace, 40).flatMap(({ at, mean, low }) =>
            mean === undefined
              ? []
              : [
                  [
                    formatCount(Math.floor(at)),
                    l10n.t("probability, mean and lowest"),
                    `${formatProbability(mean)}, ${formatProbability(low)}`,
                  ],
                ],
          ),
          ...trace.checks.map((check) => [formatCount(check.at), "check", checkSentence(check)]),
          ...(trace.exit ? [[formatCount(exitPlace(trace)!), "exit", trace.exit.why]] : []),
        ],
      }),
    };
  });
}
