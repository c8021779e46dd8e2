/** The results of a prompt as a comment that its format ignores, and where such a comment stands already. */
import { delimited } from "../../core/text/delimited";
import { formatMs } from "../../core/text/quantities";
import { l10n } from "../../core/text/l10n";
import { shorten } from "../../core/text/shorten";
import { strategyTitle } from "../../core/catalogue";
import { totalTokens, verdict } from "../../core/measure/runSummary";
import { exitPoint, modelsOf, type PromptResult } from "./promptResults";

/** Handlebars takes its comment out of the prompt; the other formats take HTML's. */
export function resultComment(fileName: string, result: PromptResult): string {
  const lines = result.byStrategy.map((run) => {
    const time = run.end?.ms?.total ? formatMs(run.end.ms.total) : undefined;
    const parts = [verdict(run), l10n.t("{0} tokens", totalTokens(run)), time, exitPoint(run)];
    return `${shorten(strategyTitle(run.header.strategy), 40)}: ${parts.filter((part) => part !== undefined).join(", ")}`;
  });
  const text = [l10n.t("on {0}", modelsOf(result)), ...lines]
    .map((line) => line.replaceAll("--", "––").replaceAll("}}", "} }"))
    .join("\n");
  return /\.prompt$/i.test(fileName) ? `{{!-- thoughtlens: ${text}\n--}}` : `<!-- thoughtlens: ${text}\n-->`;
}

/** Where the last such comment stands in `text`, as [from, to) in characters. */
export function oldComment(text: string): [from: number, to: number] | undefined {
  const starts = (at: number) => at === 0 || text[at - 1] === "\n";
  const comments = [...between("<!--", "-->"), ...between("{{!--", "--}}")];
  const last = comments.filter(({ from }) => starts(from)).sort((a, b) => b.from - a.from)[0];
  return last && [last.from, last.to];

  function between(open: string, close: string) {
    const isResult = (inner: string) =>
      inner.startsWith(" thoughtlens: ") && !inner.startsWith(" thoughtlens: prompt ");
    return delimited(text, open, close, { accepts: isResult });
  }
}
