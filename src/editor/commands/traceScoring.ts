/** Score Trace with a Local Model…: which trace is meant, which model reads it, and the view of what comes out. */
import path from "node:path";
import * as vscode from "vscode";
import { ActionableError } from "../../core/protocol/rpc";
import { shorten } from "../../core/text/shorten";
import { strategyTitle } from "../../core/catalogue";
import type { TraceEvent } from "../../core/trace/trace";
import { splitRuns } from "../../core/trace/traceRuns";
import type { ModelPicker } from "../models/modelPicker";
import { promptOfHeader } from "../prompts/tracedPrompt";
import type { PromptRuns } from "../runs/promptRuns";
import type { PromptTarget } from "./promptTarget";
import { EDITOR_TYPE } from "../panels/traceEditor";
import { readTraceFile } from "../store/traceFileReader";
import type { TracePanels } from "../panels/tracePanel";
import type { TraceStore } from "../store/traceStore";
import { demandRunning } from "../host/trust";
import { pickOne } from "../host/listPick";

interface ScoringParts {
  readonly store: TraceStore;
  readonly panels: TracePanels;
  readonly target: PromptTarget;
  readonly runs: PromptRuns;
  readonly models: ModelPicker;
}

const TRACE_FILE = /\.thoughts\.jsonl$/i;
const TITLE = vscode.l10n.t("Score Trace with a Local Model");

export class TraceScoring {
  constructor(private readonly parts: ScoringParts) {}

  /**
   * Scores the trace that is meant and shows the new one while it is written; progress and Cancel are those of any run.
   * @param argument a run of the tree, a trace file, or what a title or context menu gave
   * @param model as the setting names it; asked for where none is given
   * @returns the ids of the new runs, once they are over
   */
  async score(argument: unknown, model?: string): Promise<readonly string[]> {
    demandRunning();
    const { panels, runs, models } = this.parts;
    const events = await this.eventsOf(argument);
    if (!events) return [];
    const header = events.find((event) => event.t === "run");
    if (!header) {
      throw new ActionableError("score-no-header", "The trace has no header.", "Choose another trace.");
    }
    const chosen = model ?? (await models.chooseLocal(vscode.l10n.t("{0}: Choose the Model", TITLE)));
    if (chosen === undefined) return [];
    const prompt = promptOfHeader(header);
    const job = runs.score(prompt, events, chosen);
    panels.show({
      title: vscode.l10n.t("Scored: {0}", shorten(prompt.name, 40)),
      runs: job.runs,
      slot: `score ${header.id}`,
    });
    await job.done;
    return job.runs;
  }

  /** The trace that the argument names, else the one in sight, else one that the person picks. */
  private async eventsOf(argument: unknown): Promise<TraceEvent[] | undefined> {
    const file = fileOf(argument) ?? (hasRun(argument) ? undefined : activeTraceFile());
    if (file) return this.eventsOfFile(file);
    const { store, panels, target } = this.parts;
    await store.load();
    const shown = hasRun(argument) ? [target.runOf(argument)!] : panels.activeRuns;
    const run = shown.length === 1 ? shown[0] : await this.pickRun(shown.length > 0 ? shown : undefined);
    if (run === undefined) return undefined;
    if (store.run(run)?.live) {
      throw new ActionableError("score-live", "The run still goes on.", "Score it once it has ended.");
    }
    return store.events(run);
  }

  private async eventsOfFile(file: vscode.Uri): Promise<TraceEvent[] | undefined> {
    const { events } = await readTraceFile(file);
    const runs = splitRuns(events);
    if (runs.length <= 1) return events;
    const rows = runs.map((run, index) => ({ ...rowOf(run[0], vscode.l10n.t("Trace {0}", index + 1)), events: run }));
    const placeHolder = vscode.l10n.t(
      "{0} holds {1} traces; which of them?",
      path.posix.basename(file.path),
      runs.length,
    );
    return (await pickOne(rows, { title: TITLE, placeHolder, matchOnDescription: true }))?.events;
  }

  /** @param among ids of runs; by default all that have ended */
  private async pickRun(among?: readonly string[]): Promise<string | undefined> {
    const runs = this.parts.store.runs.filter(({ id, live }) => !live && (among?.includes(id) ?? true));
    const rows = runs.map(({ id, header }) => ({
      ...rowOf(header, id),
      detail: new Date(header.started).toLocaleString(),
      run: id,
    }));
    const placeHolder =
      rows.length > 0
        ? vscode.l10n.t("Which trace?")
        : vscode.l10n.t("There are no traces yet: trace a prompt or import one.");
    return (await pickOne(rows, { title: TITLE, placeHolder, matchOnDescription: true }))?.run;
  }
}

function rowOf(event: TraceEvent | undefined, otherwise: string): vscode.QuickPickItem {
  if (event?.t !== "run") return { label: otherwise };
  const question = event.messages.findLast(({ role }) => role === "user")?.content ?? "";
  return {
    label: `${strategyTitle(shorten(event.strategy, 40))}, ${shorten(event.model.id, 40)}`,
    description: shorten(event.prompt.title || question, 80),
  };
}

const hasRun = (argument: unknown): boolean => typeof (argument as { run?: unknown } | undefined)?.run === "string";

/** Menus over a panel give an address too, which names no file. */
function fileOf(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri && TRACE_FILE.test(argument.path) ? argument : undefined;
}

/** The file of the trace editor in sight. */
function activeTraceFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === EDITOR_TYPE ? input.uri : undefined;
}
