/** What votes over the samples come to, with the number of samples and of the shortest to drag. */
import { VOTES, voteRow, withMeanings } from "../../src/core/votes/voteTable";
import { shortest } from "../../src/core/votes/shortest";
import type { GroupedSample } from "../../src/core/votes/sampleGroup";
import { passAtK } from "../../src/core/votes/passAtK";
import { element } from "../dom/element";
import { formatCount, formatFineShare, formatMs } from "../dom/quantities";
import { answerWords } from "../figures/sampleFigures";
import { inWords, l10n } from "../../src/core/text/l10n";

/** Samples that votes are drawn from: drawing from more tells no more, and takes a page its time. */
const MOST_DRAWN = 200;

interface Slider {
  label: HTMLElement;
  input: HTMLInputElement;
  value: HTMLOutputElement;
}

function slider(name: string, onInput: () => void): Slider {
  const input = element("input", { type: "range", min: 1, step: 1 });
  const value = element("output", {});
  input.addEventListener("input", onInput);
  return { label: element("label", {}, element("span", { class: "slider-name" }, name), input, value), input, value };
}

export class VoteControls {
  readonly element: HTMLElement;
  private readonly k: Slider;
  private readonly m: Slider;
  private readonly body = element("tbody", {});
  private readonly remark = element("p", { class: "vote-remark" });
  private samples: readonly GroupedSample[] = [];
  private hasK = false;

  constructor() {
    this.k = slider(l10n.t("samples that vote, k"), () => {
      this.hasK = true;
      this.draw();
    });
    this.m = slider(l10n.t("of which the shortest, m"), () => this.draw());
    this.m.input.value = "1";
    const head = ["vote", "answer of all k", "right", "tokens", "time, all at once"];
    this.element = element(
      "section",
      { class: "votes" },
      element("h2", {}, l10n.t("Votes")),
      element("div", { class: "sliders" }, this.k.label, this.m.label),
      element(
        "table",
        { class: "vote-table" },
        element("thead", {}, element("tr", {}, ...head.map((title) => element("th", { scope: "col" }, l10n.t(title))))),
        this.body,
      ),
      this.remark,
    );
  }

  update(samples: readonly GroupedSample[]): void {
    this.samples = samples.filter(({ stopped }) => stopped === undefined);
    this.element.hidden = this.samples.length < 2;
    if (!this.element.hidden) this.draw();
  }

  private draw(): void {
    const drawn = withMeanings(this.samples.slice(0, MOST_DRAWN));
    const most = drawn.length;
    this.k.input.max = String(most);
    if (!this.hasK) this.k.input.value = String(most);
    const k = Math.min(most, Number(this.k.input.value));
    this.m.input.max = String(k);
    const m = Math.min(k, Number(this.m.input.value));
    this.k.value.textContent = l10n.t("{0} of {1}", k, formatCount(this.samples.length));
    this.m.value.textContent = String(m);
    const hasSureness = drawn.some(({ sureness }) => sureness !== undefined);
    const votes = [...VOTES.filter(({ id }) => !id.startsWith("short-")), shortest(m)].filter(
      ({ readsSureness }) => hasSureness || readsSureness !== true,
    );
    const isJudged = drawn.some(({ correct }) => correct !== undefined);
    this.body.replaceChildren(
      ...votes.map((vote) => {
        const { accuracy, tokens, ms } = voteRow(vote, [{ title: "", samples: drawn }], k);
        const { answer } = vote.decide(drawn.slice(0, k));
        return element(
          "tr",
          {},
          element("th", { scope: "row" }, inWords(vote.title)),
          element("td", {}, element("bdi", {}, answerWords(answer))),
          element("td", { class: "figure" }, isJudged ? formatFineShare(accuracy) : "–"),
          element("td", { class: "figure" }, formatCount(Math.round(tokens))),
          element("td", { class: "figure" }, formatMs(ms)),
        );
      }),
    );
    const right = drawn.filter(({ correct }) => correct === true).length;
    const bound = isJudged
      ? l10n.t(" At least one of k is right with {0} (pass@k).", formatFineShare(passAtK(most, right, k)))
      : "";
    const without = hasSureness ? "" : l10n.t(" The model showed no probabilities, so DeepConf cannot vote.");
    this.remark.textContent = l10n.t(
      "Right: the share of draws of {0} samples in which the vote is.{1}{2}",
      k,
      bound,
      without,
    );
  }
}
