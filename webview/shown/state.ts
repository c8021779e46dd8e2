/** What a panel shows: traces folded from events, notices, and the view state that outlives a reload. */
import { emptyTrace, fold, type Trace } from "../../src/core/trace/fold";
import { COLUMN_NAMES, type ColumnName } from "../../src/core/measure/comparison";
import type { PanelBench, PanelSamples, PanelTrace, ToPanel } from "../../src/core/protocol/panelApi";
import { byQuestion } from "../../src/core/measure/question";
import type { TraceEvent } from "../../src/core/trace/trace";
import { runTitles } from "../../src/core/measure/runTitles";
import { priceOf, type Price, type PriceTable } from "../../src/core/measure/prices";
import { l10n } from "../../src/core/text/l10n";

export const VIEWS = [
  "compare",
  "confidence",
  "exits",
  "memory",
  "latents",
  "compression",
  "samples",
  "whatif",
  "bench",
] as const;
export type ViewName = (typeof VIEWS)[number];

/** One trace as it stands; `version` is another one after every change, so that a view redraws only what changed. */
export interface ShownTrace {
  readonly run: string;
  readonly trace: Trace;
  /** Its name among the traces shown. */
  title: string;
  /** Of its model, where the person has named one. */
  price: Price | undefined;
  live: boolean;
  /** Whether a person holds it. */
  paused: boolean;
  /** The strategy that was asked for, until the trace says it. */
  readonly asked: string | undefined;
  version: number;
  /** Its place among the traces as the host sent them. */
  readonly arrival: number;
}

/** How the rows of the overview are sorted. */
export interface RowOrder {
  column: ColumnName;
  descending: boolean;
}

export interface Place {
  run: string;
  /** Position on the axis of the run. */
  at: number;
}

export type Notice = Extract<ToPanel, { type: "notice" }>;

/** A projection that was asked for: how far it is, or why there is none. */
type Projecting = Pick<Extract<ToPanel, { type: "projecting" }>, "progress" | "failure">;

/** What a person set up by hand. It is kept by the editor over reloads and restarts. */
export interface ViewState {
  view: ViewName;
  /** Folded rows, as `run:position` of the first block in the row. */
  folded: string[];
  selected: Place | undefined;
  /** Text is shown as it was written, its Markdown and mathematics not rendered. */
  written: boolean;
  /** Blocks that are shown the other way, as `run:key`. */
  turned: string[];
  /** The run that savings are counted against and that stands first; the first of those shown, where none is pinned. */
  pinned: string | undefined;
  /** Of the overview; as the columns stand where none was chosen. */
  order: RowOrder | undefined;
  /** The figures and the prompt of the columns are unfolded. */
  figures: boolean;
  /** Thresholds moved in the exit explorer, by run. */
  thresholds: Record<string, number>;
  /** What the host gave along to find these traces again. */
  restore: unknown;
}

const strings = (kept: unknown): string[] =>
  Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];

/** Reads a kept view state; whatever does not fit falls back to its default. */
export function readViewState(given: unknown): ViewState {
  const kept = typeof given === "object" && given !== null ? given : {};
  const state = kept as Partial<Record<keyof ViewState, unknown>>;
  const place = state.selected as Partial<Place> | undefined;
  const order = state.order as Partial<RowOrder> | undefined;
  const column = COLUMN_NAMES.find((name) => name === order?.column);
  return {
    view: VIEWS.find((view) => view === state.view) ?? "compare",
    folded: strings(state.folded),
    written: state.written === true,
    turned: strings(state.turned),
    selected:
      typeof place?.run === "string" && typeof place.at === "number" ? { run: place.run, at: place.at } : undefined,
    pinned: typeof state.pinned === "string" ? state.pinned : undefined,
    order: column && { column, descending: order?.descending === true },
    figures: state.figures === true,
    thresholds: Object.fromEntries(
      Object.entries(state.thresholds ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    ),
    restore: state.restore,
  };
}

const ADVICE = { "choose-model": { title: l10n.t("Choose Model…"), command: "pick-model" } } as const;

export class PanelState {
  title = "";
  /** In the order of their columns; the first is the baseline that savings are counted against. */
  readonly traces: ShownTrace[] = [];
  readonly notices: Notice[] = [];
  /** Projections under way, and those that failed, by `run kind`. */
  readonly projecting = new Map<string, Projecting>();
  /** The person's own prices, by model. */
  prices: PriceTable = {};
  /** A dataset run, where the host sent one. */
  bench: PanelBench | undefined;
  /** Several samples of one question, where the host sent them. */
  samples: PanelSamples | undefined;
  /** Whether the host has answered `ready`. */
  answered = false;
  view: ViewState;
  private versions = 0;

  constructor(kept: unknown) {
    this.view = readViewState(kept);
  }

  /** Takes in one message. `reveal`, `save-page` and `toggle-written` are the caller's to carry out, since they change nothing. */
  apply(message: ToPanel): void {
    switch (message.type) {
      case "show":
        this.answered = true;
        this.title = message.title;
        this.prices = message.prices ?? {};
        this.traces.length = 0;
        this.notices.length = 0;
        this.projecting.clear();
        if (message.restore !== undefined) this.view.restore = message.restore;
        for (const trace of message.traces) {
          this.add(trace);
          this.advise(trace.events);
        }
        this.arrange();
        this.nameTraces();
        return;
      case "events": {
        const shown = this.find(message.run);
        if (!shown) return;
        fold(message.events, shown.trace);
        this.advise(message.events);
        shown.live = message.live;
        shown.version = this.nextVersion();
        // Names come from headers, a header is the first event of a run, and a run that was refused never gets one.
        if (message.events.some(({ t }) => t === "run") || (!message.live && !shown.trace.header)) {
          this.arrange();
          this.nameTraces();
        }
        return;
      }
      case "paused": {
        const shown = this.find(message.run);
        if (!shown) return;
        shown.paused = message.paused;
        shown.version = this.nextVersion();
        return;
      }
      case "bench":
        this.answered = true;
        this.bench = message.bench;
        return;
      case "bench-runs":
        if (this.bench) this.bench = { ...this.bench, runs: [...this.bench.runs, ...message.runs], live: message.live };
        return;
      case "samples":
        this.answered = true;
        this.samples = message.samples;
        return;
      case "more-samples":
        if (this.samples) {
          const samples = [...this.samples.samples, ...message.samples];
          this.samples = { ...this.samples, samples, live: message.live };
        }
        return;
      case "notice":
        this.notices.push(message);
        return;
      case "projecting": {
        const { run, of, progress, failure } = message;
        if (failure) this.projecting.set(`${run} ${of}`, { failure });
        else if (progress) this.projecting.set(`${run} ${of}`, { progress });
        else this.projecting.delete(`${run} ${of}`);
        return;
      }
      case "reveal":
      case "save-page":
      case "toggle-written":
        return;
    }
  }

  /** What a trace advises its reader to do stands above everything, with a button; the same once. */
  private advise(events: readonly TraceEvent[]): void {
    for (const event of events) {
      if (event.t !== "note" || event.advice === undefined) continue;
      const { level, message } = event;
      if (this.notices.some((notice) => notice.message === message)) continue;
      this.notices.push({ type: "notice", level, message, action: ADVICE[event.advice] });
    }
  }

  find(run: string): ShownTrace | undefined {
    return this.traces.find((shown) => shown.run === run);
  }

  private add({ run, events, live, asked }: PanelTrace): void {
    this.traces.push({
      run,
      trace: fold(events, emptyTrace()),
      title: "",
      price: undefined,
      live,
      paused: false,
      asked,
      version: this.nextVersion(),
      arrival: this.traces.length,
    });
  }

  /** Has savings counted against a run, which then stands first; against the first again where it is undefined. */
  pin(run: string | undefined): void {
    this.view.pinned = run;
    this.arrange();
  }

  private arrange(): void {
    const place = ({ run, arrival }: ShownTrace): number => (run === this.view.pinned ? -1 : arrival);
    this.traces.sort((a, b) => place(a) - place(b));
    // Those of one question stand together.
    const groups = byQuestion(this.traces.map(({ trace }) => trace.header));
    const sorted = groups.flat().map((index) => this.traces[index]!);
    this.traces.splice(0, this.traces.length, ...sorted);
  }

  /** Never given twice, not even to a run that is shown anew: an equal version means that nothing changed. */
  private nextVersion(): number {
    this.versions += 1;
    return this.versions;
  }

  private nameTraces(): void {
    const titles = runTitles(this.traces.map(({ trace: { header }, live, asked }) => ({ header, live, asked })));
    this.traces.forEach((shown, index) => {
      shown.price = priceOf(this.prices, shown.trace.header?.model.id);
      if (shown.title === titles[index]) return;
      shown.title = titles[index]!;
      shown.version = this.nextVersion();
    });
  }
}
