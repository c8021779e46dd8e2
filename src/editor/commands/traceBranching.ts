/** Going on from inside a trace: which place is meant, what the person wants there, and the view of what comes of it. */
import * as vscode from "vscode";
import { placeOfStep, stepAt, stepsOf, type BranchKind } from "../../core/measure/branchPlaces";
import { checkPlace } from "../../core/measure/branchPoint";
import { textBefore } from "../../core/measure/branchText";
import { plainText } from "../../core/measure/plainText";
import { ActionableError } from "../../core/protocol/rpc";
import { shorten } from "../../core/text/shorten";
import { fold, type Trace } from "../../core/trace/fold";
import type { RunHeader, TraceEvent } from "../../core/trace/trace";
import type { ThoughtEdits } from "../files/thoughtEdits";
import { demandRunning } from "../host/trust";
import type { TraceEditor } from "../panels/traceEditor";
import type { TracePanels } from "../panels/tracePanel";
import { promptOfHeader } from "../prompts/tracedPrompt";
import type { BranchOrder, PromptRuns } from "../runs/promptRuns";
import { promptKey } from "../store/recordedRun";
import type { TraceStore } from "../store/traceStore";
import type { PromptTarget } from "./promptTarget";
import { pickOne } from "../host/listPick";

interface BranchingParts {
  readonly store: TraceStore;
  readonly panels: TracePanels;
  readonly target: PromptTarget;
  readonly runs: PromptRuns;
  readonly traceEditor: TraceEditor;
  readonly edits: ThoughtEdits;
}

/** A place in a trace. */
interface Meant {
  readonly events: TraceEvent[];
  readonly trace: Trace;
  readonly header: RunHeader;
  readonly at: number;
}

const MOST_SAMPLES = 64;
const USUAL_SAMPLES = 4;

export class TraceBranching {
  /** The place that was chosen last in a view, as commands of the palette mean it. */
  private chosen: { run: string; at: number } | undefined;

  constructor(private readonly parts: BranchingParts) {}

  choose(run: string, at: number): void {
    this.chosen = { run, at };
  }

  /** Stops thinking behind the step and has it answered. @returns the ids of the new runs, once they are over */
  async answer(argument: unknown): Promise<readonly string[]> {
    const meant = await this.meant(argument, "answer", vscode.l10n.t("Stop Here and Answer"));
    return meant ? this.start(meant, { kind: "answer", at: meant.at }) : [];
  }

  /** @param text in place of everything before; where it is left out, a person edits it first */
  async goOn(argument: unknown, text?: string): Promise<readonly string[]> {
    const meant = await this.meant(argument, "continue", vscode.l10n.t("Continue from Here"));
    if (!meant) return [];
    const { at, trace, header } = meant;
    if (text !== undefined) return this.start(meant, { kind: "continue", at, text });
    // Nobody edits a text that nothing can go on from.
    checkPlace(trace, at, "continue");
    await this.parts.edits.open({ run: header.id, at }, textBefore(trace, at));
    return [];
  }

  /** Goes on from a thought that was edited. @param argument the address of its document, else the one in sight */
  async goOnEdited(argument: unknown): Promise<readonly string[]> {
    const { edits } = this.parts;
    const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
    const edited = uri && edits.edited(uri);
    if (!edited)
      throw new ActionableError(
        "branch-edit",
        "No thought is open to be edited.",
        "Choose Continue from Here… at a step.",
      );
    const started = this.goOn({ run: edited.run, at: edited.at, isPlace: true }, edited.text);
    await edits.close(uri);
    return started;
  }

  /** @param count asked for where it is left out */
  async sample(argument: unknown, count?: number): Promise<readonly string[]> {
    const meant = await this.meant(argument, "sample", vscode.l10n.t("Sample Again from Here"));
    const samples = meant && (count ?? (await askCount()));
    return meant && samples ? this.start(meant, { kind: "sample", at: meant.at, samples }) : [];
  }

  /** @param token asked for where it is left out */
  async token(argument: unknown, token?: string): Promise<readonly string[]> {
    const meant = await this.meant(argument, "token", vscode.l10n.t("Take Another Token"));
    const wanted = meant && (token ?? (await askToken(meant)));
    return meant && wanted ? this.start(meant, { kind: "token", at: meant.at, token: wanted }) : [];
  }

  private async start({ events, header }: Meant, order: Omit<BranchOrder, "events">): Promise<readonly string[]> {
    demandRunning();
    const { runs, panels, store } = this.parts;
    const prompt = promptOfHeader(header);
    const job = runs.branch(prompt, header, { ...order, events });
    const kept = store.run(header.id) ? [header.id] : [];
    if (!panels.addBeside(header.id, job.runs))
      panels.show({
        title: vscode.l10n.t("Branches: {0}", shorten(prompt.name, 40)),
        runs: [...kept, ...job.runs],
        slot: kept.length > 0 ? promptKey(header.prompt) : `branches ${header.id}`,
      });
    await job.done;
    return job.runs;
  }

  /** @param argument a step of the tree or of a view, or a run, of which a step is asked for; else the place in sight */
  private async meant(argument: unknown, kind: BranchKind, title: string): Promise<Meant | undefined> {
    const { store, target } = this.parts;
    await store.load();
    const given = (argument ?? this.chosen ?? {}) as { run?: unknown; at?: unknown; isPlace?: unknown };
    const run = typeof given.run === "string" ? given.run : target.runOf(undefined);
    const events = run === undefined ? undefined : await this.eventsOf(run);
    const header = events?.find((event) => event.t === "run");
    if (!events || !header)
      throw new ActionableError("branch-no-trace", "No step of a trace is chosen.", "Choose one in a trace view.");
    const trace = fold(events);
    if (typeof given.at === "number") {
      if (kind === "token" || given.isPlace === true) return { events, trace, header, at: given.at };
      const step = stepAt(trace, given.at);
      return { events, trace, header, at: step ? placeOfStep(step, kind) : given.at };
    }
    const rows = stepsOf(trace).map((step, index) => ({
      label: `${index + 1}. ${shorten(plainText(trace, step.from, step.to), 100)}`,
      at: placeOfStep(step, kind),
    }));
    const picked = await pickOne(rows, { title, placeHolder: vscode.l10n.t("At which step?") });
    return picked && { events, trace, header, at: picked.at };
  }

  private async eventsOf(run: string): Promise<TraceEvent[] | undefined> {
    const { store, traceEditor } = this.parts;
    return store.run(run) ? store.events(run) : traceEditor.eventsOf(run);
  }
}

async function askCount(): Promise<number | undefined> {
  const isCount = (text: string) => /^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= MOST_SAMPLES;
  const text = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: vscode.l10n.t("Sample Again from Here"),
    prompt: vscode.l10n.t("How many times? Each is a run of its own, 1 to {0}.", MOST_SAMPLES),
    value: String(USUAL_SAMPLES),
    validateInput: (value) => (isCount(value) ? undefined : vscode.l10n.t("A number from 1 to {0}.", MOST_SAMPLES)),
  });
  return text === undefined ? undefined : Number(text);
}

async function askToken({ trace, at }: Meant): Promise<string | undefined> {
  const { text: taken = "", others = [] } = trace.positions[at] ?? {};
  const rows = others.map(([text, probability]) => ({
    label: JSON.stringify(text),
    description: `${(probability * 100).toFixed(1)} %`,
    text,
  }));
  const title = vscode.l10n.t("Take Another Token");
  const placeHolder = vscode.l10n.t("In place of {0}", JSON.stringify(taken));
  const other = { label: vscode.l10n.t("Another…"), description: "", text: undefined };
  const picked = rows.length > 0 ? await pickOne([...rows, other], { title, placeHolder }) : other;
  if (!picked || picked.text !== undefined) return picked?.text;
  return vscode.window.showInputBox({
    ignoreFocusOut: true,
    title,
    prompt: vscode.l10n.t("{0}; blanks before a word belong to it.", placeHolder),
    value: taken,
    validateInput: (value) =>
      value === "" || value === taken ? vscode.l10n.t("Another token than the one that stands.") : undefined,
  });
}
