/**
 * A dataset under several strategies, question by question, with the bench view beside it. Every run is a trace of the
 * store and every result a line of the bench's file; one that was cancelled or cut goes on with what is missing.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import * as vscode from "vscode";
import type { BenchHeader, KeptResult } from "../../core/measure/benchFile";
import { measure } from "../../core/measure/metrics";
import type { PanelBench } from "../../core/protocol/panelApi";
import { thresholdPoints } from "../../core/exits/replay";
import { ActionableError } from "../../core/protocol/rpc";
import type { BenchFiles, KeptBench } from "./benchFiles";
import { BENCH_TYPE, BenchPanel, type BenchPanelParts } from "./benchPanel";
import { chooseBench } from "./benchPicker";
import { readDatasetFile, type Dataset } from "../prompts/datasetPicker";
import type { PromptDocuments, TracedPrompt } from "../prompts/promptDocuments";
import type { Job, PromptRuns } from "../runs/promptRuns";
import { stateOf } from "../store/recordedRun";
import { settings } from "../host/settings";

type BenchRuns = PanelBench["runs"];

export class DatasetBench implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Map<string, BenchPanel>();
  private readonly going = new Map<string, Promise<BenchRuns>>();
  private readonly serializer = vscode.window.registerWebviewPanelSerializer(BENCH_TYPE, this);

  constructor(
    private readonly prompts: PromptDocuments,
    private readonly runs: PromptRuns,
    private readonly files: BenchFiles,
    private readonly parts: BenchPanelParts,
  ) {}

  /**
   * @param strategies the baseline first
   * @returns what was run, or kept of an earlier run; resolves when it is through, cancelled, or a run failed
   */
  async start({ uri, questions }: Dataset, strategies: readonly string[]): Promise<BenchRuns> {
    const { seed, options, model } = settingsNow();
    const kept = await this.files.open({
      data: uri.toString(),
      questions: questions.length,
      sha256: await hashOf(questions),
      strategies: [...strategies],
      ...{ model, options, seed },
      started: new Date().toISOString(),
      group: groupOf(uri, model, seed, options),
    });
    return this.goOn(kept, questions);
  }

  /**
   * Goes on with a bench that has runs missing.
   * @param id one of those kept; asked for where there is none
   * @throws ActionableError where its questions, model or options are others now
   */
  async resume(id: string | undefined): Promise<BenchRuns> {
    const kept =
      id === undefined ? await chooseBench(this.files, "Resume Bench", isUnfinished) : await this.files.read(id);
    if (!kept) return [];
    const running = this.going.get(kept.id);
    if (running) return running;
    const { header } = kept;
    const { questions: all } = await readDatasetFile(vscode.Uri.parse(header.data));
    const questions = all.slice(0, header.questions);
    if ((await hashOf(questions)) !== header.sha256)
      throw new ActionableError("bench-changed", `${nameOf(header)} has changed since.`, "Begin a new bench on it.");
    demandSame(header);
    return this.goOn(kept, questions);
  }

  /** Shows the results of an earlier bench; nothing runs. */
  async open(): Promise<void> {
    const kept = await chooseBench(this.files, "Open Bench", () => true);
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

  private goOn(kept: KeptBench, questions: Dataset["questions"]): Promise<BenchRuns> {
    const running = this.going.get(kept.id) ?? this.run(kept, questions).finally(() => this.going.delete(kept.id));
    this.going.set(kept.id, running);
    return running;
  }

  private async run(kept: KeptBench, questions: Dataset["questions"]): Promise<BenchRuns> {
    const { strategies } = kept.header;
    const panel = await this.panelOf(kept, questions);
    const { bench } = panel;
    const answered = new Set(bench.runs.map(({ question }) => question));
    panel.reveal();
    panel.add([], true);
    let refused = false;
    try {
      for (const [index, { question, answer }] of questions.entries()) {
        if (answered.has(index)) continue;
        const prompt = this.prompts.ofQuestion(vscode.Uri.parse(kept.header.data), index, question, answer);
        const ids = await this.idsOf(prompt, strategies, kept.header.group);
        const results = await Promise.all(
          strategies.map((strategy) => this.resultOf(ids.get(strategy), index, strategy)),
        );
        const finished = results.filter((result) => result !== undefined);
        // Cancelled, or failed in a way that the next question would, too: it has been told. Only whole pairs compare.
        if (finished.length < strategies.length) break;
        demandSameModel(kept, finished);
        kept.results.push(...finished);
        try {
          if (!refused) await this.files.append(kept.id, finished);
        } catch (error) {
          refused = true;
          panel.notice(notKept(error));
        }
        panel.add(finished.map(shown), true);
      }
    } finally {
      panel.add([], false);
    }
    return [...bench.runs];
  }

  /** The panel of a bench, with the results that are kept. */
  private async panelOf(
    kept: KeptBench,
    questions?: Dataset["questions"],
    panel?: vscode.WebviewPanel,
  ): Promise<BenchPanel> {
    const { store } = this.parts;
    await store.load();
    const asked =
      questions ?? (await readDatasetFile(vscode.Uri.parse(kept.header.data)).catch(() => undefined))?.questions;
    const known = this.panels.get(kept.id);
    if (known) return known;
    const { header } = kept;
    const whole = wholeQuestions(kept);
    const bench: PanelBench = {
      data: nameOf(header),
      model: header.model,
      strategies: header.strategies,
      questions: Array.from({ length: header.questions }, (_, index) => asked?.[index]?.question ?? ""),
      // A trace that was deleted leaves its result.
      runs: whole.map((result) => shown(store.run(result.trace ?? "") ? result : { ...result, trace: undefined })),
      live: this.going.has(kept.id),
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

  /** The run of each strategy on a question: an earlier one of this bench, else a new one. */
  private async idsOf(
    prompt: TracedPrompt,
    strategies: readonly string[],
    group: string | undefined,
  ): Promise<Map<string, string>> {
    const earlier = this.parts.store.runsOf(prompt.key).filter(({ header, ...run }) => {
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

  private async resultOf(id: string | undefined, question: number, strategy: string): Promise<KeptResult | undefined> {
    const { store } = this.parts;
    const run = id === undefined ? undefined : store.run(id);
    if (!run || stateOf(run) !== "finished") return undefined;
    const trace = await store.trace(run.id);
    const figures = measure(trace);
    const replays = thresholdPoints(trace);
    return {
      ...{ question, strategy, answer: figures.answer, correct: figures.correct ?? false, figures },
      ...(replays.length > 0 ? { replays } : {}),
      model: run.header.model.id,
      sha256: run.header.model.sha256,
      trace: run.id,
    };
  }
}

const nameOf = ({ data }: BenchHeader): string => path.posix.basename(vscode.Uri.parse(data).path);

/** Results of the questions that every strategy has answered. */
function wholeQuestions({ header, results }: KeptBench): KeptResult[] {
  const answers = new Map<number, number>();
  for (const { question } of results) answers.set(question, (answers.get(question) ?? 0) + 1);
  return results.filter(({ question }) => answers.get(question) === header.strategies.length);
}

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
  const { questionsText } = await import("../../core/measure/benchFile");
  return createHash("sha256").update(questionsText(questions)).digest("hex");
}

interface BenchSettings {
  model: string;
  seed: number;
  options: Record<string, unknown>;
}

function settingsNow(): BenchSettings {
  const options: unknown = vscode.workspace.getConfiguration("thoughtlens").get("strategyOptions");
  // What the editor gives is no plain object.
  const plain = JSON.parse(JSON.stringify(options ?? {})) as Record<string, unknown>;
  return { model: settings.model(), seed: settings.seed(), options: plain };
}

/** Runs of one dataset on one model with the same settings belong together, today and when the bench goes on. */
function groupOf(uri: vscode.Uri, model: string, seed: number, options: Record<string, unknown>): string {
  const identity = JSON.stringify([uri.toString(), model, seed, options]);
  return `bench-${createHash("sha256").update(identity).digest("hex").slice(0, 24)}`;
}

/** @throws ActionableError where what is chosen now would give other results */
function demandSame({ model, seed, options }: BenchHeader): void {
  const now = settingsNow();
  if (now.model !== model)
    throw new ActionableError(
      "model-changed",
      `This bench was begun on the model ${model}, and ${now.model} is chosen now.`,
      `Choose ${model} and resume it.`,
    );
  if (now.seed !== seed || JSON.stringify(now.options) !== JSON.stringify(options))
    throw new ActionableError(
      "option-changed",
      "The seed or the options of strategies are others than when this bench was begun.",
      "Set them back to resume it, or begin a new bench.",
    );
}

/** @throws ActionableError where a model of the same name has other weights than before */
function demandSameModel({ results }: KeptBench, added: readonly KeptResult[]): void {
  for (const { strategy, sha256 } of added) {
    const before = results.find((result) => result.strategy === strategy && result.sha256 !== undefined)?.sha256;
    if (before !== undefined && sha256 !== undefined && before !== sha256)
      throw new ActionableError(
        "model-changed",
        "The model has other weights than when this bench was begun.",
        "Begin a new bench.",
      );
  }
}

function notKept(error: unknown): Parameters<BenchPanel["notice"]>[0] {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const message = `The results could not be kept on disk (${code}). Free some space: a bench that is resumed goes on from the last one kept.`;
  return { type: "notice", level: "warning", message };
}
