/** Samples of one question, a row each: a press compares one with the sample that all are compared with. */
import type { GroupedSample } from "../../src/core/votes/sampleGroup";
import { button, element } from "../dom/element";
import { formatCount } from "../dom/quantities";
import { answerWords } from "../figures/sampleFigures";
import { verdict } from "../parts/checkChip";
import { l10n } from "../../src/core/text/l10n";

/** Rows drawn at once; a person asks for more. */
const PAGE = 200;

export interface SampleRows {
  samples: readonly GroupedSample[];
  /** The number of the sample that others are compared with. */
  against: number | undefined;
  /** Whether an answer was expected. */
  expected: boolean;
}

export class SampleTable {
  readonly element = element("div", {});
  private readonly body = element("tbody", {});
  private readonly more: HTMLButtonElement;
  private pages = 1;
  private shown: SampleRows = { samples: [], against: undefined, expected: false };

  constructor(
    private readonly onCompare: (sample: GroupedSample) => void,
    private readonly onAgainst: (sample: GroupedSample) => void,
  ) {
    this.more = button(l10n.t("Show More"), { class: "secondary small" }, () => {
      this.pages += 1;
      this.draw();
    });
    const head = [
      "sample",
      "seed",
      "answer",
      "tokens",
      "goes on as another for",
      "beside the reference",
      "as the reference",
    ];
    this.element.append(
      element(
        "table",
        { class: "sample-table" },
        element("thead", {}, element("tr", {}, ...head.map((title) => element("th", { scope: "col" }, l10n.t(title))))),
        this.body,
      ),
      this.more,
    );
  }

  update(rows: SampleRows): void {
    this.shown = rows;
    this.draw();
  }

  private draw(): void {
    const { samples } = this.shown;
    const count = Math.min(samples.length, this.pages * PAGE);
    this.body.replaceChildren(...samples.slice(0, count).map((sample) => this.row(sample)));
    this.more.hidden = count >= samples.length;
    this.more.textContent = l10n.t("Show {0} More", formatCount(Math.min(PAGE, samples.length - count)));
  }

  private row(sample: GroupedSample): HTMLTableRowElement {
    const { n, seed, answer, correct, tokens, stopped, shared, sharedWith } = sample;
    const { against, expected } = this.shown;
    const isReference = n === against;
    return element(
      "tr",
      { class: isReference ? "reference" : undefined },
      element("th", { scope: "row" }, String(n)),
      element("td", {}, seed === undefined ? "" : String(seed)),
      stopped === undefined
        ? element(
            "td",
            {},
            element("bdi", {}, answerWords(answer)),
            " ",
            verdict(correct, expected && answer !== undefined),
          )
        : element("td", { title: stopped }, l10n.t("stopped")),
      element("td", { class: "figure" }, formatCount(tokens)),
      element("td", {}, sharedWith === undefined ? "" : l10n.t("{0} tokens, as {1}", formatCount(shared), sharedWith)),
      element(
        "td",
        {},
        isReference
          ? l10n.t("others are compared with it")
          : button(
              l10n.t("Compare"),
              { class: "small", title: l10n.t("Show sample {0} beside sample {1}", n, against ?? 1) },
              () => this.onCompare(sample),
            ),
      ),
      element(
        "td",
        {},
        isReference
          ? undefined
          : button(l10n.t("Compare Others with It"), { class: "secondary small" }, () => this.onAgainst(sample)),
      ),
    );
  }
}
