/** The results of a prompt as a comment that its format ignores, and where such a comment stands already. */
import { shorten } from "../../core/text/shorten";
import { strategyTitle } from "../../core/catalogue";
import { totalTokens, verdict } from "../../core/measure/runSummary";
import { exitPoint, seconds, type PromptResult } from "./promptResults";

/** Handlebars takes its comment out of the prompt; the other formats take HTML's. */
export function resultComment(fileName: string, { latest, byStrategy }: PromptResult): string {
  const lines = byStrategy.map((run) => {
    const time = run.end?.ms?.total ? seconds(run.end.ms.total) : undefined;
    const parts = [verdict(run), `${totalTokens(run)} tokens`, time, exitPoint(run)];
    return `${shorten(strategyTitle(run.header.strategy), 40)}: ${parts.filter((part) => part !== undefined).join(", ")}`;
  });
  const text = [`on ${shorten(latest.header.model.id, 80)}`, ...lines]
    .map((line) => line.replaceAll("--", "––").replaceAll("}}", "} }"))
    .join("\n");
  return /\.prompt$/i.test(fileName) ? `{{!-- thoughtlens: ${text}\n--}}` : `<!-- thoughtlens: ${text}\n-->`;
}

/** Where the last such comment stands in `text`, as [from, to) in characters. */
export function oldComment(text: string): [from: number, to: number] | undefined {
  const match = [...text.matchAll(/^(?:<!--|\{\{!--) thoughtlens: [^]*?--(?:>|\}\})/gm)].at(-1);
  return match && [match.index, match.index + match[0].length];
}
