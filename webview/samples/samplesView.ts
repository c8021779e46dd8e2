/** The samples view: what several samples of one question answer, how long they are, where they part, and what votes come to. */
import type { PanelSamples } from "../../src/core/protocol/panelApi";
import { groupAnswers, type GroupedSample } from "../../src/core/votes/sampleGroup";
import { button, element } from "../dom/element";
import { formatCount } from "../dom/quantities";
import { oneLine } from "../dom/safeText";
import { answerWords, sampleFigures } from "../figures/sampleFigures";
import type { FigureSpec } from "../figures/figure";
import { FigureList } from "../parts/figureList";
import type { PanelContext, View } from "../parts/view";
import { SampleTable } from "./sampleTable";
import { liveVoteWords } from "./liveVoteWords";
import { VoteControls } from "./voteControls";
import { l10n } from "../../src/core/text/l10n";

/** Milliseconds between two drawings of a group that grows: a thousand samples may come in quickly. */
const SETTLE_MS = 250;

export class SamplesView implements View {
  readonly element = element("div", { class: "figure-list samples-view" });
  private readonly status = element("p", { class: "samples-status", role: "status" });
  private readonly progress = element("progress", { "aria-label": l10n.t("Samples drawn") });
  private readonly cancel: HTMLButtonElement;
  private readonly voted = element("p", { class: "samples-voted" });
  private readonly differing = element("p", { class: "samples-differing" });
  private readonly figures: FigureList;
  private readonly votes = new VoteControls();
  private readonly table: SampleTable;
  /** A row for each that is through; not there before the first. */
  private readonly listed = element("div");
  private shown: PanelSamples | undefined;
  /** The number of the sample that others are compared with, where a person chose one. */
  private against: number | undefined;
  private drawnAt = -Infinity;
  private settling = 0;

  constructor(private readonly context: PanelContext) {
    this.figures = new FigureList(context);
    this.cancel = button(l10n.t("Cancel"), { class: "secondary small" }, () =>
      context.host.post({ type: "command", command: "cancel" }),
    );
    this.table = new SampleTable(
      (sample) => this.compare(sample),
      (sample) => {
        this.against = sample.n;
        this.draw();
      },
    );
    this.element.append(
      element("div", { class: "bench-head" }, this.status, this.progress, this.cancel),
      this.voted,
      this.differing,
      this.figures.element,
      this.votes.element,
      this.listed,
    );
    this.listed.append(element("h2", { class: "questions-title" }, l10n.t("Samples")), this.table.element);
  }

  pictures(): FigureSpec[] {
    const { samples } = this.context.state;
    return samples ? sampleFigures(samples) : [];
  }

  update(): void {
    const { samples } = this.context.state;
    if (!samples || samples === this.shown) return;
    this.shown = samples;
    const wait = this.drawnAt + SETTLE_MS - performance.now();
    if (wait <= 0 || !samples.live) this.draw();
    else this.settling ||= window.setTimeout(() => this.draw(), wait);
  }

  private draw(): void {
    window.clearTimeout(this.settling);
    this.settling = 0;
    this.drawnAt = performance.now();
    const { shown } = this;
    if (!shown) return;
    const { samples, asked, live, model, strategy, vote } = shown;
    const how = `${oneLine(strategy, 60)}, ${oneLine(model, 60)}`;
    const voted = vote === undefined ? undefined : liveVoteWords(vote, samples);
    const rest = voted?.isOver ? l10n.t(", the others are not needed") : l10n.t(", stopped");
    this.status.textContent = l10n.t(
      "{0}: {1} of {2} samples{3}",
      how,
      formatCount(samples.length),
      formatCount(asked),
      live || samples.length >= asked ? "" : rest,
    );
    this.voted.hidden = voted === undefined;
    this.voted.textContent = voted?.sentence ?? "";
    this.progress.max = Math.max(1, asked);
    this.progress.value = samples.length;
    this.progress.hidden = !live;
    this.cancel.hidden = !live;
    this.figures.update(sampleFigures(shown));
    this.votes.update(samples);
    const ordered = samples.toSorted((a, b) => a.n - b.n);
    const expected = samples.some(({ correct }) => correct !== undefined);
    this.listed.hidden = samples.length === 0;
    this.table.update({ samples: ordered, against: this.reference?.n, expected });
    this.drawDiffering();
  }

  /** Chosen, else the first that gives the most frequent answer. */
  private get reference(): GroupedSample | undefined {
    const { samples = [] } = this.shown ?? {};
    const n = this.against ?? groupAnswers(samples)[0]?.samples[0];
    return samples.find((sample) => sample.n === n) ?? samples[0];
  }

  /** The two most frequent answers, one click away from each other. */
  private drawDiffering(): void {
    const [first, second] = groupAnswers(this.shown?.samples ?? []);
    this.differing.hidden = !first || !second;
    if (!first || !second) return;
    const samples = this.shown!.samples;
    const of = (n: number) => samples.find((sample) => sample.n === n)!;
    this.differing.replaceChildren(
      button(
        l10n.t("Compare “{0}” with “{1}”", answerWords(first.answer), answerWords(second.answer)),
        { class: "small" },
        () => this.show(of(first.samples[0]!), of(second.samples[0]!)),
      ),
    );
  }

  private compare(sample: GroupedSample): void {
    const { reference } = this;
    if (reference) this.show(reference, sample);
  }

  private show(...samples: GroupedSample[]): void {
    this.context.host.post({ type: "compare-runs", runs: samples.map(({ run }) => run) });
  }
}
