/** The results of a prompt as a comment that its format ignores, and where such a comment stands already. */
import { delimited } from "../../core/text/delimited";
import { formatMs } from "../../core/text/quantities";
import { l10n } from "../../core/text/l10n";
import { shorten } from "../../core/text/shorten";
import { strategyTitle } from "../../core/catalogue";
import { totalTokens, verdict } from "../../core/measure/runSummary";
import { exitPoint, modelsOf, type PromptResult } from "./promptResults";

/**
 * Handlebars takes its comment out of the prompt, YAML has one of its own; the other formats take HTML's.
 * @returns undefined for JSON, which has none
 */
export function resultComment(fileName: string, result: PromptResult): string | undefined {
  if (/\.json$/i.test(fileName)) return undefined;
  const lines = result.byStrategy.map((run) => {
    const time = run.end?.ms?.total ? formatMs(run.end.ms.total) : undefined;
    const parts = [verdict(run), l10n.t("{0} tokens", totalTokens(run)), time, exitPoint(run)];
    return `${shorten(strategyTitle(run.header.strategy), 40)}: ${parts.filter((part) => part !== undefined).join(", ")}`;
  });
  const head = l10n.t("on {0}", modelsOf(result));
  if (/\.ya?ml$/i.test(fileName)) return [`${YAML_HEAD}${head}`, ...lines.map((line) => YAML_LINE + line)].join("\n");
  const text = [head, ...lines].map((line) => line.replaceAll("--", "––").replaceAll("}}", "} }")).join("\n");
  return /\.prompt$/i.test(fileName) ? `{{!-- thoughtlens: ${text}\n--}}` : `<!-- thoughtlens: ${text}\n-->`;
}

const YAML_HEAD = "# thoughtlens: ";
const YAML_LINE = "#   ";

/** Where the last such comment stands in `text`, as [from, to) in characters. */
export function oldComment(text: string): [from: number, to: number] | undefined {
  const starts = (at: number) => at === 0 || text[at - 1] === "\n";
  const comments = [...between("<!--", "-->"), ...between("{{!--", "--}}"), ...inYaml(text)];
  const last = comments.filter(({ from }) => starts(from)).sort((a, b) => b.from - a.from)[0];
  return last && [last.from, last.to];

  function between(open: string, close: string) {
    const isResult = (inner: string) =>
      inner.startsWith(" thoughtlens: ") && !inner.startsWith(" thoughtlens: prompt ");
    return delimited(text, open, close, { accepts: isResult });
  }
}

/** The line behind a comment of YAML that follows the lines of a prompt; `end` where none does. */
export function commentAfter(lines: readonly string[], end: number): number {
  if (!lines[end]?.startsWith(YAML_HEAD)) return end;
  const next = lines.findIndex((line, index) => index > end && !line.startsWith(YAML_LINE));
  return next < 0 ? lines.length : next;
}

function inYaml(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let at = 0;
  let isInside = false;
  for (const line of text.split("\n")) {
    const to = at + line.trimEnd().length;
    if (line.startsWith(YAML_HEAD)) found.push({ from: at, to });
    else if (isInside && line.startsWith(YAML_LINE)) found.at(-1)!.to = to;
    isInside = line.startsWith(YAML_HEAD) || (isInside && line.startsWith(YAML_LINE));
    at += line.length + 1;
  }
  return found;
}
