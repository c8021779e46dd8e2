/** What goes on, as the status bar and the side panel say it. */
import * as vscode from "vscode";
import { strategyTitle } from "../../core/catalogue";
import type { Progress } from "./goingRuns";

/** The strategy of one run, or how many there are. */
export const progressTitle = ({ runs, strategy }: Pick<Progress, "runs" | "strategy">): string =>
  runs.length > 1 ? vscode.l10n.t("{0} runs at once", runs.length) : strategyTitle(strategy);

/** What it is busy with, or what has been written. */
export const progressDetail = ({ message, tokens }: Pick<Progress, "message" | "tokens">): string =>
  message ?? vscode.l10n.t("{0} tokens", tokens);
