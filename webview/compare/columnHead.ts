/** The top of a column: strategy, model, answer, and the row of figures with savings against the baseline. */
import type { Trace } from "../../src/core/trace/fold";
import { termName } from "../parts/termTip";
import { swatch } from "../parts/swatch";
import type { Term } from "../../src/core/measure/glossary";
import { markCounts } from "../../src/core/measure/marks";
import { recordsCache, type Figures } from "../../src/core/measure/metrics";
import { processedTokens } from "../../src/core/measure/runSummary";
import { costWords, type Price } from "../../src/core/measure/prices";
import { processedAlone, processedWords, UNKNOWN } from "../../src/core/measure/work";
import { strategyFacts } from "../../src/core/catalogue";
import { COUNTED_KINDS, isEarly } from "../../src/core/trace/kinds";
import { append, button, element, type Child } from "../dom/element";
import { verdict } from "../parts/checkChip";
import { formatChange, formatCount, formatMs, formatShort } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { columnNotes } from "./columnNotes";
import { exitWords } from "../../src/core/trace/exitWords";
import { Minimap } from "./minimap";
import { answerText } from "../rendered/answerText";
import { l10n } from "../../src/core/text/l10n";

export interface ColumnFacts {
  trace: Trace;
  title: string;
  live: boolean;
  /** Whether a person holds it. */
  paused: boolean;
  /** The strategy that was asked for, until the trace says it. */
  asked: string | undefined;
  figures: Figures;
  /** Of the model, by the person's own table. */
  price: Price | undefined;
  /** Of the column that it is held against, where that is another one and both have ended. */
  baseline: Figures | undefined;
  /** Whether others are held against it. */
  first: boolean;
  /** Whether an answer is shown as it was written. */
  written: boolean;
  /** Whether its figures and its prompt are unfolded. */
  isOpen: boolean;
}

export interface ColumnHeadEvents {
  cancel(): void;
  /** Hold the run, or let it go on. */
  turnPause(): void;
  /** Stop thinking, and answer. */
  stopThinking(): void;
  /** Unfold the figures of all columns, or fold them. */
  turnFigures(): void;
  /** Change the options of the strategy for the next run. */
  setOptions(): void;
  /** A person chose a place on the minimap. */
  jump(at: number): void;
}

const OPTIONS_TIP = l10n.t("Change the options of this strategy for this prompt, and run it with them");

/** What the time of a run is made of, for those who ask. */
function timeHint({ ms }: Figures): string {
  const parts = l10n.t(
    "prefill {0}, decoding {1}, checks {2}",
    formatMs(ms.prefill),
    formatMs(ms.decode),
    formatMs(ms.checks),
  );
  const rest = ms.total - ms.prefill - ms.decode - ms.checks;
  return l10n.t("Made of {0}{1}", parts, rest >= 1 ? l10n.t(", all else {0}", formatMs(rest)) : "");
}

function figure(name: Term, value: string, change?: string, hint?: string): HTMLElement {
  const direction = change?.startsWith("−") ? "less" : change?.startsWith("+") ? "more" : "same";
  return element(
    "div",
    { class: "figure", title: hint },
    element("dt", {}, termName(name)),
    element("dd", {}, value),
    change !== undefined && element("dd", { class: `change ${direction}` }, change),
  );
}

/** Strategy, model and state in one line: stays in sight while the column scrolls. */
function columnTitle(facts: ColumnFacts, events: ColumnHeadEvents): Child[] {
  const { trace, live, paused, written } = facts;
  const { header, end } = trace;
  const model = header && [header.model.id, header.model.dtype].filter(Boolean).join(" · ");
  return [
    swatch(header?.strategy ?? facts.asked),
    element("span", { class: "strategy", title: facts.title }, facts.title),
    model !== undefined && element("bdi", { class: "model" }, oneLine(model, 60)),
    element("span", { class: "spacer" }),
    live &&
      element("span", { class: "live" }, paused ? l10n.t("paused") : header ? l10n.t("running") : l10n.t("waiting")),
    live &&
      header &&
      button(paused ? l10n.t("Resume") : l10n.t("Pause"), { class: "secondary small" }, () => events.turnPause()),
    live && header && button(l10n.t("Stop and Answer"), { class: "secondary small" }, () => events.stopThinking()),
    live && button(l10n.t("Cancel"), { class: "secondary small" }, () => events.cancel()),
    !live &&
      end?.answer !== undefined &&
      element("bdi", { class: "final-answer" }, answerText(end.answer, 40, written)),
    !live &&
      end?.answer === undefined &&
      trace.positions.length > 0 &&
      element("span", { class: "no-answer" }, l10n.t("no answer")),
    !live && verdict(end?.correct, end?.answer !== undefined && header?.gold !== undefined),
    !live &&
      end !== undefined &&
      end.correct !== true &&
      (end.correct === false || end.answer !== undefined) &&
      header?.gold !== undefined &&
      element(
        "span",
        { class: "expected" },
        l10n.t("expected "),
        element("bdi", {}, answerText(header.gold, 24, written)),
      ),
    !live &&
      !end &&
      trace.positions.length > 0 &&
      element(
        "span",
        { class: "cut", title: l10n.t("The trace has no end: what it holds is shown") },
        l10n.t("incomplete"),
      ),
  ];
}

/** The row of figures: a list of name and value, and the tokens by kind. */
function columnFigures(facts: ColumnFacts): Child[] {
  const { trace, figures, baseline } = facts;
  const { tokens, context, tokensPerSecond, work } = figures;
  const before = baseline?.work;
  const cost = costWords(figures.billed, facts.price);
  const isRecorded = recordsCache(trace);
  const time = figures.ms.total;
  const processed = processedTokens(tokens) ?? 0;
  return [
    element(
      "dl",
      { class: "figures" },
      figure(
        "tokens",
        formatCount(processed),
        baseline && formatChange(processed, processedTokens(baseline.tokens) ?? 0),
      ),
      figure(
        "generated",
        work ? formatCount(work.generated) : UNKNOWN,
        work && before && formatChange(work.generated, before.generated),
      ),
      figure(
        "processed",
        processedWords(work, formatCount),
        work && before && formatChange(processedAlone(work), processedAlone(before)),
      ),
      figure(
        "time",
        time > 0 ? formatMs(time) : "–",
        baseline && formatChange(time, baseline.ms.total),
        timeHint(figures),
      ),
      cost !== undefined && figure("cost", cost),
      figure("tok/s", tokensPerSecond > 0 ? formatCount(tokensPerSecond) : "–"),
      figure(
        "peak",
        isRecorded && context.peak > 0 ? formatCount(context.peak) : "–",
        isRecorded && baseline ? formatChange(context.peak, baseline.context.peak) : undefined,
      ),
      figure(
        "dependency",
        isRecorded && context.dependency > 0 ? formatShort(context.dependency) : "–",
        isRecorded && baseline ? formatChange(context.dependency, baseline.context.dependency) : undefined,
      ),
    ),
    element(
      "p",
      { class: "savings" },
      baseline ? savings(figures, baseline) : facts.first ? l10n.t("the baseline") : " ",
    ),
    element(
      "ul",
      { class: "kinds" },
      ...COUNTED_KINDS.filter((kind) => tokens[kind]).map((kind) =>
        element("li", { class: `kind ${kind}` }, element("b", {}, formatCount(tokens[kind]!)), " ", termName(kind)),
      ),
      ...Object.entries(markCounts(trace)).map(([name, count]) =>
        element(
          "li",
          { class: "kind marks" },
          element("b", {}, formatCount(count)),
          " ",
          name === "loop" ? termName("loop") : element("bdi", {}, oneLine(name, 40)),
        ),
      ),
      trace.exit &&
        isEarly(trace.exit.why) &&
        element("li", { class: "kind exit" }, l10n.t("exit: {0}", exitWords(trace.exit.why))),
    ),
  ];
}

/** Savings against the baseline in tokens, generated and processed where both are known, and in seconds, since they differ. */
function savings(figures: Figures, baseline: Figures): string {
  const compared = (difference: number, amount: string): string =>
    difference > 0 ? l10n.t("{0} less", amount) : l10n.t("{0} more", amount);
  const ms = baseline.ms.total - figures.ms.total;
  const isTimed = baseline.ms.total > 0 && figures.ms.total > 0;
  const counts: (readonly [difference: number, what: string])[] =
    figures.work && baseline.work
      ? [
          [baseline.work.generated - figures.work.generated, l10n.t("generated")],
          [processedAlone(baseline.work) - processedAlone(figures.work), l10n.t("processed")],
        ]
      : [[baseline.tokens.total - figures.tokens.total, l10n.t("tokens")]];
  const parts = [
    ...counts.flatMap(([tokens, what]) =>
      tokens === 0 ? [] : [compared(tokens, `${formatCount(Math.abs(tokens))} ${what}`)],
    ),
    ...(ms === 0 || !isTimed ? [] : [compared(ms, formatMs(Math.abs(ms)))]),
  ];
  return parts.length === 0 ? l10n.t("the same as the baseline") : l10n.t("{0} than the baseline", parts.join(", "));
}

/** The head of one column. Parts that a person may have opened or focused are left alone while nothing in them changes. */
export class ColumnHead {
  readonly title = element("div", { role: "columnheader", class: "column-title" });
  readonly figures = element("div", { role: "gridcell", class: "column-figures" });
  readonly map: Minimap;
  readonly mapCell: HTMLElement;
  private readonly turn: HTMLButtonElement;
  private readonly options: HTMLButtonElement;
  private readonly firstNote = element("bdi", { class: "first-note" });
  private readonly numbers = element("div", {});
  private readonly notes = element("div", { class: "column-notes" });
  private titleDrawn = "";
  private notesDrawn = "";

  constructor(private readonly events: ColumnHeadEvents) {
    this.map = new Minimap(events.jump);
    this.mapCell = element("div", { role: "gridcell", class: "map-cell" }, this.map.element);
    this.turn = button(l10n.t("Figures and prompt"), { class: "link turn-figures" }, events.turnFigures);
    this.options = button(l10n.t("Options…"), { class: "link", title: OPTIONS_TIP }, events.setOptions);
    this.figures.append(
      element("div", { class: "figures-line" }, this.turn, this.options, this.firstNote),
      element("div", { class: "figures-more" }, this.numbers, this.notes),
    );
  }

  /** Takes the head out of sight where there is no room for its column. */
  hide(hidden: boolean): void {
    for (const cell of [this.title, this.mapCell, this.figures]) cell.hidden = hidden;
  }

  update(facts: ColumnFacts): void {
    const { trace, title, live, figures, written, isOpen } = facts;
    const { end, header, notes, route, prefills } = trace;
    const titleNow = JSON.stringify([
      title,
      written,
      header?.model,
      live,
      facts.paused,
      end,
      trace.positions.length > 0,
    ]);
    if (titleNow !== this.titleDrawn) {
      this.titleDrawn = titleNow;
      this.title.replaceChildren();
      append(this.title, columnTitle(facts, this.events));
    }
    this.numbers.replaceChildren();
    append(this.numbers, columnFigures(facts));
    this.turn.setAttribute("aria-expanded", String(isOpen));
    // What another tool or model wrote was not run with options of ours.
    this.options.hidden = !strategyFacts(header?.strategy) || header?.source !== undefined;
    const warnings = notes.filter(({ level }) => level === "warning");
    const more = warnings.length > 1 ? l10n.t(" (and {0} more)", formatCount(warnings.length - 1)) : "";
    this.firstNote.textContent = warnings[0] ? l10n.t("Note: {0}{1}", oneLine(warnings[0].message, 200), more) : "";
    const notesNow = JSON.stringify([
      notes.length,
      route,
      figures.overruns,
      prefills.length > 0,
      header?.messages.length,
      header?.instruction,
      end?.verdicts,
      trace.positions.length === 0 && [trace.calls.length, trace.withheld.length],
    ]);
    if (notesNow !== this.notesDrawn) {
      this.notesDrawn = notesNow;
      this.notes.replaceChildren();
      append(this.notes, columnNotes(trace, figures.overruns));
    }
  }
}
