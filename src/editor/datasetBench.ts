/**
 * A dataset under several strategies, question by question, with the bench view beside it. Every run is a trace of the
 * store; a bench that was cancelled goes on with the questions that have none yet.
 */
import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { measure } from "../core/metrics";
import type { PanelBench } from "../core/panelApi";
import { BenchPanel } from "./benchPanel";
import type { Dataset } from "./datasetPicker";
import type { PanelActions } from "./panelSession";
import type { PromptDocuments, TracedPrompt } from "./promptDocuments";
import type { Job, PromptRuns } from "./promptRuns";
import { stateOf } from "./recordedRun";
import { settings } from "./settings";
import type { TraceStore } from "./traceStore";

type BenchRuns = PanelBench["runs"];

export class DatasetBench {
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly prompts: PromptDocuments,
    private readonly runs: PromptRuns,
    private readonly store: TraceStore,
    private readonly actions: PanelActions,
  ) {}

  /**
   * @param strategies the baseline first
   * @returns what was run, or taken from an earlier bench; resolves when it is through, cancelled, or a run failed
   */
  async start({ uri, name, questions }: Dataset, strategies: readonly string[]): Promise<BenchRuns> {
    await this.store.load();
    const model = settings.model();
    const bench: PanelBench = {
      data: name,
      model,
      strategies: [...strategies],
      questions: questions.map(({ question }) => question),
      runs: [],
      live: true,
    };
    const panel = new BenchPanel(this.extensionUri, this.store, this.actions, bench);
    const group = groupOf(uri, model);
    for (const [index, { question, answer }] of questions.entries()) {
      const prompt = this.prompts.ofQuestion(uri, index, question, answer);
      const ids = await this.answered(prompt, strategies, group);
      const results = await Promise.all(
        strategies.map((strategy) => this.resultOf(ids.get(strategy), index, strategy)),
      );
      const finished = results.filter((result) => result !== undefined);
      // Cancelled, or failed in a way that the next question would, too: it has been told. Only whole pairs compare.
      const isWhole = finished.length === strategies.length;
      panel.add(isWhole ? finished : [], isWhole && index + 1 < questions.length);
      if (!isWhole) break;
    }
    return bench.runs;
  }

  /** The run of each strategy on a question: an earlier one of this bench, else a new one. */
  private async answered(
    prompt: TracedPrompt,
    strategies: readonly string[],
    group: string,
  ): Promise<Map<string, string>> {
    const earlier = this.store.runsOf(prompt.key).filter(({ header, ...run }) => {
      const same = header.group === group && header.prompt.sha256 === prompt.reference.sha256;
      return same && stateOf({ header, ...run }) === "finished";
    });
    const ids = new Map(earlier.map(({ id, header }) => [header.strategy, id]));
    const missing = strategies.filter((strategy) => !ids.has(strategy));
    if (missing.length === 0) return ids;
    const job: Job = this.runs.start(prompt, missing, group);
    await job.done;
    missing.forEach((strategy, index) => ids.set(strategy, job.runs[index]!));
    return ids;
  }

  private async resultOf(
    id: string | undefined,
    question: number,
    strategy: string,
  ): Promise<BenchRuns[number] | undefined> {
    const run = id === undefined ? undefined : this.store.run(id);
    if (!run || stateOf(run) !== "finished") return undefined;
    const figures = measure(await this.store.trace(run.id));
    return { question, strategy, answer: figures.answer, correct: figures.correct ?? false, figures, trace: run.id };
  }
}

/** Runs of one dataset on one model with the same settings belong together, today and when the bench goes on. */
function groupOf(uri: vscode.Uri, model: string): string {
  const options = vscode.workspace.getConfiguration("thoughtlens").get("strategyOptions");
  const identity = JSON.stringify([uri.toString(), model, settings.seed(), options]);
  return `bench-${createHash("sha256").update(identity).digest("hex").slice(0, 24)}`;
}
