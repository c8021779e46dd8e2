/**
 * A dataset under several strategies, question by question, with the bench view beside it. Every run is a trace of the
 * store and every result a line of the bench's file; one that was cancelled or cut goes on with what is missing.
 */
import path from "node:path";
import * as vscode from "vscode";
import type { BenchHeader, BenchHeaderFields, KeptResult } from "../../core/measure/benchFile";
import { runBench } from "../../core/measure/benchLoop";
import { steady } from "../../core/measure/pace";
import { measure } from "../../core/measure/metrics";
import type { PanelBench } from "../../core/protocol/panelApi";
import { ActionableError } from "../../core/protocol/rpc";
import type { BenchLog } from "../../disk/benchLog";
import type { BenchFiles, KeptBench } from "./benchFiles";
import { conclude, Keeping } from "./benchNotices";
import { BENCH_TYPE, BenchPanel, type BenchPanelParts } from "./benchPanel";
import { chooseBench } from "./benchPicker";
import { settings } from "../host/settings";
import { demandSame, groupOf, settingsNow } from "./benchSettings";
import type { Dataset, DatasetPicker } from "../prompts/datasetPicker";
import { questionOf, tasksIn } from "../prompts/tasksBeside";
import type { PromptDocuments } from "../prompts/promptDocuments";
import { promptOfQuestion, type TracedPrompt } from "../prompts/tracedPrompt";
import type { PromptRuns } from "../runs/promptRuns";
import { stateOf } from "../../core/measure/runSummary";
import { l10n } from "../../core/text/l10n";

type BenchRuns = PanelBench["runs"];

export class DatasetBench implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Map<string, BenchPanel>();
  private readonly going = new Map<string, Promise<BenchRuns>>();
  private readonly serializer = vscode.window.registerWebviewPanelSerializer(BENCH_TYPE, this);

  constructor(
    private readonly prompts: PromptDocuments,
    private readonly datasets: DatasetPicker,
    private readonly runs: PromptRuns,
    private readonly files: BenchFiles,
    private readonly parts: BenchPanelParts,
  ) {}

  /**
   * @param strategies the baseline first
   * @returns what was run, or kept of an earlier run; resolves when it is through, was cancelled, or too much failed
   * @throws ActionableError where no question could be run
   */
  async start({ uri, questions, instructions }: Dataset, strategies: readonly string[]): Promise<BenchRuns> {
    const { seed, options, model } = settingsNow();
    const fields: BenchHeaderFields = {
      data: uri.toString(),
      ...(instructions ? { instructions: instructions.toString() } : {}),
      questions: questions.length,
      sha256: await hashOf(questions),
      strategies: [...strategies],
      ...{ model, options, seed },
      ...(settings.runsAtOnce() > 1 ? { atOnce: settings.runsAtOnce() } : {}),
      started: new Date().toISOString(),
      group: groupOf(uri, model, seed, options),
    };
    return this.goOn(this.files.idOf(fields), () => this.files.open(fields), questions);
  }

  /**
   * Goes on with a bench that has runs missing.
   * @param id one of those kept; asked for where there is none
   * @throws ActionableError where its questions, model or options are others now
   */
  async resume(id: string | undefined): Promise<BenchRuns> {
    const kept =
      id === undefined
        ? await chooseBench(this.files, vscode.l10n.t("Resume Bench"), isUnfinished)
        : await this.files.read(id);
    if (!kept) return [];
    const running = this.going.get(kept.id);
    if (running) return running;
    const { header } = kept;
    const questions = await this.questionsOf(header);
    if ((await hashOf(questions)) !== header.sha256)
      throw new ActionableError(
        "bench-changed",
        l10n.later`${nameOf(header)} has changed since.`,
        "Begin a new bench on it.",
      );
    demandSame(header);
    return this.goOn(kept.id, () => this.files.resume(kept.id), questions);
  }

  /** Shows the results of an earlier bench; nothing runs. */
  async open(): Promise<void> {
    const kept = await chooseBench(this.files, vscode.l10n.t("Open Bench"), () => true);
    if (kept) (await this.panelOf(kept)).reveal();
  }

  /** After a reload of the window: `state` is what the webview kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const id = (state as { restore?: { bench?: unknown } } | undefined)?.restore?.bench;
    const kept = typeof id === "string" && !this.panels.has(id) ? await this.files.read(id) : undefined;
    if (kept) await this.panelOf(kept, undefined, panel);
    else panel.dispose();
  }

  dispose(): void {
    this.serializer.dispose();
  }

  private goOn(id: string, open: () => Promise<BenchLog>, questions: Dataset["questions"]): Promise<BenchRuns> {
    const running = this.going.get(id) ?? this.run(id, open, questions).finally(() => this.going.delete(id));
    this.going.set(id, running);
    return running;
  }

  private async run(id: string, open: () => Promise<BenchLog>, questions: Dataset["questions"]): Promise<BenchRuns> {
    const log = await open();
    const cancelling = new AbortController();
    const listening = this.runs.onDidCancel(() => cancelling.abort());
    try {
      const panel = await this.panelOf({ id, header: log.header, results: log.results }, questions);
      panel.reveal();
      panel.add([], true);
      const keeping = new Keeping(log, panel);
      const end = await runBench({
        questions: questions.length,
        strategies: log.header.strategies,
        pace: steady(log.header.atOnce ?? 1),
        signal: cancelling.signal,
        known: (question, strategy) => log.has(question, strategy),
        run: (index, strategy) => this.runOne(log, questions[index]!, index, strategy),
        onResult: async (result) => {
          await keeping.attempt(() => log.add([result]));
          panel.add([shown(result)], true);
        },
        onFailure: (failure) => keeping.attempt(() => log.addFailure(failure)),
      }).finally(() => panel.add([], false));
      conclude(end, log, panel);
      return [...panel.bench.runs];
    } finally {
      listening.dispose();
      await log.close();
    }
  }

  /** @returns undefined where it was cancelled */
  private async runOne(
    { header }: BenchLog,
    { question, answer, before }: Dataset["questions"][number],
    index: number,
    strategy: string,
  ): Promise<KeptResult | undefined> {
    const prompt = promptOfQuestion(vscode.Uri.parse(header.data), index, question, answer, before);
    const earlier = this.earlierRun(prompt, strategy, header.group);
    if (earlier !== undefined) return this.resultOf(earlier, index, strategy);
    const job = this.runs.start(prompt, [strategy], { group: header.group, quiet: true, atOnce: header.atOnce });
    await job.done;
    const [run] = job.runs;
    if (job.failures.has(run!)) throw job.failures.get(run!);
    return this.resultOf(run!, index, strategy);
  }

  /** The questions of a bench that is kept, as its files have them now. */
  private async questionsOf({ data, instructions, questions }: BenchHeader): Promise<Dataset["questions"]> {
    const uri = vscode.Uri.parse(data);
    if (instructions === undefined) return (await this.datasets.read(uri)).questions.slice(0, questions);
    const before = await this.prompts.instructionsIn(vscode.Uri.parse(instructions));
    return (await tasksIn(uri)).slice(0, questions).map((task) => questionOf(task, before));
  }

  /** The panel of a bench, with the results that are kept. */
  private async panelOf(
    kept: Pick<KeptBench, "id" | "header" | "results">,
    questions?: Dataset["questions"],
    panel?: vscode.WebviewPanel,
  ): Promise<BenchPanel> {
    const { store } = this.parts;
    await store.load();
    const asked = questions ?? (await this.questionsOf(kept.header).catch(() => undefined));
    const known = this.panels.get(kept.id);
    if (known) return known;
    const { header } = kept;
    const bench: PanelBench = {
      prices: settings.prices(),
      data: nameOf(header),
      model: header.model,
      strategies: header.strategies,
      questions: Array.from({ length: header.questions }, (_, index) => asked?.[index]?.question ?? ""),
      // A trace that was deleted leaves its result.
      runs: kept.results.map((result) =>
        shown(store.run(result.trace ?? "") ? result : { ...result, trace: undefined }),
      ),
      live: this.going.has(kept.id),
      ...(header.atOnce === undefined ? {} : { atOnce: header.atOnce }),
    };
    const made = new BenchPanel(
      panel ??
        vscode.window.createWebviewPanel(BENCH_TYPE, BenchPanel.titleOf(bench), {
          viewColumn: vscode.ViewColumn.Active,
          preserveFocus: true,
        }),
      kept.id,
      bench,
      this.parts,
      () => this.panels.delete(kept.id),
    );
    this.panels.set(kept.id, made);
    return made;
  }

  /** A finished run of this bench, which its file had not told of. */
  private earlierRun(prompt: TracedPrompt, strategy: string, group: string | undefined): string | undefined {
    return this.parts.store
      .runsOf(prompt.key)
      .find(
        (run) =>
          run.header.group === group &&
          run.header.strategy === strategy &&
          run.header.prompt.sha256 === prompt.reference.sha256 &&
          stateOf(run) === "finished",
      )?.id;
  }

  private async resultOf(id: string, question: number, strategy: string): Promise<KeptResult | undefined> {
    const { store } = this.parts;
    const run = store.run(id);
    if (!run || stateOf(run) !== "finished") return undefined;
    const trace = await store.trace(run.id);
    const figures = measure(trace);
    // Imported late: replays grade answers, which an editor that starts has no need of.
    const { thresholdPoints } = await import("../../core/exits/replayCurves");
    const replays = thresholdPoints(trace);
    return {
      ...{ question, strategy, answer: figures.answer, correct: figures.correct, figures },
      ...(replays.length > 0 ? { replays } : {}),
      model: run.header.model.id,
      sha256: run.header.model.sha256,
      trace: run.id,
    };
  }
}

const nameOf = ({ data }: BenchHeader): string => path.posix.basename(vscode.Uri.parse(data).path);

function isUnfinished({ header, results }: KeptBench): boolean {
  return results.length < header.questions * header.strategies.length;
}

/** A result as the page gets it. */
function shown({ question, strategy, answer, correct, figures, replays, trace }: KeptResult): BenchRuns[number] {
  return {
    ...{ question, strategy, answer, correct, figures },
    ...(replays ? { replays } : {}),
    ...(trace === undefined ? {} : { trace }),
  };
}

async function hashOf(questions: Dataset["questions"]): Promise<string> {
  const { hashOfQuestions } = await import("../../disk/benchLog");
  return hashOfQuestions(questions);
}
