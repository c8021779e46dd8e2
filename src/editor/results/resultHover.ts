/** The hover of an annotation: the last run of every strategy on a prompt, as a picture and as a table, and which one is told. */
import * as vscode from "vscode";
import { comparisonMarkdown } from "../../core/measure/comparisonText";
import { GLOSSARY, type Term } from "../../core/measure/glossary";
import { resultPicture } from "../../core/measure/resultPicture";
import { settings } from "../host/settings";
import { comparisonOf, modelsOf, resultReason, type PromptResult } from "./promptResults";

/** Everything from a trace is appended as text, never as Markdown. */
export function resultHover(result: PromptResult): vscode.MarkdownString {
  const { byStrategy, told } = result;
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["thoughtlens.openComparison", "thoughtlens.insertResult"] };
  const picture = Buffer.from(resultPicture(byStrategy), "utf8").toString("base64");
  text.appendMarkdown(`![${vscode.l10n.t("Tokens by strategy")}](data:image/svg+xml;base64,${picture})\n\n`);
  const argument = encodeURIComponent(JSON.stringify([{ run: told.id }]));
  const link = (title: string, command: string, tip = "") =>
    `[${title}](command:thoughtlens.${command}?${argument}${tip && ` "${tip}"`})`;
  // A link is all that may have a tip of its own in a hover.
  const explained = (term: Term) => link(vscode.l10n.t(term), "openComparison", vscode.l10n.t(GLOSSARY[term]));
  text.appendMarkdown(comparisonMarkdown(comparisonOf(result, settings.prices()), explained));
  text.appendMarkdown("\n").appendText(resultReason(result));
  text.appendMarkdown(`\n\n${vscode.l10n.t("Model")}: `).appendText(modelsOf(result));
  text.appendMarkdown(
    `\n\n${link(vscode.l10n.t("Open side by side"), "openComparison")} · ${link(vscode.l10n.t("Insert as comment"), "insertResult")}`,
  );
  return text;
}
