/** What a person is told beside the results of a bench: what the disk refuses, and what failed. */
import * as vscode from "vscode";
import { endSentence, type BenchEnd } from "../../core/measure/benchLoop";
import { ActionableError, sentenceOf } from "../../core/protocol/rpc";
import type { BenchLog } from "../../disk/benchLog";
import type { BenchPanel } from "./benchPanel";

/** Keeps results while a bench runs: a disk that refuses is told once, and the bench goes on. */
export class Keeping {
  private told = false;

  constructor(
    private readonly log: BenchLog,
    private readonly panel: BenchPanel,
  ) {}

  /** @throws what the disk has nothing to do with, as another model than before */
  async attempt(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof ActionableError) || !error.code.startsWith("results-")) throw error;
      if (this.told) return;
      this.told = true;
      const rest = vscode.l10n.t(
        "What is refused is tried again with the next result; until then {0} results are in memory.",
        this.log.results.length,
      );
      this.panel.notice({ type: "notice", level: "warning", message: `${sentenceOf(error)} ${rest}` });
    }
  }
}

/**
 * Says in the panel what failed.
 * @throws what no question would escape: it is told as any other error
 */
export function conclude(end: BenchEnd, log: BenchLog, panel: BenchPanel): void {
  const failed = log.failures.length;
  const ending = endSentence(end);
  if (failed > 0) {
    const last = log.failures.at(-1)!.message;
    const leftOut =
      failed === 1
        ? vscode.l10n.t("One run failed and is left out of the table. The last: {0}", last)
        : vscode.l10n.t("{0} runs failed and are left out of the table. The last: {1}", failed, last);
    const message = ending ? sentenceOf(ending) : leftOut;
    panel.notice({
      type: "notice",
      level: "warning",
      message,
      action: { title: vscode.l10n.t("Try Again"), command: "resume-bench" },
    });
  }
  if (end.why === "error") throw end.error;
}
