/** The hover of an annotation: the last run of every strategy on a prompt, as a picture and as a table. */
import * as vscode from "vscode";
import { strategyTitle } from "../../core/catalogue";
import { resultPicture } from "../../core/measure/resultPicture";
import { costWords, priceOf } from "../../core/measure/prices";
import { totalTokens, verdict } from "../../core/measure/runSummary";
import { settings } from "../host/settings";
import { exitPoint, seconds, tokensByKind, type PromptResult } from "./promptResults";

/** Everything from a trace is appended as text, never as Markdown. */
export function resultHover({ byStrategy, latest }: PromptResult): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["thoughtlens.openComparison", "thoughtlens.insertResult"] };
  const picture = Buffer.from(resultPicture(byStrategy), "utf8").toString("base64");
  text.appendMarkdown(`![Tokens by strategy](data:image/svg+xml;base64,${picture})\n\n`);
  const prices = settings.prices();
  const costs = byStrategy.map(({ header, end }) => costWords(end?.billed, priceOf(prices, header.model.id)));
  const isPriced = costs.some((cost) => cost !== undefined);
  const head = ["strategy", "answer", "tokens", "thinking", "time", ...(isPriced ? ["cost"] : [])];
  text.appendMarkdown(`| ${head.join(" | ")} |\n|${head.map(() => "---|").join("")}\n`);
  for (const [index, run] of byStrategy.entries()) {
    const time = run.end?.ms?.total ? seconds(run.end.ms.total) : "–";
    const title = strategyTitle(run.header.strategy);
    const cells = [title, verdict(run), `${totalTokens(run)} (${tokensByKind(run)})`, exitPoint(run) ?? "–", time];
    if (isPriced) cells.push(costs[index] ?? "–");
    text.appendMarkdown(`| ${cells.map(cell).join(" | ")} |\n`);
  }
  text.appendMarkdown("\nModel: ").appendText(latest.header.model.id);
  const argument = encodeURIComponent(JSON.stringify([{ run: latest.id }]));
  const link = (title: string, command: string) => `[${title}](command:thoughtlens.${command}?${argument})`;
  text.appendMarkdown(
    `\n\n${link("Open side by side", "openComparison")} · ${link("Insert as comment", "insertResult")}`,
  );
  return text;
}

/** A cell holds no mark-up: what Markdown would read as such is escaped. */
function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>&~$:]/g, "\\$&");
}
